"""Answers about several repositories: what each has by itself, then one table with a line for each; as text, Markdown and CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from impactgraph.reports.amounts import amount, exact_percent
from impactgraph.reports.markdown import code, table
from impactgraph.reports.numbers import short, times
from impactgraph.reports.tables import csv_lines
from impactgraph.reports.terminal import PLAIN, Style, columns, percent, printable

Row = Mapping[str, Any]
Told = Callable[[Row], object]

BILLS = {"per-change": "per change", "per-month": "per month", "total": "in total"}
KINDS = {
    "middle": "the middle one of the repositories' own",
    "inside": "inside of repositories, each with a level of its own",
    "between": "between the newest states of repositories",
}


def exponent(law: Row) -> str:
    """An exponent with its interval."""
    return "-" if law["exponent"] is None else f"{law['exponent']:.2f} [{law['low']:.2f}, {law['high']:.2f}]"


def outlook(forecast: Row) -> str:
    """How many times the bill per change that a forecast says, with its band."""
    if forecast["times"] is None:
        return "-"
    return f"{times(forecast['times'])} [{times(forecast['times_low'])}, {times(forecast['times_high'])}]"


def _law(bill: str) -> Told:
    return lambda row: exponent(row["laws"][bill])


def _share(name: str) -> Told:
    return lambda row: percent(row[name])


def _best(row: Row) -> str:
    best = row["best"]
    return "-" if best["importer"] is None else f"{best['importer']} -> {best['imported']}"


#: By kind, what stands in a line for a repository that was read: heading -> cell.
_COLUMNS: Mapping[str, Mapping[str, Told]] = {
    "growth": {
        "snapshots": lambda row: row["measured"],
        "lines": lambda row: short(row["lines"]),
        "tests": lambda row: short(row["test_functions"]),
        "regime": lambda row: row["regime"] or "-",
        "share": lambda row: f"{percent(row['share_first'])} -> {percent(row['share'])}",
        "per change": _law("per-change"),
        "per month": _law("per-month"),
        "in total": _law("total"),
        "more code": lambda row: "-" if row["forecast"]["multiply"] is None else f"x{row['forecast']['multiply']:g}",
        "tests per change then": lambda row: outlook(row["forecast"]),
    },
    "bill": {
        "tests": lambda row: row["tests"],
        "commits": lambda row: row["commits"],
        "per change": lambda row: amount(row["per_change"], row["unit"]),
        "share": lambda row: percent(row["share"]),
        "per month": lambda row: amount(row["per_month"], row["unit"]),
        "all tests": lambda row: percent(row["share_selecting_all"]),
        "most comes from": lambda row: f"{row['first']['path']} ({exact_percent(row['first']['share'])})" if row["first"]["path"] else "-",
    },
    "cuts": {
        "per change": lambda row: amount(row["per_change"], row["unit"]),
        "best cut": _best,
        "statements": lambda row: row["best"]["statements"],
        "of the bill": lambda row: exact_percent(row["best"]["share_of_bill"]),
        "plan": lambda row: f"{row['plan']['cuts']} cuts",
        "saves of it": lambda row: exact_percent(row["plan"]["share_of_bill"]),
        "verified": lambda row: {None: "-", True: "yes", False: "NO"}[row["verified"]],
    },
    "replay": {
        "commits": lambda row: row["commits"],
        **{name: _share(name) for name in ("none", "subset", "all")},
        "test files: mean": lambda row: percent(row["selected_mean"]),
        "median": lambda row: percent(row["selected_median"]),
    },
}


def render(survey: Row, each: Callable[[Row], str] | None = None, style: Style = PLAIN) -> str:
    """What `each` says of every answer, where it is given; then the table, what could not be read, and the laws over all."""
    lines: list[str] = []
    for row in survey["repositories"] if each else ():
        lines += [style.title(f"== {printable(row['repository'])}  {printable(row['place'])}")]
        lines += [*(each(row["answer"]).splitlines() if each and row["answer"] else [f"  {printable(row['reason'])}"]), ""]
    head, *rows = cells(survey)
    lines += [style.title(f"{len(rows)} repositories"), *columns([head, *rows], right=_right(survey))]
    lines += [style.bad(f"  {printable(row['repository'])}: {printable(row['reason'])}") for row in failed(survey)]
    return "".join(f"{line}\n" for line in [*lines, *_laws(survey, style)])


def cells(survey: Row) -> list[tuple[str, ...]]:
    """The table: headings, then a line for each repository, also for those that could not be read."""
    told = _COLUMNS[survey["of"]]
    return [("repository", *told), *(_line(row, told) for row in survey["repositories"])]


def _line(row: Row, told: Mapping[str, Told]) -> tuple[str, ...]:
    if row["summary"] is None:
        return (row["repository"], "not read", *[""] * (len(told) - 1))
    return (row["repository"], *(str(cell(row["summary"])) for cell in told.values()))


def _right(survey: Row) -> list[int]:
    """Numbers of the columns that hold plain numbers."""
    return [at for at, name in enumerate(_COLUMNS[survey["of"]], 1) if name in {"snapshots", "lines", "tests", "commits", "statements"}]


def failed(survey: Row) -> list[Row]:
    """The repositories that could not be read."""
    return [row for row in survey["repositories"] if row["summary"] is None]


def _laws(survey: Row, style: Style) -> list[str]:
    if "laws" not in survey:
        return []
    lines = ["", style.title("Over all: test functions grew as the lines to the power of (interval at 95 %, repositories redrawn)")]
    known = [law for law in survey["laws"] if not law["refused"]]
    if known:
        rows = [(BILLS[law["bill"]], exponent(law), f"{KINDS[law['kind']]} ({law['repositories']})") for law in known]
        lines += columns(rows)
    lines += [f"  no exponent {place}: {reason}" for place, reason in _refusals(survey["laws"]).items()]
    return [*lines, *(f"  {warning['message']}" for warning in survey["warnings"] if warning["code"] == "pooling")]


def _refusals(laws: Sequence[Row]) -> dict[str, str]:
    """Which laws there are not -> why; once where all bills have the same reason."""
    found: dict[str, str] = {}
    for law in laws:
        if law["refused"]:
            found.setdefault(KINDS[law["kind"]], law["refused"])
    return found


def markdown(survey: Row, each: Callable[[Row], str]) -> str:
    """What `each` says of every answer, then the table."""
    lines: list[str] = []
    for row in survey["repositories"]:
        lines += [f"## {code(row['repository'])}", "", *(each(row["answer"]).splitlines() if row["answer"] else [code(row["reason"])]), ""]
    head, *rows = cells(survey)
    lines += ["## Summary", "", *table(head, [[code(cell) if cell else "" for cell in row] for row in rows])]
    return "".join(f"{line}\n" for line in lines)


def csv_table(survey: Row) -> bytes:
    """A line for each repository: everything that its summary has, names joined with ``_``."""
    flat = [dict(flattened(row["summary"] or {})) for row in survey["repositories"]]
    names = max(flat, key=len)
    head = ("repository", "place", "status", "reason")
    lines = []
    for row, values in zip(survey["repositories"], flat, strict=True):
        lines.append((*(row[name] for name in head), *(values.get(name) for name in names)))
    return csv_lines([(*head, *names), *lines])


def flattened(value: Row, start: str = "") -> Iterator[tuple[str, Any]]:
    """The innermost values of nested tables, by names that say the way there."""
    for name, inner in value.items():
        key = f"{start}{name.replace('-', '_')}"
        if isinstance(inner, Mapping):
            yield from flattened(inner, f"{key}_")
        else:
            yield key, inner
