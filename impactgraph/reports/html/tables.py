"""The tables of the pages: forecast, snapshots, laws, and how far each module reaches."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from impactgraph.reports.forecast import NAMES
from impactgraph.reports.html.history import BILLS
from impactgraph.reports.html.outlook import range_of
from impactgraph.reports.html.page import Table
from impactgraph.reports.numbers import short
from impactgraph.reports.terminal import percent

if TYPE_CHECKING:
    from impactgraph.reports.html.charts import Row

_HEADLINE = ("test-functions", "lines")  # the laws that everything else is told by


def of_forecast(answer: Row) -> list[Table]:
    """The bills by multiple, where there is a forecast."""
    rows = answer.get("forecast") or ()
    if not rows:
        return []
    timed = rows[0]["minutes"] is not None
    head = ("bill", "code", "forecast", "80 % band", "all tests", "independent copies", "entangled copies")
    minutes = ("minutes", "80 % band", "all tests") if timed else ()
    caption = "The forecast in test functions" + (", and in minutes of tests" if timed else "")
    return [Table(caption, (*head, *minutes, "basis"), [_forecast_row(row, timed=timed) for row in rows])]


def _forecast_row(row: Row, *, timed: bool) -> list[str]:
    copies = [short(row["scenarios"][name]) for name in ("independent", "entangled")]
    minutes = _amount(row["minutes"]) if timed else []
    return [NAMES[row["bill"]], f"x{row['multiply']:g}", *_amount(row), *copies, *minutes, row["basis"]]


def _amount(amount: Row) -> list[str]:
    band = "-" if amount["low"] is None else f"{short(amount['low'])} to {short(amount['high'])}"
    return [short(amount["value"]), band, short(amount["ceiling"])]


def of_snapshots(answer: Row) -> list[Table]:
    """What each state held, and what its changes reach."""
    rows = answer["snapshots"]
    remarks = ("remarks",) if any(row["status"] == "failed" for row in rows) else ()
    graph = ("modules", "lines", "test files", "test functions", "edges", "closure density", "largest component", "read by lines")
    held = [_snapshot(row, remarks=bool(remarks)) for row in rows]
    found = [Table("The snapshots", ("date", "revision", *remarks, *graph), held, frozenset({2} if remarks else ()))]
    reached = [_reached(row, answer) for row in rows if row["status"] != "failed"]
    if reached:
        head = ("date", "revision", "all tests", "mean", "median", "90 %", "share", "share by module", "changes that reach none", "all")
        found.append(Table("What a change reaches, in test functions", head, reached))
    return found


def _snapshot(row: Row, *, remarks: bool) -> list[str]:
    counts = ["-" if row[name] is None else f"{row[name]:,}" for name in ("modules", "lines", "test_files", "test_functions", "edges")]
    graph = [short(row["propagation_cost"]), percent(row["largest_component"]), str(len(row["unparsed"]))]
    said = [row["reason"] if row["status"] == "failed" else ""] if remarks else []
    return [*_named(row), *said, *counts, *graph]


def _named(row: Row) -> list[str]:
    return [row["date"] or "-", str(row["revision"])[:10]]


def _reached(row: Row, answer: Row) -> list[str]:
    impact = row["impact"].get(answer["edges"], {})
    spread, module = impact.get(answer["weighting"]), impact.get("uniform")
    tests = "-" if row["test_functions"] is None else f"{row['test_functions']:,}"
    if not spread:
        return [*_named(row), tests, *["-"] * 7]
    functions = spread["functions"]
    parts = [short(functions[name]) for name in ("mean", "median", "p90")]
    alone = percent(module["functions"]["share_mean"]) if module else "-"
    return [*_named(row), tests, *parts, percent(functions["share_mean"]), alone, percent(spread["zero"]), percent(spread["all"])]


def of_laws(laws: list[Row]) -> list[Table]:
    """The laws of test functions against lines, a line for each bill; the others folded."""
    remarks = ("remarks",) if any(law["refused"] for law in laws) else ()
    figures = ("Theil-Sen", "95 %", "least squares", "95 %", "snapshots", *remarks)
    named, others = [], []
    for key, group in groupby(laws, lambda law: (law["bill"], law["of"], law["against"])):
        (bill, of, against), cells = key, _law(list(group), remarks=bool(remarks))
        if (of, against) == _HEADLINE:
            named.append([BILLS[bill], *cells])
        else:
            others.append([BILLS[bill], of.replace("-", " "), against, *cells])
    return [
        Table("The laws: test functions grew as the lines to the power of", ("bill", *figures), named, frozenset({6})),
        Table("The laws in test files, and against modules", ("bill", "in", "against", *figures), others, frozenset({8}), folded=True),
    ]


def _law(both: list[Row], *, remarks: bool) -> list[str]:
    """The figures of both estimators."""
    by = {law["estimator"]: law for law in both}
    figures = [cell for name in ("theil-sen", "ols") for cell in _figures(by[name])]
    return [*figures, str(both[0]["points"]), *([both[0]["refused"] or ""] if remarks else [])]


def _figures(law: Row) -> tuple[str, str]:
    return ("-", "-") if law["refused"] else (f"{law['exponent']:.2f}", f"{law['low']:.2f} to {law['high']:.2f}")


def of_modules(answer: Row) -> list[Table]:
    """The bars of the histogram in numbers, folded."""
    bars = answer.get("distribution") or ()
    rows = [[range_of(bar), f"{bar['modules']:,}"] for bar in bars]
    head = ("share of the test files that depend on the module", "modules")
    return [Table("How far each module reaches, in numbers", head, rows, folded=True)] if rows else []
