from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.plugin.lines import attempt_line, passed_line, uncollected_line
from impactgraph.sources.history.journal import FORMAT, facts_line, parse


def report(when: str, outcome: str = "passed", duration: float = 0.001, **more: object) -> pytest.TestReport:
    return pytest.TestReport("test_a.py::test_a", ("test_a.py", 1, "test_a"), {}, outcome, None, when, duration=duration, **more)


SETUP, CALL, TEARDOWN = report("setup"), report("call"), report("teardown")


@pytest.mark.parametrize(
    ("reports", "outcome"),
    [
        ([SETUP, CALL, TEARDOWN], "passed"),
        ([SETUP, report("call", "failed"), TEARDOWN], "failed"),
        ([report("setup", "failed"), TEARDOWN], "error"),
        ([SETUP, CALL, report("teardown", "failed")], "error"),
        ([SETUP, report("call", "failed"), report("teardown", "failed")], "failed"),
        ([report("setup", "skipped"), TEARDOWN], "skipped"),
        ([SETUP, report("call", "skipped"), TEARDOWN], "skipped"),
        ([SETUP, report("call", "skipped", wasxfail="why"), TEARDOWN], "xfailed"),
        ([SETUP, report("call", "passed", wasxfail="why"), TEARDOWN], "xpassed"),
        ([report("setup", "skipped", wasxfail="why"), TEARDOWN], "xfailed"),
        ([SETUP, report("call", "rerun"), TEARDOWN], "rerun"),
        ([SETUP, report("call", "rerun")], "rerun"),
        ([report("setup", "rerun"), TEARDOWN], "rerun"),
        ([SETUP, report("call", "retried")], "rerun"),
        ([SETUP, report("call", "failed"), CALL, TEARDOWN], "failed"),  # a subtest
        ([SETUP, report("call", "skipped"), CALL, TEARDOWN], "passed"),  # a subtest
        ([SETUP, report("???", "failed")], "failed"),  # a crash of an xdist worker
    ],
)
def test_the_outcome_is_what_pytest_would_count(reports: list[pytest.TestReport], outcome: str) -> None:
    assert json.loads(attempt_line(reports))[1] == outcome


def test_durations_are_whole_microseconds_by_phase() -> None:
    reports = [report("setup", duration=0.0000019), report("call", duration=2.5), report("teardown", duration=0.0)]
    assert json.loads(attempt_line(reports))[2:5] == [1, 2_500_000, 0]
    assert json.loads(attempt_line(reports[:1]))[2:5] == [1, None, None]


def test_the_duration_of_a_call_is_that_of_the_whole_call_not_of_a_subtest() -> None:
    assert json.loads(attempt_line([SETUP, report("call", duration=0.1), report("call", duration=0.5), TEARDOWN]))[3] == 500_000


def of_one_item(*reports: pytest.TestReport) -> list[pytest.TestReport]:
    for item in reports:
        item.location = SETUP.location
    return list(reports)


PHASES = st.sampled_from(["setup", "call", "teardown"])
OUTCOMES = st.sampled_from(["passed", "failed", "skipped", "rerun"])


@given(phases=st.tuples(PHASES, PHASES, PHASES), outcomes=st.tuples(OUTCOMES, OUTCOMES, OUTCOMES), expected=st.booleans())
def test_the_short_way_says_what_the_long_one_does_or_nothing(phases: tuple[str, ...], outcomes: tuple[str, ...], expected: bool) -> None:
    reports = of_one_item(*(report(when, outcome, 0.00123) for when, outcome in zip(phases, outcomes, strict=True)))
    if expected:
        reports[1].wasxfail = ""
    assert passed_line(*reports) in {None, attempt_line(reports)}


def test_the_short_way_is_that_of_a_test_that_passed_and_of_reports_of_one_item() -> None:
    assert passed_line(*of_one_item(report("setup"), report("call"), report("teardown"))) == attempt_line([SETUP, CALL, TEARDOWN])
    others = [report(when) for when in ("setup", "call", "teardown")]
    for line, item in enumerate(others):
        item.location = ("test_a.py", line, "test_a")
    assert passed_line(*others) is None
    nowhere = [report(when) for when in ("setup", "call", "teardown")]
    for item in nowhere:
        item.location = None
    assert passed_line(*nowhere) is None


@given(name=st.text(st.characters(exclude_categories=())), worker=st.none() | st.text())
def test_any_name_is_one_line_that_comes_back(name: str, worker: str | None) -> None:
    item = report("call")
    item.nodeid = name
    lines = attempt_line([item], worker) + uncollected_line(name)
    assert lines.count(b"\n") == 2
    first, second = parse(facts_line({"format": FORMAT, "run": "x"}) + lines).attempts
    assert (first[0], first[5]) == (name, worker)
    assert (second[0], second[1]) == (name, "error")
