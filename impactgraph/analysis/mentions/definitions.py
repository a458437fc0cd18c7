"""Whether a file may still define what it once defined: only a sure no is of use."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from impactgraph.analysis.mentions.scopes import imported, own_nodes, stored
from impactgraph.analysis.units import source as sources
from impactgraph.analysis.units.tokens import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where these are used names may be bound that stand nowhere. Who serves attributes that he does not bind has no tests by it: pytest looks
# into the namespaces themselves.
_BUILTINS = frozenset({"exec", "eval", "globals", "locals", "vars", "setattr"})
_ATTRIBUTES = frozenset({"__dict__", "__setattr__"})


def may_define(content: bytes, name: str) -> bool:
    """Whether the module with this content may have a function, class or other value called `name` (dotted: a member of a class)."""
    text = read_text(content)
    parsed = sources.parse(text.text) if text else None
    try:
        return parsed is None or _has_binders(parsed.tree) or _may_bind(parsed.tree.body, name)
    except RecursionError:  # nested deeper than this goes
        return True


def _has_binders(tree: ast.Module) -> bool:
    return any(_is_binder(node) for node in ast.walk(tree))


def _is_binder(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id in _BUILTINS
    if isinstance(node, ast.Attribute):
        return node.attr in _ATTRIBUTES
    return isinstance(node, ast.Global) or (isinstance(node, ast.ImportFrom) and node.names[0].name == "*")


def _may_bind(body: Sequence[ast.stmt], name: str) -> bool:
    first, _, rest = name.partition(".")
    nodes = list(own_nodes(list(body)))
    names = [*stored(list(body)), *(each for node in nodes for each, _ in imported(node, ""))]
    if first not in names or not rest:
        return first in names
    classes = [node for node in nodes if isinstance(node, ast.ClassDef) and node.name == first]
    if len(classes) < names.count(first) or any(node.bases or node.keywords or node.decorator_list for node in classes):
        return True
    return any(_may_bind(node.body, rest) for node in classes)
