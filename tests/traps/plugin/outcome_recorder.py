"""A pytest plugin that writes down what became of every test, per test file. Loaded into the pytest that runs a trap's own tests.

What a test recorded with `record_property` is part of its outcome: so a test that only looks at a value tells when the value differs.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

OUTCOMES: dict[str, dict[str, str]] = {}


def note(nodeid: str, key: str, outcome: str) -> None:
    OUTCOMES.setdefault(nodeid.partition("::")[0], {})[key] = outcome


def pytest_itemcollected(item: pytest.Item) -> None:
    note(item.nodeid, item.nodeid, "collected")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.outcome != "passed":
        note(report.nodeid, f"{report.nodeid} collecting", report.outcome)


def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items:
        note(item.nodeid, f"{item.nodeid} selection", "deselected")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    expected = "expected" if hasattr(report, "wasxfail") else ""
    note(report.nodeid, f"{report.nodeid} {report.when}", f"{report.outcome} {expected} {report.user_properties}")


def pytest_sessionfinish() -> None:
    Path(os.environ["OUTCOMES_FILE"]).write_text(json.dumps(OUTCOMES), encoding="utf-8")
