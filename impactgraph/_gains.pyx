# cython: language_level=3
"""By how much the cost of a graph falls when imports go. `_reference_costs` is its twin in Python.

The cost is the sum over nodes of frequency times weight of the tests reached. A test reaches a node along chains of imports; seen from
the test, the node is lost with an edge if all chains lead over it. All such edges of one test are found in its dominator tree
(Semi-NCA: Georgiadis, Tarjan, Werneck, "Finding dominators in practice", 2006): the edge into a node from its immediate dominator, if
no other edge enters the node but from nodes that it dominates itself. The node's whole subtree is lost with it. Where fewer nodes change
than there are tests, the trees are those of what changes, against the edges. Bundles of edges are looked for in such trees, too (`_spans`).
"""

import os
from array import array

from cpython.exc cimport PyErr_CheckSignals
from libc.limits cimport INT_MAX
from libc.math cimport isfinite

from impactgraph._columns cimport Columns, check_numbers, check_sets
from impactgraph._core cimport check_csr
from impactgraph._counts cimport Passes

from impactgraph._spans import losses, turn
from impactgraph.model import MEMORY

ROOTS_A_BUNDLE = 6  # roots whose trees take as long to grow as all tests to count
WORTH_A_THREAD = 2_000_000  # edges times tests: some ten milliseconds


def edge_gains(
    const int[::1] indptr not None, const int[::1] importers not None, const int[::1] edge_ids not None,
    const unsigned char[::1] is_test not None, const double[::1] weights not None, const double[::1] frequencies not None, *, edge_count,
):
    """Say for each single edge by how much the sum over nodes of frequency times weight of reached tests falls without it.

    Inputs: a graph as `reverse_csr` returns it, all ids below `edge_count`; `is_test` and `weights` as for `weigh_tests`;
    `frequencies`, double[nodes]. Output: ``gains``, double[edge_count], exact but for rounding, inside of cycles too: 0 for edges that
    are not in the graph, for self loops, and for each of two parallel edges, as one goes and the other stays.
    Raises ValueError: what is no graph, ids that are negative, too large or there twice, unequal lengths, weights or frequencies that
    are negative, no numbers or too large to add up and multiply.
    """
    cdef double[::1] gains = check_all(indptr, importers, edge_ids, is_test, weights, frequencies, edge_count)
    cdef double[::1] others = array("d", [0]) * edge_count
    ends = fewer_ends(indptr, importers, edge_ids, is_test, weights, frequencies)
    cdef Trees trees = Trees(*ends)
    # Two sums on every machine: where weights are not whole, the last digit depends on the order.
    if len(importers) * sum(ends[3]) < WORTH_A_THREAD or _cores() < 2:
        trees.run(gains, 0, 2)
        trees.run(others, 1, 2)
    else:
        _run_both(trees, gains, Trees(*ends), others)
    cdef Py_ssize_t edge
    for edge in range(gains.shape[0]):
        gains[edge] += others[edge]
    return gains.base


def fewer_ends(
    const int[::1] indptr, const int[::1] importers, const int[::1] edge_ids, const unsigned char[::1] is_test,
    const double[::1] weights, const double[::1] frequencies,
):
    """From where to look at a graph, as `Trees` takes it: the tests, or the nodes that change, where they are fewer.

    What a test no longer reaches no longer reaches the test: with all edges turned, what changes is the root and its frequency the weight.
    """
    is_root, changes, worth = bytearray(len(is_test)), bytearray(len(is_test)), array("d", [0]) * len(is_test)
    cdef unsigned char[::1] root = is_root, change = changes
    cdef double[::1] value = worth
    cdef int node
    for node in range(<int>is_test.shape[0]):
        change[node] = frequencies[node] > 0
        if is_test[node] and weights[node] > 0:
            root[node], value[node] = True, weights[node]
    if sum(changes) < sum(is_root):
        return *turn(indptr, importers, edge_ids), changes, frequencies, worth
    return indptr, importers, edge_ids, is_root, worth, frequencies


