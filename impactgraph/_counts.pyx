# cython: language_level=3
"""How many tests, and of what weight, every node and every set of nodes reaches. `_reference_costs` is its twin in Python.

Tests are bits, handed down from importers to imported over the graph of the components that `_columns` prepares, as many columns a pass
as the rows are wide. Beside what is told there, two things keep the rows few:

- A row that is full is a flag; who has a full importer is full.
- A row that equals an importer's is that importer's row: it holds all of it, so the same number of bits means the same bits.
"""

from array import array

from cpython.exc cimport PyErr_CheckSignals
from libc.limits cimport INT_MAX
from libc.string cimport memcpy, memset

from impactgraph._columns cimport WIDEST, Columns, Word, check_numbers, check_sets
from impactgraph._core cimport check_csr

from impactgraph.model import MEMORY, Weighed

cdef extern from *:
    """
    /* Without the processor's own instruction, which not all have, this is faster than the compiler's function. */
    static inline int impactgraph_popcount(unsigned long long word)
    {
        word -= word >> 1 & 0x5555555555555555ULL;
        word = (word & 0x3333333333333333ULL) + (word >> 2 & 0x3333333333333333ULL);
        return (int)((((word + (word >> 4)) & 0x0F0F0F0F0F0F0F0FULL) * 0x0101010101010101ULL) >> 56);
    }
    """
    int impactgraph_popcount(Word word) nogil

cdef enum:
    EMPTY = 0  # the flags of a row in one pass
    KNOWN = 1  # its bits are in the row that `twin` names
    FULL = 2
    SEEDED = 3  # its own bits are set, those of its importers are not


def count_tests(const int[::1] indptr not None, const int[::1] importers not None, const unsigned char[::1] is_test not None):
    """Count, for every node at once, the tests among what it reaches over importers, itself included.

    Inputs: a graph as `reverse_csr` returns it; `is_test` has a byte per node, 0 = no test.
    Output: ``counts``, int[nodes].
    Raises ValueError: arrays that are no graph, `is_test` of another length.
    """
    cdef Columns columns = Columns(indptr, importers, is_test, None)
    return Passes(columns, None, None, MEMORY).run().counts


def weigh_tests(
    const int[::1] indptr not None, const int[::1] importers not None, const unsigned char[::1] is_test not None,
    const double[::1] weights not None, const int[::1] set_heads=None, const int[::1] set_nodes=None, *, memory=MEMORY,
):
    """Count and weigh the tests that each node reaches, and the union that each set of nodes reaches.

    Inputs: as `count_tests`; `weights`, double[nodes], of which those of tests are read; set `i` has the nodes
    ``set_nodes[set_heads[i]:set_heads[i + 1]]``; `memory`, the bytes that
    all that grows with graph times tests may take (the rest grows with the graph alone).
    Output: `Weighed`. Whole weights give exact sums as long as they are below 2**53.
    Raises ValueError: as `count_tests`; weights that are negative, no numbers or too large to add up; heads that do not rise from 0 to
    the number of nodes in sets. Raises MemoryError, before it starts: not even the narrowest rows fit into `memory`.
    """
    if (set_heads is None) != (set_nodes is None):
        raise ValueError("set_heads and set_nodes come together")
    check_csr(indptr, importers)
    if len(is_test) != len(indptr) - 1:
        raise ValueError("is_test and the graph differ in length")
    check_numbers(weights, is_test)
    if set_heads is not None:
        check_sets(set_heads, set_nodes, len(is_test))
    cdef Columns columns = Columns(indptr, importers, is_test, weights)
    return Passes(columns, set_heads, set_nodes, memory).run()


