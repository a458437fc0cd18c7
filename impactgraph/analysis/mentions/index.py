"""One file, gone through once: which place mentions which name."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from impactgraph.analysis.mentions.code import NAMES, Around, Code, facts, heads
from impactgraph.analysis.mentions.purity import called, has_impure_call, is_pure_decorator
from impactgraph.analysis.mentions.scopes import Scope, below, imported, reference
from impactgraph.analysis.mentions.values import Mentions
from impactgraph.analysis.units import source as sources
from impactgraph.analysis.units.pieces import ASSIGNMENTS, COMPOUND
from impactgraph.analysis.units.tokens import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WORD = re.compile(r"[^\W\d]\w*")
_IMPORTERS = frozenset({"import_module", "__import__", "symbol_by_name", "import_string", "walk_packages", "iter_modules", "load_module"})
_RUN_TEXT = frozenset({"exec", "eval", "compile", "run_path", "Timer", "timeit"})
_PROMPT = ">>> "


def index(path: str, content: bytes) -> Mentions:
    """The names in the Python file at `path`; where this Python can't read it, its words."""
    text = read_text(content)
    parsed = sources.parse(text.text) if text else None
    try:
        if parsed is not None:
            return _File(path).of(parsed.tree)
    except RecursionError:  # nested deeper than this goes
        pass
    words = frozenset(_WORD.findall(text.text if text else content.decode("latin-1")))
    return Mentions(words=words, has_effects=True, is_dynamic=True, opaque=True)


