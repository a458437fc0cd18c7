from __future__ import annotations

from typing import Any

import pytest

from impactgraph.reports.terminal import Style
from impactgraph.reports.text import summary
from tests.unit.reports.conftest import OID

#: What a summary says of the base that the samples have.
BASE = f"  compared with origin/main at {OID[:10]}\n"


def test_a_subset_says_how_many_of_how_many_and_why(selection: dict[str, Any]) -> None:
    assert summary(selection) == (
        f"2 of 268 test files (< 1 %) can be broken by 1 changed file.\n{BASE}  1 test file: changed x\n  1 test file: reached src/a.py\n"
    )


def test_all_names_the_key(everything: dict[str, Any]) -> None:
    assert summary(everything) == (
        f"All tests can be broken by 1 changed file (268 test files).\n{BASE}"
        "  268 test files: global-input pyproject.toml (project.dependencies)\n"
    )


def test_none_is_said_in_a_line_beside_the_base(nothing: dict[str, Any]) -> None:
    assert summary(nothing) == f"No test can be broken by 1 changed file (of 268 test files).\n{BASE}"


def test_listed_files_have_no_base(nothing: dict[str, Any]) -> None:
    nothing["base"] = {"revision": None, "from": "option", "ref": None}
    assert "compared" not in summary(nothing)


def test_only_the_reasons_with_most_tests_are_listed(selection: dict[str, Any]) -> None:
    selection["reasons"] = [{"code": "reached", "path": f"f{n}.py", "detail": None, "tests": n} for n in range(1, 9)]
    lines = summary(selection).splitlines()
    assert lines[2] == "  8 test files: reached f8.py"
    assert lines[-1] == "  and 3 more reasons"
    assert len(lines) == 8


def test_a_fallback_is_told_with_its_hint(everything: dict[str, Any]) -> None:
    everything["fallback"] = {"code": "shallow", "message": "the clone is shallow", "hint": "git fetch --unshallow"}
    assert summary(everything).endswith(
        "everything is selected to be safe: the clone is shallow (shallow)\n  hint: git fetch --unshallow\n"
    )


def test_warnings_are_counted(nothing: dict[str, Any]) -> None:
    nothing["warnings"] = [{"code": "unparsed", "path": "a.py", "line": 1, "message": "no"}]
    assert summary(nothing).endswith("  1 warning: impactgraph doctor shows them\n")


@pytest.mark.parametrize("place", ["path", "detail"])
def test_escapes_in_names_do_not_reach_the_terminal(selection: dict[str, Any], place: str) -> None:
    selection["reasons"][0][place] = "\x1b]0;owned\x07.py"
    assert "\x1b" not in summary(selection)


def test_a_checkout_without_tests_divides_by_nothing(selection: dict[str, Any]) -> None:
    selection["counts"] |= {"tests_total": 0, "tests_selected": 0}
    assert summary(selection).startswith("0 of 0 test files (-) ")


def test_colour_is_only_used_when_asked_for(selection: dict[str, Any]) -> None:
    assert summary(selection, Style(colour=True)).startswith("\x1b[1m2 of 268")
