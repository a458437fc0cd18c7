"""Both kernels against a plain search, and against each other's promises."""

from __future__ import annotations

import importlib
import inspect
import random
from array import array
from collections import deque
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Collection

    Arrays = tuple[array[int], array[int], array[int]]
    Ints = array[int] | memoryview

FUNCTIONS = ("reverse_csr", "reach", "components")


class Kernel(Protocol):
    def reverse_csr(self, node_count: int, importer: array[int], imported: array[int], keep: bytes | None = None) -> Arrays: ...
    def reach(self, indptr: Ints, importers: Ints, edge_ids: Ints, seeds: Ints) -> Arrays: ...
    def count_tests(self, indptr: array[int], importers: array[int], is_test: bytes) -> array[int]: ...


class Graph(NamedTuple):
    """Edges are (importer, imported)."""

    nodes: int
    edges: list[tuple[int, int]]

    def sorted_by(self, kernel: Kernel, keep: bytes | None = None) -> Arrays:
        return kernel.reverse_csr(self.nodes, ints(*(edge[0] for edge in self.edges)), ints(*(edge[1] for edge in self.edges)), keep)


def ints(*values: int) -> array[int]:
    return array("i", values)


@pytest.fixture(scope="session", params=[("_core", "_counts"), ("_reference", "_reference_costs")], ids=["compiled", "reference"])
def kernel(request: pytest.FixtureRequest) -> Kernel:
    graphs, costs = (importlib.import_module(f"impactgraph.{name}") for name in request.param)
    return cast("Kernel", SimpleNamespace(reverse_csr=graphs.reverse_csr, reach=graphs.reach, count_tests=costs.count_tests))


@st.composite
def graphs(draw: st.DrawFn, min_nodes: int = 0) -> Graph:
    nodes = draw(st.integers(min_nodes, 9))
    node = st.integers(0, nodes - 1)
    return Graph(nodes, draw(st.lists(st.tuples(node, node), max_size=24)) if nodes else [])


@st.composite
def seeded_graphs(draw: st.DrawFn) -> tuple[Graph, list[int]]:
    graph = draw(graphs())
    return graph, draw(st.lists(st.integers(0, graph.nodes - 1), max_size=5)) if graph.nodes else []


def plain_distances(graph: Graph, seed: int) -> dict[int, int]:
    """Search without any array: node -> edges from `seed`, towards importers."""
    importers: dict[int, list[int]] = {}
    for importer, imported in graph.edges:
        importers.setdefault(imported, []).append(importer)
    found, queue = {seed: 0}, deque([seed])
    while queue:
        node = queue.popleft()
        for importer in importers.get(node, ()):
            if importer not in found:
                found[importer] = found[node] + 1
                queue.append(importer)
    return found


def plain_counts(graph: Graph, tests: Collection[int]) -> list[int]:
    return [len(plain_distances(graph, node).keys() & tests) for node in range(graph.nodes)]


def mask(nodes: int, tests: Collection[int]) -> bytes:
    return bytes(node in tests for node in range(nodes))


def reached(kernel: Kernel, graph: Graph, seeds: list[int]) -> set[int]:
    distance, _, _ = kernel.reach(*graph.sorted_by(kernel), ints(*seeds))
    return {node for node, steps in enumerate(distance) if steps >= 0}


def random_graph(seed: int, nodes: int, edges: int) -> Graph:
    source = random.Random(seed)  # noqa: S311 (repeatable, nothing secret)
    return Graph(nodes, [(source.randrange(nodes), source.randrange(nodes)) for _ in range(edges)])


def test_both_kernels_have_the_same_functions_with_the_same_parameters() -> None:
    compiled, reference = (importlib.import_module(f"impactgraph.{name}") for name in ("_core", "_reference"))
    for name in FUNCTIONS:
        assert list(inspect.signature(getattr(compiled, name)).parameters) == list(inspect.signature(getattr(reference, name)).parameters)


# reverse_csr


def test_importers_are_grouped_by_imported_node_in_the_order_of_the_edges(kernel: Kernel) -> None:
    graph = Graph(4, [(3, 1), (2, 0), (0, 1), (3, 1), (1, 1)])
    assert graph.sorted_by(kernel) == (ints(0, 1, 5, 5, 5), ints(2, 3, 0, 3, 1), ints(1, 0, 2, 3, 4))


