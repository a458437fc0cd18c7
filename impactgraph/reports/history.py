"""The recorded runs as text and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from impactgraph.reports.terminal import PLAIN, Style, columns, printable, quantity

_REVISION = 10  # characters
_NAMED = 3
_LACKING = {
    "processes": "with processes that told nothing",
    "functions": "with functions that were not noted (a crash, deep recursion, files that changed meanwhile)",
    "skipped": "skipped, so that what they do is not known",
}
_SHORT = {"passed": "passed", "failed": "failed", "error": "errors", "rerun": "reruns"}
_FIELDS = ("run", "started", "revision", "dirty", "mode", "node_id", "attempt", "outcome", "setup", "call", "teardown", "worker")


def render(history: Mapping[str, Any], style: Style = PLAIN) -> str:
    """A line a run, newest first. `dirty` states are marked with ``+``; times are UTC."""
    runs = history["runs"]
    lines = [style.title(f"{quantity(len(runs), 'run')} recorded")]
    if runs:
        heads: list[tuple[object, ...]] = [("started", "revision", "mode", "tests", "seconds", *_SHORT.values(), "other", "exit")]
        lines += columns([*heads, *map(_row, runs)], right=range(3, 11))
    lines += _functions(history.get("functions"), style)
    lines += [style.bad(f"  warning: {warning['message']}") for warning in history["warnings"]]
    return "".join(f"{line}\n" for line in lines)


def _functions(functions: Mapping[str, Any] | None, style: Style) -> list[str]:
    """What is known of the functions that tests entered: of which state, and what is not known."""
    if functions is None:
        return []
    partial = functions["partial"]
    lines = [
        "",
        style.title(f"functions of {quantity(functions['tests'], 'test')} recorded, of {functions['tests'] - len(partial)} all of them"),
    ]
    lines += columns([(state["tests"], _since(state["files_changed"])) for state in functions["states"]], right=(0,))
    for lacks, told in _LACKING.items():
        tests = [test["node_id"] for test in partial if test["lacks"] == lacks]
        lines += [f"  {quantity(len(tests), 'test')} {told}: {_named(tests)}"] if tests else []
    unseen = functions["unseen"]
    return lines + ([f"  {quantity(len(unseen), 'module')} imported unseen: {_named(unseen)}"] if unseen else [])


def _since(changed: int) -> str:
    return f"in a state from which {quantity(changed, 'file')} changed since" if changed else "in the present state"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return printable(f"{', '.join(names[:_NAMED])}{more}")


def _row(run: Mapping[str, Any]) -> tuple[object, ...]:
    outcomes = run["outcomes"]
    tests = sum(number for name, number in outcomes.items() if name != "rerun")
    revision = (run["revision"] or "-")[:_REVISION] + ("+" if run["dirty"] else "")
    other = sum(number for name, number in outcomes.items() if name not in _SHORT)
    named = (outcomes.get(name, 0) for name in _SHORT)
    exit_status = "-" if run["exit_status"] is None else run["exit_status"]
    return (moment(run["started"]), revision, run["mode"] or "-", tests, f"{run['seconds']:.1f}", *named, other, exit_status)


def moment(seconds: float | None) -> str:
    """A moment in seconds since 1970, for people."""
    return "-" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def csv_table(history: Mapping[str, Any]) -> bytes:
    """A row an attempt, with what is needed of its run; durations in microseconds."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_FIELDS)
    for run in history["runs"]:
        known = (run["name"], run["started"], run["revision"], run["dirty"], run["mode"])
        writer.writerows((*known, *(attempt[field] for field in _FIELDS[5:])) for attempt in run["attempts"])
    return text.getvalue().encode("utf-8", "backslashreplace")
