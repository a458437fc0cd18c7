from __future__ import annotations

from random import Random
from typing import Any

import pytest

from impactgraph.analysis.faults import KINDS, Fault
from impactgraph.decisions.mutants import Mutant, ended, failing, is_red, is_selected, lacking, shuffled, stable, summarise


def mutant(kind: str, number: int) -> Mutant:
    return Mutant(f"{kind}.py", Fault(kind, number, 0, 1, "a", "b"))


def test_kinds_take_turns_as_long_as_there_are_any() -> None:
    mutants = [mutant("body", number) for number in range(20)] + [mutant("constant", 1), mutant("default", 1)]
    order = [found.fault.kind for found in shuffled(mutants, Random(1))]  # noqa: S311 - no secret
    assert order[:3] == ["body", "constant", "default"]
    assert order[3:] == ["body"] * 19


def test_another_seed_is_another_order_of_the_same() -> None:
    mutants = [mutant("body", number) for number in range(20)]
    one, same, other = (list(shuffled(mutants, Random(seed))) for seed in (1, 1, 2))  # noqa: S311 - as above
    assert one == same != other
    assert sorted(one) == sorted(other) == sorted(mutants)


def test_only_tests_that_pass_in_every_run_without_a_fault_tell_of_one() -> None:
    runs = [{"a": "passed", "b": "failed", "c": "passed", "d": "skipped"}, {"a": "passed", "b": "passed", "d": "passed"}]
    assert stable(runs) == {"a", "d"}


def test_what_fails_is_what_did_not_fail_before_or_was_not_there() -> None:
    after = {"a": "failed", "b": "failed", "c": "passed", "new": "uncollected"}
    assert failing({"a", "c"}, {"b"}, after) == {"a": "failed", "new": "uncollected"}


@pytest.mark.parametrize(
    ("code", "failed", "how"),
    [
        (0, {}, "survived"),
        (5, {}, "survived"),
        (1, {"a": "failed"}, "failed"),
        (1, {"a": "failed", "b": "uncollected"}, "import-crash"),
        (2, {"b": "uncollected"}, "import-crash"),
        (3, {}, "crash"),
        (4, {}, "crash"),
        (-11, {"a": "failed"}, "crash"),
        (None, {"a": "failed"}, "timeout"),
    ],
)
def test_how_a_run_ended(code: int | None, failed: dict[str, str], how: str) -> None:
    assert ended(code, failed) == how


def row(kind: str, outcome: str, *verdicts: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "outcome": outcome,
        "failing": [{"verdict": verdict} for verdict in verdicts],
        "red": "selected" in verdicts,
        "tests": {"total": 10, "left_out": 4},
        "seconds": {"total": 5.0, "left_out": 1.0},
    }


def test_mutants_are_counted_by_kind_and_those_without_all_answers_apart() -> None:
    rows = [
        row("body", "failed", "selected", "selected"),
        row("body", "failed", "selected", "missed", "not-alone"),
        row("body", "survived"),
        row("constant", "import-crash", "missed"),
        row("default", "timeout"),
    ]
    summary = summarise(rows)
    assert (summary["mutants"], summary["counted"], summary["with_miss"], summary["apart_with_miss"]) == (5, 2, 1, 1)
    assert (summary["failing_tests"], summary["failing_tests_missed"], summary["failing_tests_in_doubt"]) == (5, 1, 1)
    assert summary["kinds"][0] == {"kind": "body", "mutants": 3, "counted": 2, "with_miss": 1, "share": 1.0, "left_out": 0.4}
    assert (summary["contaminated"], summary["failing_tests_contaminated"], summary["apart_unseen"]) == (1, 1, 2)
    assert [kind["kind"] for kind in summary["kinds"]] == list(KINDS)
    assert summary["tests"] == {"total": 50, "left_out": 20, "share": 0.4}
    assert sum(summary["outcomes"].values()) == 5


def test_without_mutants_nothing_is_said() -> None:
    assert summarise([])["miss_rate"]["rate"] is None


@pytest.mark.parametrize(
    ("frames", "importer", "imported"),
    [
        ((), "test_a.py", "deep.py"),
        (("test_a.py", "far.py", "known.py", "deep.py"), "far.py", "known.py"),
        (("test_a.py", "far.py", "deep.py", "known.py"), "far.py", "deep.py"),
        (("test_a.py", "deep.py"), "test_a.py", "deep.py"),
    ],
)
def test_the_edge_that_lacks_is_the_first_into_what_the_change_reaches(frames: tuple[str, ...], importer: str, imported: str) -> None:
    assert lacking({"deep.py", "known.py"}, "deep.py", "test_a.py", frames) == {"importer": importer, "imported": imported}


@pytest.mark.parametrize(
    ("node_ids", "node", "expected"),
    [
        (None, "t.py::test_a", True),
        (["t.py::test_a"], "t.py::test_a", True),
        (["t.py::test_a"], "t.py::test_a[1::2]", True),
        (["t.py::test_a[1]"], "t.py::test_a[2]", False),
        (["t.py::test_a"], "t.py::test_ab", False),
        (["t.py::TestA"], "t.py::TestA::test_b[x]", True),
        (["t.py::TestA::test_b"], "t.py::TestA::test_c", False),
        (["t.py::test_a"], "t.py", True),
        ([], "t.py", False),
    ],
)
def test_what_runs_when_node_ids_are_given(node_ids: list[str] | None, node: str, expected: bool) -> None:
    assert is_selected(node_ids, node) == expected


@pytest.mark.parametrize(
    ("code", "verdicts", "has_tests", "expected"),
    [
        (1, ["selected", "missed"], True, True),
        (1, ["missed"], True, False),
        (2, ["red-anyway", "selected"], True, True),
        (4, [], True, True),
        (4, [], False, False),
        (None, [], True, True),
        (-11, ["missed"], True, False),
    ],
)
def test_whether_the_selection_shows_a_fault(code: int | None, verdicts: list[str], has_tests: bool, expected: bool) -> None:
    assert is_red(code, verdicts, has_tests=has_tests) == expected
