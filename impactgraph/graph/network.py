"""The edges that count with what every test costs: what a change, or a set of changes, makes run."""

from __future__ import annotations

from array import array
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from impactgraph import kernel
from impactgraph.model import KIND_NUMBER, OUTSIDE_CLOSURE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from impactgraph.model import ImpactGraph

    Pair = tuple[int, int]  # importer, imported

_LEFT_OUT = frozenset(KIND_NUMBER[kind] for kind in OUTSIDE_CLOSURE)


#: To price all pairs at once takes about as long as to price one by one a quarter as many as there are tests, or nodes that change.
_ENDS_A_PRICE = 4


class Network:
    """Who depends on whom, each pair of nodes once, sorted. `costs`: node of a test file -> what it costs to run, a whole number.

    Costs are whole so that sums are exact, in whatever order they are added up.
    """

    def __init__(self, size: int, pairs: Iterable[Pair], costs: Mapping[int, int]) -> None:
        self.size = size
        self.pairs = sorted(set(pairs))
        self.costs = dict(sorted(costs.items()))

    @classmethod
    def of(cls, graph: ImpactGraph, costs: Mapping[str, int], kinds: Collection[str] | None = None) -> Network:
        """The network of `graph`; `costs` by the path of the test file. `kinds` of edges: by default all but those outside the closure."""
        rows = graph.rows
        left_out = _LEFT_OUT if kinds is None else frozenset(number for kind, number in KIND_NUMBER.items() if kind not in kinds)
        index = {path: number for number, path in enumerate(graph.paths)}
        edges = zip(rows.importer, rows.imported, rows.kind, strict=True)
        pairs = ((importer, imported) for importer, imported, kind in edges if kind not in left_out)
        return cls(len(graph.paths), pairs, {index[path]: costs[path] for path in graph.test_files})

    def without(self, gone: Collection[Pair]) -> Network:
        """The network that is left when some pairs are gone."""
        lost = frozenset(gone)
        return self._like([pair for pair in self.pairs if pair not in lost], self.costs)

    def with_costs(self, costs: Mapping[int, int]) -> Network:
        """The same edges with other costs."""
        other = self._like(self.pairs, costs)
        other._csr = self._csr  # noqa: SLF001 - of the same class
        return other

    def _like(self, pairs: list[Pair], costs: Mapping[int, int]) -> Network:
        """A network of as many nodes; `pairs` are sorted already, each there once: sorting all takes longer than most questions."""
        other = Network(self.size, (), costs)
        other.pairs = pairs
        return other

    @property
    def everything(self) -> int:
        """What all tests cost."""
        return sum(self.costs.values())

    def prices(self, changes: Sequence[Collection[int]]) -> list[int]:
        """Per set of changed nodes, the cost of the union of tests that they reach."""
        heads, members = _flat(changes)
        return _whole(kernel.weigh_tests(*self._csr[:2], self._is_test, self._weights, heads, members).set_sums)

    def reached(self, changes: Sequence[Collection[int]]) -> tuple[array[int], array[float]]:
        """Per set of changed nodes, how many test files they reach, and what these cost (whole numbers)."""
        weighed = kernel.weigh_tests(*self._csr[:2], self._is_test, self._weights, *_flat(changes))
        return weighed.set_counts, weighed.set_sums

    def alone(self) -> list[int]:
        """Per node, the cost of the tests that it reaches."""
        return _whole(kernel.weigh_tests(*self._csr[:2], self._is_test, self._weights).sums)

    def test_counts(self) -> Sequence[int]:
        """Per node, how many test files it reaches."""
        return kernel.count_tests(*self._csr[:2], self._is_test)

    def rank(self, frequencies: Mapping[int, int]) -> int:
        """The sum over nodes of how often they change (`frequencies`) times the cost of the tests that they reach."""
        prices = self.alone()
        return sum(prices[node] * times for node, times in frequencies.items())

    def gains(self, frequencies: Mapping[int, int], bundles: Sequence[Collection[Pair]]) -> list[int]:
        """By how much `rank` falls when the pairs of one bundle are gone, for each by itself; what is no pair here changes nothing."""
        edges = {pair: edge for edge, pair in enumerate(self.pairs)}
        wanted = [tuple(sorted(edges[pair] for pair in bundle if pair in edges)) for bundle in bundles]
        several, single = ({bundle for bundle in wanted if (len(bundle) == 1) == alone} for alone in (False, True))
        known: dict[tuple[int, ...], int] = {}
        if len(single) * _ENDS_A_PRICE > min(len(self.costs), len(frequencies)):
            known.update(((edge,), gain) for edge, gain in enumerate(self._gains_of_pairs(frequencies)))
            single = set()
        one_by_one = sorted((several | single).difference(known))
        known.update(zip(one_by_one, self._gains_of_bundles(frequencies, one_by_one), strict=True))
        return [known[bundle] for bundle in wanted]

    def spared(self, changes: Sequence[Collection[int]], bundles: Sequence[Collection[Pair]]) -> list[int]:
        """By how much the sum of `prices` of `changes` falls when the pairs of one bundle are gone, for each by itself."""
        # Who reaches a change reaches a node that all of its files import, and that changes once.
        ends = [(node, self.size + number) for number, change in enumerate(changes) for node in change]
        network = Network(self.size + len(changes), [*self.pairs, *ends], self.costs)
        return network.gains({self.size + number: 1 for number in range(len(changes))}, bundles)

    def _gains_of_pairs(self, frequencies: Mapping[int, int]) -> list[int]:
        """All of them at once, which is much cheaper than one by one."""
        often = self._of_nodes(frequencies)
        return _whole(kernel.edge_gains(*self._csr, self._is_test, self._weights, often, edge_count=len(self.pairs)))

    def _gains_of_bundles(self, frequencies: Mapping[int, int], bundles: Sequence[Sequence[int]]) -> list[int]:
        often = self._of_nodes(frequencies)
        heads, members = _flat(bundles)
        return _whole(kernel.bundle_gains(*self._csr, self._is_test, self._weights, often, heads, members, edge_count=len(self.pairs)))

    def components(self) -> list[tuple[int, ...]]:
        """Sets of nodes that all reach each other, of two and more, the largest first; the nodes of each sorted."""
        found: dict[int, list[int]] = {}
        for node, component in enumerate(kernel.components(*self._csr[:2])):
            found.setdefault(component, []).append(node)
        return sorted((tuple(nodes) for nodes in found.values() if len(nodes) > 1), key=lambda nodes: (-len(nodes), nodes))

    def breaks_cycle(self, gone: Collection[Pair]) -> bool:
        """Whether two nodes that import each other, by way of others, no longer do so without the pairs `gone`."""
        before, after = self._component, self.without(gone)._component  # noqa: SLF001 - of the same class
        inside = [pair for pair in gone if before.get(pair[0], -1) == before.get(pair[1], -2)]
        return any(after.get(importer, -1) != after.get(imported, -2) for importer, imported in inside)

    @cached_property
    def _component(self) -> dict[int, int]:
        """Node -> number of the component that it is in, for components of two and more."""
        return {node: number for number, nodes in enumerate(self.components()) for node in nodes}

    @cached_property
    def _csr(self) -> tuple[array[int], array[int], array[int]]:
        importers = array("i", [importer for importer, _ in self.pairs])
        return kernel.reverse_csr(self.size, importers, array("i", [imported for _, imported in self.pairs]))

    @cached_property
    def _is_test(self) -> bytes:
        return bytes(node in self.costs for node in range(self.size))

    @cached_property
    def _weights(self) -> array[float]:
        return self._of_nodes(self.costs)

    def _of_nodes(self, numbers: Mapping[int, int]) -> array[float]:
        return array("d", [numbers.get(node, 0) for node in range(self.size)])


def _flat(sets: Sequence[Collection[int]]) -> tuple[array[int], array[int]]:
    """Sets as the kernel takes them: where each begins, and their members one behind the other."""
    heads = array("i", [0, *accumulate(map(len, sets))])
    return heads, array("i", [member for members in sets for member in members])


def _whole(numbers: Iterable[float]) -> list[int]:
    """Sums of whole numbers, as such."""
    return [int(number) for number in numbers]
