"""Charts of what is to come and of today: the fan of the forecast, and impact per module."""

from __future__ import annotations

from collections.abc import Sequence

from impactgraph.reports.html import charts
from impactgraph.reports.html.charts import LIMIT, MAIN, MUTED, SECOND, THIRD, Row, Spec

_GAP = 0.003
_COLORS = {"independent": THIRD, "entangled": SECOND}


def fan(answer: Row) -> Spec:
    """Test functions per change against growth: forecast, band, all tests, and the scenarios."""
    x = charts.quantity("multiply", "times the code of today", form="~r")
    least = min([row["low"] for row in answer["fan"] if row["low"]], default=1)
    y = charts.quantity("value", "test functions per change", domainMin=least * 0.6)
    known = [row for row in answer["fan"] if row["value"] is not None]
    entries = [row for row in answer["forecast"] if row["bill"] == "per-change"]
    said = [row for row in entries if row["value"] is not None]
    sure = [row for row in known if row["basis"] == "backtested"]
    guess = known[max(len(sure) - 1, 0) :]
    tooltip = charts.tooltips(
        ("multiply", "times the code", "~r"),
        ("value", "forecast", ",.0f"),
        ("low", "80 % band from", ",.0f"),
        ("high", "to", ",.0f"),
        ("ceiling", "all tests", ",.0f"),
        ("basis", "basis", ""),
    )
    layers = [
        charts.area(known, x, {**y, "field": "low"}, "high"),
        charts.line(answer["fan"], x, {**y, "field": "ceiling"}, LIMIT, strokeWidth=1.5),
        *(charts.line(_scenario(entries, known, name), x, y, color, strokeWidth=1.8) for name, color in _COLORS.items()),
        charts.line(sure, x, y, MAIN, strokeWidth=2.5),
        charts.line(guess, x, y, MAIN, strokeWidth=2.5, strokeDash=[5, 4]),
        charts.points(said, x, y, tooltip, size=110),
    ]
    return charts.spec([*layers, *_ends(answer, entries, x, y)], height=340)


def _scenario(entries: Sequence[Row], known: Sequence[Row], name: str) -> list[Row]:
    """Where a scenario's line runs, from today on; nowhere, where it could not be counted."""
    points = [{"multiply": row["multiply"], "value": row["scenarios"][name]} for row in entries if row["scenarios"][name]]
    return [{"multiply": 1, "value": known[0]["value"]}, *points] if points and known else []


def _ends(answer: Row, entries: Sequence[Row], x: Spec, y: Spec) -> list[Spec]:
    """The names of the lines, where they end."""
    last, final = answer["fan"][-1], entries[-1]["scenarios"]
    named = [(last["ceiling"], last["multiply"], "all tests", LIMIT, -9)]
    for name, words, color, off in (("entangled", "entangled copies", SECOND, -9), ("independent", "independent copies", THIRD, 15)):
        if final[name]:
            named.append((final[name], entries[-1]["multiply"], words, color, off))
    known = [row for row in answer["fan"] if row["value"] is not None]
    middle = known[len(known) // 2]
    named.append((middle["value"], middle["multiply"], "forecast", MAIN, -9))
    return [
        charts.label({"multiply": at, "value": value}, x, y, words, color=color, dy=off, dx=-2, fontWeight=600)
        for value, at, words, color, off in named
    ]


def modules(answer: Row) -> Spec:
    """How many modules reach which share of the test files; those that reach none stand left of the axis."""
    rows = [{**bar, **_sides(bar), "zero": 0, "name": range_of(bar)} for bar in answer["distribution"]]
    x = {
        "field": "start",
        "type": "quantitative",
        "title": "share of the test files that depend on the module",
        "axis": {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "grid": False},
        "scale": {"domain": [-0.06, 1], "nice": False},
    }
    y = {"field": "modules", "type": "quantitative", "title": "modules", "axis": {"tickMinStep": 1}}
    mark = {"type": "rect", "cornerRadiusTopLeft": 2, "cornerRadiusTopRight": 2}
    color = {"condition": {"test": "datum.high === 0", "value": MUTED}, "value": MAIN}
    tooltip = charts.tooltips(("name", "share of the test files", ""), ("modules", "modules", ",d"))
    places = {"x": x, "x2": {"field": "end"}, "y": y, "y2": {"field": "zero"}}
    bars = {"data": {"values": rows}, "mark": mark, "encoding": {**places, "color": color, "tooltip": tooltip}}
    return charts.spec([bars], height=260)


def _sides(bar: Row) -> dict[str, float]:
    """Left and right end, with a gap to the next bar."""
    return {"start": bar["low"] + _GAP, "end": bar["high"] - _GAP} if bar["high"] else {"start": -0.05 + _GAP, "end": -_GAP}


def range_of(bar: Row) -> str:
    """Which shares a bar is about, in words."""
    return "none" if not bar["high"] else f"over {bar['low'] * 100:.0f} % to {bar['high'] * 100:.0f} %"
