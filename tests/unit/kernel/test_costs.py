"""Both kernels against plain searches: tests reached by all nodes and by sets, and what the removal of edges saves."""

from __future__ import annotations

import importlib
import inspect
import math
import os
import random
import threading
import tracemalloc
from array import array
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

import grimp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph import _gains, _spans
from impactgraph.model import Weighed

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = {"compiled": ("_core", "_counts", "_gains", "_best"), "reference": ("_reference", "_reference_costs")}
FUNCTIONS = ("components", "count_tests", "weigh_tests", "reached_tests", "edge_gains", "top_edge_gains", "bundle_gains", "reverse_csr")


def ints(*values: int) -> array[int]:
    return array("i", values)


def floats(*values: float) -> array[float]:
    return array("d", values)


def load(name: str) -> SimpleNamespace:
    modules = [importlib.import_module(f"impactgraph.{part}") for part in PARTS[name]]
    return SimpleNamespace(
        **{function: getattr(module, function) for module in modules for function in FUNCTIONS if hasattr(module, function)}
    )


@pytest.fixture(scope="session", params=list(PARTS))
def kernel(request: pytest.FixtureRequest) -> SimpleNamespace:
    return load(request.param)


class Case(NamedTuple):
    """Edges are (importer, imported); weights and frequencies are whole, so every sum is exact."""

    nodes: int
    edges: list[tuple[int, int]]
    tests: set[int]
    weights: list[int]
    frequencies: list[int]
    keep: bytes | None = None

    def csr(self, kernel: SimpleNamespace) -> tuple[array[int], array[int], array[int]]:
        sides = [ints(*(edge[side] for edge in self.edges)) for side in (0, 1)]
        arrays: tuple[array[int], array[int], array[int]] = kernel.reverse_csr(self.nodes, *sides, self.keep)
        return arrays

    @property
    def is_test(self) -> bytes:
        return bytes(node in self.tests for node in range(self.nodes))

    def gain_arguments(self, kernel: SimpleNamespace) -> tuple[object, ...]:
        return (*self.csr(kernel), self.is_test, floats(*self.weights), floats(*self.frequencies))

    def reached(self, gone: frozenset[int] = frozenset()) -> list[set[int]]:
        """The tests that each node reaches without some edges, by plain search."""
        importers: dict[int, list[int]] = {}
        for number, (importer, imported) in enumerate(self.edges):
            if number not in gone and (self.keep is None or self.keep[number]):
                importers.setdefault(imported, []).append(importer)
        answers = []
        for start in range(self.nodes):
            found, waiting = {start}, [start]
            while waiting:
                fresh = set(importers.get(waiting.pop(), ())) - found
                found |= fresh
                waiting.extend(fresh)
            answers.append(found & self.tests)
        return answers

    def cost(self, gone: frozenset[int] = frozenset()) -> int:
        reached = self.reached(gone)
        return sum(
            frequency * sum(self.weights[test] for test in tests) for frequency, tests in zip(self.frequencies, reached, strict=True)
        )


@st.composite
def cases(draw: st.DrawFn, max_nodes: int = 9, max_edges: int = 24, max_weight: int = 9) -> Case:
    nodes = draw(st.integers(0, max_nodes))
    node, number = st.integers(0, max(nodes - 1, 0)), st.integers(0, max_weight)
    edges = draw(st.lists(st.tuples(node, node), max_size=max_edges)) if nodes else []
    tests = draw(st.sets(node)) if nodes else set()
    numbers = st.lists(number, min_size=nodes, max_size=nodes)
    keep = draw(st.none() | st.binary(min_size=len(edges), max_size=len(edges)))
    return Case(nodes, edges, tests, draw(numbers), draw(numbers), keep)


def random_case(seed: int, nodes: int, edges: int, test_count: int) -> Case:
    """Layers with tests on top, half of which nobody imports, and some cycles."""
    source = random.Random(seed)  # noqa: S311 (repeatable, nothing secret)
    tests = set(range(nodes - test_count, nodes))
    quiet = nodes - test_count // 2
    pairs = []
    for _ in range(edges):
        one, other = source.randrange(nodes), source.randrange(quiet)
        pairs.append((max(one, other), min(one, other)) if source.random() < 0.97 or one >= quiet else (one, other))
    return Case(nodes, pairs, tests, [source.randrange(1, 50) for _ in range(nodes)], [source.randrange(4) for _ in range(nodes)])


