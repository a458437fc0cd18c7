from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from impactgraph.trends.bills import Measure, series, weighting_of
from impactgraph.trends.laws import Law, curve, laws, regime
from impactgraph.trends.snapshot import Snapshot
from tests.unit.trends.histories import history, measured, row, spread


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def headline(snapshots: list[Snapshot], bill: str, of: str = "test-functions", against: str = "lines", estimator: str = "theil-sen") -> Law:
    (found,) = [law for law in laws(snapshots, rng()) if (law.bill, law.of, law.against, law.estimator) == (bill, of, against, estimator)]
    return found


@pytest.mark.parametrize("estimator", ["theil-sen", "ols"])
@pytest.mark.parametrize("against", ["lines", "modules"])
def test_independent_packages_cost_the_same_per_change_however_many_there_are(estimator: str, against: str) -> None:
    snapshots = history(lambda _: 3)
    assert headline(snapshots, "per-change", against=against, estimator=estimator).exponent == pytest.approx(0, abs=0.1)
    assert headline(snapshots, "total", against=against, estimator=estimator).exponent == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("estimator", ["theil-sen", "ols"])
def test_saturated_packages_cost_in_step_per_change_and_quadratically_in_total(estimator: str) -> None:
    snapshots = history(lambda lines: lines / 50)
    assert headline(snapshots, "per-change", estimator=estimator).exponent == pytest.approx(1, abs=0.1)
    assert headline(snapshots, "per-month", estimator=estimator).exponent == pytest.approx(1, abs=0.1)
    assert headline(snapshots, "total", estimator=estimator).exponent == pytest.approx(2, abs=0.1)


@given(st.floats(0, 3), st.floats(0.05, 5), st.integers(8, 20))
@settings(max_examples=25, deadline=None)
def test_an_exact_power_is_found_with_its_scale_and_no_doubt(exponent: float, scale: float, points: int) -> None:
    found = headline(history(lambda lines: scale * lines**exponent, points), "per-change", "test-files")
    assert found.exponent == pytest.approx(exponent, abs=1e-6)
    assert found.scale == pytest.approx(scale, rel=1e-4)
    assert found.low == pytest.approx(exponent, abs=1e-6)
    assert found.high == pytest.approx(exponent, abs=1e-6)


@pytest.mark.parametrize("name", ["scrapy+scrapy", "saleor+saleor", "ansible+ansible"])
def test_lines_are_those_of_scipy(name: str) -> None:
    snapshots = measured(name)
    found = series(snapshots, Measure("per-change", "test-functions", "lines"), "safe")
    x, y = np.log(found.sizes), np.log(found.values)
    assert headline(snapshots, "per-change").exponent == pytest.approx(stats.theilslopes(y, x)[0])
    assert headline(snapshots, "per-change", estimator="ols").exponent == pytest.approx(stats.linregress(x, y).slope)


def test_an_interval_holds_the_true_exponent_of_most_histories() -> None:
    noise, held = np.random.default_rng(5), 0
    for _ in range(40):
        by_lines = dict(zip((one.lines or 0 for one in history(lambda _: 1)), np.exp(noise.normal(0, 0.2, 12)), strict=True))
        found = headline(history(lambda lines, by=by_lines: lines**1.2 * by[lines]), "per-change")
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 1.2 <= found.high
    assert 32 <= held <= 40


def test_an_outlier_moves_the_headline_less_than_least_squares() -> None:
    snapshots = history(lambda lines: lines / 50 * (20 if lines == 1000 else 1))
    robust, squares = (headline(snapshots, "per-change", estimator=name).exponent for name in ("theil-sen", "ols"))
    assert robust == pytest.approx(1, abs=0.1)
    assert squares is not None
    assert abs(squares - 1) > 0.2


def test_too_few_snapshots_are_refused_with_their_number() -> None:
    found = headline(history(lambda _: 3, points=7), "per-change")
    assert found.refused == "7 of at least 8 snapshots have this bill"
    assert (found.exponent, found.low, found.high, found.scale, found.points) == (None, None, None, None, 7)
    assert headline(history(lambda _: 3, points=8), "per-change").refused is None


