"""What an expression is worth without running it: texts and paths made of constants, `__file__` and `__name__`.

A value is a str in which three characters stand for what the text does not say: `UNKNOWN` for any text, `TOP` for the directory of
the checkout, and `OWN` around the directory of a package of the checkout, whose import name nobody knows yet.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import product

UNKNOWN = "\x00"
TOP = "\x01"
OWN = "\x02"

_OS_CONSTANTS = {"pardir": "..", "curdir": ".", "sep": "/"}
_MOST_VALUES = 8
_DEEPEST = 40
_PERCENT = re.compile(r"%(?:\(\w*\))?[-+ #0-9.*]*[a-zA-Z]")
_BRACES = re.compile(r"\{[^{}]*\}")
_GLOB = re.compile(r"[*?\[]")

Values = tuple[str, ...]
_NOTHING: Values = (UNKNOWN,)
#: The nodes that say what a name is worth.
BINDING = (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension, ast.arguments)


def own(directory: str) -> str:
    """The value of a package's import name."""
    return f"{OWN}{directory}{OWN}"


def parent(value: str) -> str:
    """`os.path.dirname` and `.parent` of a value; above the checkout there is only "/", which is outside."""
    if value in (TOP, UNKNOWN):
        return "/" if value == TOP else UNKNOWN
    return posixpath.dirname(value)


def joined(first: str, second: str) -> str:
    """`os.path.join` of two values."""
    if second.startswith(TOP) or not first:
        return second
    return posixpath.join(first, second)


def normal(value: str) -> str:
    """`os.path.abspath` of a value, with the checkout as the working directory."""
    full = value if value.startswith(TOP) else joined(TOP, value)
    if UNKNOWN in value or not full.startswith(TOP):
        return full
    path = posixpath.normpath(full[1:].lstrip("/") or ".")
    return TOP if path == "." else f"{TOP}/{path}"


def top_path(value: str) -> str | None:
    """The path from the checkout's top that a value spells ('' for the top), a directory with "/" where it varies; None outside."""
    if not value.startswith(TOP):
        return None
    rest = value[1:].lstrip("/")
    varying = min((i for i in (rest.find(UNKNOWN), _glob_start(rest)) if i >= 0), default=-1)
    if varying >= 0:
        rest = rest[: rest.rfind("/", 0, varying) + 1]
    path = posixpath.normpath(rest) if rest else "."
    if path == ".." or path.startswith(("../", "/")):
        return None
    path = "" if path == "." else path
    return f"{path}/" if varying >= 0 and path else path


def _glob_start(text: str) -> int:
    match = _GLOB.search(text)
    return match.start() if match else -1


