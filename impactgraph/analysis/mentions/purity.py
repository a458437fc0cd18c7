"""Calls and decorators that are known to do nothing but to return something: the rest may register, count, open or patch."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUILTINS = """
abs all any ascii bin bool bytearray bytes chr classmethod complex dict divmod enumerate filter float format frozenset getattr
hasattr hash hex id int isinstance issubclass iter len list map max memoryview min object oct ord pow property range repr reversed
round set slice sorted staticmethod str sum super tuple type vars zip
""".split()
# By the last two names of the dotted callee, or the only one.
_PURE = frozenset(
    (
        *_BUILTINS,
        *"""
        re.compile re.escape os.path.join path.join path.dirname path.abspath path.basename path.realpath os.getenv environ.get
        logging.getLogger getLogger namedtuple collections.namedtuple collections.OrderedDict OrderedDict defaultdict
        collections.defaultdict Counter collections.Counter deque collections.deque ChainMap TypeVar typing.TypeVar ParamSpec
        typing.ParamSpec NewType typing.NewType typing.cast cast ContextVar contextvars.ContextVar partial functools.partial
        operator.attrgetter attrgetter operator.itemgetter itemgetter operator.methodcaller methodcaller threading.Lock
        threading.RLock Lock RLock threading.local local threading.Event MappingProxyType types.MappingProxyType Decimal
        decimal.Decimal Fraction fractions.Fraction timedelta datetime.timedelta datetime.datetime datetime.date Path pathlib.Path
        PurePath PurePosixPath struct.Struct struct.calcsize textwrap.dedent dedent sys.intern WeakKeyDictionary
        weakref.WeakKeyDictionary WeakValueDictionary weakref.WeakValueDictionary WeakSet weakref.WeakSet dataclasses.field field
        attr.ib attr.s attr.attrib itertools.count itertools.chain itertools.product itertools.repeat chain product
        string.Template pytest.param pytest.approx StringIO io.StringIO BytesIO io.BytesIO
        """.split(),
    )
)
# Names that mean the same wherever they come from.
_PURE_LAST = frozenset(
    """
    TypeVar ParamSpec TypeVarTuple NewType ContextVar getLogger OrderedDict defaultdict namedtuple MappingProxyType attrgetter
    itemgetter methodcaller Decimal Fraction timedelta getenv dedent
    """.split()
)
# Methods of literals and of strings, which change nothing.
_METHODS = frozenset(
    """
    format join split rsplit splitlines strip lstrip rstrip lower upper title capitalize encode decode replace startswith endswith
    items keys values copy union intersection difference
    """.split()
)
#: Decorators of the standard library and of pytest that hand on what they are given, or wrap it, and keep no list of it.
_DECORATORS = frozenset(
    """
    property classmethod staticmethod functools.wraps wraps functools.lru_cache lru_cache functools.cache cache
    functools.cached_property cached_property functools.total_ordering total_ordering functools.singledispatch singledispatch
    contextlib.contextmanager contextmanager contextlib.asynccontextmanager asynccontextmanager abc.abstractmethod abstractmethod
    typing.overload overload t.overload typing.final final typing.override override typing.no_type_check dataclasses.dataclass
    dataclass enum.unique unique typing.runtime_checkable runtime_checkable t.runtime_checkable functools.singledispatchmethod
    abc.abstractproperty abc.abstractclassmethod
    """.split()
)
_ACCESSORS = (".setter", ".getter", ".deleter")


def dotted(node: ast.expr) -> str | None:
    """The names of ``a.b.c``; None for any other expression."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else None


def called(node: ast.expr) -> str:
    """The dotted name of a decorator or callee, called or not; "?" for what has none."""
    return dotted(node.func if isinstance(node, ast.Call) else node) or "?"


def is_pure_decorator(name: str, declared: frozenset[str] = frozenset()) -> bool:
    """Whether the decorator `name` keeps no list of what it decorates; `declared` are the project's own, dotted or last names."""
    if name in _DECORATORS or name.endswith(_ACCESSORS) or name.startswith("pytest.mark."):
        return True
    return name in declared or name.rpartition(".")[2] in declared or any(name.endswith(f".{each}") for each in declared)


def has_impure_call(node: ast.AST) -> bool:
    """Whether evaluating `node` calls something that may have effects. What a lambda's body calls is called later."""
    return any(not _is_pure(call) for call in _calls(node))


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, ast.Call):
            yield each
        if not isinstance(each, ast.Lambda):
            pending.extend(ast.iter_child_nodes(each))


def _is_pure(call: ast.Call) -> bool:
    name = dotted(call.func)
    if name is None:
        return isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS
    last_two = ".".join(name.split(".")[-2:])
    last = name.rpartition(".")[2]
    return name in _PURE or last_two in _PURE or last in _PURE_LAST or ("." in name and last in _METHODS)


def is_caching(name: str) -> bool:
    """Whether the decorator `name` looks like one that skips a body which ran before."""
    last = name.rpartition(".")[2].lower()
    return "cache" in last or "memo" in last or "lazy" in last or "once" in last
