from __future__ import annotations

from array import array
from collections import deque
from itertools import pairwise
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from impactgraph.graph.closure import Closure, chain
from impactgraph.model import EDGE_KINDS, KIND_NUMBER, OUTSIDE_CLOSURE, ImpactGraph, Rows

KINDS = st.sampled_from(EDGE_KINDS)


class Row(NamedTuple):
    importer: int
    imported: int
    kind: str


def graph_of(nodes: int, rows: list[Row], tests: tuple[int, ...] = ()) -> ImpactGraph:
    rows = sorted(rows)
    numbers = Rows(
        array("i", [row.importer for row in rows]),
        array("i", [row.imported for row in rows]),
        bytearray(KIND_NUMBER[row.kind] for row in rows),
        array("i", range(len(rows))),
    )
    paths = tuple(f"{number:03}.py" for number in range(nodes))
    tested = tuple(paths[number] for number in tests)
    return ImpactGraph(paths, ("",) * nodes, numbers, tested, (), (), (), (), (), (), (), ())


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Row], list[int]]:
    nodes = draw(st.integers(1, 8))
    node = st.integers(0, nodes - 1)
    rows = draw(st.lists(st.builds(Row, node, node, KINDS), max_size=20))
    return nodes, rows, draw(st.lists(node, max_size=3, unique=True))


def plain_distances(rows: list[Row], seeds: list[int], kinds: set[str]) -> dict[int, int]:
    found = dict.fromkeys(seeds, 0)
    waiting = deque(seeds)
    while waiting:
        node = waiting.popleft()
        for row in rows:
            if row.imported == node and row.kind in kinds and row.importer not in found:
                found[row.importer] = found[node] + 1
                waiting.append(row.importer)
    return found


@given(graphs())
def test_everything_downstream_is_reached_but_over_edges_that_never_run(case: tuple[int, list[Row], list[int]]) -> None:
    nodes, rows, seeds = case
    distance = Closure(graph_of(nodes, rows)).reach(seeds).distance
    assert {node: far for node, far in enumerate(distance) if far >= 0} == plain_distances(rows, seeds, set(EDGE_KINDS) - OUTSIDE_CLOSURE)


@given(graphs(), st.sets(KINDS))
def test_the_kinds_that_are_asked_for_are_the_ones_that_count(case: tuple[int, list[Row], list[int]], kinds: set[str]) -> None:
    nodes, rows, seeds = case
    distance = Closure(graph_of(nodes, rows), kinds).reach(seeds).distance
    assert {node: far for node, far in enumerate(distance) if far >= 0} == plain_distances(rows, seeds, kinds)


@given(graphs(), st.data())
def test_what_is_reached_only_grows_with_edges(case: tuple[int, list[Row], list[int]], data: st.DataObject) -> None:
    nodes, rows, seeds = case
    fewer = [row for row in rows if data.draw(st.booleans())]
    many, few = (Closure(graph_of(nodes, some)).reach(seeds).distance for some in (rows, fewer))
    assert {node for node, far in enumerate(few) if far >= 0} <= {node for node, far in enumerate(many) if far >= 0}


@given(graphs())
def test_a_chain_is_a_shortest_way_of_real_edges_from_its_seed(case: tuple[int, list[Row], list[int]]) -> None:
    nodes, rows, seeds = case
    graph = graph_of(nodes, rows)
    reach = Closure(graph).reach(seeds)
    for node in range(nodes):
        hops = [graph.edge(number) for number in chain(graph, reach, node)]
        assert len(hops) == max(reach.distance[node], 0)
        if hops:
            assert (hops[0].imported, hops[-1].importer) == (graph.paths[reach.origin[node]], graph.paths[node])
            assert all(one.importer == two.imported for one, two in pairwise(hops))
            assert not OUTSIDE_CLOSURE & {hop.kind for hop in hops}


@given(graphs())
def test_tests_are_counted_as_often_as_they_are_reached(case: tuple[int, list[Row], list[int]]) -> None:
    nodes, rows, tests = case
    closure = Closure(graph_of(nodes, rows, tuple(sorted(tests))))
    counts = closure.test_counts()
    for node in range(nodes):
        distance = closure.reach([node]).distance
        assert counts[node] == sum(distance[test] >= 0 for test in tests)


def test_the_seed_that_is_listed_first_wins_where_two_are_equally_near() -> None:
    closure = Closure(graph_of(3, [Row(2, 0, "import"), Row(2, 1, "import")]))
    assert [closure.reach(seeds).origin[2] for seeds in ([0, 1], [1, 0])] == [0, 1]


def test_nothing_is_reached_from_nothing() -> None:
    graph = graph_of(2, [Row(1, 0, "import")])
    reach = Closure(graph).reach([])
    assert list(reach.distance) == [-1, -1]
    assert chain(graph, reach, 1) == []
