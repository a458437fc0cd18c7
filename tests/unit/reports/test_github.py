from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.errors import UsageError
from impactgraph.reports.github import LIMIT, outputs, summary
from impactgraph.reports.markdown import capped, code


def test_outputs_of_a_subset(selection: dict[str, Any]) -> None:
    assert outputs(selection, "/tmp/tests.txt") == "decision=subset\ncount=2\nall=false\ntests-file=/tmp/tests.txt\n"  # noqa: S108  # a name, not a file


def test_outputs_of_all(everything: dict[str, Any]) -> None:
    assert "decision=all\ncount=2\nall=true\n" in outputs(everything, "tests.txt")


def test_a_name_that_would_start_another_output_is_refused(selection: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        outputs(selection, "tests\nall=false")


def test_summary_lists_reasons_and_tests(selection: dict[str, Any]) -> None:
    text = summary(selection)
    assert text.startswith("### impactgraph: 2 of 268 test files (< 1 %) can be broken by 1 changed file.\n\n")
    assert "| 1 | reached | `src/a.py` |  |\n" in text
    assert "| `tests/test_b.py` | `src/a.py` | 2 |\n" in text


def test_a_fallback_is_a_warning(everything: dict[str, Any]) -> None:
    everything["fallback"] = {"code": "shallow", "message": "the clone is shallow", "hint": "fetch-depth: 0"}
    assert "> [!WARNING]\n> Everything is selected to be safe: `the clone is shallow`. Hint: `fetch-depth: 0`\n" in summary(everything)


def test_a_summary_never_exceeds_what_github_takes(selection: dict[str, Any]) -> None:
    selection["tests"] = [{"path": f"tests/é{n:06}/test_{'x' * 80}.py", "change": "src/a.py", "distance": 1} for n in range(12_000)]
    text = summary(selection)
    assert LIMIT - 200 < len(text.encode()) <= LIMIT
    assert text.endswith("the JSON has the rest)\n")


@given(st.lists(st.text("aé", max_size=9)), st.integers(10, 60))
def test_capping_keeps_whole_lines_within_the_limit(lines: list[str], limit: int) -> None:
    text = capped(lines, limit=limit, note="(cut)")
    assert len(text.encode()) <= limit
    kept = text.splitlines()
    assert kept == lines or (kept[-1] == "(cut)" and kept[:-1] == lines[: len(kept) - 1])


def test_what_fits_exactly_is_not_cut() -> None:
    assert capped(["abcd"] * 3, limit=15, note="(cut)") == "abcd\n" * 3
    assert capped(["abcd"] * 3, limit=14, note="(cut)") == "abcd\n(cut)\n"


@pytest.mark.parametrize(
    ("name", "span"),
    [("a.py", "`a.py`"), ("a|b", r"`a\|b`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("<img>\n", r"`<img>\n`"), ("a``b`c", "```a``b`c```")],
)
def test_names_can_not_break_out_of_their_code_span(name: str, span: str) -> None:
    assert code(name) == span
