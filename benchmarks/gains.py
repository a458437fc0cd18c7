"""What edges and bundles save on one graph: ``python -m benchmarks.gains GRAPH.npz [EDGES [NAMES.npz [DEPTH]]]``.

GRAPH.npz as for `kernel.py`. Weights and frequencies are whole, random and repeatable. EDGES (2,000) edges, 0 for all, are removed one
after the other, all tests counted anew, and every difference counted. NAMES.npz holds names, the dotted name of each node: a bundle is
all edges between two packages of DEPTH (3) names. Then 100,000 change sets of 1 to 9 random nodes. All times but one are CPU time.
"""

from __future__ import annotations

import os
import random
import sys
import time
from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.kernel import load
from impactgraph import _core, _counts, _gains

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.kernel import Graph

SETS = 100_000
CHANGING = 200  # modules, about as many as real windows have


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Answer a call and its CPU seconds."""
    start = time.process_time()
    answer = call()
    return answer, time.process_time() - start


def flat(groups: Iterable[Sequence[int]]) -> tuple[array[int], array[int]]:
    """Sets as the kernel takes them: heads, members."""
    heads, members = array("i", [0]), array("i")
    for group in groups:
        members.extend(group)
        heads.append(len(members))
    return heads, members


def counted_anew(arguments: tuple[Any, ...], singles: Iterable[int], edges: int) -> array[float]:
    """What the edges save one by one, all tests counted without each."""
    usual, _gains.ROOTS_A_BUNDLE = _gains.ROOTS_A_BUNDLE, 0  # no trees
    try:
        return _gains.bundle_gains(*arguments, *flat([edge] for edge in singles), edge_count=edges)
    finally:
        _gains.ROOTS_A_BUNDLE = usual


def on(cores: int, arguments: tuple[Any, ...], edges: int) -> float:
    """Seconds by the clock that every single edge takes on so many cores, the least of three."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:cores])
    found = []
    for _ in range(3):
        start = time.perf_counter()
        _gains.edge_gains(*arguments, edge_count=edges)
        found.append(time.perf_counter() - start)
    os.sched_setaffinity(0, allowed)
    return min(found)


def bundles_of(graph: Graph, path: str, depth: int) -> list[list[int]]:
    """The edges between each two packages."""
    with np.load(path) as stored:
        packages = [".".join(name.split(".")[:depth]) for name in stored["names"].tolist()]
    bundles: dict[tuple[str, str], list[int]] = {}
    for edge, (importer, imported) in enumerate(zip(graph.importer, graph.imported, strict=True)):
        if packages[importer] != packages[imported]:
            bundles.setdefault((packages[importer], packages[imported]), []).append(edge)
    return list(bundles.values())


def _few(frequencies: array[float]) -> array[float]:
    """Those of `CHANGING` nodes, spread evenly; the others never change."""
    step = max(len(frequencies) // CHANGING, 1)
    return array("d", [times if node % step == 0 else 0 for node, times in enumerate(frequencies)])


def main(path: str, checked: str = "2000", names: str = "", depth: str = "3") -> None:
    """Measure and print; the arguments are told above."""
    graph = load(path)
    source = random.Random(7)  # noqa: S311 (repeatable, nothing secret)
    weights, frequencies = (array("d", [source.randrange(1, high) for _ in range(graph.nodes)]) for high in (100, 20))
    csr = _core.reverse_csr(graph.nodes, graph.importer, graph.imported)
    edges = len(graph.importer)
    arguments = (*csr, graph.is_test, weights, frequencies)
    gains, spent = timed(lambda: _gains.edge_gains(*arguments, edge_count=edges))
    print(f"nodes {graph.nodes:,}  edges {edges:,}  tests {len(graph.tests):,}")
    print(f"every single edge   {spent:10.3f} s, {sum(gain > 0 for gain in gains):,} save something")
    print(f"the same            {on(1, arguments, edges):10.3f} s by the clock on one core, {on(2, arguments, edges):.3f} s on two")
    sample = source.sample(range(edges), int(checked)) if int(checked) else range(edges)
    brute, each = timed(lambda: counted_anew(arguments, sample, edges))
    wrong = sum(brute[place] != gains[edge] for place, edge in enumerate(sample))
    ratio = each / len(sample) * edges / spent
    print(f"counting anew       {each:10.3f} s for {len(sample):,} edges, {ratio:.0f}x scaled, {wrong} differences")
    if names:
        bundles = bundles_of(graph, names, int(depth))
        for often, who in ((frequencies, "all modules change"), (_few(frequencies), f"{CHANGING} change")):
            given = (*arguments[:-1], often)
            _, spent = timed(lambda given=given: _gains.bundle_gains(*given, *flat(bundles), edge_count=edges))
            print(f"bundles             {spent:10.3f} s for {len(bundles):,} between packages of {depth} names, {who}")
    sets = flat([source.randrange(graph.nodes) for _ in range(source.randrange(1, 10))] for _ in range(SETS))
    tests = (*csr[:2], graph.is_test, weights)
    alone = min(timed(lambda: _counts.weigh_tests(*tests))[1] for _ in range(5))
    both = min(timed(lambda: _counts.weigh_tests(*tests, *sets))[1] for _ in range(5))
    print(f"change sets         {1000 * (both - alone):10.3f} ms for {SETS:,}, beside {1000 * alone:.3f} ms for the nodes")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    main(*sys.argv[1:])
