"""Which names a function keeps to itself: those say nothing about the module."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Scope(NamedTuple):
    """What names mean in a piece of code: `local` ones nothing outside; `imports`: name -> (module, its name there, or "")."""

    local: frozenset[str]
    imports: Mapping[str, tuple[str, str]]

    def inner(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, directory: str) -> Scope:
        """The scope of a function defined in this one."""
        body = node.body if isinstance(node.body, list) else [node.body]
        imports = {name: target for each in own_nodes(body) for name, target in imported(each, directory)}
        outside = {name for each in own_nodes(body) if isinstance(each, ast.Global) for name in each.names}
        local = {*parameters(node), *stored(body)} - outside - imports.keys()
        return Scope((self.local | local) - outside - imports.keys(), {**_without(self.imports, local), **imports})


def _without(imports: Mapping[str, tuple[str, str]], names: set[str]) -> dict[str, tuple[str, str]]:
    return {name: target for name, target in imports.items() if name not in names}


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[str]:
    """Names of all parameters."""
    given = node.args
    lists = (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg)
    return [each.arg for each in lists if each is not None]


def stored(body: list[ast.stmt] | list[ast.expr]) -> Iterator[str]:
    """Names that the code of `body` binds, for itself; not what comprehensions bind, which ends with them."""
    for node in own_nodes(body):
        name: str | None = None
        if isinstance(node, ast.Name):
            name = None if isinstance(node.ctx, ast.Load) else node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            name = node.name
        elif isinstance(node, ast.MatchMapping):
            name = node.rest
        if name:
            yield name


def own_nodes(body: list[ast.stmt] | list[ast.expr]) -> Iterator[ast.AST]:
    """All nodes of a scope; of those nested in it the head only, of comprehensions without what they bind."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.comprehension):
            pending += [node.iter, *node.ifs]
        elif not isinstance(node, _SCOPES):
            pending.extend(ast.iter_child_nodes(node))


def imported(node: ast.AST, directory: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The names that an import statement binds, each with the module and its name there ("": the module itself)."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, (alias.name, "")) if alias.asname else (alias.name.partition(".")[0], (alias.name.partition(".")[0], ""))
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if alias.name != "*":
                yield alias.asname or alias.name, (reference(node, directory), alias.name)


def reference(node: ast.ImportFrom, directory: str) -> str:
    """The module that names come from: dotted, or ``@directory:name`` where it is relative to the file's `directory`."""
    if not node.level:
        return node.module or ""
    for _ in range(node.level - 1):
        directory = directory.rpartition("/")[0]
    return f"@{directory}:{node.module or ''}"


def below(module: str, name: str) -> str:
    """The reference of `name` in `module`."""
    if not name:
        return module
    return module + name if module.endswith(":") else f"{module}.{name}"
