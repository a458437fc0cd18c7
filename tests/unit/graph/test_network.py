from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from impactgraph.graph.network import Network

NODES = 8
NODE = st.integers(0, NODES - 1)
PAIRS = st.sets(st.tuples(NODE, NODE), max_size=20)
COSTS = st.dictionaries(NODE, st.integers(1, 9), max_size=5)
CHANGES = st.lists(st.sets(NODE, max_size=4), max_size=5)


def reached(pairs: set[tuple[int, int]], seeds: set[int]) -> set[int]:
    """By going on until nothing is new."""
    found = set(seeds)
    while new := {importer for importer, imported in pairs if imported in found} - found:
        found |= new
    return found


@given(PAIRS, COSTS, CHANGES)
def test_a_change_costs_the_tests_that_it_reaches(pairs: set[tuple[int, int]], costs: dict[int, int], changes: list[set[int]]) -> None:
    network = Network(NODES, pairs, costs)
    assert network.prices(changes) == [sum(costs.get(node, 0) for node in reached(pairs, seeds)) for seeds in changes]
    assert network.alone() == [sum(costs.get(other, 0) for other in reached(pairs, {node})) for node in range(NODES)]
    assert list(network.test_counts()) == [len(reached(pairs, {node}) & costs.keys()) for node in range(NODES)]


@given(PAIRS, PAIRS)
def test_pairs_can_be_taken_away(pairs: set[tuple[int, int]], gone: set[tuple[int, int]]) -> None:
    assert Network(NODES, pairs, {}).without(gone).pairs == sorted(pairs - gone)


def ranked(pairs: set[tuple[int, int]], costs: dict[int, int], frequencies: dict[int, int]) -> int:
    return sum(times * sum(costs.get(other, 0) for other in reached(pairs, {node})) for node, times in frequencies.items())


@given(PAIRS, COSTS, st.dictionaries(NODE, st.integers(1, 9), max_size=5), st.lists(PAIRS, max_size=5))
def test_a_bundle_saves_what_is_missing_without_it(
    pairs: set[tuple[int, int]], costs: dict[int, int], frequencies: dict[int, int], bundles: list[set[tuple[int, int]]]
) -> None:
    network = Network(NODES, pairs, costs)
    rank = ranked(pairs, costs, frequencies)
    assert network.rank(frequencies) == rank
    asked = [*bundles, *({pair} for pair in pairs)]
    assert network.gains(frequencies, asked) == [rank - ranked(pairs - bundle, costs, frequencies) for bundle in asked]


@given(PAIRS, COSTS, CHANGES, st.lists(PAIRS, max_size=3))
def test_changes_are_spared_what_they_no_longer_cost(
    pairs: set[tuple[int, int]], costs: dict[int, int], changes: list[set[int]], bundles: list[set[tuple[int, int]]]
) -> None:
    network = Network(NODES, pairs, costs)
    asked = [*bundles, *({pair} for pair in pairs)]
    assert network.spared(changes, asked) == [
        sum(network.prices(changes)) - sum(network.without(bundle).prices(changes)) for bundle in asked
    ]


@given(PAIRS)
def test_breaking_a_cycle_is_parting_two_that_imported_each_other(pairs: set[tuple[int, int]]) -> None:
    network = Network(NODES, pairs, {})
    for importer, imported in pairs:
        left = pairs - {(importer, imported)}
        together, still = (importer in reached(some, {imported}) and imported in reached(some, {importer}) for some in (pairs, left))
        assert network.breaks_cycle([(importer, imported)]) == (together and not still and importer != imported)


@given(PAIRS)
def test_a_component_is_of_nodes_that_reach_each_other(pairs: set[tuple[int, int]]) -> None:
    components = Network(NODES, pairs, {}).components()
    reach = [reached(pairs, {node}) for node in range(NODES)]
    together = [{other for other in range(NODES) if other in reach[node] and node in reach[other]} for node in range(NODES)]
    assert {frozenset(nodes) for nodes in components} == {frozenset(nodes) for nodes in together if len(nodes) > 1}
    assert [len(nodes) for nodes in components] == sorted(map(len, components), reverse=True)


def test_a_bundle_with_ways_round_saves_nothing() -> None:
    network = Network(4, [(2, 0), (2, 1), (2, 3), (3, 0), (3, 1)], {2: 5})
    assert network.gains({0: 1}, [{(2, 0), (2, 1)}, {(2, 3), (3, 0)}, {(2, 0), (2, 3)}, {(0, 1)}]) == [0, 0, 5, 0]
