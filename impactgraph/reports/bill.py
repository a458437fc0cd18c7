"""A bill as text and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.reports.amounts import amount, exact_percent, grouped, part
from impactgraph.reports.markdown import code, table
from impactgraph.reports.tables import csv_lines
from impactgraph.reports.terminal import PLAIN, Style, columns, percent, printable, quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BALL = 3  # modules: a smaller circle of imports is no news
BALLS = 3
LEAST = 0.01  # of the rank weight: what costs less is not shown
NAMES = 4  # of a ball's modules


def render(bill: Mapping[str, Any], style: Style = PLAIN, *, by: str = "module", limit: int = 15) -> str:
    """The bill, its most expensive modules (or packages), and the import balls behind it."""
    lines = [*_summary(bill, style), *_ranked(bill, style, by, limit), *_balls(bill, style)]
    return "".join(f"{line}\n" for line in lines)


def _summary(bill: Mapping[str, Any], style: Style) -> list[str]:
    total, window, unit = bill["total"], bill["window"], bill["unit"]
    if total["per_change"] is None:
        return [style.title("No change to bill: no commit of this window touched a Python file that is still there.")]
    share = total["per_change"] / total["everything"] if total["everything"] else None
    said = f"On average, a change makes {part(total['per_change'], total['everything'], unit)} run ({percent(share)})."
    lines = [style.title(said)]
    rate = f" at {grouped(window['commits_per_month'])} changes a month" if window["commits_per_month"] else ""
    if total["per_month"] is not None:
        lines.append(f"  the bill: {amount(total['per_month'], unit)} a month{rate}")
    lines.append(
        f"  {percent(total['share_selecting_all'])} of the changes make every test run,"
        f" {percent(total['share_selecting_most'])} nearly all (90 % or more)"
    )
    lines.append(
        f"  mean of {quantity(window['commits'], 'commit')} that touched Python, {window['since']} to {window['until']},"
        " along today's imports"
    )
    return lines


def _ranked(bill: Mapping[str, Any], style: Style, by: str, limit: int) -> list[str]:
    rows = [row for row in bill[f"{by}s"] if row["rank_weight"]]
    if not rows:
        return []
    title = style.title(f"Where it comes from, by {by}") + style.faint("  (share: how often it changes x what a change of it makes run)")
    make = _module_rows if by == "module" else _package_rows
    more = [f"  ... and {quantity(len(rows) - limit, by)} more"] if len(rows) > limit else []
    return ["", title, *make(rows[:limit], bill), *more]


def _module_rows(rows: Sequence[Mapping[str, Any]], bill: Mapping[str, Any]) -> list[str]:
    head: tuple[object, ...] = ("share", "changes", "tests", "", "file")
    cells = [
        (exact_percent(row["share"]), row["changes"], f"{row['tests']}/{bill['tests']}", _ball(row["component"], bill), row["path"])
        for row in rows
    ]
    return columns([head, *cells], right=(0, 1, 2))


def _ball(component: int | None, bill: Mapping[str, Any]) -> str:
    """Which of the balls that are shown the module is in."""
    return f"ball {component}" if component is not None and component <= len(_shown(bill)) else ""


def _shown(bill: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [ball for ball in bill["components"][:BALLS] if len(ball["modules"]) >= BALL and ball["share"] >= LEAST]


def _package_rows(rows: Sequence[Mapping[str, Any]], _bill: Mapping[str, Any]) -> list[str]:
    head: tuple[object, ...] = ("share", "changes", "modules", "package")
    return columns(
        [head, *((exact_percent(row["share"]), row["changes"], row["modules"], row["package"]) for row in rows)], right=(0, 1, 2)
    )


def _balls(bill: Mapping[str, Any], style: Style) -> list[str]:
    lines = []
    for ball in _shown(bill):
        names = [printable(path) for path in ball["modules"]]
        more = " ..." if len(names) > NAMES else ""
        size = f"{quantity(len(names), 'module')}, {percent(ball['share'])} of the rank weight"
        lines.append(f"  {ball['id']}  {size}: {', '.join(names[:NAMES])}{more}")
        lines += [f"       {line}" for line in _threads(ball["cuts"])]
    title = style.title("Import balls") + style.faint("  (each module reaches all others: a change of one is a change of all)")
    return ["", title, *lines] if lines else []


def _threads(cuts: Sequence[Mapping[str, Any]]) -> list[str]:
    """The imports that hold a ball together, and what would be left of it."""
    if not cuts:
        return ["held together by no single import; impactgraph cuts looks for bundles"]
    rows = [
        (
            "held together by" if number == 0 else "and",
            f"{cut['path']}:{cut['line']}",
            f"-> {cut['imported']}",
            f"{quantity(cut['modules_left'], 'module')} left without it" + ("" if number == 0 else ", too"),
        )
        for number, cut in enumerate(cuts)
    ]
    return columns(rows, indent="", right=(0,))


def csv_table(bill: Mapping[str, Any], by: str) -> bytes:
    """One line for each module, or package, with a header."""
    rows = bill[f"{by}s"]
    return csv_lines([tuple(rows[0]), *(tuple(row.values()) for row in rows)] if rows else [])


def markdown(bill: Mapping[str, Any], *, by: str = "module", limit: int = 15) -> str:
    """The summary and the most expensive modules, or packages, as a table."""
    first, *rest = _summary(bill, PLAIN)
    rows = [row for row in bill[f"{by}s"] if row["rank_weight"]][:limit]
    name = "path" if by == "module" else "package"
    cells = [(exact_percent(row["share"]), str(row["changes"]), code(row[name])) for row in rows]
    lines = [f"### {first}", "", *(f"- {line.strip()}" for line in rest), "", *table(("rank weight", "changes", by), cells)]
    return "".join(f"{line}\n" for line in (lines if rows else lines[:1]))
