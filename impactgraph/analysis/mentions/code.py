"""Expressions, and code that runs when a function is entered: which names it uses."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.mentions.purity import called
from impactgraph.analysis.mentions.scopes import Scope, below, imported, parameters
from impactgraph.analysis.mentions.values import ClassFacts, Mention, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Found = Iterable[tuple[ast.AST, str]]

# A dotted name, or an entry point's "module:name"; longer texts are prose.
NAMES = re.compile(r"[^\W\d]\w*(?:[.:][^\W\d]\w*){0,9}")
_LOOKS_THROUGH = frozenset({"globals", "locals", "vars", "dir"})
# Calls that get at an attribute by its name, and which of their arguments the name is.
_PROBES = {"getattr": 1, "setattr": 1, "hasattr": 1, "delattr": 1, "attrgetter": 0, "methodcaller": 0, "__getattribute__": 0, "object": 1}
_SETTERS = frozenset({"setattr", "__setattr__"})
_BASE = "base"  # the role of what stands before a dot


class Around(NamedTuple):
    """Where an expression stands: its places, what names mean there, and how qualified names of functions in it begin."""

    places: list[int]
    scope: Scope
    prefix: str


class Code:
    """Gathers what the code of one file names."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.is_postponed = False
        self.places: dict[Place, int] = {}
        self.by_name: dict[str, dict[Mention, None]] = {}
        self.namespaces: dict[int, None] = {}
        self.probes: dict[tuple[int, bool, str, str], None] = {}
        self.imports: dict[str, tuple[str, str]] = {}
        self.classes: dict[str, ClassFacts] = {}
        self.strings: list[tuple[str, list[int]]] = []
        self._visits: dict[type[ast.AST], Callable[[Any, str, Around], Found]] = {
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Assign: self._assigned,
            ast.Dict: self._dict,
            ast.Constant: self._string,
            ast.Import: self._local_import,
            ast.ImportFrom: self._local_import,
            ast.AnnAssign: self._annotated,
            ast.FunctionDef: self._inner_function,
            ast.AsyncFunctionDef: self._inner_function,
            ast.ClassDef: self._inner_class,
            ast.Lambda: self._lambda,
        }

    def place(self, kind: str, name: str) -> int:
        """The number of a place."""
        return self.places.setdefault(Place(kind, name), len(self.places))

    def note(self, name: str, places: Iterable[int], form: str, base: str) -> None:
        """Note a mention of `name` at each of `places`."""
        found = self.by_name.setdefault(name, {})
        for place in places:
            found[Mention(place, form, base)] = None

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, outer: Scope) -> None:
        """Go through what runs when the function is entered."""
        place = self.place("function", name)
        scope = outer.inner(node, self.directory)
        for parameter in parameters(node):
            self.note(parameter, [place], "parameter", "")
        self.expressions(node.body, Around([place], scope, f"{name}.<locals>."))

    def expressions(self, nodes: Iterable[ast.AST], around: Around) -> None:
        """Note all names below `nodes`; functions found on the way are places of their own."""
        pending: list[tuple[ast.AST, str]] = [(node, "value") for node in nodes]
        while pending:
            node, role = pending.pop()
            visit = self._visits.get(type(node))
            pending += ((child, "value") for child in ast.iter_child_nodes(node)) if visit is None else visit(node, role, around)

    def _name(self, node: ast.Name, role: str, around: Around) -> Found:
        scope = around.scope
        if node.id in scope.local or (isinstance(node.ctx, ast.Store) and "<locals>" not in around.prefix):
            return ()
        target = scope.imports.get(node.id)
        if target is None or self.imports.get(node.id) == target:
            self.note(node.id, around.places, "name", "")
        if target is not None and role != _BASE:
            whole = below(*target)
            self.note(re.split(r"[.:]", whole)[-1], around.places, role, whole)
        return ()

    def _attribute(self, node: ast.Attribute, role: str, around: Around) -> Found:
        base = _base(node.value, around.scope)
        self.note(node.attr, around.places, "attribute", base)
        if node.attr == "__dict__":
            self._probe(around, node.value, "", "")
        if base and role != _BASE:
            self.note(node.attr, around.places, role, below(base, node.attr))
        return ((node.value, _BASE),)

    def _call(self, node: ast.Call, _: str, around: Around) -> Found:
        name = called(node.func).rpartition(".")[2]
        if name in _LOOKS_THROUGH and not node.args:
            self.namespaces.update(dict.fromkeys(around.places))
        elif name in _LOOKS_THROUGH or name == "getmembers":
            self._probe(around, node.args[0] if node.args else node, "", "")
        elif name in _PROBES:
            for asked in node.args[_PROBES[name] : _PROBES[name] + 1]:
                # A name that comes in a variable stands as a string where it comes from.
                if not isinstance(asked, ast.Constant) and (_is_own(node.args[0]) or not isinstance(asked, ast.Name | ast.Attribute)):
                    self._probe(around, node.args[0], *affixes(asked))
        given = [each for each in node.args if not (name in _SETTERS and _text(each) == "__doc__")]
        return [(node.func, "value"), *((each, "given") for each in (*given, *(_uncopied(word.arg, word.value) for word in node.keywords)))]

    def _assigned(self, node: ast.Assign, _: str, __: Around) -> Found:
        names = {target.attr if isinstance(target, ast.Attribute) else None for target in node.targets}
        value = _uncopied(names.pop(), node.value) if len(names) == 1 else node.value
        return [(each, "value") for each in (*node.targets, value)]

    def _dict(self, node: ast.Dict, _: str, __: Around) -> Found:
        values = [_uncopied(_text(key) if key else None, value) for key, value in zip(node.keys, node.values, strict=True)]
        return [(each, "value") for each in (*node.keys, *values) if each and _text(each) != "__doc__"]

    def _probe(self, around: Around, of: ast.expr, prefix: str, suffix: str) -> None:
        self.probes.update(dict.fromkeys((place, _is_own(of), prefix, suffix) for place in around.places))

    def _string(self, node: ast.Constant, _: str, around: Around) -> Found:
        value = node.value
        if isinstance(value, str):
            self.strings.append((value, around.places))
            if NAMES.fullmatch(value):
                parts = re.split(r"([.:])", value)
                for end in range(0, len(parts), 2):
                    self.note(parts[end], around.places, "string", "".join(parts[: max(end - 1, 0)]).replace(":", "."))
        return ()

    def _local_import(self, node: ast.Import | ast.ImportFrom, _: str, around: Around) -> Found:
        self.local_import(node, around.places)
        return ()

    def local_import(self, node: ast.Import | ast.ImportFrom, places: list[int]) -> None:
        """Note what an import statement asks for, where it is none of the module's own."""
        for name, (module, original) in imported(node, self.directory):
            self.note(original or name, places, "import", module)
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.note(alias.name.rpartition(".")[2], places, "value", alias.name)

    def _annotated(self, node: ast.AnnAssign, _: str, around: Around) -> Found:
        """In functions, and where annotations are postponed, what a variable is annotated with is not evaluated."""
        parts = [node.target, node.value]
        if not self.is_postponed and "<locals>" not in around.prefix:
            parts.append(node.annotation)
        return [(each, "value") for each in parts if each]

    def _inner_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, _: str, around: Around) -> Found:
        self.function(node, around.prefix + node.name, around.scope)
        return [(each, "value") for each in heads(node)]

    def _inner_class(self, node: ast.ClassDef, _: str, around: Around) -> Found:
        name = around.prefix + node.name
        self.classes[name] = facts(node)
        self.expressions(node.body, around._replace(prefix=f"{name}."))
        return [(each, "value") for each in (*node.bases, *node.keywords, *node.decorator_list)]

    def _lambda(self, node: ast.Lambda, _: str, around: Around) -> Found:
        """What a lambda does is done by whoever has it, or, where no function made it, by whoever runs such code of the module."""
        name = f"{around.prefix}<lambda>"
        own = around.places if "<locals>" in around.prefix else [*around.places, self.place("function", name)]
        self.expressions([node.body], Around(own, around.scope.inner(node, self.directory), f"{name}.<locals>."))
        return [(each, "value") for each in (*node.args.defaults, *(each for each in node.args.kw_defaults if each))]


