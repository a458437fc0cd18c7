"""A replay as text: what selection would have meant for the last commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from impactgraph.reports.terminal import PLAIN, Style, columns, percent, printable, quantity

BAR = 40  # characters of the longest bar
_DEPENDENTS = ("-changed", "-added", "-deleted", "-renamed")
EXAMPLES = 3  # named per reason; the JSON has more
DETAIL = 60  # characters of an example's detail
REVISION = 10  # characters of a revision: unique in repositories of this size


def render(replay: Mapping[str, Any], style: Style = PLAIN, *, commits: bool = False) -> str:
    """The summary of a replay; with `commits` a line per commit below it."""
    summary = replay["summary"]
    lines = [
        style.title(f"{quantity(summary['commits'], 'commit')} replayed"),
        *_decisions(summary["decisions"]),
        "",
        *_shares(summary),
        *_section(style, "Commits by the share of test files selected", _histogram(summary["histogram"])),
        *_section(style, "Reasons", _reasons(summary["reasons"])),
        *(_section(style, "Commits", _commits(replay["commits"])) if commits else ()),
    ]
    return "".join(f"{line}\n" for line in lines)


def _section(style: Style, title: str, lines: Sequence[str]) -> list[str]:
    return ["", style.title(title), *lines] if lines else []


def _decisions(decisions: Mapping[str, Any]) -> list[str]:
    return columns(
        [(name, decisions[name]["commits"], percent(decisions[name]["share"])) for name in ("none", "subset", "all")], right=(1, 2)
    )


def _shares(summary: Mapping[str, Any]) -> list[str]:
    rows = [
        ("test files selected per commit", summary["selected_share"]),
        ("  where the answer is subset", summary["selected_share_of_subsets"]),
    ]
    return columns([(name, "mean", percent(share["mean"]), "median", percent(share["median"])) for name, share in rows], right=(2, 4))


def _histogram(bins: Sequence[Mapping[str, Any]]) -> list[str]:
    most = max((row["commits"] for row in bins), default=0)
    if not most:
        return []
    return columns([(_range(row), row["commits"], "#" * -(-row["commits"] * BAR // most)) for row in bins], right=(0, 1))


def _range(row: Mapping[str, Any]) -> str:
    low, high = (f"{row[end] * 100:.0f}" for end in ("low", "high"))
    return f"{low} %" if low == high else f"{low} to {high} %"


def _reasons(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    rows: list[tuple[object, ...]] = [("code", "commits", "of them all")] if reasons else []
    table = columns([*rows, *((row["code"], row["commits"], row["all"]) for row in reasons)], right=(1, 2))
    examples = [[], *(_examples(row["examples"]) for row in reasons)]
    return [line for row, below in zip(table, examples, strict=False) for line in (row, *below)]


def _examples(examples: Sequence[Mapping[str, Any]]) -> list[str]:
    """What brought the reason up most often, a line each."""
    return [f"      {example['commits']}x {_place(example)}" for example in examples[:EXAMPLES]]


def _place(example: Mapping[str, Any]) -> str:
    """Path and detail; of a long detail the beginning, so that a line stays one."""
    detail = example["detail"] or ""
    short = detail if len(detail) <= DETAIL else detail[:DETAIL].rpartition(" ")[0] + " ..."
    return printable(" ".join(part for part in (example["path"], short) if part)) or "-"


def _commits(commits: Sequence[Mapping[str, Any]]) -> list[str]:
    return columns(
        [(row["revision"][:REVISION], row["decision"], _selected(row), _cause(row), row["subject"]) for row in commits], right=(2,)
    )


def _selected(row: Mapping[str, Any]) -> str:
    return f"{row['tests_selected']}/{row['tests_total']}"


def _cause(row: Mapping[str, Any]) -> str:
    """The reason with most tests; of several, one that says "everything" before one that a file's dependents add up to."""
    if not row["reasons"]:
        return "-"
    first = max(row["reasons"], key=lambda reason: (reason.get("tests", 0), not reason["code"].endswith(_DEPENDENTS)))
    return " ".join(filter(None, (first["code"], first["path"])))
