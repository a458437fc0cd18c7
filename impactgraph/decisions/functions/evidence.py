"""From what a change can touch to the tests whose recorded runs touched it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.decisions.functions.spread import Affected, nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from impactgraph.decisions.functions.spread import Cause, Members
    from impactgraph.graph.closure import Closure
    from impactgraph.record import Record

# More modules than these are asked about together, which is quicker and says a little less.
_FEW = 8
# Rules by which it makes no difference what ran while a module was imported.
_AT_RUN_TIME = frozenset({"annotation", "docstring"})


class Touched(NamedTuple):
    """`tests`: numbers of recorded tests. `files`: test files of which every test counts."""

    tests: dict[int, Cause]
    files: dict[str, Cause]


class Evidence:
    """A record, asked by the names of functions, over one graph of imports. `gone`: tests that no file has any more."""

    def __init__(self, record: Record, closure: Closure, gone: frozenset[int] = frozenset()) -> None:
        self.record = record
        self._gone = gone
        self._closure = closure
        self._index = {path: number for number, path in enumerate(closure.graph.paths)}
        self._numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._of_file: dict[str, list[str]] = defaultdict(list)
        for number, function in enumerate(record.functions):
            path, owner = function.path, function.owner
            if (path, owner) not in self._numbers:
                self._of_file[path].append(owner)
            self._numbers[path, owner].append(number)
        self._tests_of: dict[str, list[int]] = defaultdict(list)
        for number, node_id in enumerate(record.node_ids):
            if number in gone:
                continue
            self._tests_of[node_id.partition("::")[0]].append(number)

    def tests_of(self, path: str) -> list[int]:
        """Recorded tests of the file at `path`."""
        return self._tests_of.get(path, [])

    @property
    def test_files(self) -> tuple[str, ...]:
        """Test files of the checkout, sorted."""
        return self._closure.graph.test_files

    def nearest(self, path: str) -> list[str]:
        """Test files downstream of the file at `path`, the nearest first."""
        number = self._index.get(path)
        distance = self._closure.reach([] if number is None else [number]).distance
        reached = [test for test in self.test_files if distance[self._index[test]] >= 0]
        return sorted(reached, key=lambda test: (distance[self._index[test]], test))

    def functions_of(self, path: str) -> list[str]:
        """Recorded functions of the file at `path`, by name."""
        return self._of_file.get(path, [])

    def entered_any_of(self, paths: Iterable[str]) -> set[int]:
        """Tests that entered any function of the files at `paths`."""
        return self.record.entered([number for path in paths for name in self.functions_of(path) for number in self._numbers[path, name]])

    def touched(self, affected: Affected) -> Touched:
        """The tests that can tell, each with its first cause."""
        found = self._touched(affected)
        for members in affected.members.values():
            self._add_members(found, members)
        return found

    def _add_members(self, found: Touched, members: Members) -> None:
        """Of the tests that ask for a member by its name, those that have the class."""
        asking = self._touched(nothing()._replace(functions=members.functions))
        holding = self.touched(members.holders)
        tests = holding.tests.keys() | {test for path in holding.files for test in self.tests_of(path)}
        for test, cause in asking.tests.items():
            if test in tests:
                found.tests.setdefault(test, cause)
        for path, cause in asking.files.items():
            for test in self.tests_of(path):
                if test in tests:
                    found.tests.setdefault(test, cause)

    def _touched(self, affected: Affected) -> Touched:
        causes = dict(self._entered(affected))
        modules = {**affected.modules, **dict(self._imported(causes))}
        found = Touched({}, {**self._all_for_unknown_ways(modules), **self.dependents(modules)})
        for cause, tests in self._groups(affected, causes, modules):
            for test in tests:
                found.tests.setdefault(test, cause)
        outside = self.record.session & causes.keys()
        if outside:
            cause = causes[min(outside)]._replace(rule="session")
            found.files.update({path: cause for path in self.test_files if path not in found.files})
        return found

    def _groups(self, affected: Affected, causes: dict[int, Cause], modules: dict[str, Cause]) -> Iterator[tuple[Cause, Iterable[int]]]:
        """Tests that can tell, in groups of one cause."""
        for cause, numbers in _grouped(causes):
            yield cause, self.record.entered(numbers)
        for path, cause in modules.items():
            yield cause, self.record.requested([path])
        for (path, name), cause in affected.tests.items():
            yield cause, self._named(path, name)
        for path, cause in affected.documents.items():
            yield cause, [test for test in self.tests_of(path) if _is_doctest(self.record.node_ids[test])]

    def _entered(self, affected: Affected) -> Iterator[tuple[int, Cause]]:
        """The recorded functions that matter."""
        for key, cause in affected.functions.items():
            for number in self._numbers.get(key, ()):
                yield number, cause
        for (path, name), cause in affected.classes.items():
            for owner in self._of_file.get(path, ()):
                if owner.startswith(f"{name}."):
                    for number in self._numbers[path, owner]:
                        yield number, cause

    def _imported(self, causes: dict[int, Cause]) -> Iterator[tuple[str, Cause]]:
        """Modules whose import runs one of those functions."""
        for path, functions in self.record.imported.items():
            ran = {number for number in functions & causes.keys() if causes[number].rule not in _AT_RUN_TIME}
            if ran:
                yield path, causes[min(ran)]._replace(rule="imported")
        ran = {number for number, cause in causes.items() if cause.rule not in _AT_RUN_TIME}
        early = {number for number in ran if self.record.functions[number].path in self.record.early}
        for numbers, paths in ((ran, self.record.unseen), (early, self.record.early)):
            for path in sorted(paths) if numbers else ():
                yield path, causes[min(numbers)]._replace(rule="imported")

    def dependents(self, modules: dict[str, Cause]) -> dict[str, Cause]:
        """Test files downstream of `modules`, by the graph of imports."""
        paths = {self._index[path]: path for path in modules if path in self._index}
        reach = self._closure.reach(paths)
        tests = [path for path in self._closure.graph.test_files if reach.distance[self._index[path]] >= 0]
        return {path: modules[paths[reach.origin[self._index[path]]]] for path in tests}

    def _all_for_unknown_ways(self, modules: dict[str, Cause]) -> dict[str, Cause]:
        """Every test file, where a test entered code of one of `modules` although the graph has no way from there to its file.

        Somebody imports it by a name that nobody could see (plugins, libraries of template tags), once for all tests that follow.
        """
        known = set(self.test_files)
        each = [{path: cause} for path, cause in modules.items()]
        for some in each if len(each) <= _FEW else [modules]:
            using = self.entered_any_of(some) - self._gone
            files = {self.record.node_ids[test].partition("::")[0] for test in using} & known
            if files and not files <= self.dependents(some).keys():
                return dict.fromkeys(self.test_files, next(iter(some.values()))._replace(rule="unknown-way"))
        return {}

    def as_they_are_now(self, named: Iterable[tuple[str, str]], serves: Callable[[str, str], bool]) -> dict[int, str]:
        """Node IDs without parameters, or of whole classes, of recorded tests that may have others by now.

        Those of the functions and classes `named`, whose decorators say with what they run, and of who entered a fixture among them:
        one for which `serves` is true.
        """
        found: dict[int, str] = {}
        for path, name in sorted(named, key=lambda each: (each[0], each[1].count("."), each[1])):
            for test in self._named(path, name):
                found.setdefault(test, f"{path}::{name.replace('.', '::')}")
            if serves(path, name):
                for test in sorted(self.record.entered(self._numbers.get((path, name), ()))):
                    found.setdefault(test, self.record.node_ids[test].partition("[")[0])
        return found

    def _named(self, path: str, name: str) -> Iterable[int]:
        """Recorded tests of the test function or class `name`, all their parameters."""
        start = f"{path}::{name.replace('.', '::')}"
        return [test for test in self.tests_of(path) if _is_of(self.record.node_ids[test], start)]


def _is_doctest(node_id: str) -> bool:
    """Whether pytest names a test so that is an example in a docstring, by its dotted name, or a file that is not Python."""
    path, _, name = node_id.partition("::")
    return not path.endswith(".py") or ("." in name.partition("[")[0] and "::" not in name)


def _is_of(node_id: str, start: str) -> bool:
    return node_id.startswith(start) and node_id[len(start) : len(start) + 1] in {"", "[", ":"}


def _grouped(causes: dict[int, Cause]) -> Iterable[tuple[Cause, list[int]]]:
    groups: dict[Cause, list[int]] = {}
    for number, cause in causes.items():
        groups.setdefault(cause, []).append(number)
    return groups.items()
