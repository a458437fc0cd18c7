# cython: language_level=3
"""What a node no longer reaches when one edge is gone, looked at from either end of the edge: the parts of `_best`.

A side looks along imports, or against them. ``ends[heads[x]:heads[x + 1]]`` are the neighbours of node `x` in its direction, `ids` the
edges' numbers, and `worth` is what a node counts that is no longer reached. Components are numbered so that those in front, which are
reached, have the lower numbers.
"""

from array import array

from cpython.exc cimport PyErr_CheckSignals
from libc.string cimport memcpy, memset

cdef extern from *:
    """
    static inline int impactgraph_lowest(unsigned long long word) { return __builtin_ctzll(word); }
    """
    int impactgraph_lowest(Word word) nogil


cdef int lowest_bit(Word word) noexcept nogil:
    """The number of the lowest bit that is set; one is."""
    return impactgraph_lowest(word)


cdef class Side:
    """One direction of a graph; see above."""

    def __init__(
        self, const int[::1] heads, const int[::1] ends, const int[::1] ids, const double[::1] worth, int[::1] component, int[::1] members,
        int components,
    ):
        cdef int nodes = <int>len(heads) - 1, node
        self.heads, self.ends, self.ids, self.worth = heads, ends, ids, worth
        self.nodes, self.component, self.members, self.components = nodes, component, members, components
        self.member_heads, self.column_heads = array("i", [0]) * (components + 1), array("i", [0]) * (components + 1)
        self.columns, self.column_worth = array("i", [0]) * nodes, array("d", [0]) * nodes
        self.rows, self.flags = array("Q", [0]) * (components * WIDTH), bytearray(components)
        self.ways, self.seen, self.touched = (array("i", [0]) * components for _ in range(3))
        self.queue, self.lost, self.within = array("i", [0]) * nodes, array("i", [0]) * nodes, bytearray(nodes)
        self.spread_from = -1
        with nogil:
            for node in range(nodes):
                self.member_heads[component[node] + 1] += 1
            for node in range(components):
                self.member_heads[node + 1] += self.member_heads[node]

    cdef int gather_columns(self, bint by_component) except -1:
        """Give every node of some worth a column, or all those of a component together."""
        cdef int current, position, node
        cdef bint fresh
        self.column_count = 0
        with nogil:
            for current in range(self.components):
                fresh = True
                for position in range(self.member_heads[current], self.member_heads[current + 1]):
                    node = self.members[position]
                    if self.worth[node] > 0 and (fresh or not by_component):
                        self.columns[self.column_count], self.column_worth[self.column_count] = current, self.worth[node]
                        self.column_count += 1
                        fresh = False
                    elif self.worth[node] > 0:
                        self.column_worth[self.column_count - 1] += self.worth[node]
                self.column_heads[current + 1] = self.column_count
        return 0

    cdef int alone(self, const unsigned char[::1] wanted, double[::1] found) except -1:
        """Add to `found`, for every edge between components that is `wanted`, what its start reaches over this edge alone.

        Exact: who leaves a component over an edge never comes back, and all that its start reaches otherwise begins with another edge
        out of the component.
        """
        cdef int first
        self.gather_columns(True)
        for first in range(0, self.column_count, LANES):
            with nogil:
                self.fill(first, wanted, found)
            PyErr_CheckSignals()
        return 0

    cdef void fill(self, int first, const unsigned char[::1] wanted, double[::1] found) noexcept nogil:
        """One pass, for the columns from `first` on: `flags` and `rows` of all components; adds to `found` as `alone` does."""
        cdef int current, word, column
        cdef Word some, missing
        cdef Word[WIDTH] once
        cdef Word[WIDTH] single
        cdef bint reaches
        self.first, self.last = first, min(first + <int>LANES, self.column_count)
        memset(self.every, 0, sizeof(self.every))
        for column in range(self.last - first):
            self.every[column >> 6] |= 1ULL << (column & 63)
        memset(&self.flags[0], EMPTY, self.components)
        for current in range(self.columns[first], self.components):
            reaches = self._unite(current, wanted, once, single)
            some = 0
            for word in range(WIDTH):
                some |= single[word]
            if some:
                self._add(current, single, wanted, found)
            for column in range(max(first, self.column_heads[current]), min(self.last, self.column_heads[current + 1])):
                once[(column - first) >> 6] |= 1ULL << ((column - first) & 63)
                reaches = True
            if not reaches:
                continue
            missing = 0
            for word in range(WIDTH):
                missing |= once[word] ^ self.every[word]
            self.flags[current] = KNOWN if missing else FULL
            memcpy(&self.rows[<Py_ssize_t>current * WIDTH], once, sizeof(once))

    cdef bint _unite(self, int current, const unsigned char[::1] wanted, Word* once, Word* single) noexcept nogil:
        """The columns that component `current` reaches over its edges (`once`), and over a `single` one, if any of these is wanted."""
        cdef int position, slot, other, word, full = 0
        cdef bint reaches = False, want = False
        cdef const Word* row
        memset(once, 0, WIDTH * sizeof(Word))
        memset(single, 0, WIDTH * sizeof(Word))  # those reached over several edges, until the end
        for position in range(self.member_heads[current], self.member_heads[current + 1]):
            for slot in range(self.heads[self.members[position]], self.heads[self.members[position] + 1]):
                other = self.component[self.ends[slot]]
                if other == current or self.flags[other] == EMPTY:
                    continue
                reaches, want = True, want or wanted[self.ids[slot]]
                full += self.flags[other] == FULL
                if full == 2:
                    memcpy(once, self.every, WIDTH * sizeof(Word))
                    memset(single, 0, WIDTH * sizeof(Word))
                    return True
                row = &self.rows[<Py_ssize_t>other * WIDTH]
                for word in range(WIDTH):
                    single[word] |= once[word] & row[word]
                    once[word] |= row[word]
        for word in range(WIDTH):
            single[word] = once[word] & ~single[word] if want else 0
        return reaches

    cdef void _add(self, int current, const Word* single, const unsigned char[::1] wanted, double[::1] found) noexcept nogil:
        """Add the worth of the `single` columns of a component to the edges over which they are reached."""
        cdef int position, slot, other
        for position in range(self.member_heads[current], self.member_heads[current + 1]):
            for slot in range(self.heads[self.members[position]], self.heads[self.members[position] + 1]):
                other = self.component[self.ends[slot]]
                if other != current and self.flags[other] != EMPTY and wanted[self.ids[slot]]:
                    found[self.ids[slot]] += self.weigh(&self.rows[<Py_ssize_t>other * WIDTH], single)

    cdef double weigh(self, const Word* bits, const Word* mask) noexcept nogil:
        """The worth of the columns in `bits` and `mask`."""
        cdef double total = 0
        cdef int word
        cdef Word left
        for word in range(WIDTH):
            left = bits[word] & mask[word]
            while left:
                total += self.column_worth[self.first + 64 * word + lowest_bit(left)]
                left &= left - 1
        return total

    cdef double lose(self, int start, int end, int edge) noexcept nogil:
        """The worth of all nodes that `start` does not reach without the edge to `end`; they are in ``lost[:lost_count]``."""
        cdef int own = self.component[start], head = 0, slot, other
        cdef double total = 0
        if self.spread_from != own:
            self._spread(own)
        self.lost_count = self.touched_count = 0
        if self.component[end] == own:
            self._lose_inside(start, edge)
        else:
            self._lose_way(self.component[end])
        while head < self.lost_count:
            total += self.worth[self.lost[head]]
            for slot in range(self.heads[self.lost[head]], self.heads[self.lost[head] + 1]):
                other = self.component[self.ends[slot]]
                if other != own and other != self.component[self.lost[head]]:
                    self._lose_way(other)
            head += 1
        for slot in range(self.touched_count):
            self.seen[self.touched[slot]] = 0
        return total

    cdef void _spread(self, int start) noexcept nogil:
        """Count, for every component, the edges into it from what component `start` reaches: `ways`."""
        cdef int head = 0, tail = 1, current, position, slot, other
        self.spread_from = start
        memset(&self.ways[0], 0, self.components * sizeof(int))
        self.queue[0] = start
        while head < tail:
            current = self.queue[head]
            head += 1
            for position in range(self.member_heads[current], self.member_heads[current + 1]):
                for slot in range(self.heads[self.members[position]], self.heads[self.members[position] + 1]):
                    other = self.component[self.ends[slot]]
                    if other == current:
                        continue
                    if not self.ways[other]:
                        self.queue[tail] = other
                        tail += 1
                    self.ways[other] += 1

    cdef void _lose_inside(self, int start, int edge) noexcept nogil:
        """List what `start` does not reach of its own component without an edge in it."""
        cdef int own = self.component[start], head = 0, tail = 1, node, slot, other, position
        self.queue[0], self.within[start] = start, True
        while head < tail:
            node = self.queue[head]
            head += 1
            for slot in range(self.heads[node], self.heads[node + 1]):
                other = self.ends[slot]
                if self.ids[slot] != edge and self.component[other] == own and not self.within[other]:
                    self.queue[tail], self.within[other] = other, True
                    tail += 1
        for position in range(self.member_heads[own], self.member_heads[own + 1]):
            node = self.members[position]
            if not self.within[node]:
                self.lost[self.lost_count] = node
                self.lost_count += 1
            self.within[node] = False

    cdef void _lose_way(self, int component) noexcept nogil:
        """One edge into a component is lost; with the last one the component is."""
        cdef int position
        if not self.seen[component]:
            self.touched[self.touched_count] = component
            self.touched_count += 1
        self.seen[component] += 1
        if self.seen[component] == self.ways[component]:
            for position in range(self.member_heads[component], self.member_heads[component + 1]):
                self.lost[self.lost_count] = self.members[position]
                self.lost_count += 1