def test_no_nodes_give_an_empty_graph(kernel: Kernel) -> None:
    indptr, importers, edge_ids = Graph(0, []).sorted_by(kernel)
    assert (indptr, importers, edge_ids) == (ints(0), ints(), ints())
    assert kernel.reach(indptr, importers, edge_ids, ints()) == (ints(), ints(), ints())
    assert kernel.count_tests(indptr, importers, b"") == ints()


@given(graphs(), st.data())
def test_edges_sort_like_a_stable_sort_of_those_kept(kernel: Kernel, graph: Graph, data: st.DataObject) -> None:
    keep = data.draw(st.none() | st.binary(min_size=len(graph.edges), max_size=len(graph.edges)))
    indptr, importers, edge_ids = graph.sorted_by(kernel, keep)
    kept = [edge for edge in range(len(graph.edges)) if keep is None or keep[edge]]
    assert list(edge_ids) == sorted(kept, key=lambda edge: graph.edges[edge][1])
    assert list(importers) == [graph.edges[edge][0] for edge in edge_ids]
    assert list(indptr) == [sum(graph.edges[edge][1] < node for edge in kept) for node in range(graph.nodes + 1)]


@pytest.mark.parametrize(
    ("node_count", "importer", "imported", "keep"),
    [
        (-1, ints(), ints(), None),
        (2**31 - 1, ints(), ints(), None),
        (2**70, ints(), ints(), None),
        (2, ints(0), ints(2), None),
        (2, ints(2), ints(0), None),
        (2, ints(0), ints(-1), None),
        (2, ints(-1), ints(0), None),
        (0, ints(0), ints(0), None),
        (2, ints(0, 5), ints(1, 0), b"\1\0"),
        (2, ints(0, 1), ints(0), None),
        (2, ints(0, 1), ints(0, 1), b"\1"),
        (2, array("q", [0]), ints(1), None),
        (2, ints(0), array("f", [1]), None),
    ],
)
def test_edges_that_are_no_graph_are_refused(
    kernel: Kernel, node_count: int, importer: array[int], imported: array[int], keep: bytes | None
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        kernel.reverse_csr(node_count, importer, imported, keep)


# reach


@given(seeded_graphs())
def test_distances_equal_a_plain_search_and_the_first_seed_listed_wins_ties(kernel: Kernel, case: tuple[Graph, list[int]]) -> None:
    graph, seeds = case
    distance, origin, _ = kernel.reach(*graph.sorted_by(kernel), ints(*seeds))
    by_seed = [(seed, plain_distances(graph, seed)) for seed in seeds]
    for node in range(graph.nodes):
        best = min(((found[node], rank) for rank, (_, found) in enumerate(by_seed) if node in found), default=None)
        expected = (-1, -1) if best is None else (best[0], seeds[best[1]])
        assert (distance[node], origin[node]) == expected


@given(seeded_graphs(), st.data())
def test_chains_follow_real_edges_back_to_their_origin(kernel: Kernel, case: tuple[Graph, list[int]], data: st.DataObject) -> None:
    graph, seeds = case
    keep = data.draw(st.binary(min_size=len(graph.edges), max_size=len(graph.edges)))
    distance, origin, via = kernel.reach(*graph.sorted_by(kernel, keep), ints(*seeds))
    for start in range(graph.nodes):
        node, hops = start, 0
        while via[node] >= 0:
            importer, imported = graph.edges[via[node]]
            assert importer == node
            assert keep[via[node]]
            node, hops = imported, hops + 1
        assert hops == max(distance[start], 0)
        assert node == origin[start] or distance[start] == -1


@given(seeded_graphs(), st.data())
def test_more_edges_never_shrink_what_is_reached(kernel: Kernel, case: tuple[Graph, list[int]], data: st.DataObject) -> None:
    graph, seeds = case
    node = st.integers(0, graph.nodes - 1)
    more = data.draw(st.lists(st.tuples(node, node), max_size=5)) if graph.nodes else []
    assert reached(kernel, graph, seeds) <= reached(kernel, Graph(graph.nodes, graph.edges + more), seeds)


def test_nothing_is_reached_without_seeds(kernel: Kernel) -> None:
    unreached = ints(-1, -1, -1)
    assert kernel.reach(*Graph(3, [(0, 1), (1, 2)]).sorted_by(kernel), ints()) == (unreached, unreached, unreached)


def test_the_first_edge_in_order_is_the_one_that_reaches(kernel: Kernel) -> None:
    _, _, via = kernel.reach(*Graph(2, [(0, 0), (1, 0), (1, 0)]).sorted_by(kernel), ints(0))
    assert via == ints(-1, 1)


@pytest.mark.parametrize(
    ("edge_ids", "seeds"),
    [(ints(0), ints(2)), (ints(0), ints(0, -1)), (ints(), ints(0)), (ints(0, 1), ints(0)), (ints(0), array("q", [0]))],
)
def test_seeds_outside_of_the_graph_and_unequal_lengths_are_refused(kernel: Kernel, edge_ids: array[int], seeds: array[int]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        kernel.reach(ints(0, 1, 1), ints(1), edge_ids, seeds)


# count_tests


@given(graphs(), st.data())
def test_counts_equal_a_plain_search_from_every_node(kernel: Kernel, graph: Graph, data: st.DataObject) -> None:
    tests = data.draw(st.sets(st.integers(0, graph.nodes - 1))) if graph.nodes else set()
    indptr, importers, _ = graph.sorted_by(kernel)
    assert list(kernel.count_tests(indptr, importers, mask(graph.nodes, tests))) == plain_counts(graph, tests)


@pytest.mark.parametrize(("nodes", "edges", "test_count"), [(700, 900, 600), (1200, 1500, 1100), (600, 3000, 530)])
def test_counts_are_right_over_several_blocks_of_tests(kernel: Kernel, nodes: int, edges: int, test_count: int) -> None:
    graph = random_graph(nodes, nodes, edges)
    tests = set(random.Random(1).sample(range(nodes), test_count))  # noqa: S311 (as above)
    indptr, importers, _ = graph.sorted_by(kernel)
    assert list(kernel.count_tests(indptr, importers, mask(nodes, tests))) == plain_counts(graph, tests)


@pytest.mark.parametrize("test_count", [1, 63, 64, 65, 511, 512, 513, 1024, 1025])
def test_every_test_counts_once_at_the_edges_of_words_and_blocks(kernel: Kernel, test_count: int) -> None:
    star = Graph(test_count + 1, [(test, 0) for test in range(1, test_count + 1)])
    indptr, importers, _ = star.sorted_by(kernel)
    assert list(kernel.count_tests(indptr, importers, b"\0" + b"\1" * test_count)) == [test_count] + [1] * test_count


def test_a_chain_far_deeper_than_the_call_stack_is_counted(kernel: Kernel) -> None:
    length = 100_000
    indptr, importers, edge_ids = kernel.reverse_csr(length, ints(*range(1, length)), ints(*range(length - 1)))
    assert set(kernel.count_tests(indptr, importers, bytes(length - 1) + b"\1")) == {1}
    assert kernel.reach(indptr, importers, edge_ids, ints(0))[0] == ints(*range(length))


def test_no_tests_count_as_none(kernel: Kernel) -> None:
    indptr, importers, _ = random_graph(3, 50, 200).sorted_by(kernel)
    assert set(kernel.count_tests(indptr, importers, bytes(50))) == {0}


@pytest.mark.parametrize(
    ("indptr", "importers", "is_test"),
    [
        (ints(), ints(), b""),
        (ints(1, 1), ints(0), b"\0"),
        (ints(0, 2), ints(0), b"\0"),
        (ints(0, 0), ints(0), b"\0"),
        (ints(0, 2, 1), ints(0), b"\0\0"),
        (ints(0, -1, 1), ints(0), b"\0\0"),
        (ints(0, 1), ints(1), b"\0"),
        (ints(0, 1), ints(-1), b"\0"),
        (ints(0, 1), ints(0), b"\0\0"),
        (ints(0, 1), ints(0), b""),
        (ints(0, 1), array("q", [0]), b"\0"),
    ],
)
def test_arrays_that_are_no_graph_are_refused(kernel: Kernel, indptr: array[int], importers: array[int], is_test: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        kernel.count_tests(indptr, importers, is_test)


def test_results_are_the_same_arrays_from_both_kernels() -> None:
    compiled, reference = (importlib.import_module(f"impactgraph.{name}") for name in ("_core", "_reference"))
    graph = random_graph(5, 300, 900)
    answers = [[*graph.sorted_by(twin), *twin.reach(*graph.sorted_by(twin), ints(7, 3, 7))] for twin in (compiled, reference)]
    assert answers[0] == answers[1]
    assert all(type(values) is array and values.typecode == "i" for answer in answers for values in answer)


def test_readonly_memoryviews_are_read(kernel: Kernel) -> None:
    indptr, importers, edge_ids = (memoryview(bytes(values)).cast("i") for values in (ints(0, 1, 1), ints(1), ints(0)))
    assert kernel.reach(indptr, importers, edge_ids, ints(0))[0] == ints(0, 1)
