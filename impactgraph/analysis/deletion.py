"""Import statements taken out of a source, everything else left as it is."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from impactgraph.analysis.decoding import cookie, decode
from impactgraph.model import Tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

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


def copy_without(tree: Tree, statements: Iterable[tuple[str, int]]) -> tuple[Tree, tuple[str, ...]]:
    """A copy of `tree` without the import statements at (path, line), and the paths of the files in which they can't be deleted."""
    lines: dict[str, set[int]] = {}
    for path, line in statements:
        lines.setdefault(path, set()).add(line)
    sources = tree.read(lines)
    edited = {path: without_imports(sources[path], lines[path]) if path in sources else None for path in lines}
    contents = {path: source for path, source in edited.items() if source is not None}
    # What they are called matters to caches alone, and a copy has none.
    files = {path: entry._replace(oid="") if path in contents else entry for path, entry in tree.files.items()}

    def read(paths: Sequence[str]) -> dict[str, bytes]:
        return {
            **tree.read([path for path in paths if path not in contents]),
            **{path: contents[path] for path in paths if path in contents},
        }

    copy = Tree(files, read, label=f"{tree.label} without {len(contents)} import statements")
    return copy, tuple(sorted(path for path in lines if path not in contents))


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
