"""What edges and bundles save on one graph: ``python -m benchmarks.gains GRAPH.npz [EDGES [GROUPS]]``.

GRAPH.npz as for `kernel.py`. Weights and frequencies are whole, random and repeatable. EDGES (2,000) edges, 0 for all, are removed one
after the other, all tests counted anew, and every difference counted. GROUPS (0) bundles: the edges between equal pairs of groups of
neighbouring node numbers, that many groups. Then 100,000 change sets of 1 to 9 random nodes. All times are CPU time.
"""

from __future__ import annotations

import random
import sys
import time
from array import array
from typing import TYPE_CHECKING, Any

from benchmarks.kernel import load
from impactgraph import _core, _counts, _gains

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SETS = 100_000


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


def main(path: str, checked: int = 2_000, groups: int = 0) -> None:
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
    sample = source.sample(range(edges), checked) if checked else range(edges)
    brute, each = timed(lambda: _gains.bundle_gains(*arguments, *flat([edge] for edge in sample), edge_count=edges))
    wrong = sum(brute[place] != gains[edge] for place, edge in enumerate(sample))
    ratio = each / len(sample) * edges / spent
    print(f"counting anew       {each:10.3f} s for {len(sample):,} edges, {ratio:.0f}x scaled, {wrong} differences")
    if groups:
        bundles: dict[tuple[int, int], list[int]] = {}
        for edge, ends in enumerate(zip(graph.importer, graph.imported, strict=True)):
            one, other = (end * groups // graph.nodes for end in ends)
            if one != other:
                bundles.setdefault((one, other), []).append(edge)
        _, spent = timed(lambda: _gains.bundle_gains(*arguments, *flat(bundles.values()), edge_count=edges))
        print(f"bundles             {spent:10.3f} s for {len(bundles):,}")
    sets = flat([source.randrange(graph.nodes) for _ in range(source.randrange(1, 10))] for _ in range(SETS))
    tests = (*csr[:2], graph.is_test, weights)
    alone = min(timed(lambda: _counts.weigh_tests(*tests))[1] for _ in range(5))
    both = min(timed(lambda: _counts.weigh_tests(*tests, *sets))[1] for _ in range(5))
    print(f"change sets         {1000 * (both - alone):10.3f} ms for {SETS:,}, beside {1000 * alone:.3f} ms for the nodes")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    main(sys.argv[1], *map(int, sys.argv[2:]))
