from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.decisions.audit import _at_most, miss_rate, summarise


def run(*failing: dict[str, Any], tests: int = 10, left_out: int = 4) -> dict[str, Any]:
    return {
        "tests": {"total": tests, "left_out": left_out},
        "seconds": {"total": tests / 2, "left_out": left_out / 2},
        "failing": failing,
    }


def failure(*, left_out: bool, failed_at_base: bool | None = None) -> dict[str, Any]:
    return {"left_out": left_out, "failed_at_base": failed_at_base}


def test_without_a_failure_nothing_is_said_of_misses() -> None:
    summary = summarise([run(), run()])
    assert summary["miss_rate"] == {"rate": None, "upper": None, "level": 0.95, "method": None}
    assert summary["tests"] == {"total": 20, "left_out": 8, "share": 0.4}
    assert summary["seconds"] == {"total": 10.0, "left_out": 4.0, "share": 0.4}


def test_nothing_recorded_divides_by_nothing() -> None:
    assert summarise([])["tests"] == {"total": 0, "left_out": 0, "share": None}


def test_runs_are_counted_not_tests() -> None:
    summary = summarise([run(failure(left_out=True), failure(left_out=True)), run(failure(left_out=False)), run()])
    assert (summary["runs"], summary["runs_with_failure"], summary["runs_with_miss"]) == (3, 2, 1)
    assert (summary["failing_tests"], summary["failing_tests_left_out"], summary["failing_tests_missed"]) == (3, 2, 2)


def test_a_test_that_failed_at_the_base_is_no_miss_and_shows_nothing() -> None:
    summary = summarise([run(failure(left_out=True, failed_at_base=True)), run(failure(left_out=True, failed_at_base=False))])
    assert (summary["runs_with_failure"], summary["runs_with_miss"]) == (1, 1)
    assert (summary["failing_tests_left_out"], summary["failing_tests_missed"]) == (2, 1)


@pytest.mark.parametrize(
    ("missed", "runs", "upper", "method"),
    [
        (0, 1, 1.0, "rule-of-three"),
        (0, 100, 0.03, "rule-of-three"),
        # The one-sided bounds at 95 % from tables of the beta distribution's quantile 0.95 at (missed + 1, runs - missed).
        (1, 10, 0.394163, "clopper-pearson"),
        (2, 20, 0.282619, "clopper-pearson"),
        (5, 5, 1.0, "clopper-pearson"),
    ],
)
def test_the_bound_is_the_published_one(missed: int, runs: int, upper: float, method: str) -> None:
    found = miss_rate(missed, runs)
    assert found["upper"] == pytest.approx(upper, abs=1e-5)
    assert found["method"] == method


@given(st.integers(1, 200).flatmap(lambda runs: st.tuples(st.integers(0, runs), st.just(runs))))
def test_at_a_higher_rate_so_few_misses_are_too_unlikely(counts: tuple[int, int]) -> None:
    missed, runs = counts
    found = miss_rate(missed, runs)
    assert found["rate"] <= found["upper"] <= 1
    assert found["upper"] == 1 or _at_most(missed, runs, found["upper"]) <= 0.05 + 1e-6
