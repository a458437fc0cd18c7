"""Cuts as text, Markdown and CSV."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from impactgraph.reports.amounts import amount, exact_percent
from impactgraph.reports.markdown import code, table
from impactgraph.reports.tables import csv_lines
from impactgraph.reports.terminal import PLAIN, Style, columns, printable, quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, Any]

STATEMENTS = 5  # shown of a cut; the JSON has all
HOPS = 4  # of a chain that is left
TEXT = 70  # characters of a statement


def render(answer: Row, style: Style = PLAIN) -> str:
    """The plan, then each cut with its statements and with what would be left."""
    if not answer["cuts"]:
        return "No import statement outside of the tests saves anything by itself, nor does any bundle of them.\n"
    lines = [*_summary(answer, style), *(line for cut in answer["cuts"] for line in _cut(cut, answer["unit"], style))]
    return "".join(f"{line}\n" for line in [*lines, *_proofs(answer, style)])


def _summary(answer: Row, style: Style) -> list[str]:
    plan, total, unit = answer["plan"], answer["total"], answer["unit"]
    saving = plan["saving"]
    ranks = ", ".join(map(str, plan["ranks"]))
    said = f"Cuts {ranks} together" if len(plan["ranks"]) > 1 else f"Cut {ranks}"
    lines = [
        style.title(f"{said}: {exact_percent(saving['share'])} of the rank weight, {exact_percent(saving['share_of_bill'])} of the bill.")
    ]
    lines.append(f"  a change makes {amount(total['per_change'], unit)} run today, {amount(saving['per_change'], unit)} fewer then")
    if saving["per_month"] is not None:
        lines.append(f"  {amount(saving['per_month'], unit)} of {amount(total['per_month'], unit)} a month")
    lines.append("  To cut is to do without the import at all: inside a function, it would still tie the two together.")
    return lines


def _cut(cut: Row, unit: str, style: Style) -> list[str]:
    saving = cut["saving"]
    spared = f"{amount(saving['per_change'], unit)} per change" if saving["per_change"] else "nothing where files change together"
    count = len(_places(cut))
    lines = [
        "",
        style.title(f"{cut['rank']:>2}  -{exact_percent(saving['share'])}  {printable(cut['importer'])} -> {printable(cut['imported'])}")
        + style.faint(f"  ({quantity(count, 'statement')}; {spared})"),
        *(f"      {line}" for line in _listed(cut)),
    ]
    return [*lines, *(f"      {line}" for line in _left(cut))]


def _places(cut: Row) -> dict[tuple[str, int], str | None]:
    """Place of each statement -> its text."""
    return {(row["path"], row["line"]): row["text"] for row in cut["statements"]}


def _listed(cut: Row) -> list[str]:
    places = list(_places(cut).items())
    rows = [(f"{path}:{line}", _short(text or "")) for (path, line), text in places[:STATEMENTS]]
    more = [f"... and {len(places) - STATEMENTS} more (--format json or csv has all)"] if len(places) > STATEMENTS else []
    return [*columns(rows, indent=""), *more]


def _short(text: str) -> str:
    return text if len(text) <= TEXT else text[: TEXT - 4].rstrip() + " ..."


def _left(cut: Row) -> list[str]:
    """Whether a cycle breaks, and what would still connect the two."""
    lines = ["breaks an import cycle"] if cut["breaks_cycle"] else []
    if cut["still"] is None:
        lines.append("then nothing leads from the one to the other")
    else:
        hops = cut["still"]
        paths = [hops[0]["imported"], *(hop["importer"] for hop in hops)]
        shown = paths if len(paths) <= HOPS + 1 else [*paths[:2], "...", *paths[-2:]]
        kinds = ", ".join(sorted({hop["kind"] for hop in hops}))
        lines.append(f"still reached by {quantity(len(hops), 'hop')} ({kinds}): {' <- '.join(map(printable, shown))}")
    if cut["others"]:
        counts = Counter(edge["kind"] for edge in cut["others"])
        named = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        lines.append(f"tied together by what is no import, too: {named}, as in {_place(cut['others'][0])}")
    return lines


def _place(edge: Row) -> str:
    """Where an edge is written; one that follows from where a file is has no line."""
    return printable(f"{edge['importer']}:{edge['line']}" if edge["line"] else edge["importer"])


def _proofs(answer: Row, style: Style) -> list[str]:
    """What --verify found."""
    if answer["verified"] is None:
        return []
    lines = [""]
    for proof in answer["proofs"]:
        ranks = f"Cut{'s' if len(proof['ranks']) > 1 else ''} {', '.join(map(str, proof['ranks']))}"
        if proof["agrees"]:
            lines.append(
                style.good(f"{ranks}: verified. A copy without the statements, billed from scratch, comes to exactly this saving.")
            )
            continue
        found, expected = proof["found"]["rank"], proof["expected"]["rank"]
        lines.append(style.bad(f"{ranks}: NOT verified. Rank weight {found:g} in a copy without the statements, not {expected:g}."))
        lines += [f"  could not be deleted there: {printable(path)}" for path in proof["undeleted"]]
        lines += [f"  differs: {printable(pair['importer'])} -> {printable(pair['imported'])}" for pair in proof["differences"]]
    return lines


def markdown(answer: Row) -> str:
    """The cuts as a table."""
    rows = [
        (
            str(cut["rank"]),
            f"{code(cut['importer'])} -> {code(cut['imported'])}",
            exact_percent(cut["saving"]["share"]),
            amount(cut["saving"]["per_change"], answer["unit"]),
            "<br>".join(code(f"{path}:{line}") for path, line in list(_places(cut))[:STATEMENTS]) + _more(cut),
            "yes" if cut["breaks_cycle"] else "",
        )
        for cut in answer["cuts"]
    ]
    headers = ("", "cut", "rank weight", "per change", "statements", "breaks a cycle")
    saving = answer["plan"]["saving"]
    ranks = ", ".join(map(str, answer["plan"]["ranks"]))
    spared = f"{exact_percent(saving['share'])} of the rank weight, {amount(saving['per_change'], answer['unit'])} per change"
    said = f"Together, cuts {ranks} save {spared}."
    lines = ["### Imports worth cutting", "", *table(headers, rows), "", said] if rows else ["No single cut saves anything."]
    return "".join(f"{line}\n" for line in lines)


def _more(cut: Row) -> str:
    more = len(_places(cut)) - STATEMENTS
    return f"<br>and {more} more" if more > 0 else ""


def csv_table(answer: Row) -> bytes:
    """One line for each statement of each cut."""
    head = (
        "rank",
        "type",
        "importer",
        "imported",
        "depth",
        "breaks_cycle",
        "share",
        "tests_per_change",
        "minutes_per_month",
        "path",
        "line",
        "text",
    )
    rows: list[Sequence[object]] = [
        (
            *(cut[column] for column in head[:6]),
            *(cut["saving"][column] for column in head[6:9]),
            *(path, line, text),
        )
        for cut in answer["cuts"]
        for (path, line), text in _places(cut).items()
    ]
    return csv_lines([head, *rows])
