"""Dependents of files, transitively, by the kernel; and by which edges."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from impactgraph import kernel
from impactgraph.model import KIND_NUMBER, OUTSIDE_CLOSURE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from impactgraph.model import ImpactGraph

_KEPT = bytes(0 if number in {KIND_NUMBER[kind] for kind in OUTSIDE_CLOSURE} else 1 for number in range(256))


class Reach(NamedTuple):
    """Per node, C ints: hops from the nearest seed (-1: not reached), that seed, and the edge it was reached by (-1: none)."""

    distance: array[int]
    origin: array[int]
    via: array[int]


class Closure:
    """The edges that count, turned round: from what is imported to who imports it.

    `kinds`: count these kinds of edges only; by default all but those outside of the closure.
    """

    def __init__(self, graph: ImpactGraph, kinds: Collection[str] | None = None) -> None:
        self.graph = graph
        numbers = None if kinds is None else {KIND_NUMBER[kind] for kind in kinds}
        table = _KEPT if numbers is None else bytes(int(number in numbers) for number in range(256))
        rows = graph.rows
        self._csr = kernel.reverse_csr(len(graph.paths), rows.importer, rows.imported, rows.kind.translate(table))

    def reach(self, seeds: Iterable[int]) -> Reach:
        """Everything downstream of `seeds`; the seed listed first wins where two are equally near."""
        return Reach(*kernel.reach(*self._csr, array("i", seeds)))

    def test_counts(self) -> array[int]:
        """Per node, the number of test files that reach it, itself included."""
        indptr, importers, _ = self._csr
        tests = set(self.graph.test_files)
        return kernel.count_tests(indptr, importers, bytes(path in tests for path in self.graph.paths))


def chain(graph: ImpactGraph, reach: Reach, node: int) -> list[int]:
    """Edges from the seed that reached `node` to `node`, a shortest way; empty for a seed and for what was not reached."""
    edges = []
    while reach.via[node] >= 0:
        edge = reach.via[node]
        edges.append(edge)
        node = graph.rows.imported[edge]
    return edges[::-1]
