# cython: language_level=3
"""What bundles of edges cost, from trees that span what is reached: a part of `_gains`, for graphs with few ends to look from.

A tree is grown breadth first from one root after the other. Without a bundle of edges only what hangs below those of them that the tree
has can be lost. What hangs there is looked at from the top: a node that is entered from outside of all that is in doubt stays, with all
that hangs below it on edges that stay; of others it is their children's turn. The few that are left then hold on to each other, or to
what stayed, or are lost.
"""

from array import array

from cpython.exc cimport PyErr_CheckSignals
from libc.stdlib cimport qsort

from impactgraph._core import reverse_csr

cdef enum:
    CERTAIN = 0  # of a number: reached, as far as is known
    DOUBTED = 1  # its edge in the tree, or one above it, is gone
    LOOSE = 2  # and nothing from outside of the doubts enters it

cdef struct Range:
    # What hangs below an edge that is gone: numbers in the order of a walk that ends a subtree before it goes on.
    int low
    int high

PATIENCE = 8  # times all edges: what a bundle may take from all roots together; to count all tests anew takes about as long


def turn(const int[::1] heads not None, const int[::1] ends not None, const int[::1] ids not None):
    """The graph by the other end of its edges: heads, ends, ids."""
    starts = array("i", [0]) * len(ends)
    cdef int[::1] start = starts
    cdef int node, slot
    with nogil:
        for node in range(<int>heads.shape[0] - 1):
            for slot in range(heads[node], heads[node + 1]):
                start[slot] = node
    turned, others, slots = reverse_csr(len(heads) - 1, starts, ends)
    cdef int[::1] place = slots
    with nogil:
        for slot in range(<int>place.shape[0]):
            place[slot] = ids[place[slot]]
    return turned, others, slots


def losses(graph, roots, worth, bundle_heads, bundle_edges, edge_count):
    """What each bundle takes away, and for each whether that was given up, as it takes longer than counting anew.

    Inputs: `graph`, heads, ends and ids of the edges that enter each node; `roots`, double[nodes], what a root counts, 0 for no root;
    `worth`, double[nodes], what it counts that the node is no longer reached. Output: per bundle the sum over roots of both multiplied.
    """
    return Spans(*graph, worth, bundle_heads, bundle_edges, edge_count).all(roots)