def reached_tests(
    const int[::1] indptr not None, const int[::1] importers not None, const unsigned char[::1] is_test not None,
    const int[::1] set_heads not None, const int[::1] set_nodes not None, *, memory=MEMORY,
):
    """List the tests that each set of nodes reaches.

    Inputs: as `weigh_tests`. Outputs: the ids of the tests that set `i` reaches are ``tests[heads[i]:heads[i + 1]]``, ascending;
    ``heads`` is int[sets + 1]. One search per set: meant for some sets, not for all nodes.
    Raises ValueError: as `weigh_tests`, or more tests in all than a C int can count. Raises MemoryError, before it lists any: neither
    `weigh_tests` nor all those ids fit into `memory`.
    """
    cdef int nodes = check_csr(indptr, importers), number, found
    if len(is_test) != nodes:
        raise ValueError("is_test and the graph differ in length")
    check_sets(set_heads, set_nodes, nodes)
    cdef int sets = <int>len(set_heads) - 1
    cdef Columns columns = Columns(indptr, importers, is_test, None)
    expected = sum(Passes(columns, set_heads, set_nodes, memory).run().set_counts)
    if expected > INT_MAX:
        raise ValueError("the sets reach more tests than a C int can count")
    if expected * sizeof(int) > memory:
        raise MemoryError(f"the sets reach {expected} tests, whose ids take {expected * sizeof(int)} bytes, {memory} are allowed")
    heads, tests = array("i", [0]) * (sets + 1), array("i", [0]) * expected
    cdef int[::1] ends = heads, mark = array("i", [-1]) * nodes, queue = array("i", [0]) * nodes
    scratch = array("i", [0]) * nodes
    cdef int[::1] listed = scratch
    for number in range(sets):
        with nogil:
            found = _list_tests(indptr, importers, is_test, set_nodes[set_heads[number]:set_heads[number + 1]], number, mark, queue, listed)
        ends[number + 1] = ends[number] + found
        tests[ends[number]:ends[number + 1]] = array("i", sorted(scratch[:found]))
        PyErr_CheckSignals()
    return heads, tests


cdef int _list_tests(
    const int[::1] indptr, const int[::1] importers, const unsigned char[::1] is_test, const int[::1] seeds, int number,
    int[::1] mark, int[::1] queue, int[::1] listed,
) noexcept nogil:
    """Search from `seeds`; write the tests found into `listed`, in any order, and return how many. `mark`: not yet `number` anywhere."""
    cdef int head = 0, tail = 0, found = 0, node, slot
    cdef Py_ssize_t position
    for position in range(seeds.shape[0]):
        if mark[seeds[position]] != number:
            mark[seeds[position]] = number
            queue[tail] = seeds[position]
            tail += 1
    while head < tail:
        node = queue[head]
        head += 1
        if is_test[node]:
            listed[found] = node
            found += 1
        for slot in range(indptr[node], indptr[node + 1]):
            if mark[importers[slot]] != number:
                mark[importers[slot]] = number
                queue[tail] = importers[slot]
                tail += 1
    return found


