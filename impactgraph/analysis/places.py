"""What stands at a line of a source, for people who want to look there."""

from __future__ import annotations

from typing import NamedTuple

from impactgraph.analysis.decoding import decode, lines_of


class Place(NamedTuple):
    """The stripped text of a line, None where there is no such line; `scope` is ``module`` or ``function``: when an import there runs."""

    scope: str
    text: str | None


def place_at(source: bytes | None, line: int) -> Place:
    """What stands at `line` (from 1) of `source` (None: it can't be read)."""
    lines = lines_of(decode(source)[0]) if source is not None else []
    if not 0 < line <= len(lines):
        return Place("module", None)
    text = lines[line - 1]
    return Place("function" if text[:1].isspace() and _is_in_function(lines, line) else "module", text.strip())


def _is_in_function(lines: list[str], line: int) -> bool:
    """Whether the nearest less indented line that opens a block, and those around it, belong to a function."""
    depth = _indent(lines[line - 1])
    for text in reversed(lines[: line - 1]):
        if text.strip() and _indent(text) < depth:
            depth = _indent(text)
            if text.lstrip().startswith(("def ", "async def ")):
                return True
    return False


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