cdef int _cores() except -1:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


cdef int _run_both(Trees one, double[::1] gains, Trees other, double[::1] others) except -1:
    """The trees of every other test by a thread of its own."""
    from threading import Thread  # a long call needs it, and no other

    thread = Thread(target=other.work, args=(others, 1, 2))
    thread.start()
    try:
        one.run(gains, 0, 2)
        thread.join()
    finally:
        other.is_stopped = True
        thread.join()
    return 0


def bundle_gains(
    const int[::1] indptr not None, const int[::1] importers not None, const int[::1] edge_ids not None,
    const unsigned char[::1] is_test not None, const double[::1] weights not None, const double[::1] frequencies not None,
    const int[::1] bundle_heads not None, const int[::1] bundle_edges not None, *, edge_count, memory=MEMORY,
):
    """Say for each bundle of edges by how much the same sum falls if all of the bundle goes at once.

    Inputs: as `edge_gains`; bundle `i` has the edges ``bundle_edges[bundle_heads[i]:bundle_heads[i + 1]]``, ids below `edge_count`, of
    which those that are not in the graph are passed over; `memory` as for `weigh_tests`. Output: ``gains``, double[bundles]. A bundle costs
    at most about twice as much as counting all tests anew.
    Raises ValueError as `edge_gains`, or for bundles that are no sets; MemoryError as `weigh_tests`.
    """
    check_all(indptr, importers, edge_ids, is_test, weights, frequencies, edge_count)
    check_sets(bundle_heads, bundle_edges, edge_count)
    cdef int bundles = <int>len(bundle_heads) - 1, number, slot, kept, edges = <int>len(importers)
    cdef int[::1] fewer_heads = array("i", indptr), fewer = array("i", importers)
    cdef int[::1] gone = array("i", [-1]) * edge_count
    cdef double before = cost(indptr, importers, is_test, weights, frequencies, memory)
    gains, counted = array("d", [0]) * bundles, b"\1" * bundles
    ends = fewer_ends(indptr, importers, edge_ids, is_test, weights, frequencies)
    if sum(ends[3]) < ROOTS_A_BUNDLE * bundles:
        gains, counted = losses(ends[:3], ends[4], ends[5], bundle_heads, bundle_edges, edge_count)
    cdef double[::1] gain = gains
    for number in range(bundles):
        if not counted[number]:
            continue
        gain[number] = 0
        with nogil:
            for slot in range(bundle_heads[number], bundle_heads[number + 1]):
                gone[bundle_edges[slot]] = number
            kept = _without(indptr, importers, edge_ids, gone, number, fewer_heads, fewer)
        if kept < edges:
            gain[number] = before - cost(fewer_heads, fewer[:kept], is_test, weights, frequencies, memory)
        PyErr_CheckSignals()
    return gains


cdef int _without(
    const int[::1] indptr, const int[::1] importers, const int[::1] edge_ids, const int[::1] gone, int number,
    int[::1] heads, int[::1] kept,
) noexcept nogil:
    """Copy the graph to `heads` and `kept` but for the edges with `number` in `gone`; return how many stay."""
    cdef int node, slot, used = 0
    for node in range(<int>indptr.shape[0] - 1):
        for slot in range(indptr[node], indptr[node + 1]):
            if gone[edge_ids[slot]] != number:
                kept[used] = importers[slot]
                used += 1
        heads[node + 1] = used
    return used


cdef double cost(
    const int[::1] indptr, const int[::1] importers, const unsigned char[::1] is_test, const double[::1] weights,
    const double[::1] frequencies, memory,
) except -1:
    """The sum over nodes of frequency times weight of reached tests."""
    cdef Columns columns = Columns(indptr, importers, is_test, weights)
    cdef Passes passes = Passes(columns, None, None, memory)
    cdef double[::1] sums = passes.run().sums
    cdef double total = 0
    cdef Py_ssize_t node
    with nogil:
        for node in range(sums.shape[0]):
            total += frequencies[node] * sums[node]
    return total


