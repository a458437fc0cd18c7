"""GitHub's Markdown, with names that can't break out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from impactgraph.reports.terminal import printable


def code(text: str) -> str:
    """`text` as a code span that is also safe in a table cell: fenced by more backticks than it holds, bars escaped."""
    shown = printable(text).replace("|", "\\|")
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; the cells are Markdown already."""
    return [_row(headers), _row(["---"] * len(headers)), *map(_row, rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def capped(lines: Iterable[str], *, limit: int, note: str) -> str:
    """`lines`, each with its line end; if that is more than `limit` bytes, the last whole lines give way to `note`."""
    kept = [f"{line}\n" for line in lines]
    size = sum(len(line.encode()) for line in kept)
    if size <= limit:
        return "".join(kept)
    size += len(f"{note}\n".encode())
    while size > limit:
        size -= len(kept.pop().encode())
    return "".join([*kept, f"{note}\n"])
