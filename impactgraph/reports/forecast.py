"""A forecast as text: what more code would cost in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from impactgraph.reports.numbers import short
from impactgraph.reports.terminal import PLAIN, Style, columns, percent

NAMES = {
    "per-change": "per change",
    "per-month": "per month, at today's rate of changes",
    "per-month-more-changes": "per month, with changes multiplied, too",
}
REGIMES = {
    "low": "low: such a share may jump, so this is hardly a forecast",
    "middle": "between low and plateau: the tests per change grew faster than the tests elsewhere",
    "plateau": "on the plateau: the tests per change grew like the tests elsewhere",
}


def render(answer: Mapping[str, Any], style: Style = PLAIN) -> str:
    """Where it starts, then a table for each bill, in test functions and, where it is known, in minutes."""
    lines = [style.title(_headline(answer["today"])), f"  {REGIMES[answer['regime']]}", *outlook(answer, style)]
    return "".join(f"{line}\n" for line in lines)


def outlook(answer: Mapping[str, Any], style: Style) -> list[str]:
    """A table for each bill, and what is behind them."""
    lines = []
    for bill in dict.fromkeys(row["bill"] for row in answer["forecast"]):
        rows = [row for row in answer["forecast"] if row["bill"] == bill]
        lines += ["", style.title(f"Test functions {NAMES[bill]}"), *_table(rows, minutes=False)]
        if rows[0]["minutes"]:
            lines += ["", style.title(f"Minutes of tests {NAMES[bill]}"), *_table(rows, minutes=True)]
    return [*lines, "", *(style.faint(line) for line in _method(answer))]


def _headline(today: Mapping[str, Any]) -> str:
    who = f"a commit of the last {today['changes']}" if today["weighting"] == "commits" else "a change of a module"
    reached = f"{short(today['per_change'])} of {today['test_functions']:,} test functions ({percent(today['share'])})"
    return f"Today {who} reaches {reached} on average."


def _table(rows: list[dict[str, Any]], *, minutes: bool) -> list[str]:
    head = ("code", "forecast", "80 % band", "all tests", *(() if minutes else ("copies alone", "entangled")), "")
    return columns([head, *(_row(row, minutes=minutes) for row in rows)], right=range(len(head) - 1))


def _row(row: Mapping[str, Any], *, minutes: bool) -> tuple[str, ...]:
    amount = row["minutes"] if minutes else row
    band = "-" if amount["low"] is None else f"{short(amount['low'])} to {short(amount['high'])}"
    lines = () if minutes else (short(row["scenarios"]["independent"]), short(row["scenarios"]["entangled"]))
    said = "" if row["basis"] == "backtested" else {"extrapolated": "extrapolated", "scenario": "scenarios only"}[row["basis"]]
    return (f"x{row['multiply']:g}", short(amount["value"]), band, short(amount["ceiling"]), *lines, said)


def _method(answer: Mapping[str, Any]) -> list[str]:
    model = answer["model"]
    exponent, plateau, crossing = model["test_exponent"], percent(model["plateau"]), percent(model["cross_share"])
    return [
        f"Tests grow by the power {exponent:.2f} of the code and the share drifts to {plateau}, as in 19 histories.",
        f"Copies alone: the code repeated without imports between. Entangled: {crossing} of imports between packages cross over.",
        "All tests is a forecast, too: the band may reach beyond it.",
    ]