cdef double[::1] check_all(
    const int[::1] indptr, const int[::1] importers, const int[::1] edge_ids, const unsigned char[::1] is_test,
    const double[::1] weights, const double[::1] frequencies, edge_count,
):
    """Raise ValueError for what `edge_gains` refuses; return an array for its answer."""
    cdef int nodes = check_csr(indptr, importers)
    if not 0 <= edge_count <= INT_MAX or len(edge_ids) != len(importers):
        raise ValueError("edge_ids has not one number below edge_count for each importer")
    if len(is_test) != nodes:
        raise ValueError("is_test and the graph differ in length")
    check_numbers(weights, is_test)
    check_numbers(frequencies, b"\1" * nodes)
    if not isfinite(_sum(weights, is_test) * _sum(frequencies, b"\1" * nodes)):
        raise ValueError("weights times frequencies are too large to add up")
    gains = array("d", [0]) * edge_count
    cdef double[::1] seen = gains
    cdef Py_ssize_t slot
    cdef int edge, edges = edge_count
    cdef bint valid = True
    with nogil:
        for slot in range(edge_ids.shape[0]):
            edge = edge_ids[slot]
            valid = 0 <= edge < edges and not seen[edge]
            if not valid:
                break
            seen[edge] = 1
        seen[:] = 0
    if not valid:
        raise ValueError("an edge has two places in the graph, or a number that is negative or not below edge_count")
    return seen


cdef double _sum(const double[::1] numbers, const unsigned char[::1] read) noexcept nogil:
    cdef Py_ssize_t position
    cdef double total = 0
    for position in range(numbers.shape[0]):
        if read[position]:
            total += numbers[position]
    return total


