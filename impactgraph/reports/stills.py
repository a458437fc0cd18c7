"""Every chart of an answer as a file that stands alone: in the light colours of the page, of a fixed width, with nothing to move."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from impactgraph.reports import bill_charts
from impactgraph.reports.drawing import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impactgraph.reports.html.page import Chart

FORMS = (".svg", ".png")
_WIDTH, _WIDE = 620, 960
_VARIABLE = re.compile(r"var\(--(\w+)\)")


def stills(answer: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Names of files and what they hold: each chart of an answer about growth, a forecast or a bill, as SVG and as PNG.

    Raises UsageError without the library that draws.
    """
    for name, spec in specs(answer).items():
        for form in FORMS:
            yield f"{name}{form}", drawn(spec, f"{name}{form}")


def specs(answer: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The charts of the answer by name."""
    if answer["kind"] == "bill":
        return {"histogram": bill_charts.histogram(answer), "treemap": bill_charts.treemap(answer)}
    if answer["kind"] == "survey" and answer["of"] == "bill":
        read = [(f"{at}-{_plain(row['repository'])}", row["answer"]) for at, row in enumerate(answer["repositories"], 1) if row["answer"]]
        return {f"{place}-{name}": spec for place, bill in read for name, spec in specs(bill).items()}
    from impactgraph.reports import html

    colours = _colours()
    return {chart.name: {**_still(chart.spec, colours), **_frame(chart)} for chart in html.page(answer).charts}


def _frame(chart: Chart) -> dict[str, Any]:
    return {"title": {"text": chart.title, "anchor": "start"}, "width": _WIDE if chart.wide else _WIDTH}


def _plain(name: str) -> str:
    """A name for a file, whatever a repository is called."""
    return re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)


def _colours() -> dict[str, str]:
    """The variables of the page's style, as they are by light."""
    style = files("impactgraph.reports.html").joinpath("page.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--(\w+): (#\w+);", style.partition("}")[0]))


def _still(value: Any, colours: Mapping[str, str]) -> Any:
    """`value` without what a reader could do to it, and with colours in the place of variables."""
    if isinstance(value, dict):
        kept = {name: _still(inner, colours) for name, inner in value.items() if name not in {"params", "autosize"}}
        return {**kept, "background": colours["card"]} if "background" in kept else kept
    if isinstance(value, list):
        return [_still(inner, colours) for inner in value]
    return _VARIABLE.sub(lambda found: colours[found[1]], value) if isinstance(value, str) else value
