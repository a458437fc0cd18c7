"""From a changed file to what it can break: nothing, everything, or the dependents of some files (its seeds)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from impactgraph.analysis.units import compare as compare_anew
from impactgraph.config import matches
from impactgraph.decisions.dependencies import reached_imports
from impactgraph.decisions.surroundings import around, namesakes, surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impactgraph.analysis.settings.verdicts import Verdict
    from impactgraph.analysis.units import UnitDiff
    from impactgraph.config import Config
    from impactgraph.decisions.dependencies import Dependencies
    from impactgraph.decisions.surroundings import Place
    from impactgraph.model import FileChange, Tree, Unit

_SUBMODULE = "S"
# Hooks that pytest calls once for the session, or with the tests of all directories, whichever conftest.py defines them.
_SESSION_HOOKS = tuple(
    f"def pytest_{name}".encode()
    for name in """
    addoption cmdline_main collection collection_finish collection_modifyitems configure deselected itemcollected
    load_initial_conftests plugin_registered runtestloop sessionfinish sessionstart unconfigure
    """.split()
)
# Python files that say how the project is installed, or that every interpreter runs.
_GLOBAL_MODULES = frozenset({"setup.py", "sitecustomize.py", "usercustomize.py"})


class Judged(NamedTuple):
    """One changed file with what it can break. `effect`: inert, seeds (the dependents of the files in `seeds`) or all."""

    change: FileChange
    klass: str
    effect: str
    reason: str
    detail: str | None = None
    units: tuple[Unit, ...] | None = None
    seeds: tuple[str, ...] = ()


class Compare(Protocol):
    """How two contents of a file are compared."""

    def __call__(self, path: str, old: bytes, new: bytes, /, *, docstrings_inert: bool) -> UnitDiff:
        """What changed in the file at `path`."""


class Judge:
    """Judges the changes between `base` (None: not known, as with an explicit list of files) and `head`."""

    def __init__(  # noqa: PLR0913 - all that a judgement follows from
        self, base: Tree | None, head: Tree, place: Place, dependencies: Dependencies, config: Config, *, compare: Compare = compare_anew
    ) -> None:
        self._base = base
        self._head = head
        self._place = place
        self._dependencies = dependencies
        self._config = config
        self._compare = compare

    def judge(self, changes: Sequence[FileChange]) -> list[Judged]:
        """Each of `changes`, in their order, judged."""
        wanted = [change for change in changes if change.status != _SUBMODULE]
        old = self._base.read([change.old_path or change.path for change in wanted]) if self._base else {}
        new = self._head.read([change.path for change in wanted if change.status != "D"])
        return [self._judge(change, old.get(change.old_path or change.path), new.get(change.path)) for change in changes]

    def _judge(self, change: FileChange, old: bytes | None, new: bytes | None) -> Judged:
        configured = self._configured(change)
        if configured is not None:
            return configured
        if self._is_submodule(change):
            return Judged(change, "submodule", "all", "submodule", "its files are not part of this checkout's state")
        return self._judge_python(change, old, new) if change.path.endswith(".py") else self._judge_other(change, old, new)

    def _configured(self, change: FileChange) -> Judged | None:
        """What the configuration says of the whole file; global inputs win, as the safe of two contradicting wishes."""
        paths = [path for path in (change.path, change.old_path) if path]
        for patterns, effect, code, quantify in (
            (self._config.global_inputs, "all", "global-input", any),
            (self._config.inert, "inert", "configured-inert", all),
        ):
            found = [next((pattern for pattern in patterns if matches(pattern, path)), "") for path in paths]
            if quantify(found):
                return Judged(change, self._class(change.path), effect, code, f"configured: {next(filter(None, found))}")
        return None

    def _is_submodule(self, change: FileChange) -> bool:
        trees = [tree for tree in (self._base, self._head) if tree]
        return any(path in tree.files and tree.files[path].is_submodule for tree in trees for path in _own(change))

    def _class(self, path: str) -> str:
        if path.rpartition("/")[2] == "conftest.py":
            return "conftest"
        if path in self._place.tests:
            return "test"
        return "module" if path.endswith(".py") else "data"

    def _judge_python(self, change: FileChange, old: bytes | None, new: bytes | None) -> Judged:
        klass = self._class(change.path)
        if change.status == "M" and old is not None and new is not None:
            # A module that is collected as a test has its docstrings run.
            is_inert = self._config.docstrings == "inert" and change.path not in self._place.tests
            difference = self._compare(change.path, old, new, docstrings_inert=is_inert)
            if difference.inert:
                return Judged(change, klass, "inert", difference.reason, units=difference.units)
            reason, units = difference.reason, difference.units
        else:
            reason, units = _REASONS[change.status] if self._base else "listed", None
        if change.path.rpartition("/")[2] in _GLOBAL_MODULES:
            return Judged(change, "configuration", "all", "global-input", _told(units), units)
        seeds = _own(change)
        if klass == "conftest" and any(hook in source for source in (old, new) if source for hook in _SESSION_HOOKS):
            seeds = (*seeds, *self._place.graph.test_files)
        if klass != "conftest" and change.status != "M":
            seeds = (*seeds, *(test for path in seeds for test in namesakes(path, self._place)))
        return Judged(change, klass, "seeds", reason, _told(units), units, seeds)

    def _judge_other(self, change: FileChange, old: bytes | None, new: bytes | None) -> Judged:
        from impactgraph.analysis.settings.classify import judge as judge_settings  # most changes are of Python files alone

        verdict = judge_settings(change, old, new, self._config, surroundings(change.path, self._place, self._dependencies.readers()))
        if any(path in self._place.tests for path in _own(change)):
            return Judged(change, "test", "seeds", _REASONS[change.status], verdict.detail, None, _own(change))
        effect, detail, seeds = self._effect(change, verdict)
        return Judged(change, verdict.klass, effect, verdict.reason, detail, None, seeds)

    def _effect(self, change: FileChange, verdict: Verdict) -> tuple[str, str | None, tuple[str, ...]]:
        if verdict.effect == "packages":
            return self._packages(verdict)
        if verdict.effect == "opened":
            return "seeds", verdict.detail, _own(change)
        if verdict.effect == "data":
            return self._data(change, verdict)
        if verdict.effect == "compiled":
            return ("seeds", verdict.detail, _own(change)) if self._is_used(change) else ("all", "no module imports it by name", ())
        return verdict.effect, verdict.detail, ()

    def _packages(self, verdict: Verdict) -> tuple[str, str | None, tuple[str, ...]]:
        affected = reached_imports(verdict.packages, self._dependencies)
        if affected.everything:
            return "all", _listed(affected.everything), ()
        return ("seeds" if affected.importers else "inert"), _listed(verdict.packages), affected.importers

    def _data(self, change: FileChange, verdict: Verdict) -> tuple[str, str | None, tuple[str, ...]]:
        """Whoever opens the file by a literal path; where nobody near it does, also whatever lies around it."""
        seeds: dict[str, None] = dict.fromkeys(_own(change))
        for path in _own(change):
            nearby = around(path, self._place)
            # Settings of a directory are read by programs that are given the directory, whoever else opens them.
            if verdict.klass == "configuration" or not any(opener in nearby for opener in self._place.importers(path)):
                if not nearby and not self._is_used(change):
                    return "all", "no directory of modules or tests around it", ()
                seeds.update(dict.fromkeys(sorted(nearby)))
        return "seeds", verdict.detail, tuple(seeds)

    def _is_used(self, change: FileChange) -> bool:
        """Whether modules import it by its name: those who list its directory don't use what is built from it."""
        return all(self._place.importers(path, by_name=True) for path in _own(change))


_REASONS = {"A": "added", "M": "changed", "D": "deleted", "R": "renamed", "T": "type-changed", "S": "submodule"}
_SHOWN = 3


def _own(change: FileChange) -> tuple[str, ...]:
    return (change.path,) if change.old_path is None else (change.path, change.old_path)


def _told(units: tuple[Unit, ...] | None) -> str | None:
    if not units:
        return None
    return _listed([f"{unit.kind} {unit.name}" for unit in units])


def _listed(items: Sequence[str]) -> str:
    rest = len(items) - _SHOWN
    return ", ".join(items[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
