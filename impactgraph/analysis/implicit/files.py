"""Paths that code builds from its own place: files and directories it opens, directories it puts on the import path."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from impactgraph.analysis.implicit.syntax import LISTERS, PATH_EDITORS, Parsed, assigned_to, listed_paths
from impactgraph.analysis.implicit.values import TOP, UNKNOWN, callee, elements, joined, normal, top_path

if TYPE_CHECKING:
    from impactgraph.analysis.implicit.names import Line

_INSERTS = frozenset({"insert", "append", "extend"})


def data_files(parsed: Parsed) -> Iterator[Line]:
    """Every path below the top that an expression spells out, as "/path"; a directory that is listed ends with "/"."""
    for call in parsed.calls:
        if callee(call) in LISTERS:
            yield from _listed(parsed, call)
    if "__file__" not in parsed.triggers:
        return
    inner: set[ast.AST] = set()
    for node in sorted((*parsed.calls, *parsed.texts, *parsed.references), key=_extent):
        values = [value for value in parsed.evaluator.values(node) if value.startswith(TOP)] if node not in inner else []
        if values:
            inner.update(ast.walk(node))
        for value in values:
            for target in _file_targets(parsed, value):
                yield ("data-file", target), node.lineno


def _extent(node: ast.expr) -> tuple[int, int, int, int]:
    """Sorts an expression before those within it."""
    return node.lineno, node.col_offset, -(node.end_lineno or 0), -(node.end_col_offset or 0)


def _file_targets(parsed: Parsed, value: str) -> Iterator[str]:
    path = top_path(value)
    if path is None or path == parsed.path:
        return
    if UNKNOWN in value or not _is_above(path, parsed.directory):
        yield f"/{path}"


def _is_above(path: str, directory: str) -> bool:
    """Directories that only lead to others: the file's own and those above it."""
    return f"{directory}/".startswith(f"{path}/") or not path


def _listed(parsed: Parsed, call: ast.Call) -> Iterator[Line]:
    for value in listed_paths(parsed, call):
        path = top_path(value)
        modules = "*.py" if value.endswith(".py") else ""
        if path is not None:
            yield ("data-file", f"/{path.rstrip('/')}/".replace("//", "/") + modules), call.lineno
        elif not value.startswith((UNKNOWN, "/")):
            directory = top_path(normal(value))
            if directory:
                yield ("data-file", f"{directory.rstrip('/')}/{modules}"), call.lineno


def path_insertions(parsed: Parsed) -> Iterator[Line]:
    """Directories that the file puts on the import path, relative to the top; "?" where it does not say which."""
    if PATH_EDITORS.isdisjoint(parsed.triggers):
        return
    for node in (*parsed.calls, *parsed.assignments, *parsed.dicts):
        for expression in _inserted(node):
            for value in parsed.evaluator.values(expression):
                target = _inserted_target(value)
                if target is not None:
                    yield ("path-insertion", target), expression.lineno


def _inserted_target(value: str) -> str | None:
    if UNKNOWN in value:
        return "?"
    path = top_path(value if value.startswith(TOP) else joined(TOP, value))
    return path.rstrip("/") if path is not None else None


def _inserted(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions whose values `node` puts on the import path."""
    if isinstance(node, ast.Call):
        yield from _inserted_by_call(node)
    elif isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = assigned_to(node)
        if any(_is_sys_path(target) for target in targets):
            yield from elements(node.value)
        elif any(isinstance(target, ast.Subscript) and _is_pythonpath(target.slice) for target in targets):
            yield node.value
    elif isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if key is not None and _is_pythonpath(key))


def _inserted_by_call(call: ast.Call) -> Iterator[ast.expr]:
    name = callee(call)
    if name in ("syspath_prepend", "addsitedir"):
        yield from call.args[:1]
    elif name in _INSERTS and isinstance(call.func, ast.Attribute) and _is_sys_path(call.func.value) and call.args:
        yield from elements(call.args[-1]) or call.args[-1:]
    elif len(call.args) > 1 and _is_pythonpath(call.args[0]):
        yield call.args[1]


def _is_sys_path(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        node = node.value
    return isinstance(node, ast.Attribute) and node.attr == "path" and isinstance(node.value, ast.Name) and node.value.id == "sys"


def _is_pythonpath(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "PYTHONPATH"
