"""Imports for type checkers: statements below ``if TYPE_CHECKING:`` that no run of the file reaches.

A change there is inert. The body never runs, and where it holds nothing but imports it can't matter without running either: at module
level an import declares no local variable, adds no annotation and can't be an error of the compiler (a stray ``return`` or a late future
import would be one). The names it would bind don't exist at run time, also not for who evaluates annotations. The import graph keeps such
edges outside the closure for the same reason. All of it holds only if the name is ``typing``'s and nothing in the file sets it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from impactgraph.analysis.units.source import Source, same

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = "TYPE_CHECKING"
_MODULES = frozenset({"typing", "typing_extensions"})


def guards(source: Source) -> list[ast.stmt]:
    """The module's ``if`` statements whose body surely never runs and holds imports only."""
    candidates = [node for node in source.tree.body if isinstance(node, ast.If) and _only_imports(node.body)]
    if not any(_name_in(node.test) for node in candidates):
        return []
    meant = _names_of_the_constant(ast.walk(source.tree))
    return [node for node in candidates if _name_in(node.test) in meant]


def same_at_run_time(old: Source, new: Source) -> bool:
    """Whether both trees are the same but for what stands below their `guards`; empties those."""
    for side in (old, new):
        for node in guards(side):
            node.body = []  # type: ignore[attr-defined]
    return same(old, new)


def _only_imports(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(node, ast.Import | ast.Pass) or (isinstance(node, ast.ImportFrom) and node.module != "__future__") for node in body
    )


def _name_in(test: ast.expr) -> str | None:
    if isinstance(test, ast.Name) and test.id == _NAME:
        return _NAME
    if isinstance(test, ast.Attribute) and test.attr == _NAME and isinstance(test.value, ast.Name):
        return f"{test.value.id}.{_NAME}"
    return None


def _names_of_the_constant(nodes: Iterable[ast.AST]) -> set[str]:
    """The expressions that are ``typing.TYPE_CHECKING`` wherever they stand in the file; none if anything else binds its name."""
    right: set[str] = set()
    wrong: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                name, is_right = _imported(node, alias)
                (right if is_right else wrong).add(name)
        elif not isinstance(node, ast.alias):
            wrong.update(_bound(node))
    if _NAME in wrong or "*" in wrong:
        return set()
    return {name for name in right if name.split(".")[0] not in wrong}


def _imported(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> tuple[str, bool]:
    bound = alias.asname or alias.name.split(".")[0]
    if isinstance(node, ast.Import):
        is_right = alias.name in _MODULES
        return (f"{bound}.{_NAME}" if is_right else bound), is_right
    return bound, alias.name == _NAME and node.module in _MODULES and not node.level and bound == _NAME


def _bound(node: ast.AST) -> set[str]:
    """The name that a node other than an import binds, for an attribute its last part."""
    if isinstance(node, ast.Name | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        return {node.id if isinstance(node, ast.Name) else node.attr}
    if isinstance(node, ast.arg):
        return {node.arg}
    name = getattr(node, "name", None)  # functions, classes, handlers, captures of a pattern
    return {name} if isinstance(name, str) else set()
