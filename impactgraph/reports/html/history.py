"""Charts of a history of snapshots: impacted tests, their share, edges and closure, and the exponents of the three bills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from impactgraph.reports.html import charts
from impactgraph.reports.html.charts import LIMIT, MAIN, MUTED, SECOND, THIRD, Row, Spec
from impactgraph.reports.numbers import short

BILLS = {"per-change": "per change", "per-month": "per month", "total": "in total"}
_LINES, _TESTS = "lines of code", "test functions per change"


def rows_of(answer: Row) -> list[dict[str, Any]]:
    """What is drawn of each measured snapshot."""
    edges, weighting = answer["edges"], answer["weighting"]
    measured = [(row, row["impact"].get(edges, {})) for row in answer["snapshots"]]
    return [_drawn(row, impact, weighting) for row, impact in measured if weighting in impact and row["lines"] and row["modules"]]


def _drawn(row: Row, impact: Row, weighting: str) -> dict[str, Any]:
    functions = impact[weighting]["functions"]
    uniform = impact.get("uniform", impact[weighting])["functions"]
    kept = {name: row[name] for name in ("date", "modules", "lines", "test_functions", "edges")}
    closure = None if row["propagation_cost"] is None else row["propagation_cost"] * row["modules"] ** 2
    shares = {"share": functions["share_mean"], "uniform": uniform["share_mean"]}
    return {**kept, "revision": str(row["revision"])[:10], "impacted": functions["mean"], "closure": closure, **shares}


_SNAPSHOT = (("date", "date", ""), ("revision", "revision", ""), ("lines", "lines", ",d"))


def impacted(rows: Sequence[Row], curve: Sequence[Row]) -> Spec:
    """Impacted test functions per change against lines, with the law's line, its band, and guides of slope 1 and 2."""
    x = charts.quantity("lines", _LINES)
    y = charts.quantity("impacted", _TESTS)
    shown = [row for row in rows if row["impacted"] > 0]
    tooltip = charts.tooltips(*_SNAPSHOT, ("impacted", "tests per change", ",.1f"), ("test_functions", "all tests", ",d"))
    drawn = [{"lines": one["size"], "impacted": one["value"], "low": one["low"], "high": one["high"]} for one in curve]
    law = [charts.area(drawn, x, {**y, "field": "low"}, "high"), charts.line(drawn, x, y, MAIN, strokeWidth=2)] if drawn else []
    return charts.spec([*_guides(shown, drawn, x, y), *law, charts.points(shown, x, y, tooltip)])


def _guides(shown: Sequence[Row], drawn: Sequence[Row], x: Spec, y: Spec) -> list[Spec]:
    """Lines from the first point of the law (or of the history) that grow with the lines, and with their square."""
    if not shown:
        return []
    start = drawn[0] if drawn else min(shown, key=lambda row: row["lines"])
    most, top = max(row["lines"] for row in shown), 3 * max(row["impacted"] for row in shown)
    layers = []
    for slope, name, above in ((1, "as the code", -14), (2, "as its square", 6)):
        end = min(most, start["lines"] * (top / start["impacted"]) ** (1 / slope))
        if end <= start["lines"]:
            continue
        last = {"lines": end, "impacted": start["impacted"] * (end / start["lines"]) ** slope}
        first = {"lines": start["lines"], "impacted": start["impacted"]}
        layers += [
            charts.line([first, last], x, y, MUTED, strokeDash=[2, 4], strokeWidth=1.2),
            charts.label(last, x, y, name, dx=-8, dy=-above, fontStyle="italic"),
        ]
    return layers


