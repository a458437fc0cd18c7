"""The edges that count with what every test costs: what a change, or a set of changes, makes run."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from impactgraph import kernel
from impactgraph.model import KIND_NUMBER, OUTSIDE_CLOSURE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from impactgraph.model import ImpactGraph

    Pair = tuple[int, int]  # importer, imported

_LEFT_OUT = frozenset(KIND_NUMBER[kind] for kind in OUTSIDE_CLOSURE)


class Network:
    """Who depends on whom, each pair of nodes once, sorted. `costs`: node of a test file -> what it costs to run, a whole number.

    Costs are whole so that sums are exact, in whatever order they are added up.
    """

    def __init__(self, size: int, pairs: Iterable[Pair], costs: Mapping[int, int]) -> None:
        self.size = size
        self.pairs = sorted(set(pairs))
        self.costs = dict(sorted(costs.items()))

    @classmethod
    def of(cls, graph: ImpactGraph, costs: Mapping[str, int]) -> Network:
        """The network of `graph`; `costs` by the path of the test file."""
        rows = graph.rows
        index = {path: number for number, path in enumerate(graph.paths)}
        edges = zip(rows.importer, rows.imported, rows.kind, strict=True)
        pairs = ((importer, imported) for importer, imported, kind in edges if kind not in _LEFT_OUT)
        return cls(len(graph.paths), pairs, {index[path]: costs[path] for path in graph.test_files})

    def without(self, gone: Collection[Pair]) -> Network:
        """The network that is left when some pairs are gone."""
        return Network(self.size, set(self.pairs).difference(gone), self.costs)

    def with_costs(self, costs: Mapping[int, int]) -> Network:
        """The same edges with other costs."""
        return Network(self.size, self.pairs, costs)

    @property
    def everything(self) -> int:
        """What all tests cost."""
        return sum(self.costs.values())

    def prices(self, changes: Sequence[Collection[int]]) -> list[int]:
        """Per set of changed nodes, the cost of the union of tests that they reach."""
        csr = self._csr()
        costs = list(self.costs.items())
        prices = []
        for nodes in changes:
            distance = kernel.reach(*csr, array("i", sorted(nodes)))[0]
            prices.append(sum([cost for test, cost in costs if distance[test] >= 0]))
        return prices

    def rank(self, frequencies: Mapping[int, int]) -> int:
        """The sum over nodes of how often they change (`frequencies`) times the cost of the tests that they reach."""
        changed = sorted(frequencies)
        return sum(price * frequencies[node] for node, price in zip(changed, self.prices([(node,) for node in changed]), strict=True))

    def gains(self, frequencies: Mapping[int, int], bundles: Sequence[Collection[Pair]]) -> list[int]:
        """By how much `rank` falls when the pairs of one bundle are gone, for each bundle by itself."""
        rank = self.rank(frequencies)
        return [rank - self.without(bundle).rank(frequencies) for bundle in bundles]

    def test_counts(self) -> Sequence[int]:
        """Per node, how many test files it reaches."""
        indptr, importers, _ = self._csr()
        return kernel.count_tests(indptr, importers, bytes(node in self.costs for node in range(self.size)))

    def components(self) -> list[tuple[int, ...]]:
        """Sets of nodes that all reach each other, of two and more, the largest first; the nodes of each sorted."""
        import rustworkx  # questions about tests of one change do without

        graph = rustworkx.PyDiGraph()
        graph.add_nodes_from(range(self.size))
        graph.add_edges_from_no_data(self.pairs)
        found = (tuple(sorted(nodes)) for nodes in rustworkx.strongly_connected_components(graph))
        return sorted((nodes for nodes in found if len(nodes) > 1), key=lambda nodes: (-len(nodes), nodes))

    def breaks_cycle(self, gone: Collection[Pair]) -> bool:
        """Whether two nodes that import each other, by way of others, no longer do so without the pairs `gone`."""
        before, after = (
            {node: number for number, nodes in enumerate(net.components()) for node in nodes} for net in (self, self.without(gone))
        )
        inside = [pair for pair in gone if before.get(pair[0], -1) == before.get(pair[1], -2)]
        return any(after.get(importer, -1) != after.get(imported, -2) for importer, imported in inside)

    def _csr(self) -> tuple[array[int], array[int], array[int]]:
        importers, imported = (array("i", side) for side in zip(*self.pairs, strict=True)) if self.pairs else (array("i"), array("i"))
        return kernel.reverse_csr(self.size, importers, imported)
