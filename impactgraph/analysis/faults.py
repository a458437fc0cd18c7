"""Faults that can be put into a source: where each stands, of which kind it is, and what stands there instead.

The kinds are places where real changes are made, and each reaches tests in another way: a function's body is only run, a default and a
class attribute are looked up, a constant may be copied by whoever imports it, and import-time code acts on all that comes after it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("body", "constant", "default", "class-attribute", "import-time")

_RAISE = 'raise RuntimeError("a fault put in by impactgraph audit")'
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_NEVER_TRUE = frozenset({"TYPE_CHECKING", "__name__"})  # in the conditions of what does not run under tests
_EMPTY = {ast.Tuple: "()", ast.List: "[]", ast.Dict: "{}", ast.Set: "set()"}


class Fault(NamedTuple):
    """`after` in place of the bytes from `start` to `end`; `before` are these, as text; `line` is 1-based."""

    kind: str
    line: int
    start: int
    end: int
    before: str
    after: str

    def put_into(self, source: bytes) -> bytes:
        """`source` with the fault."""
        return source[: self.start] + self.after.encode() + source[self.end :]


def faults_of(source: bytes) -> list[Fault]:
    """All faults that this module knows to put into `source`, by position; none into what this Python can't parse or is no UTF-8."""
    try:
        source.decode("utf-8")
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    if b"\r" in source.replace(b"\r\n", b"") or source.startswith(b"\xef\xbb\xbf"):  # the parser's columns count otherwise
        return []
    return sorted(set(_Finder(source).module(tree)), key=lambda fault: (fault.start, fault.kind, fault.after))


class _Finder:
    def __init__(self, source: bytes) -> None:
        self._source = source
        self._starts = [0]
        for line in source.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def _fault(self, kind: str, node: ast.expr | ast.stmt, after: str) -> Fault:
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        return Fault(kind, node.lineno, start, end, self._source[start:end].decode(), after)

    def module(self, tree: ast.Module) -> Iterator[Fault]:
        """Faults of a module: of its own statements, and of all that is defined in it."""
        for statement in tree.body:
            yield from self._statement(statement)
        for node in ast.walk(tree):
            if isinstance(node, _Function):
                yield from self._function(node)
            elif isinstance(node, ast.ClassDef):
                for statement in node.body:
                    yield from self._assigned(statement, "class-attribute")

    def _statement(self, statement: ast.stmt) -> Iterator[Fault]:
        yield from self._assigned(statement, "constant")
        is_call = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
        if is_call or (isinstance(statement, ast.ImportFrom) and statement.module != "__future__"):
            yield self._fault("import-time", statement, "pass")
        elif isinstance(statement, ast.If) and not _names(statement.test) & _NEVER_TRUE:
            yield self._fault("import-time", statement.test, f"not ({self._text(statement.test)})")
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            yield self._fault("import-time", statement.value, "None")

    def _assigned(self, statement: ast.stmt, kind: str) -> Iterator[Fault]:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            after = self._other(statement.value)
            if after is not None:
                yield self._fault(kind, statement.value, after)

    def _function(self, function: _Function) -> Iterator[Fault]:
        arguments = function.args
        for default in (*arguments.defaults, *arguments.kw_defaults):
            after = self._other(default) if default is not None else None
            if default is not None and after is not None:
                yield self._fault("default", default, after)
        first = function.body[1 if len(function.body) > 1 and _is_docstring(function.body[0]) else 0]
        if not isinstance(first, _Function | ast.ClassDef) and not _is_docstring(first) and not _is_stub(first):
            yield self._fault("body", first, _RAISE)
        for node in _own_nodes(function):
            if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
                yield self._fault("body", node.value, "None")
            elif isinstance(node, ast.If):
                yield self._fault("body", node.test, f"not ({self._text(node.test)})")

    def _other(self, value: ast.expr) -> str | None:
        """Another value in place of one that is written out; None where `value` is computed, or nothing to change."""
        if isinstance(value, ast.Constant):
            return _other_constant(value.value)
        empty = _EMPTY.get(type(value))
        return empty if empty is not None and self._text(value) not in {"()", "[]", "{}"} else None

    def _text(self, node: ast.expr) -> str:
        return self._fault("", node, "").before


def _other_constant(value: object) -> str | None:
    if isinstance(value, bool):
        return repr(not value)
    if isinstance(value, int | float):
        return repr(value + 1) if value + 1 != value else None
    if isinstance(value, str):
        return repr(value + "x") if value.isprintable() else None
    if isinstance(value, bytes):
        return repr(value + b"x")
    return "0" if value is None else None


def _own_nodes(function: _Function) -> Iterator[ast.AST]:
    """The nodes of a body without those of the functions and classes in it, which are found by themselves."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _Function | ast.ClassDef | ast.Lambda):
            continue
        yield node
        waiting += ast.iter_child_nodes(node)


def _names(expression: ast.expr) -> set[str]:
    nodes = list(ast.walk(expression))
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)


def _is_stub(statement: ast.stmt) -> bool:
    """Whether a body of this statement says that there is none."""
    is_ellipsis = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and statement.value.value is ...
    return is_ellipsis or isinstance(statement, ast.Raise)