def sets_of(draw_from: random.Random, nodes: int, count: int) -> list[list[int]]:
    return [draw_from.choices(range(nodes), k=draw_from.randrange(6)) for _ in range(count)]


def as_arrays(sets: list[list[int]]) -> tuple[array[int], array[int]]:
    heads = [0]
    for members in sets:
        heads.append(heads[-1] + len(members))
    return ints(*heads), ints(*(node for members in sets for node in members))


def plain_weighed(case: Case, sets: list[list[int]]) -> Weighed:
    reached = case.reached()
    unions = [set().union(*(reached[node] for node in members)) for members in sets]
    counts, set_counts = (ints(*map(len, answer)) for answer in (reached, unions))
    sums, set_sums = (floats(*(sum(case.weights[test] for test in tests) for tests in answer)) for answer in (reached, unions))
    return Weighed(counts, sums, set_counts, set_sums)


def test_both_kernels_have_the_same_functions_with_the_same_parameters() -> None:
    compiled, reference = map(load, PARTS)
    for name in FUNCTIONS:
        parameters = [
            [(parameter.name, parameter.kind) for parameter in inspect.signature(getattr(twin, name)).parameters.values()]
            for twin in (compiled, reference)
        ]
        assert parameters[0] == parameters[1]


# components


@given(cases())
def test_nodes_share_a_component_exactly_if_they_reach_each_other(kernel: SimpleNamespace, case: Case) -> None:
    component = kernel.components(*case.csr(kernel)[:2])
    reached = case._replace(tests=set(range(case.nodes))).reached()
    assert [[component[one] == component[other] for other in range(case.nodes)] for one in range(case.nodes)] == [
        [other in reached[one] and one in reached[other] for other in range(case.nodes)] for one in range(case.nodes)
    ]
    assert set(component) == set(range(max(component, default=-1) + 1))
    for node in range(case.nodes):
        assert all(component[importer] <= component[node] for importer in reached[node])


# weigh_tests, reached_tests


@given(cases(), st.data())
def test_counts_and_sums_of_nodes_and_sets_equal_a_plain_search(kernel: SimpleNamespace, case: Case, data: st.DataObject) -> None:
    node = st.integers(0, max(case.nodes - 1, 0))
    sets = data.draw(st.lists(st.lists(node, max_size=4 if case.nodes else 0), max_size=5))
    arguments = (*case.csr(kernel)[:2], case.is_test)
    expected = plain_weighed(case, sets)
    assert kernel.weigh_tests(*arguments, floats(*case.weights), *as_arrays(sets)) == expected
    assert kernel.weigh_tests(*arguments, floats(*case.weights)) == expected._replace(set_counts=ints(), set_sums=floats())
    assert kernel.count_tests(*arguments) == expected.counts
    heads, tests = kernel.reached_tests(*arguments, *as_arrays(sets))
    reached = case.reached()
    assert [list(tests[heads[number] : heads[number + 1]]) for number in range(len(sets))] == [
        sorted(set().union(*(reached[node] for node in members))) for members in sets
    ]
    assert len(heads) == len(sets) + 1


@pytest.mark.parametrize("words", [1, 3, 1000])
@pytest.mark.parametrize(("nodes", "edges", "test_count"), [(700, 900, 600), (1500, 6000, 1100), (600, 3000, 530), (2600, 9000, 2500)])
def test_many_passes_of_any_width_give_the_same(kernel: SimpleNamespace, nodes: int, edges: int, test_count: int, words: int) -> None:
    case = random_case(nodes, nodes, edges, test_count)
    sets = sets_of(random.Random(2), nodes, 300)  # noqa: S311 (as above)
    answer = kernel.weigh_tests(
        *case.csr(kernel)[:2], case.is_test, floats(*case.weights), *as_arrays(sets), memory=(8 * nodes + 32_000) * words
    )
    assert answer == plain_weighed(case, sets)


