"""A parsed source whose parts can be compared, cheaply where their text is the same."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef
#: Where a statement keeps the statements below it.
BLOCKS = ("body", "orelse", "finalbody")


class Source(NamedTuple):
    """A tree with the lines it was parsed from."""

    tree: ast.Module
    lines: list[str]


def parse(text: str) -> Source | None:
    """The tree of `text`, or None where this Python can't read it (another version's syntax, nesting too deep)."""
    import warnings  # only some runs parse

    text = text.replace("\r", "\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the analysed code's escapes are not this program's business
        try:
            return Source(ast.parse(text), text.split("\n"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def segment(source: Source, node: ast.stmt) -> tuple[int, int | None, str]:
    """What decides a statement's tree: its whole lines, decorators included, and where on them it stands."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
    return node.col_offset, node.end_col_offset, "\n".join(source.lines[first - 1 : node.end_lineno])


def same(old: Source, new: Source) -> bool:
    """Whether both trees are the same, places aside: exactly when ``ast.dump`` gives the same for both."""
    return _same_statements(old, old.tree.body, new, new.tree.body)


def _same_statements(old: Source, ours: Sequence[ast.stmt], new: Source, theirs: Sequence[ast.stmt]) -> bool:
    return len(ours) == len(theirs) and all(_same_statement(old, mine, new, other) for mine, other in zip(ours, theirs, strict=True))


def _same_statement(old: Source, mine: ast.stmt, new: Source, other: ast.stmt) -> bool:
    if segment(old, mine) == segment(new, other):
        return True
    if isinstance(mine, ast.ClassDef) and isinstance(other, ast.ClassDef):
        return header(mine) == header(other) and _same_statements(old, mine.body, new, other.body)
    return ast.dump(mine) == ast.dump(other)


def header(node: ast.AST) -> str:
    """The dump of a compound statement without the statements below it."""
    return hollow_dump([node], [node])


def hollow_dump(nodes: Iterable[ast.AST], hollow: Iterable[ast.AST]) -> str:
    """The dump of `nodes` with nothing below those in `hollow`, which may be parts of them."""
    kept = [(owner, field, statements) for node in hollow for owner, field, statements in blocks(node)]
    for owner, field, _ in kept:
        setattr(owner, field, [])
    try:
        return "\n".join(map(ast.dump, nodes))
    finally:
        for owner, field, statements in kept:
            setattr(owner, field, statements)


def blocks(node: ast.AST) -> Iterator[tuple[ast.AST, str, list[ast.stmt]]]:
    """The lists of statements directly below `node`: the node that holds each, its field, the statements."""
    for owner in (node, *getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        for field in BLOCKS:
            statements = getattr(owner, field, None)
            if isinstance(statements, list):
                yield owner, field, statements


def is_string(node: ast.stmt) -> bool:
    """Whether a statement is nothing but a string: a docstring, or one written like it below an attribute."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def without_docstrings(source: Source) -> Source:
    """The source with the docstrings of the module, its classes and functions dropped; changes the tree it is given."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Module | ast.ClassDef | Function) and node.body and is_string(node.body[0]):
            del node.body[0]
    return source
