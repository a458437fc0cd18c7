"""The pieces that a source falls into: what one unit of change can be."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.units.source import Function, Source, blocks, header, hollow_dump, is_string, segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MODULE = "<module>"
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
_TARGETS = (ast.Name, ast.Tuple, ast.List, ast.Starred, ast.expr_context)
_Part = tuple[str, str, str, int]  # name, kind, content, line


class Statement(NamedTuple):
    """A module- or class-level statement: `scope` is the class around it ("" for none), `guard` the dumps of what it stands under."""

    scope: str
    guard: str
    node: ast.stmt
    text: tuple[int, int | None, str]
    is_docstring: bool
    is_for_types: bool


class Piece(NamedTuple):
    """`name` and `kind` as in `Unit`; pieces of one name and kind are the same if their `content` is."""

    scope: str
    name: str
    kind: str
    content: str
    line: int


def statements(source: Source, types_only: Sequence[ast.stmt]) -> list[Statement]:
    """The statements of all modules' and classes' levels in their order; `types_only` are the guards below which nothing runs."""
    return list(_flatten(source, source.tree.body, "", "", tuple(types_only), for_types=False))


def _flatten(  # noqa: PLR0913 (the context of one place in a file)
    source: Source, body: Sequence[ast.stmt], scope: str, guard: str, types_only: tuple[ast.stmt, ...], *, for_types: bool
) -> Iterator[Statement]:
    for position, node in enumerate(body):
        is_docstring = position == 0 and not guard and is_string(node)
        yield Statement(scope, guard, node, segment(source, node), is_docstring, for_types)
        if isinstance(node, ast.ClassDef):
            yield from _flatten(source, node.body, f"{scope}{node.name}.", "", types_only, for_types=for_types)
        elif isinstance(node, COMPOUND):
            opening = f"{guard}{header(node)} "
            for number, (_, field, below) in enumerate(blocks(node)):
                only = for_types or (field == "body" and node in types_only)
                yield from _flatten(source, below, scope, f"{opening}{number} ", types_only, for_types=only)


def pieces(statement: Statement) -> Iterator[Piece]:
    """The pieces of one statement, those of a class's or guard's inside not among them (they are statements of their own)."""
    for name, kind, content, line in _parts(statement):
        yield Piece(statement.scope, name, "type-checking" if statement.is_for_types else kind, content, line)


def _parts(statement: Statement) -> Iterator[_Part]:
    scope, guard, node = statement[:3]
    if isinstance(node, Function):
        yield from _function(node, scope + node.name, guard)
    elif isinstance(node, ast.ClassDef):
        yield from _class(node, scope + node.name, guard)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from _import(node, scope, guard)
    elif isinstance(node, ASSIGNMENTS) or type(node).__name__ == "TypeAlias":
        yield from _binding(node, scope, guard)
    elif isinstance(node, COMPOUND):
        kind = "guard" if isinstance(node, ast.If | ast.Try | ast.TryStar) else "effect"
        yield scope + type(node).__name__.lower(), kind, guard + header(node), node.lineno
    elif not isinstance(node, ast.Pass):
        written = "docstring" if statement.is_docstring else "string"
        yield scope.rstrip(".") or MODULE, written if is_string(node) else "effect", guard + ast.dump(node), node.lineno


def _import(node: ast.Import | ast.ImportFrom, scope: str, guard: str) -> Iterator[_Part]:
    origin = "" if isinstance(node, ast.Import) else f"{'.' * node.level}{node.module or ''}"
    for alias in node.names:
        # A future import changes how every statement of the file is read.
        name, kind = (origin, "effect") if origin == "__future__" else (scope + (alias.asname or alias.name), "import")
        yield name, kind, f"{guard}{origin} {ast.dump(alias)}", node.lineno


def _binding(node: ast.stmt, scope: str, guard: str) -> Iterator[_Part]:
    content = guard + ast.dump(node)
    named: list[ast.expr] = getattr(node, "targets", None) or [getattr(node, "target", None) or getattr(node, "name")]  # noqa: B009 (a type alias of 3.12)
    targets = [each for target in named for each in ast.walk(target)]
    names = [each.id for each in targets if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
    for name in dict.fromkeys(names):
        yield scope + name, "all" if name == "__all__" and not scope else "binding", content, node.lineno
    if not all(isinstance(each, _TARGETS) for each in targets):
        yield scope.rstrip(".") or MODULE, "effect", content, node.lineno  # it also sets an attribute or item of something


def _class(node: ast.ClassDef, name: str, guard: str) -> Iterator[_Part]:
    parameters = getattr(node, "type_params", [])
    yield name, "class", guard + _dumps(node.bases, node.keywords, parameters), node.lineno
    if node.decorator_list:
        yield name, "decorator", _dumps(node.decorator_list), node.lineno


def _function(node: Function, name: str, guard: str) -> Iterator[_Part]:
    arguments = _arguments(node.args)
    names = " ".join(f"{kind}:{each.arg}" for kind, each in arguments)
    start = f"{guard}{type(node).__name__} {_yields(node.body)} {names} "
    yield name, "signature", start + _dumps(getattr(node, "type_params", [])), node.lineno
    if node.decorator_list:
        yield name, "decorator", _dumps(node.decorator_list), node.lineno
    if defaults := _dumps(node.args.defaults, [each for each in node.args.kw_defaults if each]):
        missing = [each is None for each in node.args.kw_defaults]
        yield name, "default", f"{len(node.args.defaults)} {missing} {defaults}", node.lineno
    annotations = [(each.arg, ast.dump(each.annotation)) for _, each in arguments if each.annotation]
    if annotations or node.returns:
        yield name, "annotation", f"{annotations} {node.returns and ast.dump(node.returns)}", node.lineno
    yield from _body(node, name)


def _arguments(node: ast.arguments) -> list[tuple[str, ast.arg]]:
    lists: dict[str, Sequence[ast.arg | None]] = {
        "/": node.posonlyargs,
        "": node.args,
        "*": [node.vararg],
        "k": node.kwonlyargs,
        "**": [node.kwarg],
    }
    return [(kind, each) for kind, group in lists.items() for each in group if each]


def _body(node: Function, name: str) -> Iterator[_Part]:
    """The body without what runs later: functions in it have units of their own, of which the body holds all but the body."""
    has_docstring = bool(node.body) and is_string(node.body[0])
    if has_docstring:
        yield name, "docstring", ast.dump(node.body[0]), node.body[0].lineno
    inner = list(_nested(node.body, f"{name}.<locals>."))
    content = hollow_dump(node.body[has_docstring:], [each for _, each in inner])
    kinds = [_yields(each.body) for _, each in inner]
    yield name, "function-body", f"{kinds} {content}", node.lineno
    for inner_name, each in inner:
        yield from _body(each, inner_name)


def _nested(body: Sequence[ast.stmt], prefix: str) -> Iterator[tuple[str, Function]]:
    """The functions that a body defines, also in classes, with their qualified names; not what those define in turn."""
    for node in body:
        if isinstance(node, Function):
            yield prefix + node.name, node
            continue
        inner = f"{prefix}{node.name}." if isinstance(node, ast.ClassDef) else prefix
        for _, _, below in blocks(node):
            yield from _nested(below, inner)


def _yields(body: Sequence[ast.stmt]) -> bool:
    """Whether a function with this body is a generator."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(node))
    return False


def _dumps(*groups: Sequence[ast.AST]) -> str:
    return "\n".join(ast.dump(node) for group in groups for node in group)
