"""A selection for people: one paragraph on stderr, beside the list that pytest gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from impactgraph.reports.terminal import PLAIN, Style, percent, printable, quantity

TOP_REASONS = 5


def summary(answer: Mapping[str, Any], style: Style = PLAIN) -> str:
    """What is selected and why, in a few lines with a line end each; warnings are counted, a fallback is told with its hint."""
    lines = [style.title(headline(answer)), *_time(answer["counts"]), *_base(answer["base"]), *top_reasons(answer["reasons"])]
    fallback = answer["fallback"]
    if fallback is not None:
        lines.append(style.bad(f"  everything is selected to be safe: {printable(fallback['message'])} ({fallback['code']})"))
        lines.append(f"  hint: {printable(fallback['hint'])}")
    if answer["warnings"]:
        lines.append(style.faint(f"  {quantity(len(answer['warnings']), 'warning')}: impactgraph doctor shows them"))
    return "".join(f"{line}\n" for line in lines)


def headline(answer: Mapping[str, Any]) -> str:
    """The answer in one sentence."""
    counts, changes = answer["counts"], quantity(len(answer["changes"]), "changed file")
    total = quantity(counts["tests_total"], "test file")
    if answer["decision"] == "none":
        return f"No test can be broken by {changes} (of {total})."
    if answer["decision"] == "all":
        return f"All tests can be broken by {changes} ({total})."
    selected = counts["tests_selected"]
    share = percent(selected / counts["tests_total"] if counts["tests_total"] else None)
    some = ""
    if answer["granularity"] == "function":
        some = f", {counts['node_ids_selected']} of {quantity(counts['node_ids_total'], 'recorded test')}"
    return f"{selected} of {total} ({share}){some} can be broken by {changes}."


def _time(counts: Mapping[str, Any]) -> list[str]:
    """How long the tests took that are selected, where runs were recorded."""
    total = counts["seconds_total"]
    return [] if total is None else [f"  {counts['seconds_selected']:.1f} of {total:.1f} s of tests, as recorded"]


def _base(base: Mapping[str, Any]) -> list[str]:
    """What the change was compared with: a wrong base is a wrong answer."""
    if base["revision"] is None:
        return []
    return [f"  compared with {printable(base['ref'] or 'the fork point')} at {base['revision'][:10]}"]


def top_reasons(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """The reasons with most tests, a line each, and how many more there are."""
    top = sorted(reasons, key=lambda reason: (-reason["tests"], reason["code"], reason["path"] or "", reason["detail"] or ""))
    lines = [f"  {reason_line(reason)}" for reason in top[:TOP_REASONS]]
    rest = len(top) - TOP_REASONS
    return [*lines, f"  and {quantity(rest, 'more reason')}"] if rest > 0 else lines


def reason_line(reason: Mapping[str, Any]) -> str:
    """A reason in one line: how many test files, the code, the path, the detail."""
    parts = [f"{quantity(reason['tests'], 'test file')}: {reason['code']}", reason["path"], reason["detail"] and f"({reason['detail']})"]
    return printable(" ".join(part for part in parts if part))
