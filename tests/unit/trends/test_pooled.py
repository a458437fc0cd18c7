from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.trends.pooled import MIN_REPOSITORIES, Pooled, pooled, warning
from impactgraph.trends.snapshot import Snapshot
from tests.unit.trends.histories import DATA, measured, row

SEED = 7


def grown(exponent: float, level: float, first: float) -> list[Snapshot]:
    """A repository of `first` lines that gets eight times as large."""
    sizes = [round(first * 8 ** (step / 11)) for step in range(12)]
    return [row(step, lines, level * lines**exponent, commits=lines) for step, lines in enumerate(sizes)]


def many(exponent: float, levels: list[float], starts: list[float]) -> list[list[Snapshot]]:
    """Repositories that all grow by one power, from their own size and with their own level."""
    return [grown(exponent, level, start) for level, start in zip(levels, starts, strict=True)]


def laws(histories: list[list[Snapshot]]) -> dict[tuple[str, str], Pooled]:
    return {(law.kind, law.bill): law for law in pooled(histories, np.random.default_rng(SEED))}


@given(exponent=st.floats(0.2, 2.0), slope=st.floats(-1.0, 0.5))
def test_levels_of_repositories_do_not_disturb_what_happened_inside_of_them(exponent: float, slope: float) -> None:
    """The larger ones may be cheaper than the smaller ones, although each grows by the same power: Simpson's paradox."""
    starts = [1e3 * 2**step for step in range(9)]
    found = laws(many(exponent, [start ** (slope - exponent) for start in starts], starts))
    for kind in ("middle", "inside"):
        law = found[kind, "per-change"]
        assert law.exponent == pytest.approx(exponent, abs=0.02)
        assert law.low is not None
        assert law.high is not None
        assert law.low - 1e-9 <= law.exponent <= law.high + 1e-9
    assert found["between", "per-change"].exponent == pytest.approx(slope, abs=0.02)


def test_few_repositories_or_ones_that_are_alike_give_no_exponent() -> None:
    few = laws(many(1.0, [1.0] * (MIN_REPOSITORIES - 1), [1e3] * (MIN_REPOSITORIES - 1)))
    assert few["middle", "per-change"].refused == "4 of at least 5 repositories have an exponent of their own"
    assert few["between", "per-change"].refused == "4 of at least 8 repositories have this bill"
    alike = laws(many(1.0, [1.0] * 8, [1e3] * 8))
    assert alike["inside", "per-change"].exponent == pytest.approx(1.0, abs=0.02)
    assert "differ in lines by no more than x1.00" in (alike["between", "per-change"].refused or "")
    assert laws([])["inside", "total"].refused


def test_intervals_hold_what_the_repositories_are_drawn_from() -> None:
    """Twelve repositories each time. They claim 95 %; of this many sets, chance alone leaves 85 % to a right interval."""
    rng = np.random.default_rng(SEED)
    held, sets = 0, 60
    for _ in range(sets):
        exponents = rng.normal(1.2, 0.4, size=12)
        law = next(law for law in pooled([grown(power, 1.0, 1e3) for power in exponents], rng) if law.kind == "middle")
        assert law.low is not None
        assert law.high is not None
        held += law.low <= 1.2 <= law.high
    assert held >= 0.85 * sets


def test_the_warning_has_the_figures_where_there_are_any() -> None:
    starts = [1e3 * 2**step for step in range(9)]
    found = list(laws(many(1.5, [start**-1.0 for start in starts], starts)).values())
    assert "1.50 inside, 0.50 between" in warning(found)
    assert "inside," not in warning(pooled([], np.random.default_rng(SEED)))


def test_measured_histories_grow_otherwise_inside_than_between() -> None:
    with DATA.open(encoding="utf-8") as file:
        names = sorted({line["repo"] for line in csv.DictReader(file)})
    found = {kind: laws([measured(name) for name in names])[kind, "per-change"] for kind in ("middle", "inside", "between")}
    assert found["middle"].repositories >= 15
    assert found["middle"].exponent == pytest.approx(1.24, abs=0.1)
    assert found["inside"].exponent == pytest.approx(1.21, abs=0.1)
    assert found["between"].exponent == pytest.approx(0.77, abs=0.15)
