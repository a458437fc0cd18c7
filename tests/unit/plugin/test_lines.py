from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.plugin.lines import attempt_line, uncollected_line
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


@given(name=st.text(st.characters(exclude_categories=())), worker=st.none() | st.text())
def test_any_name_is_one_line_that_comes_back(name: str, worker: str | None) -> None:
    item = report("call")
    item.nodeid = name
    lines = attempt_line([item], worker) + uncollected_line(name)
    assert lines.count(b"\n") == 2
    first, second = parse(facts_line({"format": FORMAT, "run": "x"}) + lines).attempts
    assert (first[0], first[5]) == (name, worker)
    assert (second[0], second[1]) == (name, "error")
