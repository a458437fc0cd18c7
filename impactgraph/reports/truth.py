"""The audit by recorded executions as text: share, recall and precision of the selections for past commits, beside the floor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from impactgraph.reports.amounts import exact_percent
from impactgraph.reports.terminal import PLAIN, Style, columns, printable, quantity

_REVISION = 10  # characters
_LOST = 5  # tests named per commit

_RECORDS = {
    "own": "the record of this checkout decided, the file judged",
    "truth": "the file decided and judged: no record of this checkout is of that commit",
}


def render(audit: Mapping[str, Any], style: Style = PLAIN) -> str:
    """The verdict first, then the figures, then each commit, with the tests that would have been left out."""
    summary = audit["summary"]
    lines = [
        style.title(_verdict(audit)),
        f"  {_RECORDS[audit['record']]}",
        *columns(_figures(summary), right=(1, 2)),
        *(style.bad(f"  warning: {printable(warning['message'])}") for warning in audit["warnings"]),
        "",
        style.title(f"Commits, in shares of {quantity(audit['tests'], 'test')}"),
        *columns([("commit", "selected", "by module", "entered", "ran", "lost"), *map(_row, audit["commits"])], right=(1, 2, 3, 4, 5)),
        *(style.bad(printable(f"  {row['revision'][:_REVISION]} lost {node}")) for row in audit["commits"] for node in row["lost"][:_LOST]),
    ]
    return "".join(f"{line}\n" for line in lines)


def _verdict(audit: Mapping[str, Any]) -> str:
    summary = audit["summary"]
    of = quantity(summary["commits"], "commit")
    if not summary["commits"]:
        return "Nothing can be said: no commit before that of the record changes code."
    if not summary["lost"]:
        return f"Of {of} no test that ran a changed function would have been left out."
    return f"Of {of} {quantity(summary['lost'], 'test')} that ran a changed function would have been left out."


def _figures(summary: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    floors = summary["floors"]
    shares = (
        ("selected", summary["selected_share"]),
        ("by module", summary["selected_by_module_share"]),
        ("floor: entered a changed function", floors["entered"]),
        ("floor: ran one, at import too", floors["ran"]),
        ("floor: or loaded a changed module", floors["ran_or_loaded"]),
    )
    return [
        ("", "mean", "median"),
        *((name, exact_percent(middle["mean"]), exact_percent(middle["median"])) for name, middle in shares),
        ("recall", _exact(summary["recall"]), ""),
        ("precision", _exact(summary["precision"]), ""),
    ]


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    total = row["total"] or 1
    shares = (exact_percent(row[name] / total) for name in ("selected", "selected_by_module", "entered", "ran"))
    return (row["revision"][:_REVISION], *shares, str(row["lost_count"]))


def _exact(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.2f} %"
