"""A finished attempt of a test as a line of the journal (see `impactgraph.sources.history.journal`). Runs once a test, so it is quick."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

#: The worst of a test's reports decides: those of subtests and of the teardown come beside the one of the call.
_SEVERITY = {"error": 1, "failed": 2, "rerun": 3}


def passed_line(setup: pytest.TestReport, call: pytest.TestReport, teardown: pytest.TestReport) -> bytes | None:
    """The line of an attempt that passed, by what nearly all tests have: three reports of one item. None of anything else."""
    if (
        # An item gives all its reports the same object; to compare node IDs would have each of them put together first.
        setup.location is call.location is teardown.location is not None
        and setup.outcome == call.outcome == teardown.outcome == "passed"
        and setup.when == "setup"
        and call.when == "call"
        and teardown.when == "teardown"
        and not hasattr(call, "wasxfail")
    ):
        name, begun, spent, ended = quoted(call.nodeid), setup.duration, call.duration, teardown.duration
        return f'[{name},"passed",{int(begun * 1e6)},{int(spent * 1e6)},{int(ended * 1e6)},null]\n'.encode()
    return None


def attempt_line(reports: Sequence[pytest.TestReport], worker: str | None = None) -> bytes:
    """The line for an attempt that made `reports`, in their order, on `worker` of pytest-xdist."""
    spent: dict[str | None, object] = {"setup": "null", "call": "null", "teardown": "null"}
    outcome, worst = "passed", 0
    for report in reports:
        spent[report.when] = int(report.duration * 1e6)
        if report.outcome != "passed" or outcome != "passed" or hasattr(report, "wasxfail"):
            said = _outcome(report)
            severity = _SEVERITY.get(said, 0)
            if severity > worst or (not worst and report.when != "teardown"):
                outcome, worst = said, severity
    name = "null" if worker is None else quoted(worker)
    return f'[{quoted(reports[0].nodeid)},"{outcome}",{spent["setup"]},{spent["call"]},{spent["teardown"]},{name}]\n'.encode()


def _outcome(report: pytest.TestReport) -> str:
    """As pytest counts it; ``rerun`` is said by plugins that try again."""
    outcome: str = report.outcome
    if hasattr(report, "wasxfail"):
        return {"skipped": "xfailed", "passed": "xpassed"}.get(outcome, outcome)
    if outcome == "failed" and report.when in {"setup", "teardown"}:
        return "error"
    return "rerun" if outcome == "retried" else outcome


def uncollected_line(node_id: str) -> bytes:
    """The line for a file, or a class in it, that could not be collected."""
    return f'[{quoted(node_id)},"error",null,null,null,null]\n'.encode()
