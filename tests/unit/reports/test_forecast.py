from __future__ import annotations

import pytest

from impactgraph.reports.forecast import render
from impactgraph.reports.numbers import short, times
from tests import growthanswers


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "-"),
        (0, "0"),
        (0.4213, "0.421"),
        (1.0, "1.00"),
        (15.34, "15.3"),
        (99.96, "100"),
        (999.6, "1,000"),
        (1834.2, "1,830"),
        (2_412_345, "2,410,000"),
    ],
)
def test_three_digits_count(number: float | None, text: str) -> None:
    assert short(number) == text


def test_factors() -> None:
    assert [times(1.54), times(15.2), times(None)] == ["x1.5", "x15.2", "-"]


def test_every_bill_has_its_table_with_band_ceiling_and_scenarios() -> None:
    lines = render(growthanswers.forecast()).splitlines()
    assert lines[0].startswith("Today a commit of the last 500 reaches 3,060 of 4,494 test functions (68 %)")
    for title in ("Test functions per change", "Minutes of tests per month, at today's rate of changes"):
        assert title in lines
    (row,) = (line for line in lines if line.strip().startswith("x2 ") and "3,060" in line)
    assert "4,660 to 12,900" in row
    assert "extrapolated" not in row
    assert sum("extrapolated" in line for line in lines) == 6


def test_a_hundredfold_is_a_scenario_only() -> None:
    text = render(growthanswers.forecast((100.0,)))
    assert text.count("scenarios only") == 6
    assert "extrapolated" not in text
