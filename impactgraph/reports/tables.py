"""Rows as CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from impactgraph.reports.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """`rows` with line feeds; text is made printable, so that a row stays a line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([printable(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode()
