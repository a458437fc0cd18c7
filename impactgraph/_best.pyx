# cython: language_level=3
"""The single edges that cost most, proven best without pricing every edge. `_reference_costs` has the twin.

Without edge u -> v a test t may no longer reach a node x, but only if t does not reach v without the edge, and u does not reach x without
it. So the gain is at most the weight of all such t times the frequency of all such x. Both are found for all edges at once
(`_sides`): between components from the sets that each component reaches, in cycles by searches for those edges that are bridges from
any node, in either direction, as only they cut anything (Italiano, Laura, Santaroni, "Finding strong bridges and strong articulation
points in linear time", 2012). Edges are then priced exactly, the largest bound first, until the k-th best is above the next bound: what
is left can't be better. Where that would take longer than all trees (`_gains`), it is those that are taken.
"""

from array import array

from cpython.exc cimport PyErr_CheckSignals
from libc.string cimport memset

from impactgraph._columns cimport Word
from impactgraph._core cimport find_components
from impactgraph._gains cimport Trees, check_all
from impactgraph._sides cimport EMPTY, FULL, LANES, WIDTH, Side, lowest_bit

from impactgraph._core import reverse_csr
from impactgraph._gains import bundle_gains, edge_gains
from impactgraph._spans import turn

FIRST_BATCH, LAST_BATCH = 32, 1024  # candidates that are priced together
SLACK = 1 + 1e-9  # bounds and gains are rounded, where weights are not whole
LEAST_PATIENCE = 1_000_000  # a few milliseconds


def top_edge_gains(
    const int[::1] indptr not None, const int[::1] importers not None, const int[::1] edge_ids not None,
    const unsigned char[::1] is_test not None, const double[::1] weights not None, const double[::1] frequencies not None, k, *, edge_count,
):
    """Pick the `k` edges with the largest gains above 0: ``edges``, int, and ``gains``, double, the best first, of equals the lowest.

    Inputs and errors as `edge_gains`; a negative `k` is a ValueError too.
    """
    if k < 0:
        raise ValueError("k is negative")
    check_all(indptr, importers, edge_ids, is_test, weights, frequencies, edge_count)
    cdef Candidates candidates = Candidates(indptr, importers, edge_ids, is_test, weights, frequencies, edge_count)
    known = candidates.best(k) if k else {}
    best = sorted((edge for edge, gain in known.items() if gain > 0), key=lambda edge: (-known[edge], edge))[:k]
    return array("i", best), array("d", [known[edge] for edge in best])


cdef class Candidates:
    """All edges of a graph with what they could save at most. A slot is the place of an edge in `importers`."""

    cdef const int[::1] indptr, importers, edge_ids
    cdef const unsigned char[::1] is_test
    cdef const double[::1] weights, frequencies
    cdef int edge_count
    cdef int[::1] imported  # by slot
    cdef int[::1] slot_of  # by edge
    cdef Side up, down  # against imports, to tests; along imports
    cdef object bounds  # by edge
    cdef double patience  # so many edges may be looked at: as many as the trees that `edge_gains` grows would

    def __init__(
        self, const int[::1] indptr, const int[::1] importers, const int[::1] edge_ids, const unsigned char[::1] is_test,
        const double[::1] weights, const double[::1] frequencies, int edge_count,
    ):
        self.indptr, self.importers, self.edge_ids = indptr, importers, edge_ids
        self.is_test, self.weights, self.frequencies, self.edge_count = is_test, weights, frequencies, edge_count
        cdef int nodes = <int>len(indptr) - 1, node, slot, components
        self.imported, self.slot_of = array("i", [0]) * len(importers), array("i", [0]) * edge_count
        cdef int[::1] component = array("i", [-1]) * nodes, members = array("i", [0]) * nodes
        components = find_components(indptr, importers, component, members)
        cdef int[::1] turned = array("i", [0]) * nodes, backwards = array("i", [0]) * nodes
        cdef double[::1] worth = array("d", [0]) * nodes
        with nogil:
            for node in range(nodes):
                turned[node], backwards[node] = components - 1 - component[node], members[nodes - 1 - node]
                worth[node] = weights[node] if is_test[node] else 0
                for slot in range(indptr[node], indptr[node + 1]):
                    self.imported[slot], self.slot_of[edge_ids[slot]] = node, slot
        self.up = Side(indptr, importers, edge_ids, worth, component, members, components)
        self.down = Side(*turn(indptr, importers, edge_ids), frequencies, turned, backwards, components)
        self.patience = LEAST_PATIENCE + len(importers) * <double>min(_positive(self.up.worth), _positive(self.down.worth))

    cdef bint find_bounds(self) except -1:
        """Fill `bounds`: the weight of tests that depend on each edge, times the frequency of nodes that do; False: it takes too long."""
        tests, nodes = array("d", [0]) * self.edge_count, array("d", [0]) * self.edge_count
        cdef double[::1] test_weight = tests, frequency = nodes
        cdef unsigned char[::1] wanted = bytearray(b"\1") * self.edge_count
        cdef int edge, slot, component, position
        self.up.alone(wanted, test_weight)
        for edge in range(self.edge_count):
            wanted[edge] = test_weight[edge] > 0
        self.down.alone(wanted, frequency)
        for slot in self._inner_bridges():
            edge, component = self.edge_ids[slot], self.up.component[self.imported[slot]]
            for position in range(self.up.member_heads[component], self.up.member_heads[component + 1]):
                self.patience -= self.indptr[self.up.members[position] + 1] - self.indptr[self.up.members[position]]
            if self.patience < 0:
                return False
            with nogil:
                test_weight[edge] = self.up.lose(self.imported[slot], self.importers[slot], edge)
                if test_weight[edge] > 0:
                    frequency[edge] = self.down.lose(self.importers[slot], self.imported[slot], edge)
            PyErr_CheckSignals()
        for edge in range(self.edge_count):
            test_weight[edge] *= frequency[edge]
        self.bounds = tests
        return True

    cdef list _inner_bridges(self):
        """The slots of edges in cycles that are bridges from some node, in either direction, sorted by component."""
        cdef int slot, current
        cdef int[::1] component = self.up.component
        cdef unsigned char[::1] inner = bytearray(len(self.importers))
        cdef unsigned char[::1] roots = bytearray(self.up.nodes)
        for slot in range(<int>len(self.importers)):
            inner[slot] = component[self.importers[slot]] == component[self.imported[slot]]
        for current in range(self.up.components):
            if self.up.member_heads[current + 1] - self.up.member_heads[current] > 1:
                roots[self.up.members[self.up.member_heads[current]]] = True
        found = array("d", [0]) * len(self.importers)
        cdef double[::1] bridge = found
        ones = array("d", [1]) * self.up.nodes
        Trees(*reverse_csr(self.up.nodes, self.importers, self.imported, inner), roots, ones, ones).run(bridge, 0, 1)
        Trees(*reverse_csr(self.up.nodes, self.imported, self.importers, inner), roots, ones, ones).run(bridge, 0, 1)
        slots = [slot for slot in range(<int>len(self.importers)) if bridge[slot] > 0]
        return sorted(slots, key=lambda slot: self.up.component[self.imported[slot]])

    cdef dict best(self, k):
        """Exact gains by edge, those of the `k` best among them."""
        if not self.find_bounds():
            return self._all()
        bounds = self.bounds
        order = sorted((edge for edge in range(self.edge_count) if bounds[edge] > 0), key=lambda edge: (-bounds[edge], edge))
        cdef Losses losses = Losses(self)
        known, size, place = {}, FIRST_BATCH, 0
        while place < len(order):
            leaders = sorted(known.values(), reverse=True)[:k]
            least = leaders[k - 1] if len(leaders) == k else 0
            batch = [edge for edge in order[place : place + size] if bounds[edge] * SLACK >= least]
            if not batch:
                break
            known.update(losses.of(batch))
            if losses.looked_at > self.patience:
                return self._all()
            place += size
            size = min(2 * size, LAST_BATCH)
        return known

    cdef dict _all(self):
        gains = edge_gains(
            self.indptr, self.importers, self.edge_ids, self.is_test, self.weights, self.frequencies, edge_count=self.edge_count,
        )
        return dict(enumerate(gains))


cdef int _positive(const double[::1] numbers) noexcept nogil:
    """How many are above 0."""
    cdef int count = 0
    cdef Py_ssize_t position
    for position in range(numbers.shape[0]):
        count += numbers[position] > 0
    return count