cdef class Spans:
    """The trees of roots, one after the other. Nodes are numbered as they are met, so that children have numbers in a row."""

    # edges into and out of each node
    cdef const int[::1] heads, ends, ids, out_heads, out_ends, out_ids
    cdef const double[::1] worth
    cdef const int[::1] bundle_heads, bundle_edges
    cdef int[::1] target  # by edge; -1: not in the graph
    cdef int[::1] gone  # by edge: the bundle it is in, of those looked at
    cdef int[::1] number  # by node; -1: not reached
    # by number; `place`: in the order of a walk, in which all below a node stands behind it, `size` numbers with itself
    cdef int[::1] node, parent, edge, first, size, place, free
    cdef unsigned char[::1] state
    cdef int found
    cdef int[::1] doubts  # numbers in doubt, as far as they are looked at
    cdef int[::1] held  # of those, what is reached after all, to be gone on from
    cdef int doubt_count, range_count
    cdef object buffer
    cdef Range* ranges
    cdef double looked_at

    def __init__(self, heads, ends, ids, worth, const int[::1] bundle_heads, bundle_edges, edge_count):
        self.heads, self.ends, self.ids, self.worth = heads, ends, ids, worth
        self.out_heads, self.out_ends, self.out_ids = turn(heads, ends, ids)
        self.bundle_heads, self.bundle_edges = bundle_heads, bundle_edges
        nodes = len(heads) - 1
        self.target, self.gone = (array("i", [-1]) * edge_count for _ in range(2))
        self.number, self.node, self.parent, self.edge = (array("i", [-1]) * nodes for _ in range(4))
        self.first, self.size, self.place, self.free, self.doubts, self.held = (array("i", [0]) * (nodes + 1) for _ in range(6))
        self.state = bytearray(nodes)
        cdef int node, slot, number, widest = 0
        with nogil:
            for node in range(<int>self.heads.shape[0] - 1):
                for slot in range(self.heads[node], self.heads[node + 1]):
                    self.target[self.ids[slot]] = node
            for number in range(<int>bundle_heads.shape[0] - 1):
                widest = max(widest, bundle_heads[number + 1] - bundle_heads[number])
        self.buffer = bytearray((widest + 1) * sizeof(Range))
        cdef unsigned char[::1] raw = self.buffer
        self.ranges = <Range*>&raw[0]

    def all(self, const double[::1] roots):
        """The losses of all bundles; see `losses`."""
        cdef int root, number, bundles = <int>self.bundle_heads.shape[0] - 1
        lost, given_up = array("d", [0]) * bundles, bytearray(bundles)
        cdef double[::1] loss = lost, spent = array("d", [0]) * bundles
        cdef unsigned char[::1] is_given_up = given_up
        cdef double most = PATIENCE * (<double>self.ends.shape[0] + self.number.shape[0])
        for root in range(<int>roots.shape[0]):
            if roots[root] > 0:
                with nogil:
                    self._grow(root)
                    for number in range(bundles):
                        if not is_given_up[number]:
                            self.looked_at = 0
                            loss[number] += roots[root] * self._lose(number)
                            spent[number] += self.looked_at
                            is_given_up[number] = spent[number] > most
                    self._forget()
                PyErr_CheckSignals()
        return lost, given_up

    cdef void _grow(self, int root) noexcept nogil:
        """The tree of `root`: all that is told of numbers."""
        cdef int current = 0, slot, target, above
        self.number[root], self.node[0], self.parent[0], self.edge[0], self.found = 0, root, -1, -1, 1
        while current < self.found:
            self.first[current], self.size[current] = self.found, 1
            for slot in range(self.out_heads[self.node[current]], self.out_heads[self.node[current] + 1]):
                target = self.out_ends[slot]
                if self.number[target] < 0:
                    self.number[target], self.node[self.found] = self.found, target
                    self.parent[self.found], self.edge[self.found] = current, self.out_ids[slot]
                    self.found += 1
            current += 1
        self.first[self.found] = self.found
        for current in range(self.found - 1, 0, -1):
            self.size[self.parent[current]] += self.size[current]
        self.place[0], self.free[0] = 0, 1
        for current in range(1, self.found):
            above = self.parent[current]
            self.place[current], self.free[current] = self.free[above], self.free[above] + 1
            self.free[above] += self.size[current]

    cdef void _forget(self) noexcept nogil:
        cdef int current
        for current in range(self.found):
            self.number[self.node[current]] = -1

    cdef double _lose(self, int bundle) noexcept nogil:
        """The worth of all that the root no longer reaches without the bundle."""
        cdef int position, current
        cdef double total = 0
        self._cut(bundle)
        if not self.doubt_count:
            return 0
        self._look_down(bundle)
        self._hold_on(bundle)
        for position in range(self.doubt_count):
            current = self.doubts[position]
            if self.state[current] == LOOSE:
                total += self.worth[self.node[current]]
            self.state[current] = CERTAIN
        return total

    cdef void _cut(self, int bundle) noexcept nogil:
        """What hangs on an edge of the bundle: `doubts`, and `ranges`, in order and without those inside of others."""
        cdef int position, edge, current, count = 0
        self.doubt_count = self.range_count = 0
        for position in range(self.bundle_heads[bundle], self.bundle_heads[bundle + 1]):
            edge = self.bundle_edges[position]
            if self.target[edge] < 0:
                continue
            current = self.number[self.target[edge]]
            if current > 0 and self.edge[current] == edge and self.state[current] == CERTAIN:
                self.state[current], self.doubts[self.doubt_count] = DOUBTED, current
                self.doubt_count += 1
        if not self.doubt_count:
            return
        for position in range(self.bundle_heads[bundle], self.bundle_heads[bundle + 1]):
            self.gone[self.bundle_edges[position]] = bundle
        for position in range(self.doubt_count):
            current = self.doubts[position]
            self.ranges[position] = Range(self.place[current], self.place[current] + self.size[current])
        if self.doubt_count > 1:
            qsort(self.ranges, self.doubt_count, sizeof(Range), in_order)
        for position in range(self.doubt_count):
            if not count or self.ranges[position].low >= self.ranges[count - 1].high:
                self.ranges[count] = self.ranges[position]
                count += 1
        self.range_count = count

    cdef bint _is_doubtful(self, int current) noexcept nogil:
        """Whether a number hangs below any edge that is gone."""
        cdef int low = 0, high = self.range_count, middle, place = self.place[current]
        while low < high:  # the ranges that begin at `place` or before
            middle = (low + high) >> 1
            if self.ranges[middle].low <= place:
                low = middle + 1
            else:
                high = middle
        return low > 0 and place < self.ranges[low - 1].high

    cdef void _look_down(self, int bundle) noexcept nogil:
        """From the top, find what nothing enters from outside of all doubts: it is LOOSE, and what hangs on it joins the doubts."""
        cdef int position = 0, current, child, slot, other
        while position < self.doubt_count:
            current = self.doubts[position]
            position += 1
            self.state[current] = LOOSE
            for slot in range(self.heads[self.node[current]], self.heads[self.node[current] + 1]):
                self.looked_at += 1
                other = self.number[self.ends[slot]]
                if other >= 0 and self.gone[self.ids[slot]] != bundle and not self._is_doubtful(other):
                    self.state[current] = DOUBTED
                    break
            if self.state[current] == DOUBTED:
                continue
            for child in range(self.first[current], self.first[current + 1]):
                if self.state[child] == CERTAIN:  # others hang on an edge that is gone, and have their turn
                    self.state[child], self.doubts[self.doubt_count] = DOUBTED, child
                    self.doubt_count += 1

    cdef void _hold_on(self, int bundle) noexcept nogil:
        """What is LOOSE is reached after all from what is not, or from what that reaches."""
        cdef int position, current, slot, other, waiting = 0
        for position in range(self.doubt_count):
            current = self.doubts[position]
            if self.state[current] != LOOSE:
                continue
            for slot in range(self.heads[self.node[current]], self.heads[self.node[current] + 1]):
                self.looked_at += 1
                other = self.number[self.ends[slot]]
                if other >= 0 and self.gone[self.ids[slot]] != bundle and self.state[other] != LOOSE:
                    self.state[current], self.held[waiting] = DOUBTED, current
                    waiting += 1
                    break
        while waiting:
            waiting -= 1
            current = self.held[waiting]
            for slot in range(self.out_heads[self.node[current]], self.out_heads[self.node[current] + 1]):
                self.looked_at += 1
                other = self.number[self.out_ends[slot]]
                if self.gone[self.out_ids[slot]] != bundle and self.state[other] == LOOSE:
                    self.state[other], self.held[waiting] = DOUBTED, other
                    waiting += 1


cdef int in_order(const void* one, const void* other) noexcept nogil:
    cdef int low = (<const Range*>one).low, other_low = (<const Range*>other).low
    return (low > other_low) - (low < other_low)
