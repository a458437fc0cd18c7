"""Growth as text: the sentence, the snapshots, the laws and where they lead; and the snapshots as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from impactgraph.reports.terminal import PLAIN, Style, columns, percent, printable

_LABEL = 12  # characters of a revision or a tag
_REGIMES = {
    "low": "A change reaches few of the tests: from there the share may jump, and no law foretells it.",
    "middle": "A change reaches a middling share of the tests: the share may still rise to a plateau.",
    "plateau": "A change reaches most of the tests: the bill per change grows as the tests do, and no faster.",
}
_BILLS = {"per-change": "per change", "per-month": "per month", "total": "in total"}
_UNITS = {"test-functions": "test functions", "test-files": "test files"}
_PLAIN = (
    *("revision", "date", "status", "reason", "modules", "lines", "test_files", "test_functions", "edges", "density"),
    *("propagation_cost", "largest_component", "commits", "commits_per_month"),
)
_SPREAD = ("n", "mean", "median", "p90", "share_mean", "zero", "all")
_FUNCTIONS = ("mean", "median", "p90", "share_mean")


def render(answer: Mapping[str, Any], style: Style = PLAIN) -> str:
    """The summary for a terminal."""
    rows = answer["snapshots"]
    lines = [
        style.title(f"{len(rows)} snapshots of {printable(answer['repository'])}"),
        *_snapshots(rows, answer["edges"], answer["weighting"]),
        *_broken(rows, style),
        "",
        style.title(f"Laws: how the bill grew with the code ({answer['edges']} edges, Theil-Sen, interval at 95 %)"),
        *_laws(answer["laws"]),
    ]
    if answer["regime"]:
        lines += ["", f"  {_REGIMES[answer['regime']]}"]
    if answer["forecast"]:
        lines += ["", style.title("With K times the code (80 % interval)"), *_forecast(answer["forecast"])]
    return "".join(f"{line}\n" for line in lines)


def _snapshots(rows: Sequence[Mapping[str, Any]], edges: str, weighting: str) -> list[str]:
    """A line per snapshot that could be measured; the two last columns are of the `edges` that laws are fitted on."""
    header = ("date", "state", "modules", "lines", "test files", "functions", "functions per change", "share")
    table = [header, *(_snapshot(row, edges, weighting) for row in rows if row["status"] != "failed")]
    return columns(table, right=range(2, 8)) if len(table) > 1 else []


def _snapshot(row: Mapping[str, Any], edges: str, weighting: str) -> tuple[object, ...]:
    spread = row["impact"].get(edges, {}).get(weighting)
    functions = spread["functions"] if spread else None
    return (
        row["date"] or "-",
        row["revision"][:_LABEL],
        *(_grouped(row[name]) for name in ("modules", "lines", "test_files", "test_functions")),
        f"{functions['mean']:,.1f}" if functions else "-",
        percent(functions["share_mean"]) if functions else "-",
    )


def _grouped(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _broken(rows: Sequence[Mapping[str, Any]], style: Style) -> list[str]:
    named = [(row["date"] or "-", row["revision"][:_LABEL], row["status"], row["reason"]) for row in rows if row["status"] == "failed"]
    partial = sum(row["status"] == "partial" for row in rows)
    told = [f"  {partial} of them hold files that no parser of today takes; their imports are read line by line"] if partial else []
    return [*told, *(style.bad(line) for line in (columns(named) if named else ()))]


def _laws(laws: Sequence[Mapping[str, Any]]) -> list[str]:
    """The headline of each bill; where it is refused, why."""
    wanted = [law for law in laws if law["estimator"] == "theil-sen" and law["against"] == "lines"]
    return columns([(_BILLS[law["bill"]], f"{_UNITS[law['of']]} ~ {law['against']}", _exponent(law)) for law in wanted])


def _exponent(law: Mapping[str, Any]) -> str:
    if law["refused"]:
        return f"no exponent: {law['refused']}"
    return f"^ {law['exponent']:.2f}  [{law['low']:.2f}, {law['high']:.2f}]  from {law['points']} snapshots"


def _forecast(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    header = ("K", "bill", "test functions", "low", "high", "all there are", "basis")
    table = [(f"{row['multiply']:g}", row["bill"], *map(_whole, _figures(row)), row["basis"]) for row in rows]
    return columns([header, *table], right=(0, 2, 3, 4, 5))


def _figures(row: Mapping[str, Any]) -> tuple[float | None, ...]:
    return row["value"], row["low"], row["high"], row["ceiling"]


def _whole(number: float | None) -> str:
    return "-" if number is None else f"{number:,.0f}"


def table(answer: Mapping[str, Any]) -> str:
    """All snapshots as CSV: a row each, with the spreads of both edge sets and all weightings."""
    parts = [(edges, weighting) for edges in ("imports", "safe") for weighting in ("uniform", "churn", "commits")]
    spreads = [(edges, weighting, name) for edges, weighting in parts for name in _SPREAD]
    functions = [(edges, weighting, name) for edges, weighting in parts for name in _FUNCTIONS]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_PLAIN, "unparsed", *("_".join(key) for key in spreads), *(f"{'_'.join(key)}_functions" for key in functions)])
    for row in answer["snapshots"]:
        own = [row[name] for name in _PLAIN]
        found = [row["impact"].get(edges, {}).get(weighting, {}).get(name) for edges, weighting, name in spreads]
        counted = [row["impact"].get(edges, {}).get(weighting, {}).get("functions", {}).get(name) for edges, weighting, name in functions]
        writer.writerow([*own, len(row["unparsed"]), *found, *counted])
    return text.getvalue()