def share(rows: Sequence[Row]) -> Spec:
    """The share of all test functions that a change reaches against lines, below the ceiling of all."""
    x = charts.quantity("lines", _LINES)
    y = charts.quantity("share", "share of all tests", log=False, form=".0%", domain=[0, 1.04], nice=False)
    tooltip = charts.tooltips(*_SNAPSHOT, ("share", "per commit", ".1%"), ("uniform", "per module", ".1%"))
    module = {**y, "field": "uniform"}
    ceiling = {"data": {"values": [{"share": 1}]}, "mark": {"type": "rule", "color": LIMIT, "strokeWidth": 1.5}, "encoding": {"y": y}}
    first = min(rows, key=lambda row: row["lines"])
    return charts.spec(
        [
            ceiling,
            charts.label({**first, "share": 1}, x, y, "every test", align="left", dx=2, dy=10, color=LIMIT),
            charts.line(rows, x, module, SECOND, strokeWidth=1.5, strokeDash=[4, 3]),
            charts.points(rows, x, module, tooltip, color=SECOND, size=45),
            charts.line(rows, x, y, MAIN, strokeWidth=2),
            {key: value for key, value in charts.points(rows, x, y, tooltip).items() if key != "params"},
        ]
    )


def edges(rows: Sequence[Row]) -> Spec:
    """Imports, and pairs of modules of which one depends on the other, against modules."""
    x = charts.quantity("modules", "modules")
    y = charts.quantity("count", "number")
    long = [
        {**row, "count": row[name], "what": what}
        for row in rows
        for name, what in (("edges", "edges"), ("closure", "pairs of dependent modules"))
        if row[name]
    ]
    tooltip = charts.tooltips(("what", "what", ""), *_SNAPSHOT[:2], ("modules", "modules", ",d"), ("count", "number", ",d"))
    color = {"field": "what", "type": "nominal", "scale": {"range": [MAIN, THIRD]}, "legend": {"labelLimit": 320, "direction": "vertical"}}
    lines = charts.line(long, x, y, MAIN, strokeWidth=1.5)
    dots = charts.points(long, x, y, tooltip)
    for layer in (lines, dots):
        layer["encoding"]["color"] = color
        layer["mark"].pop("color")
    return charts.spec([lines, dots])


def bills(laws: Sequence[Row]) -> Spec:
    """The exponents of the three bills in test functions against lines, with their intervals."""
    rows = [
        {**law, "name": BILLS[law["bill"]], "text": f"{law['exponent']:.2f}"}
        for law in laws
        if law["of"] == "test-functions" and law["against"] == "lines" and law["exponent"] is not None
    ]
    x = charts.quantity("exponent", "exponent (1: as the code, 2: as its square)", log=False, form=".1~f", zero=True, padding=12)
    y = {
        "field": "name",
        "type": "nominal",
        "sort": list(BILLS.values()),
        "title": None,
        "axis": {"labelColor": charts.INK, "labelPadding": 12, "grid": False},
    }
    robust = [row for row in rows if row["estimator"] == "theil-sen"]
    tooltip = charts.tooltips(("name", "bill", ""), ("exponent", "exponent", ".2f"), ("low", "from", ".2f"), ("high", "to", ".2f"))
    squares = [row for row in rows if row["estimator"] == "ols"]
    interval = {"type": "rule", "color": MAIN, "strokeWidth": 9, "opacity": 0.25, "strokeCap": "round"}
    return charts.spec(
        [
            {
                "data": {"values": [{"at": 1}, {"at": 2}]},
                "mark": {"type": "rule", "color": MUTED, "strokeDash": [2, 4]},
                "encoding": {"x": {"field": "at", "type": "quantitative"}},
            },
            {"data": {"values": robust}, "mark": interval, "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}},
            _dots(squares, x, y, tooltip, shape="diamond", color=SECOND, size=110),
            _dots(robust, x, y, tooltip, size=150),
            _texts(robust, x, y),
        ],
    )


def _dots(rows: Sequence[Row], x: Spec, y: Spec, tooltip: list[Spec], **mark: Any) -> Spec:
    return {key: value for key, value in charts.points(rows, x, y, tooltip, **mark).items() if key != "params"}


def _texts(rows: Sequence[Row], x: Spec, y: Spec) -> Spec:
    mark = {"type": "text", "dy": -18, "fontSize": 14, "fontWeight": 600, "color": charts.INK}
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": {"x": x, "y": y, "text": {"field": "text"}}}


def alt_of(rows: Sequence[Row], name: str) -> str:
    """From the first to the last snapshot, in words."""
    first, last = rows[0], rows[-1]
    return f"from {short(first[name])} at {first['lines']:,} lines to {short(last[name])} at {last['lines']:,} lines"
