"""Import statements taken out of a source, everything else left as it is."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from impactgraph.analysis.decoding import cookie, decode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from impactgraph.model import Tree

_BOM = b"\xef\xbb\xbf"


def without_imports(source: bytes, lines: Collection[int]) -> bytes | None:
    """`source` with ``pass`` in place of every import statement that begins on one of `lines` (from 1).

    None where that can't be done: it doesn't parse with the Python that runs this, or no import statement begins on one of the lines.
    """
    text, problem = decode(source)
    if problem:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    statements = _imports(text, lines)
    if statements is None or {statement.lineno for statement in statements} != set(lines):
        return None
    data = text.encode()  # columns are counted in bytes of UTF-8
    starts = _starts(data)
    for statement in reversed(statements):
        begin = starts[statement.lineno - 1] + statement.col_offset
        end = starts[(statement.end_lineno or statement.lineno) - 1] + (statement.end_col_offset or 0)
        data = data[:begin] + b"pass" + data[end:]
    bom = _BOM if source.startswith(_BOM) else b""
    return bom + data.decode().encode(cookie(source) or "utf-8")


def edited(tree: Tree, statements: Iterable[tuple[str, int]]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The sources of `tree` that change without the import statements at (path, line), and the files in which they can't be deleted."""
    lines: dict[str, set[int]] = {}
    for path, line in statements:
        lines.setdefault(path, set()).add(line)
    sources = tree.read(lines)
    found = {path: without_imports(sources[path], lines[path]) if path in sources else None for path in lines}
    contents = {path: source for path, source in found.items() if source is not None}
    return contents, tuple(sorted(path for path in lines if path not in contents))


def _imports(text: str, lines: Collection[int]) -> list[ast.Import | ast.ImportFrom] | None:
    """The import statements that begin on `lines`, in order; None where `text` doesn't parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the code that is analysed
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno in lines]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _starts(data: bytes) -> list[int]:
    """Where each line begins."""
    starts = [0]
    for line in data.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts
