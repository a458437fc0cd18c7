"""The certified best edges of one graph: ``python -m benchmarks.best GRAPH.npz [K [all]]``.

GRAPH.npz, weights and frequencies as for `gains.py`. The gains of the K (20) best edges are compared with what counting all tests anew
without each of them saves; with ``all``, their order also with the gains of every edge, one dominator tree per test: that takes minutes
where the graph is large. All times are CPU time.
"""

from __future__ import annotations

import random
import sys
from array import array

from benchmarks.gains import counted_anew, timed
from benchmarks.kernel import load
from impactgraph import _best, _core, _gains


def main(path: str, k: str = "20", everything: str = "") -> None:
    """Measure and print; the arguments are told above."""
    graph = load(path)
    source = random.Random(7)  # noqa: S311 (repeatable, nothing secret)
    weights, frequencies = (array("d", [source.randrange(1, high) for _ in range(graph.nodes)]) for high in (100, 20))
    csr = _core.reverse_csr(graph.nodes, graph.importer, graph.imported)
    arguments, edges = (*csr, graph.is_test, weights, frequencies), len(graph.importer)
    (best, gains), spent = timed(lambda: _best.top_edge_gains(*arguments, int(k), edge_count=edges))
    print(f"nodes {graph.nodes:,}  edges {edges:,}  tests {len(graph.tests):,}")
    print(f"best {k} edges       {spent:10.3f} s, certified; they save {max(gains):.6g} to {min(gains):.6g}")
    anew, each = timed(lambda: counted_anew(arguments, best, edges))
    print(f"counting them anew  {each:10.3f} s, {sum(one != other for one, other in zip(anew, gains, strict=True))} differences")
    if everything == "all":
        known, all_spent = timed(lambda: _gains.edge_gains(*arguments, edge_count=edges))
        order = sorted(range(edges), key=lambda edge: (-known[edge], edge))[: len(best)]
        same = "the same" if order == list(best) else "DIFFERENT"
        print(f"every edge          {all_spent:10.3f} s, {all_spent / spent:.0f}x; {same} edges are best")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    main(*sys.argv[1:])
