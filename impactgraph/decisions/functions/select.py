"""A selection by modules, narrowed to the tests whose recorded runs can tell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.decisions.functions.spread import Cause
from impactgraph.decisions.select import SelectedTest, Selection
from impactgraph.model import Decision, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impactgraph.decisions.functions.evidence import Evidence, Touched
    from impactgraph.decisions.functions.identities import Identities
    from impactgraph.decisions.seeds import Judged

_KEPT_WHOLE = frozenset({"always", "global"})


class Narrowing(NamedTuple):
    """What recorded runs say of a change.

    `touched`: by what the change can touch. `unsure`: recorded tests of which nothing can be said, each with the reason. `fresh`: node IDs
    of test functions and classes, by file, that no run has recorded yet; "" for the whole file.
    """

    touched: Touched
    unsure: Mapping[int, str]
    fresh: Mapping[str, Sequence[str]]


class Why(NamedTuple):
    """What decided for the recorded test `node_id` of the test file at `path`; for the whole file where that is None."""

    path: str
    node_id: str | None
    cause: Cause


class Narrowed(NamedTuple):
    """A narrowed selection, the recorded tests that it leaves out (node IDs, sorted), and the counts of recorded tests.

    `why`: what decided, by path and node ID.
    """

    selection: Selection
    left_out: tuple[str, ...]
    recorded: dict[str, int]
    why: tuple[Why, ...]


def narrowed(selection: Selection, evidence: Evidence, identities: Identities, narrowing: Narrowing, judged: Sequence[Judged]) -> Narrowed:
    """`selection` with the tests only that can tell, and those that it lacked although they ran what changed."""
    found = _Found(selection, evidence, identities, narrowing)
    for path in evidence.test_files:
        found.decide(path)
    found.keep_importers(judged)
    tests = tuple(found.tests[path] for path in sorted(found.tests))
    decision: Decision = "subset" if tests else "none"
    selection = selection._replace(decision=decision, tests=tests, reasons=found.reasons())
    return Narrowed(selection, found.left_out(), found.recorded(), found.why())


class _Found:
    """Test file by test file."""

    def __init__(self, selection: Selection, evidence: Evidence, identities: Identities, narrowing: Narrowing) -> None:
        self._identities = identities
        self._before = {test.path: test for test in selection.tests}
        self._selection = selection
        self._evidence = evidence
        self._narrowing = narrowing
        self._files: dict[Cause, set[str]] = defaultdict(set)
        self._chosen: set[int] = set()
        self._why: list[tuple[str, int | None, Cause]] = []
        self.tests: dict[str, SelectedTest] = {}

    def decide(self, path: str) -> None:
        """Select of the test file at `path` what has to run."""
        before = self._before.get(path)
        recorded = self._evidence.tests_of(path)
        whole = self._narrowing.touched.files.get(path)
        if before is not None and before.layer in _KEPT_WHOLE:
            self._whole(before, None)
        elif whole is not None:
            self._whole(before or SelectedTest(path, "module", None, whole.change), whole)
        elif before is not None and not recorded:
            self._whole(before, Cause(before.change or path, "", "unrecorded"))
        else:
            self._some(path, before, recorded)

    def _whole(self, test: SelectedTest, cause: Cause | None) -> None:
        self.tests[test.path] = test
        self._chosen.update(self._evidence.tests_of(test.path))
        if cause is not None:
            self._files[cause].add(test.path)
        self._why.append((test.path, None, cause or Cause(test.change or test.path, "", test.layer)))

    def _some(self, path: str, before: SelectedTest | None, recorded: Iterable[int]) -> None:
        causes = {test: cause for test in recorded if (cause := self._cause(test, before)) is not None}
        current = self._identities.current(causes)
        fresh = self._narrowing.fresh.get(path, ())
        change = before.change if before else next((cause.change for cause in causes.values()), path)
        if current is None or "" in fresh:
            self._whole(before or SelectedTest(path, "function", None, change), Cause(change or path, "", "edited"))
        elif current or fresh:
            self._chosen.update(causes)
            node_ids = tuple(sorted({*current, *fresh}))
            self.tests[path] = SelectedTest(path, "function", before.distance if before else None, change, node_ids)
        for test, cause in causes.items():
            self._files[cause].add(path)
            self._why.append((path, test, cause))

    def _cause(self, test: int, before: SelectedTest | None) -> Cause | None:
        cause = self._narrowing.touched.tests.get(test)
        if cause is None and before is not None and test in self._narrowing.unsure:
            return Cause(before.change or before.path, "", self._narrowing.unsure[test])
        return cause

    def keep_importers(self, judged: Sequence[Judged]) -> None:
        """Of each changed module at least one test that imports it: a module that fails to be imported must not pass unseen."""
        for item in judged:
            if item.effect == "seeds" and item.klass == "module":
                nearest = self._evidence.nearest(item.change.path)
                if nearest and not any(path in self.tests for path in nearest):
                    self._keep_one(item.change.path, nearest[0])

    def _keep_one(self, change: str, path: str) -> None:
        recorded = self._evidence.tests_of(path)
        before = self._before.get(path)
        if before is None:
            return
        cause = Cause(change, "", "import-check")
        one = next(((test, current) for test in recorded if (current := self._identities.current([test]))), None)
        if one is None:
            self._whole(before, cause)
            return
        self._chosen.add(one[0])
        self.tests[path] = before._replace(layer="function", node_ids=tuple(one[1]))
        self._files[cause].add(path)
        self._why.append((path, one[0], cause))

    def why(self) -> tuple[Why, ...]:
        """What decided for each test that is selected."""
        names = self._evidence.record.node_ids
        rows = [Why(path, None if test is None else names[test], cause) for path, test, cause in self._why]
        return tuple(sorted(rows, key=lambda row: (row.path, row.node_id or "")))

    def reasons(self) -> tuple[Reason, ...]:
        """Each cause with the number of test files that it accounts for."""
        kept = [reason for reason in self._selection.reasons if reason.code == "always-run"]
        rows = [(f"function-{cause.rule}", cause.change, cause.unit or None, len(files)) for cause, files in self._files.items()]
        return (*kept, *(Reason(*row) for row in sorted(rows, key=lambda row: (row[1], row[0], row[2] or ""))))

    def recorded(self) -> dict[str, int]:
        """How many recorded tests there are, and are selected."""
        total = sum(len(self._evidence.tests_of(path)) for path in self._evidence.test_files)
        return {"node_ids_total": total, "node_ids_selected": total - len(self.left_out())}

    def left_out(self) -> tuple[str, ...]:
        """Recorded tests that need not run."""
        record = self._evidence.record
        return tuple(
            record.node_ids[test]
            for path in self._evidence.test_files
            for test in self._evidence.tests_of(path)
            if test not in self._chosen
        )
