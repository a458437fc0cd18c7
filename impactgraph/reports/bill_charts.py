"""The charts of a bill, as specifications for Vega: how far changes reach, and which packages cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.reports.amounts import exact_percent
from impactgraph.reports.terminal import percent, printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, Any]

#: Modules that get a rectangle of their own; the smallest ones of a package share one.
LEAVES = 400
_VEGA = "https://vega.github.io/schema/vega/v5.json"
_VEGA_LITE = "https://vega.github.io/schema/vega-lite/v5.json"
_FONT = "sans-serif"


def histogram(bill: Row) -> dict[str, Any]:
    """How many modules, and how many real changes, reach which share of the tests."""
    rows = [
        {"reached": _range(row), "of": name, "share": row[key] / total}
        for key, name, total in (
            ("modules", "modules", sum(row["modules"] for row in bill["histogram"])),
            ("changes", "changes", sum(row["changes"] for row in bill["histogram"])),
        )
        if total
        for row in bill["histogram"]
    ]
    order = [_range(row) for row in bill["histogram"]]
    return {
        "$schema": _VEGA_LITE,
        "title": {"text": "What share of the tests does a change reach?", "anchor": "start"},
        "data": {"values": rows},
        "width": 620,
        "height": 280,
        "mark": "bar",
        "encoding": {
            "x": {"field": "reached", "type": "ordinal", "sort": order, "title": "share of all tests, by cost", "axis": {"labelAngle": 0}},
            "xOffset": {"field": "of", "sort": ["modules", "changes"]},
            "y": {"field": "share", "type": "quantitative", "title": "share of modules, of changes", "axis": {"format": "%"}},
            "color": {
                "field": "of",
                "sort": ["modules", "changes"],
                "title": None,
                "scale": {"domain": ["modules", "changes"], "range": ["#9ecae1", "#d94801"]},
            },
        },
        "config": {"font": _FONT},
    }


def _range(row: Row) -> str:
    low, high = (f"{row[end] * 100:.0f}" for end in ("low", "high"))
    return f"{low} %" if low == high else f"{low}-{high}"


def treemap(bill: Row, *, title: str = "Where the bill comes from") -> dict[str, Any]:
    """Packages, and the modules in them: the area is the rank weight, the colour what share of the tests a change reaches."""
    return {
        "$schema": _VEGA,
        "width": 960,
        "height": 600,
        "padding": 5,
        "title": {"text": title, "subtitle": "area: how often it changes x what that makes run; colour: tests reached", "anchor": "start"},
        "config": {"font": _FONT},
        "data": [
            {"name": "tree", "values": _nodes(bill), "transform": _LAYOUT},
            {"name": "packages", "source": "tree", "transform": [{"type": "filter", "expr": "datum.depth == 1"}]},
            {"name": "leaves", "source": "tree", "transform": [{"type": "filter", "expr": "datum.depth == 2"}]},
        ],
        "scales": [{"name": "reach", "type": "linear", "domain": [0, 1], "range": {"scheme": "orangered"}}],
        "legends": [{"fill": "reach", "title": "tests reached", "format": "%", "orient": "right", "type": "gradient"}],
        "marks": [_rectangles("packages", {"value": "#e8e8e8"}), _rectangles("leaves", {"scale": "reach", "field": "reach"}), *_LABELS],
    }


_LAYOUT: list[dict[str, Any]] = [
    {"type": "stratify", "key": "id", "parentKey": "parent"},
    {
        "type": "treemap",
        "field": "size",
        "sort": {"field": "value", "order": "descending"},
        "round": True,
        "method": "squarify",
        "ratio": 1.6,
        "paddingInner": 1,
        "paddingOuter": 1,
        "paddingTop": 16,
        "size": [{"signal": "width"}, {"signal": "height"}],
    },
]


def _rectangles(data: str, fill: Mapping[str, Any]) -> dict[str, Any]:
    place = {"x": {"field": "x0"}, "x2": {"field": "x1"}, "y": {"field": "y0"}, "y2": {"field": "y1"}}
    return {
        "type": "rect",
        "from": {"data": data},
        "encode": {"update": {**place, "fill": fill, "stroke": {"value": "white"}, "tooltip": {"field": "told"}}},
    }


def _label(data: str, height: int, style: Mapping[str, Any]) -> dict[str, Any]:
    """Names at the top left of rectangles that have room for them, cut off where they are too long."""
    encoding = {
        "x": {"field": "x0", "offset": 3},
        "y": {"field": "y0", "offset": 11},
        "text": {"field": "name"},
        "limit": {"signal": "datum.x1 - datum.x0 - 5"},
        "opacity": {"signal": f"datum.x1 - datum.x0 > 30 && datum.y1 - datum.y0 > {height} ? 1 : 0"},
        **style,
    }
    return {"type": "text", "from": {"data": data}, "interactive": False, "encode": {"update": encoding}}


_LABELS = [
    _label("packages", 12, {"fontSize": {"value": 11}, "fontWeight": {"value": "bold"}, "fill": {"value": "#333"}}),
    _label("leaves", 12, {"fontSize": {"value": 10}, "fill": {"signal": "datum.reach > 0.6 ? 'white' : '#222'"}}),
]


def _nodes(bill: Row) -> list[dict[str, Any]]:
    """The root, a node for each package, and one for each module; where there are many, the last ones of a package are one."""
    shown: list[dict[str, Any]] = []
    rest: dict[str, list[Row]] = {}
    for number, row in enumerate(row for row in bill["modules"] if row["rank_weight"]):
        if number < LEAVES:
            shown.append(_leaf(row, bill))
        else:
            rest.setdefault(row["package"], []).append(row)
    packages = dict.fromkeys([*(leaf["parent"] for leaf in shown), *(f"package {name}" for name in rest)])
    others = [_others(name, rows, bill) for name, rows in rest.items()]
    shares = {f"package {row['package']}": row["share"] for row in bill["packages"]}
    return [
        {"id": "root", "parent": None, "name": ""},
        *(
            {"id": name, "parent": "root", "name": f"{_shown(name)}  {exact_percent(shares.get(name))}", "told": _shown(name)}
            for name in packages
        ),
        *shown,
        *others,
    ]


def _others(package: str, rows: Sequence[Row], bill: Row) -> dict[str, Any]:
    """The small modules of a package as one, of the reach that they have on average."""
    size = sum(row["rank_weight"] for row in rows)
    reach = sum(row["rank_weight"] * _reach(row, bill) for row in rows) / size
    told = f"{len(rows)} smaller ones: {exact_percent(sum(row['share'] for row in rows))}, {percent(reach)} of the test files on average"
    return {"id": f"others {package}", "parent": f"package {package}", "name": "others", "size": size, "reach": reach, "told": told}


def _reach(row: Row, bill: Row) -> float:
    return float(row["tests"] / bill["tests"]) if bill["tests"] else 0.0


def _shown(package: str) -> str:
    return printable(package.removeprefix("package "))


def _leaf(row: Row, bill: Row) -> dict[str, Any]:
    reach = _reach(row, bill)
    path = printable(row["path"])
    return {
        "id": f"module {path}",
        "parent": f"package {row['package']}",
        "name": "/".join(path.split("/")[-2:]),
        "size": row["rank_weight"],
        "reach": reach,
        "told": f"{path}: {exact_percent(row['share'])}, {row['changes']} changes, {percent(reach)} of the test files",
    }
