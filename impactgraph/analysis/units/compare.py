"""What changed in one file: nothing that runs, or these units.

The law: a pair that this Python can parse is inert exactly when ``ast.dump`` gives the same for both sides. The configuration can widen
that to docstrings, and imports that stand under ``if TYPE_CHECKING:`` are always beyond it. What can't be parsed is inert only if its
tokens are the same for every version of Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.units.tokens import Text, read_text, same_tokens

if TYPE_CHECKING:
    from impactgraph.model import Unit

_PYTHON = (".py", ".pyi", ".pyw")
# A larger file would cost seconds and gigabytes to take apart: it counts as changed.
_LARGEST = 2_000_000


class UnitDiff(NamedTuple):
    """What changed in one file.

    `units` is empty if and only if the change is `inert`, and None where the file as a whole is what changed. `reason` is one of
    identical, syntax-unchanged, docstrings-only, type-checking-only (inert), units, added, deleted, unparsable, not-python.
    """

    units: tuple[Unit, ...] | None
    inert: bool
    reason: str

    @property
    def only_docstrings(self) -> bool:
        """Whether docstrings are all that changed, so that who knows that nothing reads them may call it inert."""
        return self.reason == "docstrings-only" or (bool(self.units) and all(unit.kind == "docstring" for unit in self.units or ()))


def compare(path: str, old: bytes | None, new: bytes | None, *, docstrings_inert: bool = False) -> UnitDiff:
    """What changed in the file at `path` from `old` to `new`, either of them None where there is no such file.

    Units of kind: signature, decorator, default, annotation, function-body (functions, by qualified name); class; binding, import, all
    (names of a module or class); docstring, string; guard (an ``if`` or ``try``, part of whatever stands below it), effect (a statement
    that does something; ``__future__``: to the whole file), order (the same units, arranged otherwise), type-checking. The line is that
    of the new file, for what was removed that of the old.
    """
    if old == new:
        return _inert("identical")
    if old is None or new is None:
        return UnitDiff(None, inert=False, reason="added" if old is None else "deleted")
    if not path.endswith(_PYTHON):
        return UnitDiff(None, inert=False, reason="not-python")
    before, after = (read_text(each) if len(each) <= _LARGEST else None for each in (old, new))
    if before is None or after is None:
        return _unparsable()
    return _compare_texts(before, after, docstrings_inert=docstrings_inert)


def _compare_texts(old: Text, new: Text, *, docstrings_inert: bool) -> UnitDiff:
    """By trees; by tokens where this Python has none. Equal tokens mean equal trees, so which Python runs makes no difference for them."""
    # A docstring is code for a file that reads it.
    may_drop = docstrings_inert and "__doc__" not in old.text and "__doc__" not in new.text
    try:
        by_trees = _compare_trees(old.text, new.text, docstrings_inert=may_drop)
    except (RecursionError, MemoryError, ValueError):  # parsed, but too deep to walk or with a number too long to print
        by_trees = None
    if by_trees is not None:
        return by_trees
    return _inert("syntax-unchanged") if same_tokens(old, new) else _unparsable()


def _compare_trees(old: str, new: str, *, docstrings_inert: bool) -> UnitDiff | None:
    """None where this Python can't parse one of them."""
    # Not every run compares: what it needs is imported with the first pair.
    from impactgraph.analysis.units import source, type_checking
    from impactgraph.analysis.units.difference import difference

    before, after = source.parse(old), source.parse(new)
    if before is None or after is None:
        return None
    if source.same(before, after):
        return _inert("syntax-unchanged")
    if docstrings_inert and source.same(source.without_docstrings(before), source.without_docstrings(after)):
        return _inert("docstrings-only")
    units = difference(before, after)
    if all(unit.kind == "type-checking" for unit in units) and type_checking.same_at_run_time(before, after):
        return _inert("type-checking-only")
    return UnitDiff(units, inert=False, reason="units")


def _inert(reason: str) -> UnitDiff:
    return UnitDiff((), inert=True, reason=reason)


def _unparsable() -> UnitDiff:
    return UnitDiff(None, inert=False, reason="unparsable")