class _File(Code):
    """Gathers the mentions of one file."""

    def __init__(self, path: str) -> None:
        super().__init__(path.rpartition("/")[0])
        self._bound: set[str] = set()
        self._stars: list[str] = []
        self._decorators: dict[str, tuple[str, ...]] = {}
        self._impure: set[str] = set()
        self._modules: set[str] = set()
        self._loaded: set[str] = set()
        self._acts: list[str] = []
        self._has_effects = False
        self._scope = Scope(frozenset(), self.imports)

    def of(self, tree: ast.Module) -> Mentions:
        """The mentions of a whole file."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._modules.update(_references(node, self.directory))
            elif isinstance(node, ast.Expr) and sources.is_string(node):
                self._examples(node.value.value)  # type: ignore[attr-defined] # a string
        self._find_bindings(tree.body)
        self.is_postponed = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body if _postpones(node))
        self._body(tree.body, "", ())
        names = self.by_name.keys()
        for text, places in self.strings if not _RUN_TEXT.isdisjoint(names) else ():
            for word in _WORD.findall(text) if _is_code(text) else ():
                self.note(word, places, "string", "")
        is_dynamic = "__getattr__" in self._bound or not _IMPORTERS.isdisjoint(names)
        return Mentions(
            places=tuple(self.places),
            by_name={name: tuple((each.place, each.form, each.base) for each in found) for name, found in self.by_name.items()},
            namespaces=tuple(self.namespaces),
            probes=tuple(self.probes),
            bound=frozenset(self._bound),
            imports=self.imports,
            stars=tuple(self._stars),
            classes=self.classes,
            decorators=self._decorators,
            impure=frozenset(self._impure),
            loaded=frozenset(self._loaded),
            modules=frozenset(self._modules | self._named_modules(is_dynamic=is_dynamic)),
            acts=tuple(self._acts),
            words=frozenset(
                {part for name in (*self._modules, *self._decorators, *self.classes) for part in re.split(r"[.:@/]", name)}
                | names
                | self._bound
            ),
            has_effects=self._has_effects,
            is_dynamic=is_dynamic,
            is_postponed=self.is_postponed,
        )

    def _examples(self, docstring: str) -> None:
        for word in _WORD.findall(docstring) if _PROMPT in docstring else ():
            self.note(word, [self.place("doctest", "")], "string", "")

    def _named_modules(self, *, is_dynamic: bool) -> set[str]:
        """Strings that may name a module; one word may be anything, unless the file imports by name."""
        found = {text.partition(":")[0] for text, _ in self.strings if NAMES.fullmatch(text) and (is_dynamic or "." in text or ":" in text)}
        return found | {text.rpartition(".")[0] for text in found if "." in text}

    def _find_bindings(self, body: Sequence[ast.stmt]) -> None:
        for node in body:
            self._bound.update(_bound_by(node))
            self.imports.update(imported(node, self.directory))
            self._bound.update(name for name, _ in imported(node, self.directory))
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._loaded.update(_references(node, self.directory))
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                self._stars.append(reference(node, self.directory))
            if isinstance(node, COMPOUND):
                for _, _, below_it in sources.blocks(node):
                    self._find_bindings(below_it)

    # Statements of a module's or class's level; `scope` is "" or "C.", `flows` the places that what stands around them flows to.

    def _body(self, body: Iterable[ast.stmt], scope: str, flows: tuple[int, ...]) -> None:
        for node in body:
            self._statement(node, scope, flows)

    def _statement(self, node: ast.stmt, scope: str, flows: tuple[int, ...]) -> None:
        if isinstance(node, sources.Function):
            self._function(node, scope)
        elif isinstance(node, ast.ClassDef):
            self._class(node, scope, flows)
        elif isinstance(node, ASSIGNMENTS) or type(node).__name__ == "TypeAlias":
            self._assignment(node, scope)
        elif isinstance(node, COMPOUND):
            self._compound(node, scope, flows)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            if scope:
                self.local_import(node, [self.place("class", scope.rstrip("."))])
        elif not isinstance(node, ast.Pass | ast.Global) and not sources.is_string(node):
            self._effect([node], scope)

    def _go_through(self, nodes: Iterable[ast.AST], places: list[int], scope: str) -> None:
        self.expressions(nodes, Around(places, self._scope, scope))

    def _effect(self, nodes: Iterable[ast.AST], scope: str) -> None:
        nodes = list(nodes)
        places = [self.place("class", scope.rstrip("."))] if scope else []
        self._has_effects = True
        self._acts.append("; ".join(map(ast.dump, nodes)))
        self._go_through(nodes, [*places, self.place("effect", "")], scope)

    def _assignment(self, node: ast.stmt, scope: str) -> None:
        named = getattr(node, "targets", None) or [getattr(node, "target", None) or getattr(node, "name", None)]
        names = [each.id for target in named for each in ast.walk(target) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
        others = [target for target in named for each in ast.walk(target) if isinstance(each, ast.Attribute | ast.Subscript)]
        if others:
            self._effect([node], scope)
        places = self._flow(scope, names)
        if has_impure_call(node):
            self._impure.update(scope + name for name in names)
            self._acts.append(" ".join(scope + name for name in names))
            self._has_effects = True
            places = [*places, self.place("effect", "")]
        self._go_through([node], places, scope)

    def _flow(self, scope: str, names: Iterable[str]) -> list[int]:
        """The places that the values of `names` in `scope` belong to."""
        if scope:
            return [self.place("class", scope.rstrip("."))]
        return [self.place("all" if name == "__all__" else "binding", name) for name in names]

    def _compound(self, node: ast.stmt, scope: str, flows: tuple[int, ...]) -> None:
        """What stands in the head of an `if` or `try` decides on all that is bound below."""
        blocks = [below_it for _, _, below_it in sources.blocks(node)]
        names = sorted({name for block in blocks for name in _deep_names(block)})
        inner = (*flows, *self._flow(scope, names))
        head = [child for child in _children(node) if not isinstance(child, ast.stmt)]
        if any(map(has_impure_call, head)) or not isinstance(node, ast.If | ast.Try | ast.TryStar):
            self._effect(head, scope)
        if any(_does_something(statement) for block in blocks for statement in block):
            inner = (*inner, self.place("effect", ""))
        self._go_through(head, list(inner), scope)
        for block in blocks:
            self._body(block, scope, inner)

    def _class(self, node: ast.ClassDef, scope: str, flows: tuple[int, ...]) -> None:
        name = scope + node.name
        decorators = tuple(called(each) for each in node.decorator_list)
        self.classes[name] = facts(node)
        self._decorators[name] = decorators
        place = self.place("class", name)
        if not all(map(is_pure_decorator, decorators)):
            self._acts.append(name)
            self._has_effects = True
        self._go_through([*node.bases, *node.keywords, *node.decorator_list], [place], scope)
        self._body(node.body, f"{name}.", (*flows, place))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: str) -> None:
        name = scope + node.name
        self._decorators[name] = tuple(called(each) for each in node.decorator_list)
        header = [self.place("header", name)]
        if not all(map(is_pure_decorator, self._decorators[name])):
            self._acts.append(name)
        self._go_through(heads(node), header, scope)
        annotations = [each.annotation for each in ast.walk(node.args) if isinstance(each, ast.arg) and each.annotation]
        kind = "postponed" if self.is_postponed else "annotation"
        self._go_through([*annotations, *([node.returns] if node.returns else [])], [self.place(kind, name)], scope)
        self.function(node, name, self._scope)


def _postpones(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and any(alias.name == "annotations" for alias in node.names)


def _is_code(text: str) -> bool:
    """Whether a string can be run: prose hardly ever can."""
    return any(sign in text for sign in "(.=\n") and sources.parse(text) is not None


def _children(node: ast.stmt) -> Iterator[ast.AST]:
    """What stands directly below `node` and below the handlers and cases that it has."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from ast.iter_child_nodes(child)
        else:
            yield child


def _bound_by(node: ast.stmt) -> Iterator[str]:
    """Names that one statement binds at its own level, imports apart."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    heads: list[ast.AST] = [child for child in _children(node) if not isinstance(child, ast.stmt)]
    for each in (found for head in heads for found in ast.walk(head)):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id


def _deep_names(block: Iterable[ast.stmt]) -> Iterator[str]:
    for node in block:
        yield from _bound_by(node)
        if isinstance(node, COMPOUND):
            for _, _, below_it in sources.blocks(node):
                yield from _deep_names(below_it)
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def _does_something(node: ast.stmt) -> bool:
    """Whether a statement at a module's level has an effect beside the names that it binds; compound ones are looked at by themselves."""
    plain = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, *ASSIGNMENTS, ast.Import, ast.ImportFrom, ast.Pass, *COMPOUND)
    return not isinstance(node, plain) and not sources.is_string(node)


def _references(node: ast.Import | ast.ImportFrom, directory: str) -> Iterator[str]:
    """All that an import statement may import."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    module = reference(node, directory)
    yield module
    yield from (below(module, alias.name) for alias in node.names if alias.name != "*")
