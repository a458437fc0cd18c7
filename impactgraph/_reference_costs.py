"""The kernel without a compiler, second part: the twin of `_counts` and `_gains`, as short as it can be said.

A set of tests is a Python integer. Removing edges is answered by removing them and counting again.
"""

from __future__ import annotations

import math
from array import array
from itertools import pairwise
from typing import TYPE_CHECKING

from impactgraph._reference import INT_MAX, check_csr, check_items, inside, ordered_components
from impactgraph.model import MEMORY, Weighed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    Ints = array[int] | memoryview
    Floats = array[float] | memoryview
    Mask = bytes | bytearray | memoryview


def count_tests(indptr: Ints, importers: Ints, is_test: Mask) -> array[int]:
    """Count the tests that each node reaches, itself included: ``counts``; raises ValueError for what is no graph."""
    return array("i", [reached.bit_count() for reached in _reached(indptr, importers, is_test)])


def weigh_tests(
    indptr: Ints,
    importers: Ints,
    is_test: Mask,
    weights: Floats,
    set_heads: Ints | None = None,
    set_nodes: Ints | None = None,
    *,
    memory: int = MEMORY,
) -> Weighed:
    """Count and weigh the tests that each node reaches, and the union that each set of nodes reaches."""
    reached = _reached(indptr, importers, is_test)
    _check_weights(weights, is_test)
    unions = [] if set_heads is None and set_nodes is None else _unions(reached, set_heads, set_nodes)
    _check_memory(memory, len(reached))
    weigh = _weigher(weights)
    sums, set_sums = (array("d", map(weigh, bits)) for bits in (reached, unions))
    return Weighed(_counts(reached), sums, _counts(unions), set_sums)


def reached_tests(
    indptr: Ints, importers: Ints, is_test: Mask, set_heads: Ints, set_nodes: Ints, *, memory: int = MEMORY
) -> tuple[array[int], array[int]]:
    """List the tests that each set of nodes reaches, ascending: ``tests[heads[i]:heads[i + 1]]``."""
    unions = _unions(_reached(indptr, importers, is_test), set_heads, set_nodes)
    _check_memory(memory, len(is_test))
    expected = sum(_counts(unions))
    if expected * array("i").itemsize > memory:
        raise MemoryError(f"the sets reach {expected} tests, whose ids do not fit into {memory} bytes")
    heads, tests = array("i", [0]), array("i")
    for union in unions:
        tests.extend(_members(union))
        heads.append(len(tests))
    return heads, tests


def edge_gains(
    indptr: Ints, importers: Ints, edge_ids: Ints, is_test: Mask, weights: Floats, frequencies: Floats, *, edge_count: int
) -> array[float]:
    """Say for each edge by how much the sum of frequency times weight of reached tests falls without it."""
    _check_graph(indptr, importers, edge_ids, is_test, weights, frequencies, edge_count)
    bundles = array("i", range(edge_count))
    heads = array("i", [*bundles, len(bundles)])
    return bundle_gains(indptr, importers, edge_ids, is_test, weights, frequencies, heads, bundles, edge_count=edge_count)


def top_edge_gains(
    indptr: Ints, importers: Ints, edge_ids: Ints, is_test: Mask, weights: Floats, frequencies: Floats, k: int, *, edge_count: int
) -> tuple[array[int], array[float]]:
    """Pick the `k` edges with the largest gains above 0, the best first, of equals the lowest: ``(edges, gains)``."""
    if k < 0:
        raise ValueError("k is negative")
    gains = edge_gains(indptr, importers, edge_ids, is_test, weights, frequencies, edge_count=edge_count)
    best = sorted((edge for edge in range(len(gains)) if gains[edge] > 0), key=lambda edge: (-gains[edge], edge))[:k]
    return array("i", best), array("d", [gains[edge] for edge in best])


def bundle_gains(
    indptr: Ints,
    importers: Ints,
    edge_ids: Ints,
    is_test: Mask,
    weights: Floats,
    frequencies: Floats,
    bundle_heads: Ints,
    bundle_edges: Ints,
    *,
    edge_count: int,
    memory: int = MEMORY,
) -> array[float]:
    """Say for each bundle of edges by how much the sum falls if all of it goes at once."""
    _check_graph(indptr, importers, edge_ids, is_test, weights, frequencies, edge_count)
    nodes = len(indptr) - 1
    bundles = _sets(bundle_heads, bundle_edges, edge_count)
    _check_memory(memory, nodes)
    total = _total(indptr, importers, is_test, weights, frequencies)
    ends = [node for node in range(nodes) for _ in range(indptr[node], indptr[node + 1])]
    gains = array("d")
    for bundle in bundles:
        gone = set(bundle)
        kept = [slot for slot, edge in enumerate(edge_ids) if edge not in gone]
        heads = array("i", [0]) * (nodes + 1)
        for slot in kept:
            heads[ends[slot] + 1] += 1
        for node in range(nodes):
            heads[node + 1] += heads[node]
        fewer = array("i", [importers[slot] for slot in kept])
        gains.append(total - _total(heads, fewer, is_test, weights, frequencies) if len(kept) < len(edge_ids) else 0.0)
    return gains


