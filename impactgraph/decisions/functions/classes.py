"""Families of classes: what each is derived from, as far as names tell."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from impactgraph.analysis.mentions.scopes import below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from impactgraph.analysis.mentions import ClassFacts
    from impactgraph.decisions.functions.names import Names

    Key = tuple[str, str]  # path, qualified name

# What classes call while they are made, or to make others.
HOOKS = frozenset({"__init_subclass__", "__set_name__", "__prepare__", "__class_getitem__", "__mro_entries__"})
# Bases that read no attribute of their own accord; by last name.
_EMPTY_BASES = frozenset({"object", "ABC", "Protocol", "Generic"})
# Bases that do nothing when a class is derived from them; by last name.
_QUIET_BASES = _EMPTY_BASES | frozenset(
    """
    Exception BaseException Warning TestCase IsolatedAsyncioTestCase dict list tuple set frozenset str int float bytes type Thread Enum
    IntEnum Flag IntFlag StrEnum NamedTuple TypedDict
    """.split()
)
_NOT_OUTSIDE = _EMPTY_BASES | frozenset(dir(builtins)) | {"?"}
_MOST_HOPS = 10
#: A base that is no class of the checkout is known by its last name alone.
OUTSIDE = ""


class Classes:
    """The classes of a checkout."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._facts: dict[Key, ClassFacts] = {}
        self._bases: dict[Key, frozenset[Key]] = {}
        self._derived: dict[Key, set[Key]] = {}

    def _prepare(self) -> None:
        """Resolve the bases of all classes, once."""
        book = self._names.book
        if self._facts:
            return
        self._facts = {(path, name): facts for path in book.paths() for name, facts in book[path].classes.items()}
        for key, facts in self._facts.items():
            self._bases[key] = frozenset(found for base in facts.bases for found in self._resolved(key[0], base))
            for base in self._bases[key]:
                self._derived.setdefault(base, set()).add(key)

    def _resolved(self, path: str, base: str, hops: int = 0) -> Iterator[Key]:
        """What the dotted name `base` can be in the file at `path`."""
        first, _, rest = base.partition(".")
        mentions = self._names.book[path]
        target = mentions.imports.get(first)
        last = base.rpartition(".")[2]
        own = [name for name in mentions.classes if name == base or name.endswith(f".{base}")]
        if own:
            yield from ((path, name) for name in own)
        elif target is None:
            yield from [*self._by_star(path, last)] or [(OUTSIDE, last)]
        else:
            whole = below(below(*target), rest)
            yield from self._imported(path, whole, hops)

    def _imported(self, path: str, whole: str, hops: int) -> Iterator[Key]:
        module, _, last = whole.rpartition("." if "." in whole.partition(":")[2] or ":" not in whole else ":")
        module = module + ":" if whole.startswith("@") and ":" not in module else module
        sources = self._names.exact(path, module)
        found = {key for source in sources for key in self._in_module(source, last, hops)}
        if found:
            yield from found
        elif sources or self._names.is_inside(path, whole):
            yield from self._called(last) or [(OUTSIDE, last)]
        else:
            yield OUTSIDE, last

    def _in_module(self, path: str, name: str, hops: int) -> Iterator[Key]:
        mentions = self._names.book[path]
        if name in mentions.classes:
            yield path, name
        elif name in mentions.imports and hops < _MOST_HOPS:
            yield from self._resolved(path, name, hops + 1)
        else:
            yield from self._by_star(path, name)

    def _by_star(self, path: str, name: str) -> list[Key]:
        """Classes that a star import may bring: any of the name, where the file has one."""
        return self._called(name) if self._names.book[path].stars else []

    def _called(self, last: str) -> list[Key]:
        return [key for key in self._facts if key[1].rpartition(".")[2] == last]

    def is_closed(self, key: Key) -> bool:
        """Whether only code of the checkout reads members of the class.

        Neither it nor what it is derived from, nor what is derived from it, has a base from elsewhere, a decorator or a metaclass.
        """
        self._prepare()
        below_it = self._reached([key], self._derived)
        return all(map(self._is_plain, self._reached(below_it, self._bases)))

    def is_derived_from(self, key: Key) -> bool:
        """Whether a class of the checkout is derived from this one."""
        self._prepare()
        return bool(self._derived.get(key))

    def has_base_outside(self, key: Key) -> bool:
        """Whether the class is derived, over any number of classes, from one outside of the checkout that is not built in."""
        self._prepare()
        return any(path == OUTSIDE and name not in _NOT_OUTSIDE for path, name in self._reached([key], self._bases))

    def _is_plain(self, key: Key) -> bool:
        if key[0] == OUTSIDE:
            return key[1] in _EMPTY_BASES
        return key in self._facts and not self._facts[key].is_special

    def _reached(self, keys: Iterable[Key], edges: dict[Key, frozenset[Key]] | dict[Key, set[Key]]) -> set[Key]:
        found = set(keys)
        waiting = list(found)
        while waiting:
            new = edges.get(waiting.pop(), frozenset()) - found
            found |= new
            waiting.extend(new)
        return found

    def family(self, key: Key) -> frozenset[str]:
        """Last names of the class, of what it is derived from and of what is derived from it."""
        self._prepare()
        found = self._reached([key], self._bases) | self._reached([key], self._derived)
        return frozenset(name.rpartition(".")[2] for _, name in found)

    def are_quiet(self, path: str, facts: ClassFacts) -> bool:
        """Whether deriving from the bases of `facts` does nothing beside making a class: nobody is told, nothing is registered."""
        self._prepare()
        bases = {found for base in facts.bases for found in self._resolved(path, base)}
        return all(map(self._is_quiet, self._reached(bases, self._bases)))

    def _is_quiet(self, key: Key) -> bool:
        path, name = key
        if path == OUTSIDE:
            return name in _QUIET_BASES or name.endswith(("Error", "Exception", "Warning"))
        decorators = self._names.book[path].decorators
        return not self._facts[key].is_special and not any(f"{name}.{hook}" in decorators for hook in HOOKS)
