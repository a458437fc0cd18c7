"""Faults that can be put into a source: where each stands, of which kind it is, and what stands there instead.

The kinds are places where real changes are made, and each reaches tests in another way: a function's body is only run, a default and a
class attribute are looked up, a constant may be copied by whoever imports it, and import-time code acts on all that comes after it.
"""

from __future__ import annotations

import ast
from collections import deque
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("body", "constant", "default", "class-attribute", "import-time")
#: The kinds below the module, where each reaches tests by a rule of its own; all but ``body`` are in code that runs at import.
#: ``external-attribute``: a class attribute where a base of the class is from outside of the checkout.
FINE_KINDS = ("body", "constant", "default", "class-attribute", "external-attribute", "decorator", "import", "call", "condition")

_RAISE = 'raise RuntimeError("a fault put in by impactgraph audit")'
_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_NEVER_TRUE = frozenset({"TYPE_CHECKING", "__name__"})  # in the conditions of what does not run under tests
_EMPTY = {ast.Tuple: "()", ast.List: "[]", ast.Dict: "{}", ast.Set: "set()"}


class Fault(NamedTuple):
    """`after` in place of the bytes from `start` to `end`; `before` are these, as text; `line` is 1-based.

    `owner`: the qualified name of the class that a class attribute is of.
    """

    kind: str
    line: int
    start: int
    end: int
    before: str
    after: str
    owner: str = ""

    def put_into(self, source: bytes) -> bytes:
        """`source` with the fault."""
        return source[: self.start] + self.after.encode() + source[self.end :]


def faults_of(source: bytes, *, fine: bool = False) -> list[Fault]:
    """All faults that this module knows to put into `source`, by position; none into what this Python can't parse or is no UTF-8.

    `fine`: of FINE_KINDS and not of KINDS, without ``external-attribute``, which no file tells by itself. There are more of them.
    """
    try:
        source.decode("utf-8")
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    if b"\r" in source.replace(b"\r\n", b"") or source.startswith(b"\xef\xbb\xbf"):  # the parser's columns count otherwise
        return []
    finder = _FineFinder(source) if fine else _Finder(source)
    return sorted(set(finder.module(tree)), key=lambda fault: (fault.start, fault.kind, fault.after))


class _Finder:
    def __init__(self, source: bytes) -> None:
        self._source = source
        self._starts = [0]
        for line in source.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def _fault(self, kind: str, node: ast.expr | ast.stmt, after: str, owner: str = "") -> Fault:
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        return Fault(kind, node.lineno, start, end, self._source[start:end].decode(), after, owner)

    def module(self, tree: ast.Module) -> Iterator[Fault]:
        """Faults of a module: of its own statements, and of all that is defined in it."""
        for statement in tree.body:
            yield from self._statement(statement)
        for node, name in _definitions(tree):
            if isinstance(node, _Function):
                yield from self._function(node)
            else:
                for statement in node.body:
                    yield from self._assigned(statement, "class-attribute", name)

    def _statement(self, statement: ast.stmt) -> Iterator[Fault]:
        yield from self._assigned(statement, "constant")
        is_call = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
        if is_call or (isinstance(statement, ast.ImportFrom) and statement.module != "__future__"):
            yield self._fault("import-time", statement, "pass")
        elif isinstance(statement, ast.If) and not _names(statement.test) & _NEVER_TRUE:
            yield self._fault("import-time", statement.test, f"not ({self._text(statement.test)})")
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            yield self._fault("import-time", statement.value, "None")

    def _assigned(self, statement: ast.stmt, kind: str, owner: str = "") -> Iterator[Fault]:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            after = self._other(statement.value)
            if after is not None:
                yield self._fault(kind, statement.value, after, owner)

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


class _FineFinder(_Finder):
    """Faults of FINE_KINDS: beside those of the other kinds, computed values, and imported names, decorators, attributes that are gone."""

    def module(self, tree: ast.Module) -> Iterator[Fault]:
        """As above, and all decorators and attributes that can be gone."""
        yield from super().module(tree)
        for node, name in _definitions(tree):
            for decorator in node.decorator_list:
                yield self._undecorated(decorator)
            if isinstance(node, ast.ClassDef):
                yield from self._without_attributes(node, name)

    def _without_attributes(self, node: ast.ClassDef, name: str) -> Iterator[Fault]:
        """Each of the class's attributes is gone, one at a time."""
        for statement in node.body:
            if isinstance(statement, ast.Assign) or (isinstance(statement, ast.AnnAssign) and statement.value is not None):
                yield self._fault("class-attribute", statement, "pass", name)

    def _undecorated(self, decorator: ast.expr) -> Fault:
        fault = self._fault("decorator", decorator, "")
        start = self._source.rindex(b"@", 0, fault.start)
        return fault._replace(start=start, before=self._source[start : fault.end].decode())

    def _statement(self, statement: ast.stmt) -> Iterator[Fault]:
        yield from self._assigned(statement, "constant")
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield self._fault("call", statement, "pass")
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            yield from self._imports(statement)
        elif isinstance(statement, ast.If) and not _names(statement.test) & _NEVER_TRUE:
            yield self._fault("condition", statement.test, f"not ({self._text(statement.test)})")
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            yield self._fault("call", statement.value, "None")

    def _imports(self, statement: ast.Import | ast.ImportFrom) -> Iterator[Fault]:
        """Each name that is imported is gone, one at a time."""
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            return
        for alias in statement.names:
            rest = [each for each in statement.names if each is not alias]
            yield self._fault("import", statement, ast.unparse(_with_names(statement, rest)) if rest else "pass")

    def _other(self, value: ast.expr) -> str | None:
        """As above; None in place of what is computed without a call, which is of another kind."""
        after = super()._other(value)
        is_computed = not isinstance(value, ast.Constant | ast.Call | ast.Tuple | ast.List | ast.Dict | ast.Set)
        return "None" if after is None and is_computed else after


def _with_names(statement: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> ast.stmt:
    if isinstance(statement, ast.Import):
        return ast.Import(names)
    return ast.ImportFrom(statement.module, names, statement.level)


def _definitions(tree: ast.Module) -> Iterator[tuple[_Function | ast.ClassDef, str]]:
    """All functions and classes, those outside before those inside, with their qualified names."""
    waiting: deque[tuple[ast.AST, str]] = deque([(tree, "")])
    while waiting:
        node, prefix = waiting.popleft()
        for child in ast.iter_child_nodes(node):
            inner = prefix
            if isinstance(child, _Function | ast.ClassDef):
                yield child, prefix + child.name
                inner = f"{prefix}{child.name}." if isinstance(child, ast.ClassDef) else f"{prefix}{child.name}.<locals>."
            waiting.append((child, inner))


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
