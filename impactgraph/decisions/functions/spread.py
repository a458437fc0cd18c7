"""How far a changed name carries: from mention to mention, through imports, aliases, re-exports and what is computed from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.mentions.purity import is_pure_decorator
from impactgraph.decisions.functions.names import GIVEN, Names, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impactgraph.analysis.mentions import Place
    from impactgraph.decisions.functions.classes import Classes

# Words of code that looks at annotations.
_ANNOTATION_READERS = ("get_type_hints", "__annotations__", "get_annotations", "getfullargspec")
# Packages that look at annotations of functions which they are given, decorated or not.
_ANNOTATION_PACKAGES = ("fastapi", "pydantic", "typer", "cyclopts", "litestar", "strawberry", "injector", "msgspec", "cattrs", "beartype")
# Words of code that looks at docstrings.
_DOCSTRING_READERS = ("__doc__", "getdoc", "cleandoc")


class Cause(NamedTuple):
    """Why something is affected: a unit of the changed file, and the rule that led there."""

    change: str
    unit: str
    rule: str


class Symbol(NamedTuple):
    """A name of the module at `path`; `is_gone`: whoever still asks for it fails."""

    path: str
    name: str
    is_gone: bool


class Members(NamedTuple):
    """Members of a class: `functions` ask for one of them, `holders` is what whoever has the class must have touched."""

    functions: dict[tuple[str, str], Cause]
    holders: Affected


class Affected(NamedTuple):
    """What a change can touch, each with the first cause found.

    `functions`: (path, qualified name) whose entering matters; `classes`: (path, qualified name), methods included; `members`: by
    class, as above; `modules`: files whose dependents all count, as in the module layer; `tests`: (path, qualified name) of test
    functions or classes that run in any case; `documents`: files whose doctests run.
    """

    functions: dict[tuple[str, str], Cause]
    classes: dict[tuple[str, str], Cause]
    members: dict[tuple[str, str], Members]
    modules: dict[str, Cause]
    tests: dict[tuple[str, str], Cause]
    documents: dict[str, Cause]


def nothing() -> Affected:
    """Nothing that is affected, yet."""
    return Affected({}, {}, {}, {}, {}, {})


class Spread:
    """A worklist of changed symbols, which `run` follows; `by_member`: of a class whose member changed not all of it counts."""

    def __init__(self, names: Names, classes: Classes, *, by_member: bool = True) -> None:
        self.names = names
        self.classes = classes
        self.affected = nothing()
        self._by_member = by_member
        self._members: set[tuple[str, str, str]] = set()
        self._holders: dict[tuple[str, str], Spread] = {}
        self._seen: set[Symbol] = set()
        self._waiting: list[tuple[Symbol, Cause]] = []

    def function(self, path: str, name: str, cause: Cause) -> None:
        """Entering the function makes a difference."""
        self.affected.functions.setdefault((path, name), cause)

    def module(self, path: str, cause: Cause) -> None:
        """Importing the module makes a difference."""
        self.affected.modules.setdefault(path, cause)

    def test(self, path: str, name: str, cause: Cause) -> None:
        """The test function or class, if it is one, has to run."""
        self.affected.tests.setdefault((path, name), cause)

    def document(self, path: str, cause: Cause) -> None:
        """Examples in docstrings of the file can tell."""
        self.affected.documents.setdefault(path, cause)

    def docstring(self, path: str, name: str, cause: Cause) -> None:
        """The docstring of `name` is not what it was: for doctests, and for code that looks at docstrings where it has hold of `name`."""
        self.document(path, cause)
        key = (path, f"{name}.__doc__")
        if key in self.affected.members:
            return
        holders = Spread(self.names, self.classes)
        if name in self.names.book[path].classes:
            holders.class_(path, name, cause)
        elif "." in name:
            holders.function(path, name, cause)
            for other, place in self._asked(path, name.rpartition(".")[2]):
                holders.reach(other, place, cause, is_gone=False)
        else:
            holders.function(path, name, cause)
            holders.symbol(path, name, cause)
        readers = {place: cause for word in _DOCSTRING_READERS for place in self._functions_with(word)}
        self.affected.members[key] = Members(readers, holders.run())

    def _functions_with(self, word: str) -> Iterator[tuple[str, str]]:
        """Functions that mention `word`, wherever it comes from."""
        for path in self.names.book.having(word):
            mentions = self.names.book[path]
            for mention in mentions.of(word):
                kind, name = mentions.places[mention.place]
                if kind == "function" and mention.form != "parameter":
                    yield path, name

    def symbol(self, path: str, name: str, cause: Cause, *, is_gone: bool = False) -> None:
        """The module's name `name` means something else than before."""
        symbol = Symbol(path, name, is_gone)
        if symbol not in self._seen:
            self._seen.add(symbol)
            self._waiting.append((symbol, cause))

    def class_(self, path: str, name: str, cause: Cause) -> None:
        """The class is not what it was: for whoever ran any of its methods, got hold of it, or did so with a subclass."""
        if (path, name) in self.affected.classes:
            return
        self.affected.classes[path, name] = cause
        self.test(path, name, cause)
        outer, _, _ = name.rpartition(".")
        if outer:
            self.class_(path, outer, cause)
        else:
            self.symbol(path, name, cause)

    def member(self, path: str, class_: str, name: str, cause: Cause, *, is_data: bool) -> None:
        """The member `name` of a class is not what it was: for whoever asks for it by its name and has the class.

        Data that nobody asks for may be read from outside of the checkout; a method that is called from there is recorded as entered.
        """
        if (path, class_, name) in self._members:
            return
        self._members.add((path, class_, name))
        # Settings are read from outside by all their names, special methods by nobody's.
        is_unasked = (name.startswith("__") and name.endswith("__")) or (is_data and name.isupper())
        is_narrow = self._by_member and not is_unasked and self.classes.is_closed((path, class_))
        if not is_narrow or (not self._follow_member(path, class_, name, cause) and is_data):
            self.class_(path, class_, cause)

    def _follow_member(self, path: str, class_: str, name: str, cause: Cause) -> bool:
        """Whether anybody asks for it."""
        holders = self._holders_of(path, class_, cause)
        found = self.affected.members.setdefault((path, class_), Members({}, holders.affected)).functions
        is_asked_for = False
        for other, place in self._asked(path, name):
            is_asked_for = True
            if place.kind == "function":
                found.setdefault((other, place.name), cause)
            elif holders.has_reached(other):
                self.reach(other, place, cause, is_gone=False)
        found.update(dict.fromkeys([probe for probe in self._probes(path, class_, name) if probe not in found], cause))
        return is_asked_for

    def _probes(self, path: str, class_: str, name: str) -> Iterator[tuple[str, str]]:
        """Functions that may get at the member by a name that they make."""
        family = self.classes.family((path, class_))
        for other in self.names.book.paths():
            mentions = self.names.book[other]
            for number, is_own, prefix, suffix in mentions.probes:
                kind, code = mentions.places[number]
                owner = code.partition(".<locals>")[0].rpartition(".")[0].rpartition(".")[2]
                if kind == "function" and name.startswith(prefix) and name.endswith(suffix) and (not is_own or owner in family):
                    yield other, code

    def _asked(self, path: str, name: str) -> Iterator[tuple[str, Place]]:
        for other in self.names.book.having(name):
            mentions = self.names.book[other]
            for mention in mentions.of(name):
                place = mentions.places[mention.place]
                is_own = mention.form == "name" and other == path and place.kind != "function"
                if is_own or self.names.may_be_member(mention, other):
                    yield other, place

    def _holders_of(self, path: str, class_: str, cause: Cause) -> Spread:
        known = self._holders.get((path, class_))
        if known is None:
            known = self._holders[path, class_] = Spread(self.names, self.classes, by_member=False)
            known.class_(path, class_, cause)
            known.run()
        return known

    def has_reached(self, path: str) -> bool:
        """Whether importing the file at `path` came across anything that was followed."""
        if path in self.affected.modules or any(symbol.path == path for symbol in self._seen):
            return True
        return any(other == path for other, _ in self.affected.classes)

    def run(self) -> Affected:
        """Follow all that was added to its end."""
        while self._waiting:
            symbol, cause = self._waiting.pop()
            follow = cause._replace(rule="mentions")
            if self.names.is_setting(symbol.path, symbol.name):
                self.module(symbol.path, cause._replace(rule="setting"))
            self._importers(symbol, follow)
            self._mentions(symbol, follow)
        return self.affected

    def _importers(self, symbol: Symbol, cause: Cause) -> None:
        """Modules that bind the same value by an import."""
        for path in self.names.book.having(last_name(symbol.path)):
            mentions = self.names.book[path]
            for alias, (module, original) in mentions.imports.items():
                if original == symbol.name and symbol.path in self.names.exact(path, module):
                    self.symbol(path, alias, cause, is_gone=symbol.is_gone)
                    if symbol.is_gone:
                        self.module(path, cause)
            if any(symbol.path in self.names.exact(path, module) for module in mentions.stars):
                self.symbol(path, symbol.name, cause, is_gone=symbol.is_gone)
                if symbol.is_gone and self._is_listed(symbol):
                    self.module(path, cause)  # the import itself fails

    def _is_listed(self, symbol: Symbol) -> bool:
        """Whether ``__all__`` of the module has the name."""
        mentions = self.names.book[symbol.path]
        return any(each.form == "string" and mentions.places[each.place].kind == "all" for each in mentions.of(symbol.name))

    def _mentions(self, symbol: Symbol, cause: Cause) -> None:
        names = self.names
        for path in names.book.having(symbol.name):
            mentions = names.book[path]
            if mentions.opaque:
                self.module(path, cause)
            for mention in mentions.of(symbol.name):
                if names.counts(mention, path, symbol.path, symbol.name):
                    self.reach(path, mentions.places[mention.place], cause, is_gone=symbol.is_gone)
        for place in names.book[symbol.path].namespaces:
            self.reach(symbol.path, names.book[symbol.path].places[place], cause, is_gone=False)
        for path, place in names.values(symbol.path, GIVEN):
            self.reach(path, names.book[path].places[place], cause, is_gone=False)

    def reach(self, path: str, place: Place, cause: Cause, *, is_gone: bool) -> None:
        """The code at `place` can tell the difference."""
        kind, name = place
        if is_gone and kind not in {"function", "all", "postponed", "doctest"}:
            self.module(path, cause)
        if kind == "function":
            self.function(path, name, cause)
        elif kind == "binding":
            self.symbol(path, name, cause)
        elif kind == "class":
            self.class_(path, name, cause)
        elif kind == "effect":
            self.module(path, cause)
        elif kind == "doctest":
            self.document(path, cause)
        elif kind == "header" or (kind in {"annotation", "postponed"} and self._are_read(path, name)):
            self.function(path, name, cause)
            self.test(path, name, cause)
            self.definition(path, name, cause)

    def _are_read(self, path: str, name: str) -> bool:
        """Whether somebody may read the annotations of a function: only a decorator has it in its hands unasked."""
        return any(map(self.reads_annotations, self.names.book[path].decorators.get(name, ())))

    def has_annotation_readers(self) -> bool:
        """Whether the checkout uses something that may look at annotations of any function, also where they are not evaluated."""
        return any(True for word in (*_ANNOTATION_READERS, *_ANNOTATION_PACKAGES) for _ in self.names.book.having(word))

    def reads_annotations(self, decorator: str) -> bool:
        """Whether `decorator` may look at annotations: one from outside, or any where the checkout has code that does."""
        if is_pure_decorator(decorator):
            return False
        last = decorator.rpartition(".")[2]
        book = self.names.book
        is_own = any(last in book[path].decorators for path in book.having(last))
        return not is_own or any(True for word in _ANNOTATION_READERS for _ in book.having(word))

    def definition(self, path: str, name: str, cause: Cause, *, is_gone: bool = False, is_data: bool = False) -> None:
        """What a name of a module or class is bound to, or how it is called, is not what it was."""
        outer, _, last = name.rpartition(".")
        if "<locals>" in name:
            self.function(path, name.partition(".<locals>")[0], cause)
        elif outer:
            self.member(path, outer, last, cause, is_data=is_data)
        else:
            self.symbol(path, last, cause, is_gone=is_gone)