class Evaluator:
    """Values of the expressions of one file; a name is worth whatever is assigned to it anywhere in the file."""

    def __init__(self, path: str, nodes: Iterable[ast.AST]) -> None:
        self.path = path
        self.directory = posixpath.dirname(path)
        # What is assigned to a name, in order; None, once, for what can be anything: generated code has names with thousands of them.
        self._names: dict[str, dict[ast.expr | None, None]] = {}
        self._known: dict[int, Values] = {}
        for node in nodes:
            self._learn(node)

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            self._bind(node.target, node.value)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            for element in elements(node.iter):
                self._bind(node.target, element)
        elif isinstance(node, ast.arguments):
            self._learn_parameters(node)

    def _learn_parameters(self, node: ast.arguments) -> None:
        """A parameter is worth its default or anything."""
        positional = [*node.posonlyargs, *node.args]
        defaults = [*([None] * (len(positional) - len(node.defaults))), *node.defaults, *node.kw_defaults]
        for parameter, default in zip([*positional, *node.kwonlyargs], defaults, strict=True):
            self._names.setdefault(parameter.arg, {}).update(dict.fromkeys((default, None)))

    def _bind(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts) else None
            for position, part in enumerate(target.elts):
                self._bind(part, parts[position] if parts else None)
        elif isinstance(target, ast.Name):
            self._names.setdefault(target.id, {})[value] = None
        elif isinstance(target, ast.Attribute):
            self._names.setdefault(target.attr, {})[value] = None

    def assigned(self, name: str) -> list[ast.expr]:
        """The expressions assigned to a name."""
        return [value for value in self._names.get(name, ()) if value is not None]

    def values(self, node: ast.expr, depth: int = 0) -> Values:
        """All that `node` can be worth as far as the file says; never empty."""
        known = self._known.get(id(node))
        if known is not None:
            return known
        if depth > _DEEPEST:
            return _NOTHING
        self._known[id(node)] = _NOTHING  # what a value says of itself
        found = tuple(dict.fromkeys(self._worth(node, depth + 1)))[:_MOST_VALUES] or _NOTHING
        self._known[id(node)] = found
        return found

    def _worth(self, node: ast.expr, depth: int) -> Iterable[str]:
        match node:
            case ast.Constant():
                return (node.value,) if isinstance(node.value, str) else _NOTHING
            case ast.Name():
                return self._name(node, depth)
            case ast.Attribute():
                return self._attribute(node, depth)
            case ast.Subscript():
                return self._subscript(node, depth)
        return self._composed(node, depth)

    def _composed(self, node: ast.expr, depth: int) -> Iterable[str]:
        match node:
            case ast.BinOp():
                return self._operation(node, depth)
            case ast.JoinedStr():
                return self._formatted(node, depth)
            case ast.IfExp():
                return (*self.values(node.body, depth), *self.values(node.orelse, depth))
            case ast.BoolOp():
                return (value for part in node.values for value in self.values(part, depth))
            case ast.Call():
                return self._call(node, depth)
        return _NOTHING

    def _name(self, node: ast.Name, depth: int) -> Iterable[str]:
        if node.id == "__file__":
            return (f"{TOP}/{self.path}",)
        if node.id == "__package__":
            return (own(self.directory),)
        if node.id == "__name__":
            return (self._own_name(),)
        return self._assigned_values(node.id, depth)

    def _own_name(self) -> str:
        stem = posixpath.basename(self.path).removesuffix(".py")
        return own(self.directory) if stem == "__init__" else f"{own(self.directory)}.{stem}"

    def _assigned_values(self, name: str, depth: int) -> Iterator[str]:
        for value in self._names.get(name, (None,)):
            yield from self.values(value, depth) if value is not None else _NOTHING

    def _attribute(self, node: ast.Attribute, depth: int) -> Iterable[str]:
        if isinstance(node.value, ast.Name) and node.value.id == "__spec__":
            return (own(self.directory),) if node.attr == "parent" else (self._own_name(),)
        if node.attr in _OS_CONSTANTS and isinstance(node.value, ast.Name):
            return (_OS_CONSTANTS[node.attr],)
        if node.attr == "parent":
            return map(parent, self.values(node.value, depth))
        if isinstance(node.value, ast.Name):
            return self._assigned_values(node.attr, depth)
        return _NOTHING

    def _subscript(self, node: ast.Subscript, depth: int) -> Iterable[str]:
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(node.value, ast.Attribute) and node.value.attr == "parents" and isinstance(index, int):
            return self._ancestors(self.values(node.value.value, depth), index)
        method = node.value.func if isinstance(node.value, ast.Call) else None
        if isinstance(method, ast.Attribute) and method.attr in ("rpartition", "rsplit") and index == 0:
            return map(_package_of, self.values(method.value, depth))
        return _NOTHING

    @staticmethod
    def _ancestors(values: Values, index: int) -> Iterator[str]:
        for value in values:
            ancestor = value
            for _ in range(min(index, _DEEPEST) + 1 if index >= 0 else 0):
                ancestor = parent(ancestor)
            yield ancestor if index >= 0 else UNKNOWN

    def _operation(self, node: ast.BinOp, depth: int) -> Iterable[str]:
        if not isinstance(node.op, (ast.Add, ast.Mod, ast.Div)):
            return _NOTHING
        left = self.values(node.left, depth)
        if isinstance(node.op, ast.Mod):
            return (_PERCENT.sub(UNKNOWN, value) for value in left)
        pairs = product(left, self.values(node.right, depth))
        if isinstance(node.op, ast.Add):
            return (first + second for first, second in pairs)
        return (joined(first, second) for first, second in pairs)

    def _formatted(self, node: ast.JoinedStr, depth: int) -> Iterable[str]:
        parts = [self.values(part.value if isinstance(part, ast.FormattedValue) else part, depth) for part in node.values]
        return _joined_products("", parts)

    def _call(self, node: ast.Call, depth: int) -> Iterable[str]:
        name = callee(node)
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return _NOTHING  # they may as well lead up as down
        arguments = [self.values(argument, depth) for argument in node.args]
        if name in ("getcwd", "cwd"):
            return (TOP,)
        if isinstance(node.func, ast.Attribute) and name in _METHODS:
            receiver = self.values(node.func.value, depth)
            found = _METHODS[name](receiver, arguments)
            if found is not None:
                return found
        if name == "join" and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant):
            return self._text_join(str(node.func.value.value), node.args, depth)
        function = _FUNCTIONS.get(name)
        return function(arguments) if function is not None and arguments else _NOTHING

    def _text_join(self, separator: str, arguments: list[ast.expr], depth: int) -> Iterable[str]:
        parts = [self.values(element, depth) for argument in arguments for element in elements(argument)]
        return _joined_products(separator, parts) if parts else _NOTHING