def test_a_narrow_range_of_sizes_is_refused_with_the_range() -> None:
    assert headline(history(lambda _: 3, grown=1.9), "per-change").refused == (
        "lines differ by no more than x1.90 between snapshots, and x2 is needed"
    )
    assert headline(history(lambda _: 3, grown=2.0), "per-change").refused is None


def test_without_commits_only_the_bill_per_change_is_known() -> None:
    snapshots = [one._replace(commits=None, commits_per_month=None) for one in history(lambda _: 3)]
    assert headline(snapshots, "per-change").refused is None
    for bill in ("per-month", "total"):
        assert headline(snapshots, bill).refused == "0 of at least 8 snapshots have this bill"


def test_no_snapshot_at_all_is_refused() -> None:
    assert all(law.refused and law.points == 0 for law in laws([], rng()))


def test_failed_snapshots_and_zero_bills_are_left_out() -> None:
    failed = Snapshot("x", "2020-01-01", "failed", "no Python file")
    snapshots = [failed, row(0, 10, 0, commits=1, share=0.5), *history(lambda _: 3)]
    assert headline(snapshots, "per-change").points == 12


def test_all_snapshots_are_weighted_alike() -> None:
    snapshots = history(lambda _: 3)
    assert weighting_of(snapshots, "safe") == "commits"
    bare = [one._replace(impact={"safe": {"uniform": spread(1, 1)}}) for one in snapshots[:6]]
    assert weighting_of([*bare, *snapshots[6:]], "safe") == "uniform"
    assert headline([*bare, *snapshots[6:]], "per-change").weighting == "uniform"


@pytest.mark.parametrize(("points", "weighting"), [(12, "commits"), (9, "commits"), (8, "uniform"), (3, "uniform")])
def test_the_first_state_of_a_history_which_has_no_changes_does_not_decide_for_the_others(points: int, weighting: str) -> None:
    spreads = {"uniform": spread(1, 1), "commits": spread(2, 2)}
    first, *others = (one._replace(impact={"safe": spreads}) for one in history(lambda _: 3, points=points))
    bare = first._replace(impact={"safe": {"uniform": spread(1, 1)}})
    assert weighting_of([bare, *others], "safe") == weighting
    assert weighting_of([first, *others], "safe") == "commits"


def test_the_same_history_gives_the_same_figures() -> None:
    snapshots = measured("dask+dask")
    assert laws(snapshots, rng()) == laws(snapshots, rng())


def test_the_curve_runs_through_its_band_over_all_sizes() -> None:
    points = curve(measured("sympy+sympy"), Measure("per-change", "test-functions", "lines"), rng())
    assert all(point.low <= point.value <= point.high for point in points)
    assert [point.size for point in points] == sorted(point.size for point in points)
    assert curve(history(lambda _: 3, grown=1.5), Measure("per-change", "test-functions", "lines"), rng()) == []


@pytest.mark.parametrize(
    ("share", "name"), [(0.0, "low"), (0.29, "low"), (0.3, "middle"), (0.59, "middle"), (0.6, "plateau"), (1.0, "plateau")]
)
def test_the_regime_is_named_by_the_share(share: float, name: str) -> None:
    assert regime(share) == name


@pytest.mark.parametrize(("name", "low", "high"), [("scrapy+scrapy", 2.0, 3.6), ("encode+httpx", 1.2, 1.7)])
def test_measured_histories_have_the_exponents_of_the_research(name: str, low: float, high: float) -> None:
    snapshots = [one for one in measured(name) if (one.test_files or 0) >= 8 and (one.modules or 0) >= 30]
    found = next(
        law for law in laws(snapshots, rng(), "imports") if law[:3] == ("per-change", "test-functions", "lines") and law.estimator == "ols"
    )
    assert found.exponent is not None
    assert low <= found.exponent <= high