cdef class Trees:
    """The dominator trees of tests, one after the other. Nodes are numbered in the order in which a depth first search meets them."""

    def __init__(
        self, const int[::1] indptr, const int[::1] importers, const int[::1] edge_ids, const unsigned char[::1] is_test,
        const double[::1] weights, const double[::1] frequencies,
    ):
        self.indptr, self.importers, self.edge_ids = indptr, importers, edge_ids
        self.is_test, self.weights, self.frequencies = is_test, weights, frequencies
        cdef int nodes = <int>len(indptr) - 1, node, slot, place
        self.heads, self.imported, self.places = (array("i", [0]) * size for size in (nodes + 2, len(importers), len(importers)))
        self.number, self.cursor, self.node, self.parent, self.semi, self.label, self.above = (array("i", [-1]) * nodes for _ in range(7))
        self.dominator, self.size, self.start, self.free, self.stack = (array("i", [0]) * nodes for _ in range(5))
        self.lost = array("d", [0]) * nodes
        with nogil:
            for slot in range(<int>importers.shape[0]):
                self.heads[importers[slot] + 2] += 1
            for node in range(nodes):
                self.heads[node + 2] += self.heads[node + 1]
            for node in range(nodes):
                for slot in range(indptr[node], indptr[node + 1]):
                    place = self.heads[importers[slot] + 1]
                    self.imported[place], self.places[place] = node, slot
                    self.heads[importers[slot] + 1] += 1

    def work(self, gains, first, step):
        """As `run`, for a thread."""
        self.run(gains, first, step)

    cdef int run(self, double[::1] gains, int first, int step) except -1:
        """Add to `gains` what each edge loses of every `step`-th test from the test number `first` on, until `is_stopped`."""
        cdef int test, number = 0
        for test in range(<int>self.is_test.shape[0]):
            if self.is_stopped:
                break
            if self.is_test[test] and self.weights[test] > 0:
                number += 1
                if (number - 1) % step != first:
                    continue
                with nogil:
                    self._search(test)
                    self._find_dominators()
                    self._measure()
                    self._add_bridges(self.weights[test], gains)
                    self._forget()
                PyErr_CheckSignals()
        return 0

    cdef void _search(self, int root) noexcept nogil:
        """Number what `root` reaches in preorder: `number`, `node`, `parent`."""
        cdef int depth = 1, node, target
        self.number[root], self.node[0], self.parent[0], self.cursor[root], self.stack[0] = 0, root, 0, self.heads[root], root
        self.found = 1
        while depth:
            node = self.stack[depth - 1]
            if self.cursor[node] == self.heads[node + 1]:
                depth -= 1
                continue
            target = self.imported[self.cursor[node]]
            self.cursor[node] += 1
            if self.number[target] < 0:
                self.number[target], self.node[self.found], self.parent[self.found] = self.found, target, self.number[node]
                self.cursor[target], self.stack[depth] = self.heads[target], target
                self.found += 1
                depth += 1

    cdef void _find_dominators(self) noexcept nogil:
        """Semi-NCA: `dominator` of every number but 0."""
        cdef int current, slot, other
        for current in range(self.found):
            self.label[current], self.above[current], self.semi[current] = current, -1, current
        for current in range(self.found - 1, 0, -1):
            self.semi[current] = self.parent[current]
            for slot in range(self.indptr[self.node[current]], self.indptr[self.node[current] + 1]):
                other = self.number[self.importers[slot]]
                if other >= 0:
                    other = self.semi[self._least(other)] if other > current else other
                    self.semi[current] = min(self.semi[current], other)
            self.above[current] = self.parent[current]
        for current in range(1, self.found):
            other = self.parent[current]
            while other > self.semi[current]:
                other = self.dominator[other]
            self.dominator[current] = other

    cdef int _least(self, int current) noexcept nogil:
        """Of the numbers from `current` up to below the root of its linked tree, the one with the least `semi`; compresses the path."""
        cdef int depth = 0, top = current
        while self.above[self.above[top]] >= 0:
            self.stack[depth] = top
            depth += 1
            top = self.above[top]
        while depth:
            depth -= 1
            current = self.stack[depth]
            if self.semi[self.label[self.above[current]]] < self.semi[self.label[current]]:
                self.label[current] = self.label[self.above[current]]
            self.above[current] = self.above[self.above[current]]
        return self.label[current]

    cdef void _measure(self) noexcept nogil:
        """Subtrees of the dominator tree: their `size`, their summed frequencies `lost`, and `start`, so that a subtree is a range."""
        cdef int current, above
        for current in range(self.found):
            self.size[current], self.lost[current] = 1, self.frequencies[self.node[current]]
        for current in range(self.found - 1, 0, -1):
            above = self.dominator[current]
            self.size[above] += self.size[current]
            self.lost[above] += self.lost[current]
        self.start[0], self.free[0] = 0, 1
        for current in range(1, self.found):
            above = self.dominator[current]
            self.start[current], self.free[current] = self.free[above], self.free[above] + 1
            self.free[above] += self.size[current]

    cdef void _add_bridges(self, double weight, double[::1] gains) noexcept nogil:
        """Add to `gains` for every edge that alone leads into its node from outside of the node's subtree."""
        cdef int current, slot, other, bridge, low, high
        for current in range(1, self.found):
            bridge, low = -1, self.start[current]
            high = low + self.size[current]
            for slot in range(self.indptr[self.node[current]], self.indptr[self.node[current] + 1]):
                other = self.number[self.importers[slot]]
                if other < 0 or low <= self.start[other] < high:
                    continue
                if bridge >= 0:
                    bridge = -1
                    break
                bridge = slot
            if bridge >= 0:
                gains[self.edge_ids[bridge]] += weight * self.lost[current]

    cdef void _forget(self) noexcept nogil:
        cdef int current
        for current in range(self.found):
            self.number[self.node[current]] = -1
