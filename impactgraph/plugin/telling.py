"""What the user gets to see of a selection in a pytest run: the lines at its begin and its end, and the report."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impactgraph.plugin.tally import Tally

_SHOWN = 5


def header(mode: str, answer: Mapping[str, Any], lines: list[str]) -> list[str]:
    """What was decided, against which state, and why."""
    base = answer["base"]
    against = f" since {base['ref'] or base['revision'][:9]}" if base["revision"] else ""
    return [f"impactgraph: {mode}{against}: {lines[0]}", *lines[1:]]


def ending(mode: str, answer: Mapping[str, Any], tally: Tally) -> Iterator[str]:
    """What was left out, and what went wrong."""
    total = max(answer["counts"]["tests_total"], len(tally.left_out))
    files = f"{len(tally.left_out)} of {_quantity(total, 'test file')}"
    recorded = "" if tally.troubles else _recorded(mode, answer["counts"])
    if mode in {"select", "remaining"}:
        ones = f" and {_quantity(tally.deselected, 'test')} of others" if tally.deselected else ""
        yield f"impactgraph: {mode}: left out {files}{ones}{recorded}; {_quantity(tally.collected, 'test')} collected"
    else:
        tests = f"{tally.unselected} of {_quantity(tally.collected, 'test')}"
        yield f"impactgraph: {mode}: select would have left out {files} ({tests}){recorded}"
        yield from _failures(tally)
    fallback = answer["fallback"]
    if fallback is not None:
        yield f"impactgraph: nothing was left out, to be safe: {fallback['message']} ({fallback['code']})"
    for message in tally.troubles:
        yield f"impactgraph: internal error: {message}"


def _recorded(mode: str, counts: Mapping[str, Any]) -> str:
    """How many recorded tests a selection leaves out, and what they took; `remaining` is the complement."""
    seconds, tests = counts["seconds_total"], counts["node_ids_total"]
    if seconds is None:
        return ""
    taken, chosen = counts["seconds_selected"], counts["node_ids_selected"]
    if mode != "remaining":
        taken, chosen = seconds - taken, tests - chosen
    return f": {chosen} of {_quantity(tests, 'recorded test')}, {taken:.1f} of {seconds:.1f} s"


def _failures(tally: Tally) -> Iterator[str]:
    failed = sorted(tally.failed)
    if failed:
        names = ", ".join(failed[:_SHOWN]) + (", ..." if failed[_SHOWN:] else "")
        yield f"impactgraph: {_quantity(len(failed), 'test')} of these failed: {names}"


def _quantity(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def report(mode: str, answer: Mapping[str, Any], tally: Tally) -> bytes:
    """The selection as JSON, with what became of it under `session`."""
    fallback = answer["fallback"]
    if fallback is None and tally.troubles:
        hint = "please report this, with the traceback that IMPACTGRAPH_DEBUG=1 shows"
        fallback = {"code": "internal-error", "message": "; ".join(tally.troubles), "hint": hint}
    counts = {**answer["counts"], **tally.counts(mode)}
    document = {**answer, "counts": counts, "fallback": fallback, "session": tally.session(mode)}
    try:
        from impactgraph.reports import json as reports  # only now: it needs a library that tests might watch being imported

        return reports.render(document)
    except Exception:  # noqa: BLE001 - the fault may be in what is imported; the same content, by the standard library
        return json.dumps(document, indent=2).encode() + b"\n"


def write(data: bytes, path: str) -> None:
    """The report to `path`; directories are made as --junitxml makes them."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
