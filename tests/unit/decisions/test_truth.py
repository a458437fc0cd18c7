from __future__ import annotations

import pytest

from impactgraph.decisions.seeds import Judged
from impactgraph.decisions.truth import changed_functions, changed_modules, summarise
from impactgraph.model import FileChange, Unit
from impactgraph.record import Function


def judged(path: str, *units: tuple[str, str]) -> Judged:
    found = tuple(Unit(name, kind, "changed", 1) for kind, name in units)
    return Judged(FileChange(path, "M"), "module", "seeds", "", None, found or None, (path,))


FUNCTIONS = [Function("a.py", "f"), Function("a.py", "f.<locals>.<lambda>"), Function("a.py", "f.<locals>.g"), Function("b.py", "f")]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("function-body", {0, 1}), ("signature", {0, 1}), ("binding", set()), ("annotation", set()), ("docstring", set())],
)
def test_a_changed_function_is_found_with_its_lambdas_and_not_with_what_is_defined_in_it(kind: str, expected: set[int]) -> None:
    assert changed_functions([judged("a.py", (kind, "f"))], FUNCTIONS) == expected


def test_a_module_changed_where_more_than_functions_and_imports_did() -> None:
    changes = [
        judged("a.py", ("function-body", "f")),
        judged("b.py", ("import", "os")),
        judged("c.py", ("import", "os"), ("binding", "X")),
        judged("gone.py"),
    ]
    assert changed_modules(changes) == {"c.py", "gone.py"}


def row(selected: int, ran: int, both: int) -> dict[str, object]:
    counts = {"selected_by_module": 10, "entered": ran, "ran": ran, "ran_or_loaded": 10, "total": 10, "seconds": 0.1}
    return {**counts, "selected": selected, "selected_and_ran": both, "lost_count": ran - both, "lost": []}


def test_recall_and_precision_are_over_pairs_and_shares_are_per_commit() -> None:
    summary = summarise([row(4, 2, 2), row(0, 0, 0), row(2, 2, 1)])
    assert summary["selected_share"] == {"mean": pytest.approx(0.2), "median": 0.2}
    assert (summary["recall"], summary["precision"], summary["lost"]) == (0.75, 0.5, 1)
    assert summary["floors"]["ran"]["mean"] == pytest.approx(4 / 30)


def test_without_commits_nothing_is_said() -> None:
    summary = summarise([])
    assert (summary["recall"], summary["precision"], summary["seconds"]) == (None, None, None)
