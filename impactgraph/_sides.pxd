# What `_best` uses of `_sides`.
from impactgraph._columns cimport Word

cdef enum:
    WIDTH = 8  # words in a row
    LANES = 512  # bits in a row
    EMPTY = 0  # the flags of a row in one pass
    KNOWN = 1
    FULL = 2

cdef int lowest_bit(Word word) noexcept nogil

cdef class Side:
    cdef int nodes, components
    cdef const int[::1] heads, ends, ids
    cdef const double[::1] worth
    # nodes -> components, and back: members[member_heads[c]:member_heads[c + 1]]
    cdef int[::1] component, members, member_heads
    # what each pass adds up: a bit per column, by component
    cdef int[::1] columns, column_heads
    cdef double[::1] column_worth
    cdef int column_count, first, last
    cdef Word[::1] rows
    cdef Word[WIDTH] every
    cdef unsigned char[::1] flags
    # of `lose`, by component: edges from what `spread_from` reaches, those of them that are lost; and lists of nodes
    cdef int[::1] ways, seen, queue, lost, touched
    cdef unsigned char[::1] within
    cdef int spread_from, lost_count, touched_count
    cdef int gather_columns(self, bint by_component) except -1
    cdef int alone(self, const unsigned char[::1] wanted, double[::1] found) except -1
    cdef void fill(self, int first, const unsigned char[::1] wanted, double[::1] found) noexcept nogil
    cdef bint _unite(self, int current, const unsigned char[::1] wanted, Word* once, Word* twice) noexcept nogil
    cdef void _add(self, int current, const Word* single, const unsigned char[::1] wanted, double[::1] found) noexcept nogil
    cdef double weigh(self, const Word* bits, const Word* mask) noexcept nogil
    cdef double lose(self, int start, int end, int edge) noexcept nogil
    cdef void _spread(self, int start) noexcept nogil
    cdef void _lose_inside(self, int start, int edge) noexcept nogil
    cdef void _lose_way(self, int component) noexcept nogil