cdef class Losses:
    """What single edges cost exactly: sets of tests are counted anew only where something of them is gone."""

    cdef Candidates c
    cdef Side up, down
    cdef Word[::1] gone  # by component: columns of this pass that it no longer reaches, if its `stamp` is the current one
    cdef int[::1] stamp
    cdef int current
    cdef Word[::1] waiting  # a bit per component
    cdef int last_waiting  # word
    cdef double looked_at  # edges, so far

    def __init__(self, Candidates candidates):
        self.c, self.up, self.down = candidates, candidates.up, candidates.down
        self.gone, self.stamp = array("Q", [0]) * (self.up.components * WIDTH), array("i", [-1]) * self.up.components
        self.waiting = array("Q", [0]) * (self.up.components // 64 + 1)
        self.up.gather_columns(True)

    cdef dict of(self, batch):
        """The gain of each edge."""
        cdef int[::1] component = self.up.component
        slots = [self.c.slot_of[edge] for edge in batch]
        inner = array("i", [
            edge for edge, slot in zip(batch, slots) if component[self.c.importers[slot]] == component[self.c.imported[slot]]
        ])
        gains = bundle_gains(
            self.c.indptr, self.c.importers, self.c.edge_ids, self.c.is_test, self.c.weights, self.c.frequencies,
            array("i", range(len(inner) + 1)), inner, edge_count=self.c.edge_count,
        )
        known = dict(zip(inner, gains))
        self.looked_at += len(inner) * <double>len(self.c.importers)
        outer = array("i", [slot for edge, slot in zip(batch, slots) if edge not in known])
        known.update(zip([self.c.edge_ids[slot] for slot in outer], self._between(outer)))
        return known

    cdef object _between(self, int[::1] slots):
        """The gain of each edge between components, by its slot."""
        cdef int first
        cdef Py_ssize_t number
        gains = array("d", [0]) * len(slots)
        cdef double[::1] gain = gains
        cdef unsigned char[::1] nothing = bytearray(self.c.edge_count)
        for first in range(0, self.up.column_count, LANES):
            with nogil:
                self.up.fill(first, nothing, gain)
                self.stamp[:] = -1
                for number in range(slots.shape[0]):
                    self.current = <int>number
                    gain[number] += self._lose(slots[number])
            PyErr_CheckSignals()
        return gains

    cdef double _lose(self, int slot) noexcept nogil:
        """Frequency times weight of what is no longer reached in this pass without the edge in `slot`."""
        cdef int target = self.up.component[self.c.imported[slot]], source = self.up.component[self.c.importers[slot]], word, component
        cdef double total = 0, lost
        if self.up.flags[source] == EMPTY:
            return 0
        self._expect(target, &self.up.rows[<Py_ssize_t>source * WIDTH])
        word = target >> 6
        self.last_waiting = word
        while word <= self.last_waiting:
            if not self.waiting[word]:
                word += 1
                continue
            component = 64 * word + lowest_bit(self.waiting[word])
            self.waiting[word] &= self.waiting[word] - 1
            lost = self._count_anew(component, slot)
            if lost > 0:
                total += lost * self._hand_on(component)
        return total

    cdef void _expect(self, int component, const Word* bits) noexcept nogil:
        """A component may lose `bits`: it is looked at later."""
        cdef Word* gone = &self.gone[<Py_ssize_t>component * WIDTH]
        cdef int word
        if self.stamp[component] != self.current:
            self.stamp[component] = self.current
            memset(gone, 0, WIDTH * sizeof(Word))
            self.waiting[component >> 6] |= 1ULL << (component & 63)
            self.last_waiting = max(self.last_waiting, component >> 6)
        for word in range(WIDTH):
            gone[word] |= bits[word]

    cdef double _count_anew(self, int component, int without) noexcept nogil:
        """Keep, of what the component may lose, what it does not reach otherwise; return what that weighs."""
        cdef Word* gone = &self.gone[<Py_ssize_t>component * WIDTH]
        cdef const Word* row
        cdef const Word* missing
        cdef Word left = 0
        cdef int position, slot, other, word, column
        for column in range(max(self.up.first, self.up.column_heads[component]), min(self.up.last, self.up.column_heads[component + 1])):
            gone[(column - self.up.first) >> 6] &= ~(1ULL << ((column - self.up.first) & 63))
        for word in range(WIDTH):
            left |= gone[word]
        for position in range(self.up.member_heads[component], self.up.member_heads[component + 1]):
            for slot in range(self.up.heads[self.up.members[position]], self.up.heads[self.up.members[position] + 1]):
                other = self.up.component[self.up.ends[slot]]
                if not left:
                    return 0
                self.looked_at += 1
                if other == component or slot == without or self.up.flags[other] == EMPTY:
                    continue
                row, missing = &self.up.rows[<Py_ssize_t>other * WIDTH], &self.gone[<Py_ssize_t>other * WIDTH]
                left = 0
                for word in range(WIDTH):
                    gone[word] &= ~row[word] | (missing[word] if self.stamp[other] == self.current else 0)
                    left |= gone[word]
        return self.up.weigh(gone, gone) if left else 0

    cdef double _hand_on(self, int component) noexcept nogil:
        """What has lost something may make others lose it; return how often its own nodes change."""
        cdef double frequency = 0
        cdef int position, node, slot, other
        for position in range(self.up.member_heads[component], self.up.member_heads[component + 1]):
            node = self.up.members[position]
            frequency += self.c.frequencies[node]
            for slot in range(self.down.heads[node], self.down.heads[node + 1]):
                other = self.up.component[self.down.ends[slot]]
                if other != component:
                    self._expect(other, &self.gone[<Py_ssize_t>component * WIDTH])
        return frequency
