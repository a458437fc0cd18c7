# cython: language_level=3
"""A graph made ready for `_counts`: which components get a row, and which tests share a column.

Tests in components without importers need no row: they are seeds of what they import. Those with the same seeds share a column.
Columns are sorted by the hubs they start from, so that a pass sees tests that reach the same.
"""

from array import array

from cpython.exc cimport PyErr_CheckSignals
from libc.limits cimport INT_MAX
from libc.math cimport isfinite
from libc.stdlib cimport qsort

from impactgraph._core cimport check_csr, condense, find_components

cdef enum:
    HUBS = 64

cdef struct Item:
    # The tests of one component, to be sorted: `hubs` among its seeds, a hash of all seeds, the lowest, the component.
    Word hubs
    Word digest
    int lowest
    int component


cdef int check_numbers(const double[::1] numbers, const unsigned char[::1] read) except -1:
    """Raise ValueError unless there is a number per byte of `read`, and those with a byte that is not 0 can be added up."""
    if len(numbers) != len(read):
        raise ValueError("weights or frequencies are not a double for each node")
    cdef Py_ssize_t node
    cdef double total = 0
    cdef bint valid = True
    with nogil:
        for node in range(numbers.shape[0]):
            if read[node]:
                valid = valid and numbers[node] >= 0
                total += numbers[node]
    if not (valid and isfinite(total)):
        raise ValueError("weights or frequencies are negative, no numbers, or too large to add up")
    return 0


cdef int check_sets(const int[::1] heads, const int[::1] members, Py_ssize_t limit) except -1:
    """Raise ValueError unless `heads` rises from 0 to the number of members and these are in range(limit)."""
    if not 1 <= len(heads) <= INT_MAX or len(members) > INT_MAX:
        raise ValueError("heads is empty, or a count does not fit a C int")
    cdef Py_ssize_t sets = len(heads) - 1, position
    cdef bint valid = heads[0] == 0 and heads[sets] == len(members)
    with nogil:
        for position in range(sets):
            valid = valid and heads[position] <= heads[position + 1]
        for position in range(members.shape[0]):
            valid = valid and 0 <= members[position] < limit
    if not valid:
        raise ValueError("heads do not rise from 0 to the number of members, or a member is out of range")
    return 0


