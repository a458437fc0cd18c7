"""What is known of the names in one file, as plain values that a cache can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Name of the code that runs when a module is imported, as code objects have it.
MODULE = "<module>"


class Place(NamedTuple):
    """Where a name is used, by when that code runs and where its value goes.

    Kinds: ``function`` runs when the function `name` is entered; all others run when the module is imported. ``binding``: the value goes
    to the module's name; ``header``: defaults and decorators of the function `name`; ``annotation``: its annotations (``postponed``: which
    are not run); ``class``: bases, keywords, decorators and statements of the class `name`; ``all``: entries of ``__all__``; ``doctest``:
    examples in docstrings, which a run of their own runs; ``effect``: a statement that does something.
    """

    kind: str
    name: str


class Mention(NamedTuple):
    """One use of a name; `place` is a position in `Mentions.places`.

    Forms: ``name`` (as a variable), ``attribute`` (behind a dot; `base` is what stands before, as a module's dotted name where it could
    be one, else ""), ``import`` (in a function, from the module `base`), ``value`` (the module itself, or what was imported, is used as
    a whole; `base` its dotted name), ``given`` (the same, as an argument of a call), ``string`` (`base`: what stands before the last
    dot in it), ``parameter``.
    """

    place: int
    form: str
    base: str


class ClassFacts(NamedTuple):
    """`bases` dotted, "?" for what is no dotted name; `is_special`: decorated, or with keywords such as a metaclass."""

    bases: tuple[str, ...]
    is_special: bool


class Mentions(NamedTuple):
    """The names in one file; but for places and classes, plain values all through.

    Module references are dotted names, relative ones ``@directory:name``.

    `namespaces`: places that look through all names of this module (``globals()`` and the like). `probes`: where an attribute is got at
    by a computed name: place, whether it is one of the method's own object, beginning and end of the name. `imports`: name -> (module,
    its name there, or "" for the module itself). `decorators`: by function or class, "?" for what is no dotted name. `impure`: names
    whose value comes out of a call that may have effects. `has_effects`: whether importing it does more than to bind names. `opaque`:
    could not be parsed: only `words` is known. `is_dynamic`: imports by name, or serves attributes that it does not bind.
    `is_postponed`: annotations are not evaluated.
    """

    places: tuple[Place, ...] = ()
    by_name: Mapping[str, tuple[tuple[int, str, str], ...]] = {}
    namespaces: tuple[int, ...] = ()
    probes: tuple[tuple[int, bool, str, str], ...] = ()
    bound: frozenset[str] = frozenset()
    imports: Mapping[str, tuple[str, str]] = {}
    stars: tuple[str, ...] = ()
    loaded: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    acts: tuple[str, ...] = ()
    classes: Mapping[str, ClassFacts] = {}
    decorators: Mapping[str, tuple[str, ...]] = {}
    impure: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    has_effects: bool = False
    is_dynamic: bool = False
    is_postponed: bool = False
    opaque: bool = False

    def of(self, name: str) -> list[Mention]:
        """The mentions of `name`; `by_name` holds them as plain tuples."""
        return [Mention._make(each) for each in self.by_name.get(name, ())]
