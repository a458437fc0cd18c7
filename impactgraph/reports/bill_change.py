"""What a change does to the bill, as text and as Markdown for a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.reports.amounts import amount, part, signed_percent
from impactgraph.reports.markdown import capped, code, table
from impactgraph.reports.tables import csv_lines
from impactgraph.reports.terminal import PLAIN, Style, columns, percent, quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = Mapping[str, Any]

ROWS = 10  # of imports and of modules, each
LIMIT = 60_000  # bytes of a comment: GitHub takes 65536 characters
TEXT = 60


def render(answer: Row, style: Style = PLAIN) -> str:
    """The verdict, then the imports that came and went, then the modules whose changes now cost another thing."""
    lines = [style.title(_verdict(answer)), *([f"  {_bill(answer)}"] if answer["window"]["commits"] else []), f"  {_discount(answer)}"]
    if answer["limit"] is not None:
        told = "more than" if answer["exceeded"] else "within"
        line = f"  {told} the limit of {answer['limit']:g} %"
        lines.append(style.bad(line) if answer["exceeded"] else style.good(line))
    for title, imports in _imports(answer):
        if imports:
            rows = [(f"{row['path']}:{row['line']}", _short(row["text"]), _caused(row)) for row in imports[:ROWS]]
            lines += ["", style.title(f"{title} ({len(imports)})"), *columns(rows), *_more(imports)]
    if answer["modules"]:
        rows = [(row["path"], _tests(row), _cost(row, answer["unit"])) for row in answer["modules"][:ROWS]]
        lines += ["", style.title("What a change of these makes run from now on"), *columns(rows), *_more(answer["modules"])]
    return "".join(f"{line}\n" for line in lines)


def _imports(answer: Row) -> list[tuple[str, list[Row]]]:
    """The imports that came, those that the bill hangs on first, and those that went."""
    added = sorted(answer["imports_added"], key=lambda row: -(row["share"] or 0))
    return [("Imports added", added), ("Imports removed", answer["imports_removed"])]


def _verdict(answer: Row) -> str:
    share = answer["change"]["share"]
    if share is None:
        return "No bill to compare with: no commit of this window touched a Python file that is still there."
    if not share:
        return "This change leaves the bill as it is."
    return f"This change {'raises' if share > 0 else 'lowers'} the bill by {signed_percent(share)[1:]}: {_month(answer) or _each(answer)}."


def _month(answer: Row) -> str:
    more = answer["change"]["per_month"]
    if not more:
        return ""
    return f"{'+' if more > 0 else '-'}{amount(abs(more), answer['unit'])} a month"


def _each(answer: Row) -> str:
    before, after = (amount(answer[state]["per_change"], answer["unit"]) for state in ("before", "after"))
    return f"{before} per change before, {after} now"


def _bill(answer: Row) -> str:
    before, after, unit = answer["before"], answer["after"], answer["unit"]
    window = answer["window"]
    return (
        f"a change makes {amount(after['per_change'], unit)} run on average, {amount(before['per_change'], unit)} before"
        f" (over {quantity(window['commits'], 'commit')}, {window['since']} to {window['until']})"
    )


def _discount(answer: Row) -> str:
    selection = answer["selection"]
    share = selection["cost_selected"] / selection["cost_total"] if selection["cost_total"] else None
    return f"this change itself makes {part(selection['cost_selected'], selection['cost_total'], answer['unit'])} run ({percent(share)})"


def _short(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= TEXT else text[: TEXT - 4].rstrip() + " ..."


def _caused(row: Row) -> str:
    """The part of the new bill that would go with this import alone."""
    return f"{row['share'] * 100:.1f} % of the bill hang on it" if row.get("share") else ""


def _more(rows: list[Any]) -> list[str]:
    return [f"  ... and {len(rows) - ROWS} more (--format json has all)"] if len(rows) > ROWS else []


def _tests(row: Row) -> str:
    old, new = row["tests_before"], row["tests_after"]
    if old is None:
        return f"new: {quantity(new, 'test file')}"
    return "deleted" if new is None else f"{old} -> {new} test files"


def _cost(row: Row, unit: str) -> str:
    if row["cost_before"] is None or row["cost_after"] is None:
        return amount(row["cost_after"], unit) if row["cost_before"] is None else ""
    more = row["cost_after"] - row["cost_before"]
    return f"{'+' if more > 0 else '-'}{amount(abs(more), unit)} each time"


def markdown(answer: Row) -> str:
    """A comment: what the selection spares this change, and what the change adds to those to come, side by side."""
    unit, selection, change = answer["unit"], answer["selection"], answer["change"]
    rows = [
        (
            "this change runs",
            amount(selection["cost_selected"], unit),
            f"of {amount(selection['cost_total'], unit)}: {percent(_share(selection))}",
        ),
        (
            "every change to come runs, on average",
            amount(answer["after"]["per_change"], unit),
            f"before: {amount(answer['before']['per_change'], unit)}",
        ),
        ("the bill", signed_percent(change["share"]), _month(answer) or "-"),
    ]
    lines = [f"### {_verdict(answer)}", "", *table(("", "", ""), rows)]
    if answer["limit"] is not None:
        lines += ["", f"**{'Over' if answer['exceeded'] else 'Within'} the limit of {answer['limit']:g} %.**"]
    for title, imports in _imports(answer):
        if imports:
            cells = [(code(f"{row['path']}:{row['line']}"), code(_short(row["text"])), _caused(row)) for row in imports[:ROWS]]
            lines += ["", *table((f"{title} ({len(imports)})", "", ""), cells), *_more(imports)]
    if answer["modules"]:
        cells = [(code(row["path"]), _tests(row), _cost(row, unit)) for row in answer["modules"][:ROWS]]
        lines += ["", *table(("a change of", "makes run", ""), cells), *_more(answer["modules"])]
    return capped(lines, limit=LIMIT, note="(cut short)")


def _share(selection: Row) -> float | None:
    return selection["cost_selected"] / selection["cost_total"] if selection["cost_total"] else None


def csv_table(answer: Row) -> bytes:
    """One line for each module whose changes now cost another thing."""
    head = ("path", "changes", "tests_before", "tests_after", "cost_before", "cost_after")
    return csv_lines([head, *([row[column] for column in head] for row in answer["modules"])])
