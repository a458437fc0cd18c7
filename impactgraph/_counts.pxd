# What `_gains` uses of `_counts`.
from impactgraph._columns cimport Columns, Word

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
