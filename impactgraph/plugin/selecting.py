"""The selection in a pytest run: decided once, before the collection, applied to every file that pytest comes across."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from impactgraph.plugin import MODES, telling
from impactgraph.plugin.choice import Choice
from impactgraph.plugin.deciding import Decided, decide, failed, question
from impactgraph.plugin.stash import SELECTION, RunSelection
from impactgraph.plugin.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path
    from types import TracebackType

_KEY = "impactgraph"  # in the dictionaries that travel between xdist's controller and its workers


def register(config: pytest.Config) -> None:
    """Take part in the run of `config`. Raises pytest.UsageError for an unknown mode."""
    mode = config.getoption("impactgraph_mode") or config.getini("impactgraph_mode") or "select"
    if mode not in MODES:
        raise pytest.UsageError(f"impactgraph_mode = {mode}: not one of {', '.join(MODES)}")
    kind = Worker if hasattr(config, "workerinput") else Controller
    config.pluginmanager.register(kind(config, mode), "impactgraph-selecting")


class Guard:
    """Swallows errors of ours: they are told at the end, and from then on nothing is left out."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> bool:
        if not isinstance(error, Exception):
            return False
        if os.environ.get("IMPACTGRAPH_DEBUG"):
            sys.excepthook(type(error), error, traceback)
        self._tally.trouble(f"{type(error).__name__}: {error}")
        return True


class Applying:
    """What every process does that collects tests."""

    def __init__(self, config: pytest.Config, mode: str) -> None:
        self.config = config
        self.mode = mode
        self.choice: Choice | None = None
        self.tally = Tally()
        self.guard = Guard(self.tally)
        self._left_out: list[Path] = []
        self._directories: dict[Path, pytest.Collector] = {}
        self._named: frozenset[str] = frozenset()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Tell files that the user named, which run, from those that `testpaths` names: only for the latter pytest does not ask us."""
        with self.guard:
            paths = {argument: self._path_of(argument) for argument in self.config.args}
            if self.config.args_source is not self.config.ArgsSource.TESTPATHS:
                self._named = frozenset(map(os.path.realpath, paths.values()))
            elif self.choice is not None:
                choice = self.choice
                self.config.args[:] = [argument for argument, path in paths.items() if not self._is_out(path, choice)]

    def _path_of(self, argument: str) -> Path:
        return self.config.invocation_params.dir / argument.partition("::")[0]

    @pytest.hookimpl(wrapper=True)
    def pytest_ignore_collect(self, collection_path: Path) -> Generator[None, bool | None, bool | None]:
        """Leave a file out before it is imported."""
        ignored = yield
        with self.guard:
            if not ignored and self.choice is not None and not self.tally.troubles:
                return self._is_out(collection_path, self.choice) or ignored
        return ignored

    def _is_out(self, path: Path, choice: Choice) -> bool:
        place = str(path)
        is_out = choice.leaves_out(place)
        if (is_out or choice.is_unselected(place)) and os.path.realpath(place) in self._named:
            return False  # pytest asks for it only where a directory above is named as well
        # Where everything runs, what select would have left out.
        if is_out or (self.mode in {"first", "observe"} and choice.is_unselected(place)):
            self._count(place, choice)
        if is_out:
            self._left_out.append(path)
        return is_out

    def _count(self, place: str, choice: Choice) -> None:
        name = choice.name(place)
        if name is not None:
            self.tally.left_out.add(name)

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_directory(self, path: Path) -> Generator[None, pytest.Collector | None, pytest.Collector | None]:
        """Remember where a file would go that was left out, should that turn out to be wrong."""
        collector = yield
        if collector is not None:
            self._directories[path] = collector
        return collector

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> Generator[None, Any, Any]:
        """Count the tests before other plugins take some out; order what they leave."""
        if self.tally.troubles:
            items.extend(self._collected_late(session))
        with self.guard:
            self._count_items(items)
            self._deselect(items)
        result = yield
        with self.guard:
            if self.mode == "first" and self.choice is not None:
                choice = self.choice
                rank = {path: choice.rank(str(path)) for path in {item.path for item in items}}
                items.sort(key=lambda item: (choice.is_idle(str(item.path), item.nodeid), rank[item.path]))
        return result

    def _deselect(self, items: list[pytest.Item]) -> None:
        """Take out tests of files that run in part."""
        choice = self.choice
        if choice is None or self.tally.troubles:
            return
        out = [item for item in items if choice.leaves_out_test(str(item.path), item.nodeid) and not self._is_named(item.path)]
        if out:
            self.tally.deselected = len(out)
            gone = set(out)
            items[:] = [item for item in items if item not in gone]
            self.config.hook.pytest_deselected(items=out)

    def _is_named(self, path: Path) -> bool:
        return bool(self._named) and os.path.realpath(path) in self._named

    def _collected_late(self, session: pytest.Session) -> Iterator[pytest.Item]:
        """The tests of files that were left out before an error of ours."""
        late, self._left_out = self._left_out, []
        self.tally.left_out.clear()
        for path in late:
            parent = self._directories.get(path.parent, session)
            for collector in parent.ihook.pytest_collect_file(file_path=path, parent=parent):
                yield from session.genitems(collector)

    def _count_items(self, items: list[pytest.Item]) -> None:
        self.tally.collected = len(items)
        if self.choice is not None and self.mode in {"first", "observe"}:
            out = {path for path in {item.path for item in items} if self.choice.name(str(path)) in self.tally.left_out}
            self.tally.unselected = sum(item.path in out or self.choice.is_idle(str(item.path), item.nodeid) for item in items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Where everything runs: which failing tests the selection would have left out."""
        if report.failed and self.choice is not None and self.mode in {"first", "observe"}:
            with self.guard:
                path = os.path.join(self.config.rootpath, report.nodeid.partition("::")[0])
                if self.choice.name(path) in self.tally.left_out or self.choice.is_idle(path, report.nodeid):
                    self.tally.failed.add(report.nodeid)


