from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from impactgraph.analysis.modulenames import module_name, package_of
from impactgraph.analysis.statements import Imports
from impactgraph.decisions.cuts import Checkout, Cut, Offer, best, candidates, leaders, plan
from impactgraph.graph.network import Network

Pair = tuple[int, int]
PATHS = ["a/__init__.py", "a/x.py", "a/y.py", "b/__init__.py", "b/x.py", "b/y.py", "c.py", "test_a.py", "test_b.py"]
NODE = st.integers(0, len(PATHS) - 1)
LINES = st.dictionaries(st.integers(1, 4), st.frozensets(NODE, min_size=1, max_size=3), max_size=4)
IMPORTS = st.fixed_dictionaries({path: st.builds(Imports, LINES, st.frozensets(NODE, max_size=1)) for path in PATHS})
FREQUENCIES = st.dictionaries(NODE, st.integers(1, 5), max_size=6).map(Counter)
COSTS = st.fixed_dictionaries({7: st.integers(1, 9), 8: st.integers(1, 9)})


def checkout_of(imports: dict[str, Imports]) -> Checkout:
    nodes = {path: number for number, path in enumerate(PATHS)}
    return Checkout(imports, nodes, PATHS, lambda path: module_name(path, [""]), lambda path, depth: package_of(path, [""], depth))


def pairs_of(imports: dict[str, Imports]) -> set[Pair]:
    """What the files lead to, self loops left out as `imports_of` does."""
    return {
        (PATHS.index(path), node)
        for path, found in imports.items()
        for node in frozenset().union(found.fixed, *found.lines.values())
        if node != PATHS.index(path)
    }


def rank(pairs: set[Pair], frequencies: Counter[int], costs: dict[int, int]) -> int:
    """By going on until nothing is new, node by node."""
    total = 0
    for node, times in frequencies.items():
        found = {node}
        while new := {importer for importer, imported in pairs if imported in found} - found:
            found |= new
        total += times * sum(costs.get(other, 0) for other in found)
    return total


@settings(max_examples=150)
@given(IMPORTS, FREQUENCIES, COSTS)
def test_a_cut_saves_what_is_missing_when_the_statements_are(
    imports: dict[str, Imports], frequencies: Counter[int], costs: dict[int, int]
) -> None:
    pairs = pairs_of(imports)
    network, checkout = Network(len(PATHS), pairs, costs), checkout_of(imports)
    before = rank(pairs, frequencies, costs)
    offers = best(network, frequencies, candidates(checkout, ["test_a.py", "test_b.py"], 50))
    for cut, gain in offers:
        lines = {path: {line for other, line in cut.statements if other == path} for path in imports}
        left = {
            path: found._replace(lines={line: nodes for line, nodes in found.lines.items() if line not in lines[path]})
            for path, found in imports.items()
        }
        assert gain == before - rank(pairs_of(left), frequencies, costs) > 0
    assert [offer.gain for offer in offers] == sorted((offer.gain for offer in offers), reverse=True)
    chosen = plan(network, frequencies, checkout, offers, 3)
    assert all(
        gain == before - rank(pairs - checkout.lost(some), frequencies, costs)
        for gain, some in zip(chosen.gains, _steps(chosen.offers), strict=True)
    )
    assert list(chosen.gains) == sorted(set(chosen.gains))


def _steps(offers: tuple[Offer, ...]) -> list[list[tuple[str, int]]]:
    return [[statement for offer in offers[: end + 1] for statement in offer.cut.statements] for end in range(len(offers))]


def cut(*statements: tuple[str, int]) -> Cut:
    return Cut("bundle", "a", "b", 1, statements, frozenset())


def test_more_statements_for_no_more_gain_are_not_shown() -> None:
    small, large, other = Offer(cut(("x", 1)), 5), Offer(cut(("x", 1), ("y", 1)), 5), Offer(cut(("y", 1)), 1)
    assert leaders([small, large, other], 10) == [small, other]
    assert leaders([large._replace(gain=6), small, other], 2) == [large._replace(gain=6), small]


def test_a_bundle_has_a_bound_and_the_tests_are_left_alone() -> None:
    imports = {path: Imports({}, frozenset()) for path in PATHS}
    imports["a/x.py"] = Imports({1: frozenset({4}), 2: frozenset({5}), 3: frozenset({6})}, frozenset())
    imports["test_a.py"] = Imports({1: frozenset({1})}, frozenset())
    found = {(one.importer, one.imported, len(one.statements)) for one in candidates(checkout_of(imports), ["test_a.py"], 2)}
    assert found == {("a.x", "b.x", 1), ("a.x", "b.y", 1), ("a.x", "c", 1), ("a", "b", 2)}
    assert {one.type for one in candidates(checkout_of(imports), ["test_a.py"], 1)} == {"statement"}