def _check_graph(
    indptr: Ints, importers: Ints, edge_ids: Ints, is_test: Mask, weights: Floats, frequencies: Floats, edge_count: int
) -> None:
    check_items(edge_ids)
    nodes = check_csr(indptr, importers)
    if not 0 <= edge_count <= INT_MAX or len(edge_ids) != len(importers) or not inside(edge_ids, edge_count):
        raise ValueError("edge_ids has not one number below edge_count for each importer")
    if len(set(edge_ids)) != len(edge_ids):
        raise ValueError("an edge has two places in the graph")
    if len(is_test) != nodes:
        raise ValueError("is_test and the graph differ in length")
    _check_weights(weights, is_test)
    _check_numbers(frequencies, nodes, range(nodes))
    if not math.isfinite(sum(weights[node] for node in range(nodes) if is_test[node]) * sum(frequencies)):
        raise ValueError("weights times frequencies are too large to add up")


def _total(indptr: Ints, importers: Ints, is_test: Mask, weights: Floats, frequencies: Floats) -> float:
    reached, weigh = _reached(indptr, importers, is_test), _weigher(weights)
    return math.fsum(frequency * weigh(bits) for frequency, bits in zip(frequencies, reached, strict=True))


def _reached(indptr: Ints, importers: Ints, is_test: Mask) -> list[int]:
    """Per node the tests that it reaches, bit `t` for node `t`."""
    nodes = check_csr(indptr, importers)
    if len(is_test) != nodes:
        raise ValueError("is_test and the graph differ in length")
    bits = [0] * nodes
    for node in range(nodes):
        if is_test[node]:
            bits[node] = 1 << node
    for members in ordered_components(indptr, importers):
        reached = 0
        for node in members:
            reached |= bits[node]
            for importer in importers[indptr[node] : indptr[node + 1]]:
                reached |= bits[importer]
        for node in members:
            bits[node] = reached
    return bits


def _unions(reached: Sequence[int], set_heads: Ints | None, set_nodes: Ints | None) -> list[int]:
    if set_heads is None or set_nodes is None:
        raise ValueError("set_heads and set_nodes come together")
    unions = []
    for nodes in _sets(set_heads, set_nodes, len(reached)):
        union = 0
        for node in nodes:
            union |= reached[node]
        unions.append(union)
    return unions


def _sets(heads: Ints, members: Ints, limit: int) -> list[Collection[int]]:
    """The sets that two arrays describe; raises ValueError for arrays that describe none, or members from `limit` on."""
    check_items(heads, members)
    rises = len(heads) > 0 and heads[0] == 0 and heads[-1] == len(members) and all(low <= high for low, high in pairwise(heads))
    if not (rises and inside(members, limit)):
        raise ValueError("heads do not rise from 0 to the number of members, or a member is out of range")
    return [members[low:high] for low, high in pairwise(heads)]


def _members(bits: int) -> list[int]:
    members = []
    while bits:
        low = bits & -bits
        members.append(low.bit_length() - 1)
        bits ^= low
    return members


def _counts(bits: Sequence[int]) -> array[int]:
    return array("i", [reached.bit_count() for reached in bits])


def _weigher(weights: Floats) -> Callable[[int], float]:
    """Weigh sets of tests, each different one once."""
    known: dict[int, float] = {}

    def weigh(bits: int) -> float:
        if bits not in known:
            known[bits] = math.fsum(weights[node] for node in _members(bits))
        return known[bits]

    return weigh


def _check_weights(weights: Floats, is_test: Mask) -> None:
    _check_numbers(weights, len(is_test), [node for node in range(len(is_test)) if is_test[node]])


def _check_numbers(numbers: Floats, length: int, read: Sequence[int]) -> None:
    """Raise ValueError unless there are `length` doubles, and those that are `read` can be added up."""
    if memoryview(numbers).format != "d" or len(numbers) != length:
        raise ValueError("weights or frequencies are not a double for each node")
    if not all(numbers[node] >= 0 for node in read) or not math.isfinite(sum(numbers[node] for node in read)):
        raise ValueError("weights or frequencies are negative, no numbers, or too large to add up")


def _check_memory(memory: int, nodes: int) -> None:
    """Raise MemoryError if not even the narrowest rows of the compiled kernel could fit, so that both refuse what is senseless."""
    if memory <= 0 < nodes:
        raise MemoryError(f"{nodes} nodes do not fit into {memory} bytes")
