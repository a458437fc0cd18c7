"""From one changed unit to where its difference begins to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.mentions.purity import is_caching, is_pure_decorator
from impactgraph.analysis.mentions.values import MODULE
from impactgraph.decisions.functions.classes import HOOKS
from impactgraph.decisions.functions.names import last_name
from impactgraph.decisions.functions.spread import Cause, Spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from impactgraph.analysis.mentions import Mentions
    from impactgraph.model import Unit

# What pytest and unittest look up by its name.
_TEST_SPECIALS = frozenset(
    """
    pytestmark pytest_plugins collect_ignore collect_ignore_glob __test__ setup_module teardown_module setUpModule tearDownModule
    setup_function teardown_function load_tests
    """.split()
)


class Declared(NamedTuple):
    """What the project says of its decorators, by dotted or last names.

    `pure` ones keep no list of what they decorate, `registries` do, whatever they look like.
    """

    pure: frozenset[str] = frozenset()
    registries: frozenset[str] = frozenset()

    def is_pure(self, decorator: str) -> bool:
        """Whether the decorator keeps no list of what it decorates."""
        last = decorator.rpartition(".")[2]
        return is_pure_decorator(decorator, self.pure) and decorator not in self.registries and last not in self.registries


class ChangedFile(NamedTuple):
    """A changed file with what it mentioned before and what it mentions now."""

    path: str
    old: Mentions
    new: Mentions

    def decorators(self, name: str) -> tuple[str, ...]:
        """The decorators of the function or class `name`, in both states."""
        return (*self.old.decorators.get(name, ()), *self.new.decorators.get(name, ()))


class Rules:
    """Applies the rules of one changed file to a `Spread`.

    `brings_effects`: whether importing a module runs code that would not run otherwise.
    """

    def __init__(self, spread: Spread, file: ChangedFile, declared: Declared, brings_effects: Callable[[str], bool]) -> None:
        self._spread = spread
        self._file = file
        self._declared = declared
        self._brings_effects = brings_effects
        self._kinds: dict[str, Callable[[Unit, Cause], None]] = {
            "function-body": self._body,
            "signature": self._signature,
            "default": self._signature,
            "decorator": self._decorator,
            "annotation": self._annotation,
            "class": self._class,
            "binding": self._binding,
            "import": self._import,
            "all": self._all,
            "order": self._order,
            "docstring": self._docstring,
            "string": self._nothing,
            "guard": self._nothing,  # it is part of whatever stands below it
        }

    def apply(self, units: Iterable[Unit]) -> None:
        """Add what each of `units` touches."""
        for unit in units:
            cause = Cause(self._file.path, f"{unit.kind} {unit.name}", "")
            self._kinds.get(unit.kind, self._module)(unit, cause)

    def _nothing(self, unit: Unit, cause: Cause) -> None:
        """What has no effect of its own."""

    def _module(self, unit: Unit, cause: Cause) -> None:
        """Effects, order, futures: nobody can say who notices."""
        self._spread.module(self._file.path, cause._replace(rule=unit.kind))
        scope = self._class_of(f"{unit.name}.")
        if scope:
            self._spread.class_(self._file.path, scope, cause._replace(rule="class"))

    def _body(self, unit: Unit, cause: Cause) -> None:
        self._spread.function(self._file.path, unit.name, cause._replace(rule="entered"))
        outer = unit.name.partition(".<locals>")[0]
        if any(map(is_caching, self._file.decorators(outer))):
            self._definition(outer, cause._replace(rule="cached"))

    def _signature(self, unit: Unit, cause: Cause) -> None:
        path, name = self._file.path, unit.name
        self._spread.function(path, name, cause._replace(rule="entered"))
        self._spread.test(path, name, cause._replace(rule="changed"))
        self._special(name, cause)
        self._definition(name, cause._replace(rule="mentions"), is_gone=unit.change == "removed" and unit.kind == "signature")
        if unit.change == "removed" and any("fixture" in each for each in self._file.decorators(name)):
            self._spread.module(path, cause._replace(rule="special"))  # nobody can tell any more who was served by it
        is_whole = unit.kind == "signature" and unit.change != "changed"
        if is_whole and self._is_handed_down(name):
            self._spread.module(path, cause._replace(rule="inherited"))
        if is_whole and not self._are_pure(name):
            self._spread.module(path, cause._replace(rule="decorator"))

    def _special(self, name: str, cause: Cause) -> None:
        """Names that somebody looks up without saying so."""
        last = name.rpartition(".")[2]
        is_looked_up = name == last and (last.startswith("pytest_") or last in _TEST_SPECIALS or last == "__getattr__")
        if is_looked_up or last in HOOKS or self._is_metaclass(self._class_of(name)):
            self._spread.module(self._file.path, cause._replace(rule="special"))

    def _is_handed_down(self, name: str) -> bool:
        """Whether other classes, or other files, may have the test `name` for their own: those have no name of it here."""
        path, outer, last = self._file.path, self._class_of(name), name.rpartition(".")[2]
        if not last.lower().startswith(("test", "runtest")):
            return False
        return self._spread.classes.is_derived_from((path, outer)) if outer else name == last and not self._spread.names.is_test(path)

    def _is_metaclass(self, name: str) -> bool:
        classes = [side.classes.get(name) for side in (self._file.old, self._file.new)]
        return any(base.rpartition(".")[2] in {"type", "ABCMeta", "EnumMeta"} for each in classes if each for base in each.bases)

    def _decorator(self, unit: Unit, cause: Cause) -> None:
        name = unit.name
        self._spread.function(self._file.path, name, cause._replace(rule="entered"))
        self._spread.test(self._file.path, name, cause._replace(rule="changed"))
        if not self._are_pure(name):
            self._spread.module(self._file.path, cause._replace(rule="decorator"))
        elif self._is_class(name):
            self._spread.class_(self._file.path, name, cause._replace(rule="class"))
        self._definition(name, cause._replace(rule="mentions"))

    def _are_pure(self, name: str) -> bool:
        """Whether none of the decorators of `name` keeps a list of what it decorates."""
        return all(map(self._declared.is_pure, self._file.decorators(name)))

    def _annotation(self, unit: Unit, cause: Cause) -> None:
        """They are read by decorators; where they are not evaluated, by nobody else but packages that are made for it."""
        is_evaluated = not (self._file.old.is_postponed and self._file.new.is_postponed)
        if is_evaluated or self._spread.has_annotation_readers():
            self._spread.function(self._file.path, unit.name, cause._replace(rule="annotation"))
        if any(map(self._spread.reads_annotations, self._file.decorators(unit.name))):
            self._definition(unit.name, cause._replace(rule="mentions"))

    def _order(self, unit: Unit, cause: Cause) -> None:
        """Of what only binds plain values the order is the same to everybody, as long as each name is bound once."""
        old, new = ([act for act in mine.acts if act in theirs.acts] for mine, theirs in (self._file[1:], self._file[:0:-1]))
        if old != new:
            self._module(unit, cause)
        elif self._is_class(unit.name) and self._registers(unit.name):
            self._spread.class_(self._file.path, unit.name, cause._replace(rule="class"))

    def _class(self, unit: Unit, cause: Cause) -> None:
        path = self._file.path
        self._spread.class_(path, unit.name, cause._replace(rule="class"))
        if unit.change == "removed":
            self._spread.symbol(path, unit.name, cause._replace(rule="mentions"), is_gone=True)
        if self._registers(unit.name):
            self._spread.module(path, cause._replace(rule="class"))

    def _registers(self, name: str) -> bool:
        """Whether somebody may be told when the class is made: a metaclass, a decorator, a base that nobody knows to be quiet."""
        if not self._are_pure(name):
            return True
        facts = [side.classes[name] for side in (self._file.old, self._file.new) if name in side.classes]
        if any(each.is_special and not self._file.decorators(name) for each in facts):
            return True
        return not all(self._spread.classes.are_quiet(self._file.path, each) for each in facts)

    def _binding(self, unit: Unit, cause: Cause) -> None:
        path, name = self._file.path, unit.name
        if name in self._file.old.impure or name in self._file.new.impure:
            self._spread.module(path, cause._replace(rule="call"))
        self._special(name, cause)
        self._definition(name, cause._replace(rule="mentions"), is_gone=unit.change == "removed", is_data=True)
        self._spread.function(path, f"{name.rpartition('.')[0]}.<lambda>".lstrip("."), cause._replace(rule="entered"))

    def _import(self, unit: Unit, cause: Cause) -> None:
        path, first = self._file.path, unit.name.partition(".")[0]
        if unit.name == "*":
            for module in {*self._file.old.stars} ^ {*self._file.new.stars}:
                self._star(module, unit, cause)
            return
        scope = self._class_of(unit.name)
        self._definition(unit.name if scope else first, cause._replace(rule="mentions"), is_gone=unit.change == "removed")
        for side in (self._file.old, self._file.new):
            target = side.imports.get(first)
            if target is not None and self._brings_effects(target[0]):
                self._spread.module(path, cause._replace(rule="import"))

    def _star(self, module: str, unit: Unit, cause: Cause) -> None:
        """By the names that it brings."""
        if self._brings_effects(module):
            self._spread.module(self._file.path, cause._replace(rule="import"))
        for source in self._spread.names.exact(self._file.path, module):
            for name in self._spread.names.book[source].bound:
                self._spread.symbol(self._file.path, name, cause._replace(rule="mentions"), is_gone=unit.change == "removed")

    def _all(self, _: Unit, cause: Cause) -> None:
        """Who imports by star gets other names; who loops over it, another list."""
        path = self._file.path
        self._spread.symbol(path, "__all__", cause._replace(rule="mentions"))
        names = {name for side in (self._file.old, self._file.new) for name in _listed(side)}
        old, new = (set(_listed(side)) for side in (self._file.old, self._file.new))
        for other in self._spread.names.book.having(last_name(path)):
            stars = self._spread.names.book[other].stars
            if any(path in self._spread.names.exact(other, module) for module in stars):
                for name in names if not (old and new) else old ^ new:
                    self._spread.symbol(other, name, cause._replace(rule="mentions"), is_gone=name in old - new)

    def _docstring(self, unit: Unit, cause: Cause) -> None:
        """Nothing, unless somebody reads docstrings: commands show theirs as help."""
        if unit.name == MODULE:
            self._spread.document(self._file.path, cause._replace(rule="docstring"))
            self._definition("__doc__", cause._replace(rule="mentions"))
            return
        self._spread.docstring(self._file.path, unit.name, cause._replace(rule="docstring"))
        if not self._are_pure(unit.name):
            self._definition(unit.name, cause._replace(rule="mentions"))

    def _definition(self, name: str, cause: Cause, *, is_gone: bool = False, is_data: bool = False) -> None:
        """The module's or class's `name` is not what it was."""
        if is_gone and self._class_of(name):
            self._missing_member(name, cause)
        self._spread.definition(self._file.path, name, cause, is_gone=is_gone, is_data=is_data)

    def _missing_member(self, name: str, cause: Cause) -> None:
        """Whoever asks for it while being imported fails."""
        last = name.rpartition(".")[2]
        for path in self._spread.names.book.having(last):
            mentions = self._spread.names.book[path]
            for mention in mentions.of(last):
                if mention.form == "attribute" and mentions.places[mention.place].kind != "function":
                    self._spread.module(path, cause)

    def _class_of(self, name: str) -> str:
        """The class that `name` is a member of; "" for none."""
        outer = name.rpartition(".")[0]
        return outer if self._is_class(outer) else ""

    def _is_class(self, name: str) -> bool:
        return name in self._file.old.classes or name in self._file.new.classes


def _listed(mentions: Mentions) -> list[str]:
    """The entries of ``__all__``."""
    places = {number for number, place in enumerate(mentions.places) if place.kind == "all"}
    return [name for name in mentions.by_name if any(each.form == "string" and each.place in places for each in mentions.of(name))]
