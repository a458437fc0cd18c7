from __future__ import annotations

from typing import Any

import pytest

from impactgraph.errors import UsageError
from impactgraph.reports import bill_charts
from impactgraph.reports.drawing import drawn


def module(path: str, package: str, weight: float) -> dict[str, Any]:
    return {"path": path, "package": package, "changes": 1, "tests": 1, "rank_weight": weight, "share": weight / 100}


@pytest.fixture
def bill() -> dict[str, Any]:
    names = [("shop/a.py", "shop", 60.0), ("shop/<b>.py", "shop", 30.0), ("lib/c.py", "lib", 10.0), ("lib/never.py", "lib", 0.0)]
    return {
        "tests": 2,
        "modules": [module(*name) for name in names],
        "packages": [{"package": "shop", "share": 0.9}, {"package": "lib", "share": 0.1}],
        "histogram": [{"low": 0.0, "high": 0.0, "modules": 1, "changes": 0}, {"low": 0.0, "high": 1.0, "modules": 3, "changes": 4}],
    }


@pytest.mark.parametrize("chart", [bill_charts.histogram, bill_charts.treemap])
def test_a_chart_is_drawn_in_three_forms(bill: dict[str, Any], chart: Any) -> None:
    spec = chart(bill)
    assert b"</svg>" in drawn(spec, "a.svg")
    assert drawn(spec, "a.png").startswith(b"\x89PNG")
    page = drawn(spec, "dir.x/a.html")
    assert b"<html" in page
    assert b'src="http' not in page


def test_packages_and_modules_have_their_names_and_sizes(bill: dict[str, Any]) -> None:
    image = drawn(bill_charts.treemap(bill), "a.svg").decode()
    assert "shop  90.0 %" in image
    assert "shop/a.py" in image
    assert "&lt;b&gt;.py" in image
    assert "never.py" not in image


def test_the_smallest_modules_share_a_rectangle(bill: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bill_charts, "LEAVES", 1)
    nodes = {node["name"]: node for node in bill_charts.treemap(bill)["data"][0]["values"]}
    assert nodes["others"]["size"] in {30.0, 10.0}
    assert sum(node.get("size", 0) for node in bill_charts.treemap(bill)["data"][0]["values"]) == 100


def test_bars_are_shares_of_modules_and_of_changes(bill: dict[str, Any]) -> None:
    rows = bill_charts.histogram(bill)["data"]["values"]
    assert [(row["of"], row["share"]) for row in rows] == [("modules", 0.25), ("modules", 0.75), ("changes", 0.0), ("changes", 1.0)]


def test_another_form_is_refused(bill: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"no form of a chart: a\.pdf"):
        drawn(bill_charts.histogram(bill), "a.pdf")