def heads(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """What runs when a function is defined, annotations apart."""
    yield from node.decorator_list
    yield from node.args.defaults
    yield from (each for each in node.args.kw_defaults if each)


def facts(node: ast.ClassDef) -> ClassFacts:
    """What the head of a class says."""
    bases = tuple(called(each.value if isinstance(each, ast.Subscript) else each) for each in node.bases)
    return ClassFacts(bases, bool(node.decorator_list or node.keywords))


def _uncopied(name: str | None, value: ast.expr) -> ast.expr:
    """`value`; where a docstring is only handed on as the docstring of something else, what it is the docstring of."""
    if name == "__doc__" and isinstance(value, ast.Attribute) and value.attr == name:
        return value.value
    return value


def _is_own(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


def affixes(node: ast.expr) -> tuple[str, str]:
    """What is known of the beginning and the end of a computed name: of ``f"visit_{kind}"``, "visit_" and ""."""
    if isinstance(node, ast.JoinedStr) and node.values:
        return _text(node.values[0]), _text(node.values[-1])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return affixes(node.left)[0], affixes(node.right)[1]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _text(node.left).partition("%")[0], ""
    return _text(node), _text(node)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _base(node: ast.expr, scope: Scope) -> str:
    """The module reference of what stands before a dot, "" where it is something else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id in scope.local or node.id not in scope.imports:
        return ""
    return below(below(*scope.imports[node.id]), ".".join(reversed(names)))
