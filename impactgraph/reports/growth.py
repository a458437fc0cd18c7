"""Growth as text: the sentence, the snapshots, the laws and where they lead; and the snapshots as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from impactgraph.reports.forecast import outlook
from impactgraph.reports.sentences import WEIGHTED, about, between, by, code, headline_law, nothing, per_module, seen
from impactgraph.reports.terminal import PLAIN, Style, columns, percent, printable, quantity

_LABEL = 12  # characters of a revision or a tag
_REGIMES = {
    "low": "From so few the share may jump, and no law foretells it.",
    "middle": "From there the share may still rise to a plateau.",
    "plateau": "That is a plateau: the bill per change grows as the tests do, and hardly faster.",
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
    """The summary for a terminal: what it comes to, the snapshots, the laws, and what more code would cost."""
    rows = answer["snapshots"]
    lines = [
        *_headline(answer, style),
        "",
        style.title(f"{quantity(len(rows), 'snapshot')} of {printable(answer['repository'])} ({', '.join(map(printable, about(answer)))})"),
        *_snapshots(rows, answer["edges"], answer["weighting"]),
        *_remarks(rows, answer["edges"], answer["weighting"], style),
        *_broken(rows, style),
        *(style.bad(f"  warning: {printable(warning['message'])}") for warning in answer["warnings"]),
        "",
        style.title("Laws: tests grew as the lines to the power of (Theil-Sen, interval at 95 %)"),
        *_laws(answer["laws"]),
    ]
    if answer["forecast"]:
        lines += ["", style.title("If there were more code"), *outlook(answer, style)]
    return "".join(f"{line}\n" for line in lines)


def _headline(answer: Mapping[str, Any], style: Style) -> list[str]:
    """The sentence that matters, and where the newest snapshot stands."""
    edges, weighting = answer["edges"], answer["weighting"]
    measured = [(row, row["impact"][edges][weighting]) for row in answer["snapshots"] if weighting in row["impact"].get(edges, {})]
    if not measured:
        return [style.title(nothing(answer["snapshots"]))]
    last, spread = measured[-1]
    law = headline_law(answer)
    if law["refused"]:
        said = "By which power of the code the tests per change grew can't be said yet."
    else:
        growth = seen(law, [row["lines"] for row, _ in measured if row["lines"]])
        said = f"{code(growth.multiply)} meant {by(growth.factor)} the tests per change (95 %: {between(growth.low, growth.high)})."
    share = f"{percent(spread['functions']['share_mean'])} of {quantity(last['test_functions'], 'test function')}"
    return [style.title(said), f"  At the last snapshot a change reaches {share}. {_REGIMES[answer['regime']]}"]


def _snapshots(rows: Sequence[Mapping[str, Any]], edges: str, weighting: str) -> list[str]:
    """A line per snapshot that could be measured; the two last columns are of the `edges` that laws are fitted on."""
    header = ("date", "state", "modules", "lines", "test files", "functions", "commits a month", "functions per change", "share")
    table = [header, *(_snapshot(row, edges, weighting) for row in rows if row["status"] != "failed")]
    return columns(table, right=range(2, len(header))) if len(table) > 1 else []


def _snapshot(row: Mapping[str, Any], edges: str, weighting: str) -> tuple[object, ...]:
    spread = row["impact"].get(edges, {}).get(weighting)
    functions = spread["functions"] if spread else None
    return (
        row["date"] or "-",
        row["revision"][:_LABEL],
        *(_grouped(row[name]) for name in ("modules", "lines", "test_files", "test_functions")),
        "-" if row["commits_per_month"] is None else f"{row['commits_per_month']:,.0f}",
        f"{functions['mean']:,.1f}" if functions else "-",
        percent(functions["share_mean"]) if functions else "-",
    )


def _grouped(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _remarks(rows: Sequence[Mapping[str, Any]], edges: str, weighting: str, style: Style) -> list[str]:
    partial = sum(row["status"] == "partial" for row in rows)
    module = per_module(rows, edges)
    told = [f"A change is {WEIGHTED[weighting]}.", *module] if module else []
    if partial:
        told.append(f"{quantity(partial, 'snapshot')} with files that no parser of today takes: their imports are read line by line.")
    return [style.faint(f"  {line}") for line in told]


def _broken(rows: Sequence[Mapping[str, Any]], style: Style) -> list[str]:
    named = [(row["date"] or "-", row["revision"][:_LABEL], "not measured:", row["reason"]) for row in rows if row["status"] == "failed"]
    return [style.bad(line) for line in (columns(named) if named else ())]


def _laws(laws: Sequence[Mapping[str, Any]]) -> list[str]:
    """The headline of each bill; where it is refused, why, and once where that is the same for all."""
    wanted = [law for law in laws if law["estimator"] == "theil-sen" and law["against"] == "lines"]
    reasons = {law["refused"] for law in wanted}
    if len(reasons) == 1 and None not in reasons:
        return [f"  no exponent: {reasons.pop()}"]
    return columns([(_BILLS[law["bill"]], _UNITS[law["of"]], *_exponent(law)) for law in wanted], right=(2,))


def _exponent(law: Mapping[str, Any]) -> tuple[str, str]:
    if law["refused"]:
        return "-", f"no exponent: {law['refused']}"
    return f"{law['exponent']:.2f}", f"[{law['low']:.2f}, {law['high']:.2f}]  from {law['points']} snapshots"


def table(answer: Mapping[str, Any]) -> str:
    """All snapshots as CSV: a row each, with the spreads of both edge sets and all weightings."""
    parts = [(edges, weighting) for edges in ("imports", "safe") for weighting in ("uniform", "packaged", "churn", "commits")]
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