def test_a_component_that_nobody_imports_counts_once_in_a_set_that_also_reaches_it(kernel: SimpleNamespace) -> None:
    # 2 and 3 import the same, so they share a column; 4 imports nothing; {0, 2}: 0 reaches 2 already
    case = Case(5, [(2, 0), (3, 0), (2, 1)], {2, 3, 4}, [0, 0, 5, 7, 11], [1] * 5)
    sets = [[0, 2], [2], [4, 4], [1, 3], [], [0, 1, 2, 3, 4]]
    answer = kernel.weigh_tests(*case.csr(kernel)[:2], case.is_test, floats(*case.weights), *as_arrays(sets))
    assert (list(answer.set_counts), list(answer.set_sums)) == ([2, 1, 1, 2, 0, 3], [12, 5, 11, 12, 0, 23])


def test_weights_of_what_is_no_test_are_never_read(kernel: SimpleNamespace) -> None:
    answer = kernel.weigh_tests(ints(0, 1, 1), ints(1), b"\0\1", floats(math.nan, 2.5))
    assert list(answer.sums) == [2.5, 2.5]


def test_what_does_not_fit_says_so_with_figures_before_it_starts(kernel: SimpleNamespace) -> None:
    with pytest.raises(MemoryError, match=r"\d.* 0 "):
        kernel.weigh_tests(ints(0, 1, 1), ints(1), b"\0\1", floats(1, 1), memory=0)


def test_tests_whose_list_does_not_fit_are_not_listed(kernel: SimpleNamespace) -> None:
    star = Case(50, [(node, 0) for node in range(1, 50)], set(range(1, 50)), [1] * 50, [1] * 50)
    arguments = (*star.csr(kernel)[:2], star.is_test)
    many = as_arrays([[0]] * 1000)
    with pytest.raises(MemoryError, match=r"49000 .*100000"):
        kernel.reached_tests(*arguments, *many, memory=100_000)
    assert len(kernel.reached_tests(*arguments, *many, memory=4 * 49_000)[1]) == 49_000


def test_no_more_memory_is_taken_than_allowed() -> None:
    case, compiled = random_case(1, 30_000, 150_000, 12_000), load("compiled")
    graph = (*case.csr(compiled)[:2], case.is_test, floats(*case.weights))

    def taken(memory: int) -> int:
        tracemalloc.start()
        try:
            compiled.weigh_tests(*graph, memory=memory)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    with pytest.raises(MemoryError):
        taken(100_000)
    little, allowed = 300_000, 4_000_000
    # What grows with the graph alone is the same in both.
    assert (allowed - little) / 2 < taken(allowed) - taken(little) <= allowed


# gains


def gains_by_search(case: Case) -> list[int]:
    before = case.cost()
    return [before - case.cost(frozenset({edge})) for edge in range(len(case.edges))]


@given(cases())
def test_the_gain_of_an_edge_is_what_a_search_without_it_saves(kernel: SimpleNamespace, case: Case) -> None:
    gains = kernel.edge_gains(*case.gain_arguments(kernel), edge_count=len(case.edges))
    assert list(gains) == gains_by_search(case)


@given(cases(), st.integers(0, 30))
def test_the_top_edges_are_the_first_of_all_sorted_by_gain(kernel: SimpleNamespace, case: Case, k: int) -> None:
    edges, gains = kernel.top_edge_gains(*case.gain_arguments(kernel), k, edge_count=len(case.edges))
    expected = gains_by_search(case)
    assert list(edges) == sorted((edge for edge, gain in enumerate(expected) if gain), key=lambda edge: (-expected[edge], edge))[:k]
    assert list(gains) == [expected[edge] for edge in edges]


@given(cases(), st.data())
def test_the_gain_of_a_bundle_is_what_a_search_without_it_saves(kernel: SimpleNamespace, case: Case, data: st.DataObject) -> None:
    edge = st.integers(0, max(len(case.edges) - 1, 0))
    bundles = data.draw(st.lists(st.lists(edge, max_size=6 if case.edges else 0), max_size=4))
    gains = kernel.bundle_gains(*case.gain_arguments(kernel), *as_arrays(bundles), edge_count=len(case.edges))
    assert list(gains) == [case.cost() - case.cost(frozenset(bundle)) for bundle in bundles]


