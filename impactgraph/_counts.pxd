# The classes of `_counts`, and what `_gains` uses of it.
ctypedef unsigned long long Word

cdef int check_numbers(const double[::1] numbers, const unsigned char[::1] read) except -1
cdef int check_sets(const int[::1] heads, const int[::1] members, Py_ssize_t limit) except -1

cdef class Columns:
    # nodes -> components -> rows (-1: no importers) and columns (-1: no tests, or tests that import nothing)
    cdef int nodes, components, rows, columns
    cdef bint weighted
    cdef int[::1] component, row, column
    cdef int[::1] own_count  # tests in each component
    cdef double[::1] own_sum
    cdef int[::1] heads, above  # rows that import each row, all numbered below it
    cdef int[::1] seed_heads, seed_ends, seeds  # rows in which the tests of each component start
    cdef int[::1] column_items  # one component of each column
    cdef int[::1] column_count
    cdef double[::1] column_sum
    cdef int _split(self, const int[::1] heads, const int[::1] above) except -1
    cdef int _group(self) except -1
    cdef bint _same(self, int one, int other, const int[::1] ends) noexcept nogil

cdef class Passes:
    cdef Columns c
    cdef int words, first, last, lowest, all_count, union_size
    cdef double all_sum
    cdef bint plain  # no weights, and each column of this pass is one test
    cdef Word[::1] bits, union_bits
    cdef unsigned char[::1] flags
    cdef int[::1] twin, size, mark, parents, block_count, row_count, count_of
    cdef double[::1] block_sum, row_sum, sum_of
    cdef int[::1] set_heads, set_rows, leaf_heads, set_leaves
    cdef object set_counts, set_sums
    cdef int _take_sets(self, const int[::1] set_heads, const int[::1] set_nodes) except -1
    cdef object run(self)
    cdef void _start(self, int first, int last) noexcept nogil
    cdef void _hand_down(self) noexcept nogil
    cdef int _gather(self, const int[::1] parents, int first, int last, int stamp, bint seeded, int* known, Word* union_) noexcept nogil
    cdef void _weigh(self, const Word* bits, int* count, double* sum) noexcept nogil
    cdef void _add_sets(self, int[::1] count, double[::1] sum) noexcept nogil
