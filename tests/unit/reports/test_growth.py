from __future__ import annotations

from typing import Any

import pytest

from impactgraph.reports.growth import render
from tests import growthanswers
from tests.unit.trends.histories import history


def lines_of(answer: dict[str, Any]) -> list[str]:
    return render(answer).splitlines()


def test_the_sentence_that_matters_comes_first() -> None:
    answer = growthanswers.growth(history(lambda lines: lines / 20))
    first, second, *rest = lines_of(answer)
    assert first == "Ten times the code meant 10 times the tests per change (95 %: 10 to 10 times)."
    assert second.startswith("  At the last snapshot a change reaches 50 % of ")
    assert rest[1] == "12 snapshots of sympy (safe edges)"


def test_a_law_that_is_refused_for_all_bills_is_refused_once() -> None:
    lines = lines_of(growthanswers.refused())
    assert lines[0] == "By which power of the code the tests per change grew can't be said yet."
    assert [line for line in lines if "no exponent: " in line] == ["  no exponent: 4 of at least 8 snapshots have this bill"]
    assert "not measured:  no Python file" in next(line for line in lines if "dead" in line)


def test_nothing_measured_is_said() -> None:
    assert lines_of(growthanswers.growth([]))[0].startswith("No snapshot has a test that pytest would collect")


@pytest.mark.parametrize("title", ["per change", "per month, at today's rate of changes", "per month, with changes multiplied, too"])
def test_what_more_code_would_cost_is_told_as_by_the_forecast(title: str) -> None:
    lines = lines_of(growthanswers.growth())
    assert f"Test functions {title}" in lines
    assert "All tests is a forecast, too: the band may reach beyond it." in lines
    assert not [line for line in lines if "per-month" in line]
