# What `_best` uses of `_gains`.

cdef double[::1] check_all(
    const int[::1] indptr, const int[::1] importers, const int[::1] edge_ids, const unsigned char[::1] is_test,
    const double[::1] weights, const double[::1] frequencies, edge_count,
)

cdef class Trees:
    # by importer: imported[heads[x]:heads[x + 1]], and whose place in `importers` each is
    cdef const int[::1] indptr, importers, edge_ids
    cdef const unsigned char[::1] is_test
    cdef const double[::1] weights, frequencies
    cdef int[::1] heads, imported, places
    # by node
    cdef int[::1] number, cursor
    # by number
    cdef int[::1] node, parent, semi, label, above, dominator, size, start, free, stack
    cdef double[::1] lost
    cdef int found
    cdef bint is_stopped
    cdef int run(self, double[::1] gains, int first, int step) except -1
    cdef void _search(self, int root) noexcept nogil
    cdef void _find_dominators(self) noexcept nogil
    cdef int _least(self, int current) noexcept nogil
    cdef void _measure(self) noexcept nogil
    cdef void _add_bridges(self, double weight, double[::1] gains) noexcept nogil
    cdef void _forget(self) noexcept nogil