cdef class Columns:
    """A graph made ready: rows for the components that have importers, columns for tests that start from the same rows."""

    def __init__(
        self, const int[::1] indptr, const int[::1] importers, const unsigned char[::1] is_test, const double[::1] weights,
    ):
        cdef int nodes = check_csr(indptr, importers), node, components
        if len(is_test) != nodes:
            raise ValueError("is_test and the graph differ in length")
        self.nodes, self.weighted = nodes, weights is not None
        self.component = array("i", [-1]) * nodes
        cdef int[::1] members = array("i", [0]) * nodes
        self.components = components = find_components(indptr, importers, self.component, members)
        PyErr_CheckSignals()
        cdef int[::1] heads = array("i", [0]) * (components + 1), above = array("i", [0]) * len(importers)
        cdef int[::1] mark = array("i", [-1]) * components
        self.row, self.column = array("i", [-1]) * components, array("i", [-1]) * components
        self.own_count, self.own_sum = array("i", [0]) * components, array("d", [0]) * components
        with nogil:
            condense(indptr, importers, self.component, members, mark, heads, above)
            for node in range(nodes):
                if is_test[node]:
                    self.own_count[self.component[node]] += 1
                    if self.weighted:
                        self.own_sum[self.component[node]] += weights[node]
            for node in range(components):
                if heads[node] < heads[node + 1]:
                    self.row[node] = self.rows
                    self.rows += 1
        PyErr_CheckSignals()
        self._split(heads, above)
        PyErr_CheckSignals()
        self._group()
        PyErr_CheckSignals()

    cdef int _split(self, const int[::1] heads, const int[::1] above) except -1:
        """From the graph of components: edges between rows (`heads`, `above`), and the seeds of every component with tests."""
        cdef int components = self.components, current, slot, other, used = 0
        self.heads, self.above = array("i", [0]) * (self.rows + 1), array("i", [0]) * heads[components]
        self.seed_heads = array("i", [0]) * (components + 2)
        cdef int[::1] ends = self.seed_heads
        with nogil:
            for current in range(components):
                if self.row[current] < 0:
                    continue
                if self.own_count[current]:
                    ends[current + 2] += 1
                for slot in range(heads[current], heads[current + 1]):
                    other = above[slot]
                    if self.row[other] >= 0:
                        self.above[used] = self.row[other]
                        used += 1
                    elif self.own_count[other]:
                        ends[other + 2] += 1
                self.heads[self.row[current] + 1] = used
            for current in range(components + 1):
                ends[current + 1] += ends[current]
        self.seeds = array("i", [0]) * ends[components + 1]
        with nogil:
            for current in range(components):
                if self.row[current] < 0:
                    continue
                if self.own_count[current]:
                    self.seeds[ends[current + 1]] = self.row[current]
                    ends[current + 1] += 1
                for slot in range(heads[current], heads[current + 1]):
                    other = above[slot]
                    if self.row[other] < 0 and self.own_count[other]:
                        self.seeds[ends[other + 1]] = self.row[current]
                        ends[other + 1] += 1
        return 0

    cdef int _group(self) except -1:
        """Drop seeds that a hub among the seeds implies, sort the components with tests, and give equal ones one column."""
        cdef int components = self.components, current, items = 0, position
        cdef int[::1] ends = array("i", [0]) * components
        cdef Word[::1] hub = array("Q", [0]) * self.rows, behind = array("Q", [0]) * self.rows
        cdef Word[::1] buffer = array("Q", [0]) * (components * ((sizeof(Item) + 7) // 8) + 1)
        cdef Item* item = <Item*>&buffer[0]
        self.column_items = array("i", [0]) * components
        self.column_count, self.column_sum = array("i", [0]) * components, array("d", [0]) * components
        cdef bint sort
        with nogil:
            for current in range(components):
                ends[current] = self.seed_heads[current + 1]
                if self.seed_heads[current] < ends[current]:
                    item[items].component = current
                    items += 1
            sort = items > 64 * WIDEST  # else one pass takes all as they come
            if sort:
                _find_hubs(self.seeds, self.heads, self.above, hub, behind)
                for position in range(items):
                    current = item[position].component
                    ends[current] = _reduce(self.seeds, self.seed_heads[current], ends[current], hub, behind, &item[position])
                qsort(item, items, sizeof(Item), _compare)
            for position in range(items):
                current = item[position].component
                if not (sort and position and item[position].digest == item[position - 1].digest and self._same(
                    item[position - 1].component, current, ends
                )):
                    self.column_items[self.columns] = current
                    self.columns += 1
                self.column[current] = self.columns - 1
                self.column_count[self.columns - 1] += self.own_count[current]
                self.column_sum[self.columns - 1] += self.own_sum[current]
        self.seed_ends = ends
        return 0

    cdef bint _same(self, int one, int other, const int[::1] ends) noexcept nogil:
        """Whether two components have the same seeds."""
        cdef int length = ends[one] - self.seed_heads[one], position
        if length != ends[other] - self.seed_heads[other]:
            return False
        for position in range(length):
            if self.seeds[self.seed_heads[one] + position] != self.seeds[self.seed_heads[other] + position]:
                return False
        return True


cdef void _find_hubs(
    const int[::1] seeds, const int[::1] heads, const int[::1] above, Word[::1] hub, Word[::1] behind,
) noexcept nogil:
    """The rows that most components with tests start from.

    Outputs, a word per row, all 0 before: `hub`, one bit if the row is a hub; `behind`, the bits of the hubs that reach it. Scratch:
    `behind` counts first.
    """
    cdef int[HUBS] best
    cdef int row, place, slot, known = 0
    cdef Py_ssize_t position
    for position in range(seeds.shape[0]):
        behind[seeds[position]] += 1
    for row in range(<int>hub.shape[0]):
        if not behind[row] or (known == HUBS and behind[row] <= behind[best[HUBS - 1]]):
            continue
        place = known if known < HUBS else HUBS - 1
        while place and behind[best[place - 1]] < behind[row]:
            best[place] = best[place - 1]
            place -= 1
        best[place] = row
        known = min(known + 1, <int>HUBS)
    for place in range(known):
        hub[best[place]] = 1ULL << (63 - place)
    for row in range(<int>hub.shape[0]):
        behind[row] = 0
        for slot in range(heads[row], heads[row + 1]):
            behind[row] |= behind[above[slot]] | hub[above[slot]]


cdef int _reduce(int[::1] seeds, int first, int last, const Word[::1] hub, const Word[::1] behind, Item* item) noexcept nogil:
    """Keep, in place, the seeds that no hub among them reaches; describe them in `item`; return the new end."""
    cdef Word hubs = 0
    cdef int position, kept = first
    for position in range(first, last):
        hubs |= hub[seeds[position]]
    item.hubs = item.digest = 0
    for position in range(first, last):
        if not behind[seeds[position]] & hubs:
            seeds[kept] = seeds[position]
            item.hubs |= hub[seeds[kept]]
            item.digest = (item.digest ^ <Word>seeds[kept]) * 0x9E3779B97F4A7C15ULL
            item.digest ^= item.digest >> 29
            kept += 1
    item.lowest = seeds[first]
    return kept


cdef int _compare(const void* one, const void* other) noexcept nogil:
    cdef const Item* a = <const Item*>one
    cdef const Item* b = <const Item*>other
    if a.hubs != b.hubs:
        return -1 if a.hubs < b.hubs else 1
    if a.lowest != b.lowest:
        return -1 if a.lowest < b.lowest else 1
    if a.digest != b.digest:
        return -1 if a.digest < b.digest else 1
    return (a.component > b.component) - (a.component < b.component)
