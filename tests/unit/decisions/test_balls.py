from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.decisions.balls import threads
from impactgraph.graph.network import Network

NODE = st.integers(0, 7)
RING = {(node, (node + 1) % 6) for node in range(6)}


def test_a_ring_falls_apart_where_it_is_cut() -> None:
    network = Network(8, RING | {(7, 0)}, {})
    (first,) = threads(network, range(6), {(2, 3)}, 3)
    assert first == ((2, 3), 1)


def test_what_has_two_ways_round_is_held_by_no_single_import() -> None:
    both = RING | {(other, node) for node, other in RING}
    assert threads(Network(6, both, {}), range(6), both, 3) == []


def test_two_rings_that_share_a_module_are_cut_one_by_one() -> None:
    pairs = {(0, 1), (1, 2), (2, 0), (0, 3), (3, 4), (4, 5), (5, 0)}
    found = threads(Network(6, pairs, {}), range(6), pairs, 3)
    assert [thread.left for thread in found[:2]] == [3, 1]


def test_of_a_large_ball_a_part_of_the_modules_tells_what_holds_it_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("impactgraph.decisions.balls.ENDS", 4)
    rings = {(start + node, start + (node + step) % 15) for start in (0, 15) for node in range(15) for step in (1, 14)}
    bridges = {(3, 20), (28, 9)}
    first, *others = threads(Network(30, rings | bridges, {}), range(30), rings | bridges, 3)
    assert first == ((3, 20), 15)
    assert not {thread.pair for thread in others} & rings


@given(st.sets(st.tuples(NODE, NODE), max_size=24))
def test_what_is_left_is_what_a_graph_without_the_pairs_has(pairs: set[tuple[int, int]]) -> None:
    network = Network(8, pairs, {})
    for nodes in network.components():
        gone: set[tuple[int, int]] = set()
        for thread in threads(network, nodes, pairs, 3):
            gone.add(thread.pair)
            left = [set(other) & set(nodes) for other in network.without(gone).components()]
            assert thread.left == max(map(len, left), default=0) or thread.left == 1
            assert thread.left < len(nodes)