@pytest.mark.parametrize("seed", range(4))
def test_gains_in_graphs_with_cycles_and_layers_equal_bundles_of_one(seed: int) -> None:
    case = random_case(seed, 120, 260 + 60 * seed, 50)
    compiled = load("compiled")
    arguments, edges = case.gain_arguments(compiled), len(case.edges)
    single = as_arrays([[edge] for edge in range(edges)])
    gains = compiled.edge_gains(*arguments, edge_count=edges)
    assert gains == compiled.bundle_gains(*arguments, *single, edge_count=edges)
    assert max(gains) > 0


def first_of(gains: Sequence[float], k: int) -> list[int]:
    return sorted((edge for edge, gain in enumerate(gains) if gain > 0), key=lambda edge: (-gains[edge], edge))[:k]


@pytest.mark.parametrize("changing", [4, 30, 100])
@pytest.mark.parametrize("seed", range(4))
def test_bundles_by_spanning_trees_equal_those_counted_anew(seed: int, changing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    case = random_case(seed, 100, 180 + 60 * seed, 40)
    source = random.Random(seed)  # noqa: S311 (as above)
    often = set(source.sample(range(100), changing))  # fewer than tests, and more
    case = case._replace(frequencies=[source.randrange(1, 9) if node in often else 0 for node in range(100)])
    compiled, edges = load("compiled"), len(case.edges)
    arguments = case.gain_arguments(compiled)
    bundles = [source.choices(range(edges), k=source.randrange(edges // 3)) for _ in range(60)]
    gains = compiled.bundle_gains(*arguments, *as_arrays(bundles), edge_count=edges)
    assert list(gains) == [case.cost() - case.cost(frozenset(bundle)) for bundle in bundles]
    assert len(set(gains)) > 20
    for changed, name, value in ((_spans, "PATIENCE", 0), (_spans, "PATIENCE", 2), (_gains, "ROOTS_A_BUNDLE", 0)):
        with monkeypatch.context() as patch:
            patch.setattr(changed, name, value)
            assert compiled.bundle_gains(*arguments, *as_arrays(bundles), edge_count=edges) == gains


@pytest.mark.parametrize(("nodes", "edges", "test_count"), [(700, 900, 600), (1500, 3000, 1100), (600, 3000, 530), (2600, 9000, 2500)])
@pytest.mark.parametrize("k", [1, 20, 100_000])
def test_the_top_edges_over_several_blocks_of_tests_are_those_of_all_edges(nodes: int, edges: int, test_count: int, k: int) -> None:
    case, compiled = random_case(nodes, nodes, edges, test_count), load("compiled")
    arguments = case.gain_arguments(compiled)
    gains = compiled.edge_gains(*arguments, edge_count=edges)
    top, top_gains = compiled.top_edge_gains(*arguments, k, edge_count=edges)
    assert list(top) == first_of(gains, k)
    assert list(top_gains) == [gains[edge] for edge in top]
    assert top_gains[0] > 0


def test_the_top_edges_of_a_real_package_are_those_that_save_most_when_each_is_taken_out_alone() -> None:
    package = grimp.build_graph("numpy", cache_dir=None)
    names = sorted(package.modules)
    pairs = [(importer, imported) for importer in names for imported in sorted(package.find_modules_directly_imported_by(importer))]
    pairs += [(name, name.rpartition(".")[0]) for name in names if "." in name]
    index, source = {name: number for number, name in enumerate(names)}, random.Random(5)  # noqa: S311 (as above)
    tests = {index[name] for name in names if name.rpartition(".")[2].startswith("test_")}
    assert len(tests) > 100
    case = Case(
        len(names),
        [(index[importer], index[imported]) for importer, imported in pairs],
        tests,
        *([source.randrange(1, 50) for _ in names] for _ in range(2)),
    )
    compiled = load("compiled")
    arguments, edges = case.gain_arguments(compiled), len(pairs)
    anew = compiled.bundle_gains(*arguments, *as_arrays([[edge] for edge in range(edges)]), edge_count=edges)
    top, gains = compiled.top_edge_gains(*arguments, 20, edge_count=edges)
    assert list(top) == first_of(anew, 20)
    assert list(gains) == [anew[edge] for edge in top]


def test_the_top_edges_of_weights_that_are_not_whole_are_those_of_all_edges() -> None:
    case, compiled, source = random_case(3, 400, 900, 200), load("compiled"), random.Random(4)  # noqa: S311 (as above)
    arguments = (*case.gain_arguments(compiled)[:4], *(floats(*(source.random() for _ in range(400))) for _ in range(2)))
    gains = compiled.edge_gains(*arguments, edge_count=900)
    top, top_gains = compiled.top_edge_gains(*arguments, 30, edge_count=900)
    assert list(top) == first_of(gains, 30)
    assert list(top_gains) == pytest.approx([gains[edge] for edge in top])


def test_the_top_edges_of_one_large_cycle_do_not_take_the_square_of_its_size() -> None:
    size, compiled = 20_000, load("compiled")
    csr = compiled.reverse_csr(size, ints(*range(size)), ints(*range(1, size), 0))
    ones = floats(1) * size
    edges, gains = compiled.top_edge_gains(*csr, b"\1" + bytes(size - 1), ones, ones, 3, edge_count=size)
    assert (list(edges), list(gains)) == ([0, 1, 2], [size - 1, size - 2, size - 3])


def test_the_gains_are_the_same_to_the_last_digit_on_one_core_and_on_two(monkeypatch: pytest.MonkeyPatch) -> None:
    case, compiled, source = random_case(3, 2000, 6000, 700), load("compiled"), random.Random(4)  # noqa: S311 (as above)
    arguments = (*case.gain_arguments(compiled)[:4], *(floats(*(source.random() for _ in range(2000))) for _ in range(2)))
    started: list[threading.Thread] = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda thread: (started.append(thread), start(thread)))
    answers = []
    for cores in ({0}, {0, 1}):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: cores, raising=False)
        answers.append(compiled.edge_gains(*arguments, edge_count=6000).tobytes())
    assert answers[0] == answers[1]
    assert len(started) == 1
    assert not started[0].is_alive()


def test_one_of_two_parallel_edges_gains_nothing_both_together_do(kernel: SimpleNamespace) -> None:
    case = Case(2, [(1, 0), (1, 0), (0, 0)], {1}, [0, 3], [5, 1])
    arguments = case.gain_arguments(kernel)
    assert list(kernel.edge_gains(*arguments, edge_count=3)) == [0, 0, 0]
    assert list(kernel.bundle_gains(*arguments, ints(0, 2, 3), ints(0, 1, 0), edge_count=3)) == [15, 0]


def test_an_empty_graph_has_no_gains(kernel: SimpleNamespace) -> None:
    case = Case(0, [], set(), [], [])
    arguments = case.gain_arguments(kernel)
    assert kernel.edge_gains(*arguments, edge_count=0) == floats()
    assert kernel.bundle_gains(*arguments, ints(0, 0), ints(), edge_count=0) == floats(0)
    assert kernel.top_edge_gains(*arguments, 3, edge_count=0) == (ints(), floats())


# what is refused

GOOD = {
    "indptr": ints(0, 1, 2, 2),
    "importers": ints(1, 2),
    "edge_ids": ints(0, 1),
    "is_test": b"\0\0\1",
    "weights": floats(1, 1, 1),
    "frequencies": floats(1, 1, 1),
}
BAD = [
    ("indptr", ints()),
    ("indptr", ints(0, 2, 1, 2)),
    ("indptr", ints(0, 1, 2)),
    ("indptr", floats(0, 1, 2, 2)),
    ("importers", ints(1)),
    ("importers", ints(1, 3)),
    ("importers", ints(-1, 2)),
    ("importers", array("q", [1, 2])),
    ("is_test", b"\0\0"),
    ("is_test", b"\0\0\1\1"),
    ("weights", floats(1, 1)),
    ("weights", floats(1, 1, 1, 1)),
    ("weights", floats(1, 1, math.nan)),
    ("weights", floats(1, 1, math.inf)),
    ("weights", floats(1, 1, -1)),
    ("weights", array("f", [1, 1, 1])),
    ("weights", ints(1, 1, 1)),
]
BAD_FOR_GAINS = [
    ("edge_ids", ints(0)),
    ("edge_ids", ints(0, 2)),
    ("edge_ids", ints(0, -1)),
    ("edge_ids", ints(1, 1)),
    ("frequencies", floats(1, 1)),
    ("frequencies", floats(1, math.nan, 1)),
    ("frequencies", floats(1e308, 1e308, 1)),
    ("frequencies", floats(-1, 1, 1)),
]
BAD_SETS = [
    (ints(), ints()),
    (ints(1, 1), ints(0)),
    (ints(0, 2), ints(0)),
    (ints(0, 2, 1), ints(0)),
    (ints(0, 1), ints(7)),
    (ints(0, 1), ints(-1)),
    (ints(0, 1), floats(0)),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_arrays_that_are_no_weighed_graph_are_refused(kernel: SimpleNamespace, name: str, value: object) -> None:
    graph = {key: value for key, value in GOOD.items() if key not in {"edge_ids", "frequencies"}} | {name: value}
    with pytest.raises(ValueError, match=r"\w"):
        kernel.weigh_tests(**graph)
    if name == "weights":
        return
    del graph["weights"]
    with pytest.raises(ValueError, match=r"\w"):
        kernel.reached_tests(**graph, set_heads=ints(0), set_nodes=ints())


@pytest.mark.parametrize(("name", "value"), [*BAD, *BAD_FOR_GAINS])
def test_arrays_without_gains_are_refused(kernel: SimpleNamespace, name: str, value: object) -> None:
    graph = GOOD | {name: value}
    with pytest.raises(ValueError, match=r"\w"):
        kernel.edge_gains(**graph, edge_count=2)
    with pytest.raises(ValueError, match=r"\w"):
        kernel.top_edge_gains(**graph, k=1, edge_count=2)
    with pytest.raises(ValueError, match=r"\w"):
        kernel.bundle_gains(**graph, bundle_heads=ints(0), bundle_edges=ints(), edge_count=2)


@pytest.mark.parametrize("edge_count", [-1, 0, 1, 2**31, 2**70])
def test_counts_of_edges_that_can_not_be_are_refused(kernel: SimpleNamespace, edge_count: int) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        kernel.edge_gains(**GOOD, edge_count=edge_count)


def test_less_than_no_edges_are_refused(kernel: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="negative"):
        kernel.top_edge_gains(**GOOD, k=-1, edge_count=2)


def test_products_too_large_to_add_up_are_refused(kernel: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="too large"):
        kernel.edge_gains(**GOOD | {"weights": floats(1, 1, 1e200), "frequencies": floats(1e200, 1, 1)}, edge_count=2)


@pytest.mark.parametrize(("heads", "members"), BAD_SETS)
def test_arrays_that_are_no_sets_are_refused(kernel: SimpleNamespace, heads: array[int], members: array[int]) -> None:
    graph = {key: value for key, value in GOOD.items() if key not in {"edge_ids", "frequencies", "weights"}}
    with pytest.raises(ValueError, match=r"\w"):
        kernel.reached_tests(**graph, set_heads=heads, set_nodes=members)
    with pytest.raises(ValueError, match=r"\w"):
        kernel.weigh_tests(**graph, weights=GOOD["weights"], set_heads=heads, set_nodes=members)
    with pytest.raises(ValueError, match=r"\w"):
        kernel.bundle_gains(**GOOD, bundle_heads=heads, bundle_edges=members, edge_count=2)


def test_heads_without_nodes_are_refused(kernel: SimpleNamespace) -> None:
    graph = {key: value for key, value in GOOD.items() if key not in {"edge_ids", "frequencies"}}
    for half in ({"set_heads": ints(0)}, {"set_nodes": ints()}):
        with pytest.raises(ValueError, match="together"):
            kernel.weigh_tests(**graph, **half)
