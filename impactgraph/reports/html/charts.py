"""Charts of growth as Vega-Lite specifications: plain values, drawn by the page. Colours are the page's own, light or dark by CSS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Spec = dict[str, Any]
Row = Mapping[str, Any]

INK, MUTED, GRID = "var(--ink)", "var(--muted)", "var(--grid)"
MAIN, SECOND, THIRD, LIMIT = "var(--main)", "var(--second)", "var(--third)", "var(--limit)"

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # a name, never fetched
_FONT = "ui-sans-serif, system-ui, sans-serif"
HEIGHT = 300
_LOG = {"type": "log", "nice": False, "padding": 12}
_ZOOM = {"name": "zoom", "select": {"type": "interval", "zoom": "wheel![event.altKey]"}, "bind": "scales"}
_AXIS = {
    "gridColor": GRID,
    "domain": False,
    "tickColor": GRID,
    "labelColor": MUTED,
    "titleColor": MUTED,
    "titleFontWeight": "normal",
    "titlePadding": 10,
    "labelFontSize": 12,
    "titleFontSize": 12,
    "labelOverlap": "greedy",
    "labelSeparation": 10,
    "tickCount": 5,
}
_CONFIG = {
    "background": "transparent",
    "font": _FONT,
    "axis": _AXIS,
    "view": {"stroke": None},
    "legend": {"orient": "top", "title": None, "labelColor": INK, "labelFontSize": 12, "symbolSize": 90, "columnPadding": 18},
    "text": {"font": _FONT, "fontSize": 12},
    "range": {"category": [MAIN, SECOND, THIRD, LIMIT]},
}


def spec(layers: Sequence[Spec], height: int = HEIGHT, **more: Any) -> Spec:
    """Layers as one chart that is as wide as the page lets it be."""
    return {
        "$schema": _SCHEMA,
        "width": "container",
        "height": height,
        "padding": {"left": 2, "right": 14, "top": 4, "bottom": 2},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": _CONFIG,
        "layer": list(layers),
        **more,
    }


def tooltips(*fields: tuple[str, str, str]) -> list[Spec]:
    """(field, title, format of a number or empty) as the lines that hovering shows."""
    return [
        {"field": field, "title": title, **({"type": "quantitative", "format": form} if form else {"type": "nominal"})}
        for field, title, form in fields
    ]


def quantity(field: str, title: str, *, log: bool = True, form: str = "~s", **scale: Any) -> Spec:
    """A position by a number."""
    kind = {**_LOG, **scale} if log else scale
    return {"field": field, "type": "quantitative", "title": title, "scale": kind, "axis": {"format": form}}


def points(rows: Sequence[Row], x: Spec, y: Spec, tooltip: list[Spec], **mark: Any) -> Spec:
    """Measured values: dots that zoom and tell more."""
    shown = {"type": "point", "filled": True, "size": 80, "color": MAIN, "opacity": 1, "stroke": "var(--paper)", "strokeWidth": 1.5, **mark}
    return {"data": {"values": list(rows)}, "mark": shown, "params": [_ZOOM], "encoding": {"x": x, "y": y, "tooltip": tooltip}}


def line(rows: Sequence[Row], x: Spec, y: Spec, color: str, **mark: Any) -> Spec:
    """A line through values in the order of x."""
    return {"data": {"values": list(rows)}, "mark": {"type": "line", "color": color, "clip": True, **mark}, "encoding": {"x": x, "y": y}}


def area(rows: Sequence[Row], x: Spec, low: Spec, high: str, color: str = MAIN) -> Spec:
    """The band between two values."""
    mark = {"type": "area", "color": color, "opacity": 0.16, "clip": True}
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": {"x": x, "y": low, "y2": {"field": high}}}


def label(row: Row, x: Spec, y: Spec, text: str, **mark: Any) -> Spec:
    """Words at one place of a chart."""
    shown = {"type": "text", "text": text, "align": "right", "color": MUTED, "clip": False, **mark}
    return {"data": {"values": [dict(row)]}, "mark": shown, "encoding": {"x": x, "y": y}}
