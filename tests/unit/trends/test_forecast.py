from __future__ import annotations

import re

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.backtest import Result, backtest
from benchmarks.fit_forecast import TARGET, document
from benchmarks.histories import histories, pairs
from impactgraph.reports.html import words
from impactgraph.trends.forecast import Constants, Forecast, Today, band, constants, forecast, predicted, told
from impactgraph.trends.snapshot import EdgeSet

TODAY = Today(tests=1000, share=0.7, changes_per_month=50, seconds_per_test=0.6)


def bills(multiply: float, today: Today = TODAY) -> dict[str, Forecast]:
    return {one.bill: one for one in forecast(today, multiply, constants("safe"))}


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return backtest(histories("imports"))


def test_the_constants_are_those_that_the_data_give() -> None:
    shipped, fitted = orjson.loads(TARGET.read_bytes()), document()
    for edges in ("imports", "safe"):
        for name in ("test_exponent", "plateau", "reversion"):
            assert shipped["constants"][edges][name] == pytest.approx(fitted["constants"][edges][name], rel=1e-3)
        mine, theirs = (
            [value for one in document["constants"][edges]["bands"] for value in one.values()] for document in (shipped, fitted)
        )
        assert mine == pytest.approx(theirs, rel=1e-2)


def test_variants_and_short_histories_are_not_pooled() -> None:
    found = histories("imports")
    assert len(found) == 19
    assert not any(name.endswith(("-novendor", "-nomig", "-nompmath")) for name in found)


def test_pairs_run_forward_in_time_and_grow() -> None:
    for history in histories("safe").values():
        assert (pairs(history).multiply >= 1.3).all()


@pytest.mark.parametrize(("low", "bar"), [(2.0, 1.36), (4.0, 1.50)])
def test_the_backtest_holds_its_bars(low: float, bar: float, results: list[Result]) -> None:
    (result,) = (one for one in results if one.low == low)
    assert result.errors["forecast"] <= bar


def test_the_forecast_is_better_than_its_rivals(results: list[Result]) -> None:
    for result in results:
        assert result.errors["forecast"] < result.errors["quadratic"]
        assert result.errors["forecast"] < result.errors["constant"]
        if result.low in {2.0, 4.0}:
            assert result.errors["forecast"] < result.errors["linear"]


def test_the_band_covers_what_it_says(results: list[Result]) -> None:
    for result in results:
        assert 0.72 <= result.coverage <= 0.88


def test_the_report_says_of_its_forecasts_what_the_backtest_says() -> None:
    of = {result.low: result for result in backtest(histories("safe"))}
    told = " ".join(
        text
        for _, text in words.forecast({"test_exponent": 1, "plateau": 1, "cross_share": 1, "backtested_below": 8, "scenario_from": 100})
    )
    assert f"two to four times was off by a factor of {of[2.0].errors['forecast']:.1f} in the middle case" in told
    assert f"of four to eight times by {of[4.0].errors['forecast']:.1f}," in told
    (covered,) = re.findall("the band held about ([0-9]+) %", told)
    assert all(abs(result.coverage - int(covered) / 100) < 0.03 for result in of.values())


def test_what_is_known_of_all_repositories_is_not_known_of_the_one_judged(results: list[Result]) -> None:
    known = histories("imports")
    alone = {name: its for name, its in known.items() if name == "scrapy+scrapy"}
    assert sum(one.pairs for one in results) > len(pairs(alone["scrapy+scrapy"]).after)
    spoilt = {**known, "scrapy+scrapy": known["scrapy+scrapy"]._replace(impacted=known["scrapy+scrapy"].impacted * 5)}
    changed = backtest(spoilt)
    assert [one.errors["forecast"] for one in changed] != [one.errors["forecast"] for one in results]


@given(st.floats(0.01, 0.99), st.floats(1, 50), st.sampled_from(["imports", "safe"]))
def test_impacted_tests_stay_below_the_ceiling_and_the_share_goes_to_the_plateau(share: float, multiply: float, edges: EdgeSet) -> None:
    known = constants(edges)
    value = float(predicted(np.asarray(100.0), np.asarray(share), np.asarray(multiply), known))
    ceiling = 100 * multiply**known.test_exponent
    assert 0 < value < ceiling
    low, high = sorted((share, known.plateau))
    assert low - 1e-9 <= value / ceiling <= high + 1e-9


def test_no_growth_changes_nothing() -> None:
    known = constants("safe")
    assert float(predicted(np.asarray(100.0), np.asarray(0.4), np.asarray(1.0), known)) == pytest.approx(40)
    assert [float(end) for end in band(np.asarray(1.0), known)] == [1.0, 1.0]


def test_the_three_bills_differ_by_the_changes() -> None:
    found = bills(5)
    change, month, more = (found[name].tests for name in ("per-change", "per-month", "per-month-more-changes"))
    assert change.value is not None
    assert change.low is not None
    assert change.high is not None
    assert change.low < change.value < change.high
    assert month.value == pytest.approx(50 * change.value)
    assert more.value == pytest.approx(250 * change.value)
    assert more.ceiling == pytest.approx(250 * change.ceiling)
    minutes = found["per-month"].minutes
    assert minutes is not None
    assert minutes.value == pytest.approx(50 * change.value * 0.6 / 60)


def test_what_is_not_known_is_not_said() -> None:
    found = bills(2, Today(tests=1000, share=0.7))
    assert list(found) == ["per-change"]
    assert found["per-change"].minutes is None


@pytest.mark.parametrize(
    ("multiply", "basis"), [(2, "backtested"), (7.9, "backtested"), (8, "extrapolated"), (99, "extrapolated"), (100, "scenario")]
)
def test_what_stands_behind_a_forecast_is_said(multiply: float, basis: str) -> None:
    found = bills(multiply)["per-change"]
    assert found.basis == basis
    assert (found.tests.value is None) == (basis == "scenario")
    assert found.tests.ceiling > 1000


def test_scenarios_multiply_todays_bill() -> None:
    entries = told(forecast(TODAY, 10, constants("safe")), {10: {"independent": 1.0, "entangled": 9.5}}, TODAY)
    assert [entry["bill"] for entry in entries] == ["per-change", "per-month", "per-month-more-changes"]
    assert entries[0]["scenarios"] == {"independent": pytest.approx(700), "entangled": pytest.approx(6650)}
    assert entries[2]["scenarios"]["entangled"] == pytest.approx(6650 * 500)
    (bare, *_) = told(forecast(TODAY, 10, constants("safe")), {}, TODAY)
    assert bare["scenarios"] == {"independent": None, "entangled": None}


def test_a_band_lies_between_those_that_were_fitted() -> None:
    known = Constants(1.0, 0.5, 0.5, constants("safe").bands)
    for one in known.bands:
        assert [float(end) for end in band(np.asarray(one.multiply), known)] == pytest.approx([one.low, one.high])
