"""Time the kernels on one graph: ``python benchmarks/kernel.py GRAPH.npz``; ``--no-loop`` leaves out the loop over ancestors.

GRAPH.npz holds E (int32 [edges, 2], importer -> imported), T (int32 [tests], node ids) and n (nodes). Every figure is the median CPU
time of several runs (the least would pick the odd reading of the clock that is too low), from edge arrays to counts, preparation
included; only the loop over rustworkx.ancestors gets its graph built for free. All answers are compared before anything is timed.
"""

from __future__ import annotations

import sys
import time
from array import array
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import rustworkx

from impactgraph import _core, _counts, _reference, _reference_costs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

SAMPLE = 5_000  # above, rustworkx.ancestors runs on every k-th node and is scaled
SEEDS = 20
LEAST_RUNS = 3


class Graph(NamedTuple):
    """`importer` and `imported`: int[edges]; `is_test`: a byte per node; `tests`: node ids."""

    nodes: int
    importer: array[int]
    imported: array[int]
    is_test: bytes
    tests: frozenset[int]


def load(path: str) -> Graph:
    """Read a graph; the file's shapes are told above."""
    with np.load(path) as stored:
        nodes, edges, tests = int(stored["n"]), stored["E"], stored["T"]
    is_test = np.zeros(nodes, np.uint8)
    is_test[tests] = 1
    importer, imported = (array("i", column.astype(np.int32).tobytes()) for column in edges.T)
    return Graph(nodes, importer, imported, is_test.tobytes(), frozenset(tests.tolist()))


def cpu_ms(call: Callable[[], object], seconds: float = 1.0) -> float:
    """Median CPU milliseconds of one call, over `seconds` of calls and at least LEAST_RUNS (fewer if a call alone takes longer)."""
    times: list[float] = []
    while sum(times) < seconds or (len(times) < LEAST_RUNS and sum(times) < 10 * seconds):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return 1000 * median(times)


def counts(kernel: ModuleType, graph: Graph) -> array[int]:
    """Count the tests each node reaches, from edge arrays: int[nodes]."""
    indptr, importers, _ = kernel.reverse_csr(graph.nodes, graph.importer, graph.imported)
    result: array[int] = (_counts if kernel is _core else _reference_costs).count_tests(indptr, importers, graph.is_test)
    return result


def built(graph: Graph) -> rustworkx.PyDiGraph:
    """Build the graph of rustworkx, importer -> imported."""
    result = rustworkx.PyDiGraph()
    result.add_nodes_from(range(graph.nodes))
    result.add_edges_from_no_data(list(zip(graph.importer, graph.imported, strict=True)))
    return result


def bitset_counts(graph: Graph) -> list[int]:
    """Count as the strongest rival in few lines does: rustworkx's components, Python integers, straight from the edges, no checks."""
    dependents = built(graph)
    dependents.reverse()
    importers: list[list[int]] = [[] for _ in range(graph.nodes)]
    for importer, imported in zip(graph.importer, graph.imported, strict=True):
        importers[imported].append(importer)
    bits = [0] * graph.nodes
    for lane, test in enumerate(graph.tests):
        bits[test] = 1 << lane
    for members in rustworkx.strongly_connected_components(dependents):
        reached = 0
        for node in members:
            reached |= bits[node]
            for importer in importers[node]:
                reached |= bits[importer]
        for node in members:
            bits[node] = reached
    return [found.bit_count() for found in bits]


def ancestor_counts(graph: Graph, dependencies: rustworkx.PyDiGraph, nodes: Sequence[int]) -> list[int]:
    """Count for `nodes` as a loop over rustworkx.ancestors does."""
    return [len(rustworkx.ancestors(dependencies, node) & graph.tests) + graph.is_test[node] for node in nodes]


def report(graph: Graph) -> None:
    """Compare all answers, then time them and print."""
    dependencies = built(graph)
    sample = range(0, graph.nodes, max(1, graph.nodes // SAMPLE))
    expected = counts(_core, graph)
    if expected != counts(_reference, graph) or expected.tolist() != bitset_counts(graph):
        sys.exit("the kernels and the bitsets count differently")
    loop = "--no-loop" not in sys.argv
    if loop and ancestor_counts(graph, dependencies, sample) != [expected[node] for node in sample]:
        sys.exit("rustworkx.ancestors counts differently")
    compiled = cpu_ms(partial(counts, _core, graph))
    print(f"nodes {graph.nodes:,}  edges {len(graph.importer):,}  tests {len(graph.tests):,}")
    print(f"counts, compiled {compiled:33.3f} ms")
    rivals = [
        ("reference kernel", cpu_ms(partial(counts, _reference, graph))),
        ("rustworkx components, bitsets", cpu_ms(partial(bitset_counts, graph))),
    ]
    if loop:
        looped = cpu_ms(partial(ancestor_counts, graph, dependencies, sample)) * graph.nodes / len(sample)
        rivals.append((f"rustworkx.ancestors, {len(sample):,} nodes", looped))
    for name, spent in rivals:
        print(f"counts, {name:<31} {spent:10.3f} ms  {spent / compiled:10.1f}x")
    seeds = array("i", range(0, graph.nodes, max(1, graph.nodes // SEEDS)))
    for name, kernel in (("compiled", _core), ("reference", _reference)):
        arrays = kernel.reverse_csr(graph.nodes, graph.importer, graph.imported)
        sort = cpu_ms(partial(kernel.reverse_csr, graph.nodes, graph.importer, graph.imported), 0.3)
        search = cpu_ms(partial(kernel.reach, *arrays, seeds), 0.3)
        print(f"{name:<10} reverse_csr {sort:12.3f} ms  reach from {len(seeds)} seeds {search:12.3f} ms")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    report(load(sys.argv[1]))