def elements(node: ast.expr | None) -> list[ast.expr]:
    """The elements of a display, of a sum of displays and of what wraps one (`list(…)`, a starred element)."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return [inner for element in node.elts for inner in (elements(element.value) if isinstance(element, ast.Starred) else [element])]
    if isinstance(node, ast.Dict):
        return [key for key in node.keys if key is not None]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return elements(node.left) + elements(node.right)
    return []


def is_display(node: ast.expr) -> bool:
    """Whether `elements` can say what `node` holds."""
    return isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict)) or bool(elements(node))


def callee(node: ast.Call) -> str:
    """The last part of the name that is called, '' where there is none."""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _package_of(value: str) -> str:
    """`name.rpartition(".")[0]`."""
    head, dot, _ = value.rpartition(".")
    if dot and head.startswith(OWN) and head.count(OWN) > 1:
        return head
    if value.startswith(OWN) and value.endswith(OWN):
        return own(posixpath.dirname(value.strip(OWN)))
    return head if dot else UNKNOWN


def _joined_products(separator: str, parts: list[Values]) -> Iterable[str]:
    texts = [""]
    for position, part in enumerate(parts):
        glue = separator if position else ""
        texts = [text + glue + value for text in texts for value in part][:_MOST_VALUES]
    return texts


def _path_product(parts: list[Values]) -> Iterable[str]:
    paths = list(parts[0])
    for part in parts[1:]:
        paths = [joined(path, value) for path in paths for value in part][:_MOST_VALUES]
    return paths


def _same(parts: list[Values]) -> Iterable[str]:
    return parts[0]


def _joined_method(receiver: Values, arguments: list[Values]) -> Iterable[str]:
    return _path_product([receiver, *arguments])


def _resolved_method(receiver: Values, _arguments: list[Values]) -> Iterable[str] | None:
    return map(normal, receiver)


def _format_method(receiver: Values, _arguments: list[Values]) -> Iterable[str]:
    return [_BRACES.sub(UNKNOWN, value) for value in receiver]


def _with_name_method(receiver: Values, arguments: list[Values]) -> Iterable[str] | None:
    return _path_product([tuple(map(parent, receiver)), *arguments])


def _same_method(receiver: Values, arguments: list[Values]) -> Iterable[str] | None:
    return None if arguments else receiver


_METHODS: dict[str, Callable[[Values, list[Values]], Iterable[str] | None]] = {
    "joinpath": _joined_method,
    "resolve": _resolved_method,
    "absolute": _resolved_method,
    "format": _format_method,
    "with_name": _with_name_method,
    "as_posix": _same_method,
    "expanduser": _same_method,
}
_FUNCTIONS: dict[str, Callable[[list[Values]], Iterable[str]]] = {
    "join": _path_product,
    "safe_join": _path_product,
    "Path": _path_product,
    "PurePath": _path_product,
    "PosixPath": _path_product,
    "dirname": lambda parts: map(parent, parts[0]),
    "abspath": lambda parts: map(normal, parts[0]),
    "realpath": lambda parts: map(normal, parts[0]),
    "normpath": _same,
    "fspath": _same,
    "str": _same,
    "local": _same,
    "expanduser": _same,
}
