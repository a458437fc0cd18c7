"""The audit of recorded runs as text: what the selection would have left out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from impactgraph.reports.history import moment
from impactgraph.reports.terminal import PLAIN, Style, columns, percent, printable, quantity

_REVISION = 10  # characters
_CHANGES = 5  # named per miss


def render(audit: Mapping[str, Any], style: Style = PLAIN) -> str:
    """The verdict first, then what it was found from, then each failing test that would have been left out."""
    summary = audit["summary"]
    lines = [
        style.title(_verdict(summary)),
        *columns(_figures(summary)),
        *(style.bad(f"  warning: {printable(warning['message'])}") for warning in audit["warnings"]),
        *_misses(audit, style),
    ]
    return "".join(f"{line}\n" for line in lines)


def _verdict(summary: Mapping[str, Any]) -> str:
    runs = quantity(summary["runs_with_failure"], "run")
    if not summary["runs_with_failure"]:
        return "Nothing can be said yet: no recorded observe run had a failure of its own."
    if not summary["runs_with_miss"]:
        return f"In no case of {runs} with a failure would the selection have left out a failing test."
    return f"In {summary['runs_with_miss']} of {runs} with a failure the selection would have left out a failing test."


def _figures(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    rate, tests, seconds = summary["miss_rate"], summary["tests"], summary["seconds"]
    failing = quantity(summary["failing_tests"], "failing test")
    missed, left_out = summary["failing_tests_missed"], summary["failing_tests_left_out"]
    bound = "-" if rate["upper"] is None else f"at most {rate['upper'] * 100:.1f} % at {rate['level'] * 100:.0f} % ({rate['method']})"
    return [
        ("observed runs", f"{summary['runs']}, {summary['runs_with_failure']} with a failure"),
        ("failing tests", f"{failing}, {left_out} left out, {left_out - missed} of these failing at the base, too"),
        ("miss rate", bound),
        ("tests left out", f"{percent(tests['share'])} ({tests['left_out']} of {tests['total']})"),
        ("time left out", f"{percent(seconds['share'])} ({seconds['left_out']:.1f} of {seconds['total']:.1f} s)"),
    ]


def _misses(audit: Mapping[str, Any], style: Style) -> list[str]:
    if not audit["misses"]:
        return []
    runs = {run["name"]: run for run in audit["runs"]}
    lines = ["", style.title("Failing tests that would have been left out")]
    for miss in audit["misses"]:
        run = runs[miss["run"]]
        revision = (run["revision"] or "-")[:_REVISION] + ("+" if run["dirty"] else "")
        known = ", failed at the base, too" if miss["failed_at_base"] else ""
        lines.append(f"  {printable(miss['node_id'])} ({miss['outcome']}{known}) at {revision}, {moment(run['started'])}")
        lines += _causes(miss["changes"])
    return lines


def _causes(changes: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = ["    no chain was found to it from:" if changes else "    nothing had changed"]
    told = (f"{change['path']} ({change['class']}, {change['effect']}: {change['reason']})" for change in changes[:_CHANGES])
    lines += [f"      {printable(line)}" for line in told]
    rest = len(changes) - _CHANGES
    return [*lines, f"      and {quantity(rest, 'more change')}"] if rest > 0 else lines