class Worker(Applying):
    """A worker of pytest-xdist: it gets the decision, and gives back what it saw."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Take over the decision. Where the controller could not hand one over, it tells, and nothing is left out."""
        with self.guard:
            dumped = self.config.workerinput.get(_KEY)  # type: ignore[attr-defined]
            if dumped:
                self.choice = Choice.load(json.loads(dumped))
                self.config.stash[SELECTION] = RunSelection(self.choice, None)

    def pytest_sessionfinish(self) -> None:
        """Tell the controller what became of the decision."""
        self.config.workeroutput[_KEY] = self.tally.dump()  # type: ignore[attr-defined]


class Controller(Applying):
    """The process that the user started: it decides, and it reports."""

    def __init__(self, config: pytest.Config, mode: str) -> None:
        super().__init__(config, mode)
        self.decided: Decided | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Decide, before workers are started and the header is printed."""
        with self.guard:
            self._remove_report()
            decided = decide(question(self.config))
            self.choice = Choice.of(self.mode, decided.answer, decided.known, decided.idle)
            self.decided = decided
            self.config.stash[SELECTION] = RunSelection(self.choice, decided.answer)

    def _remove_report(self) -> None:
        """An old report would be taken for this run's if it breaks off, and for a changed file by the decision."""
        path = self._report_path()
        if path and os.path.isfile(path):
            os.remove(path)

    def _report_path(self) -> str | None:
        path = self.config.getoption("impactgraph_report")
        return path and os.path.join(self.config.invocation_params.dir, path)

    def pytest_report_header(self) -> list[str]:
        """What was decided and why."""
        with self.guard:
            return telling.header(self.mode, self._decided().answer, self._decided().lines)
        return []

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the decision to a worker of xdist; one that gets none leaves nothing out."""
        with self.guard:
            if self.choice is not None:
                node.workerinput[_KEY] = json.dumps(self.choice.dump())

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker saw."""
        with self.guard:
            dumped = getattr(node, "workeroutput", {}).get(_KEY)
            if dumped:
                self.tally.merge(dumped)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Nothing collected is no failure where we left out all there was; then the report."""
        with self.guard:
            if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.tally.was_all_left_out():
                session.exitstatus = pytest.ExitCode.OK
        with self.guard:
            self._write_report()
        if self.tally.troubles and not self.config.pluginmanager.has_plugin("terminalreporter"):
            sys.stderr.write("".join(f"impactgraph: internal error: {message}\n" for message in self.tally.troubles))

    def _write_report(self) -> None:
        path = self._report_path()
        if path:
            telling.write(telling.report(self.mode, self._decided().answer, self.tally), path)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What was left out."""
        with self.guard:
            for line in telling.ending(self.mode, self._decided().answer, self.tally):
                terminalreporter.write_line(line)

    def _decided(self) -> Decided:
        """The decision; where making it failed, that everything runs."""
        if self.decided is None:
            asked = {"directory": str(self.config.rootpath), "base": None}
            self.decided = failed(asked, RuntimeError("; ".join(self.tally.troubles)))
        return self.decided
