"""The same facts for a file that this Python can't parse: fewer questions asked, so more is found, not less."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from impactgraph.analysis.implicit.strings import decoded, module_name
from impactgraph.analysis.implicit.syntax import IMPORTERS, LAZY_LOADERS, LISTERS, PATH_EDITORS, WALKERS

if TYPE_CHECKING:
    from impactgraph.analysis.implicit.names import Line

_LITERAL = re.compile(rb"""["']([^"'\\\s]{1,200})["']""")
# What edits the import path, or takes `sys.path` under another name; `os.path` alone does not.
_EDITS_PATH = re.compile(rb"\bsys\s*\.\s*path\b|\bfrom\s+sys\s+import\b|syspath_prepend|addsitedir|PYTHONPATH")
_RELATIVE = re.compile(r"(\.+)([^\W\d][\w.]*\w|[^\W\d])")


def unparsed_references(path: str, source: bytes, triggers: frozenset[str]) -> Iterator[Line]:
    """What the literals can mean, given the telling names in the code; with "?" where an import or a path may be computed."""
    directory = posixpath.dirname(path)
    literals = _literals(source)
    if triggers & IMPORTERS:
        yield from _imports(directory, literals)
    if triggers & (WALKERS | LISTERS) or "__path__" in triggers:
        yield ("package-walk", f"@{directory}:*"), 0
    if triggers & LAZY_LOADERS:
        yield ("dynamic-import", f"@{directory}:*"), 0
    if "pytest_plugins" in triggers:
        yield from ((("pytest-plugin", text), line) for text, line in literals if module_name(text) == text)
    if triggers & PATH_EDITORS and _EDITS_PATH.search(source):
        yield from _insertions(directory, literals)
    if "__file__" in triggers:
        yield ("data-file", f"/{directory}/" if directory else "/"), 0


def _literals(source: bytes) -> list[tuple[str, int]]:
    """Each text once, with its first line."""
    found: dict[bytes, int] = {}
    line, position = 1, 0
    for match in _LITERAL.finditer(source):
        if match[1] not in found:
            line += source.count(b"\n", position, match.start())
            position = match.start()
            found[match[1]] = line
    return [(decoded(content), line) for content, line in found.items()]


def _imports(directory: str, literals: list[tuple[str, int]]) -> Iterator[Line]:
    yield ("dynamic-import", "?"), 0
    for text, line in literals:
        relative = _RELATIVE.fullmatch(text)
        if relative is not None:
            base = directory
            for _ in relative[1][1:]:
                base = posixpath.dirname(base)
            yield ("dynamic-import", f"@{base}:{relative[2]}"), line
        elif module_name(text) is not None:
            yield ("dynamic-import", f"{text}*" if text.endswith(".") else text.replace(":", ".")), line


def _insertions(directory: str, literals: list[tuple[str, int]]) -> Iterator[Line]:
    yield ("path-insertion", "?"), 0
    yield ("path-insertion", directory), 0
    yield ("path-insertion", posixpath.dirname(directory)), 0
    for text, line in literals:
        for base in (directory, posixpath.dirname(directory), ""):
            target = posixpath.normpath(posixpath.join(base, text.lstrip("/")))
            if not target.startswith(("..", "/")):
                yield ("path-insertion", "" if target == "." else target), line
