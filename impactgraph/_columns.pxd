# What the other extensions of the kernel use of `_columns`.
ctypedef unsigned long long Word

cdef enum:
    WIDEST = 32  # words in a row, at most

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