cdef class Passes:
    """The rows, and what one pass after the other adds up."""

    def __init__(self, Columns columns, const int[::1] set_heads, const int[::1] set_nodes, memory):
        self.c = columns
        # A word of each row and of the union, and what all values of its bytes weigh: all that grows with graph times tests.
        cdef Py_ssize_t rows = columns.rows, deepest = 0, row
        cdef Py_ssize_t bytes_per_word = (rows + 1) * sizeof(Word) + 2048 * (sizeof(int) + (sizeof(double) if columns.weighted else 0))
        self.words = min(<int>WIDEST, (columns.columns + 63) // 64)
        if columns.columns:
            self.words = <int>min(<Py_ssize_t>self.words, max(0, int(memory)) // bytes_per_word)
            if not self.words:
                raise MemoryError(f"{rows} components with importers need {bytes_per_word} bytes for 64 tests at a time, {memory} are allowed")
        for row in range(rows):
            deepest = max(deepest, columns.heads[row + 1] - columns.heads[row])
        self.bits = array("Q", [0]) * (rows * self.words + 1)
        self.union_bits = array("Q", [0]) * (self.words + 1)
        self.flags = bytearray(rows)
        self.twin, self.size, self.mark = array("i", [0]) * rows, array("i", [0]) * rows, array("i", [-1]) * rows
        self.block_count, self.block_sum = array("i", [0]) * rows, array("d", [0]) * rows
        self.row_count, self.row_sum = array("i", [0]) * rows, array("d", [0]) * rows
        self.count_of, self.sum_of = array("i", [0]) * (self.words * 2048 + 1), array("d", [0]) * (self.words * 2048 + 1 if columns.weighted else 1)
        self._take_sets(set_heads, set_nodes)
        for row in range(<Py_ssize_t>len(self.set_heads) - 1):
            deepest = max(deepest, self.set_heads[row + 1] - self.set_heads[row])
        self.parents = array("i", [0]) * (deepest + 1)

    cdef int _take_sets(self, const int[::1] set_heads, const int[::1] set_nodes) except -1:
        """Each set as distinct rows, and as distinct components without a row that have tests."""
        cdef int sets = 0 if set_heads is None else <int>len(set_heads) - 1, number, slot, component, rows = 0, leaves = 0
        if sets > INT_MAX - self.c.rows:
            raise ValueError("more sets than a C int can count")
        cdef Py_ssize_t length = 0 if set_nodes is None else len(set_nodes)
        self.set_heads, self.set_rows = array("i", [0]) * (sets + 1), array("i", [0]) * length
        self.leaf_heads, self.set_leaves = array("i", [0]) * (sets + 1), array("i", [0]) * length
        self.set_counts = counts = array("i", [0]) * sets
        self.set_sums = sums = array("d", [0]) * sets
        cdef int[::1] count = counts, seen = array("i", [-1]) * self.c.components
        cdef double[::1] sum = sums
        with nogil:
            for number in range(sets):
                for slot in range(set_heads[number], set_heads[number + 1]):
                    component = self.c.component[set_nodes[slot]]
                    if seen[component] == number:
                        continue
                    seen[component] = number
                    if self.c.row[component] >= 0:
                        self.set_rows[rows] = self.c.row[component]
                        rows += 1
                    elif self.c.column[component] >= 0:
                        self.set_leaves[leaves] = component
                        leaves += 1
                    else:
                        count[number] += self.c.own_count[component]
                        sum[number] += self.c.own_sum[component]
                self.set_heads[number + 1], self.leaf_heads[number + 1] = rows, leaves
        return 0

    cdef object run(self):
        """All passes; the answer."""
        cdef int first, node, component, columns = self.c.columns, lanes = 64 * max(1, self.words)
        cdef int[::1] set_count = self.set_counts
        cdef double[::1] set_sum = self.set_sums
        for first in range(0, columns, lanes):
            with nogil:
                self._start(first, min(first + lanes, columns))
                self._hand_down()
                self._add_sets(set_count, set_sum)
            PyErr_CheckSignals()
        counts, sums = array("i", [0]) * self.c.nodes, array("d", [0]) * self.c.nodes
        cdef int[::1] count = counts
        cdef double[::1] sum = sums
        with nogil:
            for node in range(self.c.nodes):
                component = self.c.component[node]
                if self.c.row[component] >= 0:
                    count[node], sum[node] = self.row_count[self.c.row[component]], self.row_sum[self.c.row[component]]
                else:
                    count[node], sum[node] = self.c.own_count[component], self.c.own_sum[component]
        return Weighed(counts, sums, self.set_counts, self.set_sums)

    cdef void _start(self, int first, int last) noexcept nogil:
        """Clear flags, set the bits of seeds, and add up what every value of every byte of a row weighs."""
        cdef int column, lane, slot, row, item, value, low
        self.first, self.last, self.lowest = first, last, self.c.rows
        self.all_count, self.all_sum, self.plain = 0, 0, not self.c.weighted
        if self.c.rows:
            memset(&self.flags[0], EMPTY, self.c.rows)
            memset(&self.mark[0], 0xFF, self.c.rows * sizeof(int))
        for column in range(first, last):
            lane, item = column - first, self.c.column_items[column]
            self.all_count += self.c.column_count[column]
            self.all_sum += self.c.column_sum[column]
            self.plain = self.plain and self.c.column_count[column] == 1
            for slot in range(self.c.seed_heads[item], self.c.seed_ends[item]):
                row = self.c.seeds[slot]
                self.lowest = min(self.lowest, row)
                if self.flags[row] == EMPTY:
                    self.flags[row] = SEEDED
                    memset(&self.bits[<Py_ssize_t>row * self.words], 0, self.words * sizeof(Word))
                self.bits[<Py_ssize_t>row * self.words + (lane >> 6)] |= 1ULL << (lane & 63)
        if self.plain:
            return
        for column in range(first, last):
            # All values of the byte whose highest bit is this column's: those below, and the column.
            low = 1 << (column - first & 7)
            item = 256 * (column - first >> 3)
            for value in range(low):
                self.count_of[item + low + value] = self.count_of[item + value] + self.c.column_count[column]
            if self.c.weighted:
                for value in range(low):
                    self.sum_of[item + low + value] = self.sum_of[item + value] + self.c.column_sum[column]

    cdef void _hand_down(self) noexcept nogil:
        """Rows from importers to imported: `twin` and flags of all rows, totals of rows added to."""
        cdef int row, best, known
        for row in range(self.lowest, self.c.rows):
            best = self._gather(self.c.above, self.c.heads[row], self.c.heads[row + 1], row, self.flags[row] == SEEDED, &known,
                                &self.bits[<Py_ssize_t>row * self.words])
            if known == EMPTY:
                continue
            self.flags[row] = known
            if known == FULL:
                self.row_count[row] += self.all_count
                self.row_sum[row] += self.all_sum
                continue
            if best < 0:
                best = row
                self.size[row] = self.union_size
                self._weigh(&self.bits[<Py_ssize_t>row * self.words], &self.block_count[row], &self.block_sum[row])
            self.twin[row] = best
            self.row_count[row] += self.block_count[best]
            self.row_sum[row] += self.block_sum[best]

    cdef int _gather(self, const int[::1] parents, int first, int last, int stamp, bint seeded, int* known, Word* union_) noexcept nogil:
        """The union of the rows ``parents[first:last]``, and of `union_` if that is seeded.

        Outputs: `known`, whether it is EMPTY, FULL or KNOWN; if KNOWN, the row returned has the same bits, or -1: they are in `union_`,
        `self.union_size` of them. `stamp` is new in this pass. Rows of parents are done.
        """
        cdef int word, row, best = -1, distinct = 0, size = 0
        cdef int position
        cdef const Word* bits
        for position in range(first, last):
            row = parents[position]
            if self.flags[row] == FULL:
                known[0] = FULL
                return -1
            if self.flags[row] == EMPTY:
                continue
            row = self.twin[row]
            if self.mark[row] != stamp:
                self.mark[row] = stamp
                self.parents[distinct] = row
                distinct += 1
                if best < 0 or self.size[row] > self.size[best]:
                    best = row
        known[0] = KNOWN if distinct or seeded else EMPTY
        if not seeded and distinct < 2:
            return best
        for position in range(distinct):
            bits = &self.bits[<Py_ssize_t>self.parents[position] * self.words]
            if not position and not seeded:
                memcpy(union_, bits, self.words * sizeof(Word))
                continue
            for word in range(self.words):
                union_[word] |= bits[word]
        for word in range(self.words):
            size += impactgraph_popcount(union_[word])
        self.union_size = size
        if size == self.last - self.first:
            known[0] = FULL
            return -1
        return best if best >= 0 and size == self.size[best] else -1

    cdef void _weigh(self, const Word* bits, int* count, double* sum) noexcept nogil:
        """Number and weight of the tests behind the bits of a row."""
        cdef int word, byte, number = 0
        cdef double total = 0
        if self.plain:
            count[0] = self.union_size
            return
        for word in range(self.words):
            for byte in range(8):
                number += self.count_of[256 * (8 * word + byte) + <int>(bits[word] >> 8 * byte & 255)]
        count[0] = number
        if self.c.weighted:
            for word in range(self.words):
                for byte in range(8):
                    total += self.sum_of[256 * (8 * word + byte) + <int>(bits[word] >> 8 * byte & 255)]
            sum[0] = total

    cdef void _add_sets(self, int[::1] count, double[::1] sum) noexcept nogil:
        """Add to each set what it reaches in this pass."""
        cdef int number, best, known, slot, leaf, lane, one_count
        cdef double one_sum
        cdef const Word* bits
        for number in range(<int>count.shape[0]):
            best = self._gather(self.set_rows, self.set_heads[number], self.set_heads[number + 1], self.c.rows + number, False, &known,
                                &self.union_bits[0])
            if known == FULL:
                count[number] += self.all_count
                sum[number] += self.all_sum
                continue
            bits = &self.bits[<Py_ssize_t>best * self.words] if best >= 0 else &self.union_bits[0]
            if known == KNOWN and best >= 0:
                count[number] += self.block_count[best]
                sum[number] += self.block_sum[best]
            elif known == KNOWN:
                one_count, one_sum = 0, 0
                self._weigh(bits, &one_count, &one_sum)
                count[number] += one_count
                sum[number] += one_sum
            for slot in range(self.leaf_heads[number], self.leaf_heads[number + 1]):
                leaf = self.set_leaves[slot]
                lane = self.c.column[leaf] - self.first
                if 0 <= lane < self.last - self.first and (known == EMPTY or not bits[lane >> 6] >> (lane & 63) & 1):
                    count[number] += self.c.own_count[leaf]
                    sum[number] += self.c.own_sum[leaf]
