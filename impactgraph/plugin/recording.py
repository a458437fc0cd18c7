"""Recording a run: what each test did, line by line into a journal, and at the end into the history. No trouble here stops a run.

With pytest-xdist the controller records; its workers' reports arrive there.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from impactgraph.errors import ImpactGraphError
from impactgraph.plugin.lines import attempt_line, passed_line, uncollected_line
from impactgraph.plugin.stash import CHECKOUT, WATCH
from impactgraph.plugin.surroundings import Surroundings, environment, surroundings
from impactgraph.sources.git import opened
from impactgraph.sources.history import place
from impactgraph.sources.history.journal import Journal, facts_line, new_name

if TYPE_CHECKING:
    from impactgraph.plugin.states import State

NAME = "impactgraph-recording"
_PLACE = "impactgraph"
_ANSWER_PARTS = ("decision", "base", "head", "counts", "changes", "reasons", "fallback")


def register(config: pytest.Config) -> None:
    """Record the run of `config`, unless it is a worker's or runs no tests. What prevents it is a warning at the end of the run."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        _register_worker(config, worker["workerid"], worker.get(_PLACE))
        return
    if config.getoption("collectonly", default=False) or _is_inside(config):
        return
    config.pluginmanager.register(Recorder(config), NAME)


def _is_inside(config: pytest.Config) -> bool:
    """Whether this run is a part of a test whose functions are being recorded in this process."""
    recorder = sys.modules.get("impactgraph._recorder")
    return recorder is not None and WATCH not in config.stash and recorder.is_noting() and not recorder.is_child()


def _register_worker(config: pytest.Config, name: str, place: Sequence[str] | None) -> None:
    """A worker tells only what functions it entered."""
    if place is not None and WATCH in config.stash:
        from impactgraph.plugin.functions import Worker  # loaded where functions are watched

        config.pluginmanager.register(Worker(config, name, *place), NAME)


class Recorder:
    """The plugin that holds the journal of the run of `config`."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._process = os.getpid()
        self._journal: Journal | None = None
        self._session: pytest.Session | None = None
        self._pending: list[pytest.TestReport] = []
        self._has_workers = False
        self._knows_decision = False
        self._warnings: list[str] = []
        self._watch = config.stash.get(WATCH, None)
        self._state: State | None = None
        self._place: tuple[str, str] | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Make the journal: from here on there is a run."""
        self._session = session
        self._has_workers = self._config.pluginmanager.hasplugin("dsession")  # of pytest-xdist, in the controller
        try:
            where = self._surroundings()
            place.make(where.history)
            facts = self._facts(where)
            self._journal = Journal(where.history, facts)
            if self._state is not None:
                self._watch_functions(where, facts["run"], self._state)
        except Exception as error:  # noqa: BLE001 - whatever it is, the tests have to run
            self._give_up(error)

    def _surroundings(self) -> Surroundings:
        rootdir = str(self._config.rootpath)
        if self._watch is None:
            return surroundings(rootdir, opened(rootdir))
        from impactgraph.plugin.states import State  # as in _register_worker

        checkout = self._config.stash[CHECKOUT]
        self._state = State(rootdir, checkout)
        return surroundings(rootdir, checkout, self._state.seen)

    def _facts(self, where: Surroundings) -> dict[str, Any]:
        return {
            "run": new_name(),
            "source": "pytest",
            "started": time.time(),
            "revision": where.revision,
            "dirty": where.dirty,
            "directory": where.directory,
            "arguments": [str(argument) for argument in self._config.invocation_params.args],
            "environment": environment(self._config),
        }

    def _watch_functions(self, where: Surroundings, run: str, state: State) -> None:
        from impactgraph.plugin import functions  # as in _register_worker

        self._place = where.history, run
        self._write(facts_line({"state": state.facts}))
        functions.register(self._config, where.history, run, "main")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist where to tell what its functions do."""
        if self._place is not None:
            node.workerinput[_PLACE] = self._place

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """Tests begin: what was decided is known, and has to be written before a crash."""
        self._tell_decision()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that can't be collected is a failure without a test."""
        if report.failed:
            self._write(uncollected_line(report.nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather the reports of a test. This is called three times a test: it is most of what recording costs."""
        when, pending = report.when, self._pending
        if when == "call":
            pending.append(report)
        elif when == "setup":
            if pending:  # of tests beside this one, or of this one: plugins that try again may begin without a teardown
                self._end_attempt(report)
                pending = self._pending
            pending.append(report)
        else:  # the teardown, or what pytest-xdist says of a test that crashed its worker
            if len(pending) == 2 and not self._has_workers:  # noqa: PLR2004 - setup and call: nearly always
                line = passed_line(pending[0], pending[1], report)
                if line is not None:
                    pending.clear()
                    self._write(line)
                    return
            pending.append(report)
            self._end_attempt(report)

    def _end_attempt(self, last: pytest.TestReport) -> None:
        """Write what is pending of the test of `last`; other tests may be running beside it."""
        node_id, worker = last.nodeid, None
        reports = [report for report in self._pending if report.nodeid == node_id]
        if self._has_workers:  # they may run the same test at the same time
            worker = _worker(last)
            reports = [report for report in reports if _worker(report) == worker]
        if len(reports) == len(self._pending):
            self._pending.clear()
        else:
            self._pending = [report for report in self._pending if report not in reports]
        if reports:
            self._write(attempt_line(reports, worker))

    def _write(self, line: bytes) -> None:
        try:
            if self._journal is not None:
                self._journal.write(line)
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """End the recording with a warning. What the journal holds is ingested by whoever comes next."""
        self._warnings.append(f"this run is not recorded to its end: {_told(error)}")
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.close()

    def _tell_decision(self) -> None:
        found = None if self._knows_decision else decision(self._config)
        if found is not None:
            self._knows_decision = True
            self._write(facts_line(found))

    def pytest_unconfigure(self) -> None:
        """Last of all, as other plugins may still change the exit status when the session ends."""
        if os.getpid() != self._process:  # the child of a test that forked
            return
        self._tell_decision()
        self._end_watch()
        if self._session is not None:
            status = int(self._session.exitstatus)
            self._write(facts_line({"exit_status": status, "ended": time.time(), **left_out(self._config)}))
        self._ingest()
        for warning in self._warnings:
            _warn(self._config, f"impactgraph: {warning}")

    def _end_watch(self) -> None:
        if self._watch is None:
            return
        self._watch.close()
        if self._watch.trouble is not None:
            self._warnings.append(f"functions are not recorded to the end: {_told(self._watch.trouble)}")
        if self._state is not None:
            try:
                self._write(facts_line({"held": self._state.has_held()}))
            except ImpactGraphError as error:
                self._warnings.append(f"what functions did counts as incomplete: {error}")

    def _ingest(self) -> None:
        journal, self._journal = self._journal, None
        if journal is None:
            return
        try:
            from impactgraph.sources.history.ingest import ingest_journals  # SQLite is of no use before

            journal.close()
            with _no_garbage_collection():
                self._warnings += ingest_journals(os.path.dirname(journal.path), str(self._config.rootpath))
        except Exception as error:  # noqa: BLE001 - as above
            self._warnings.append(f"{_told(error)}; this run stays in {journal.path} until a later run can ingest it")


def decision(config: pytest.Config) -> dict[str, Any] | None:
    """What the selection of this run says, for the journal; None without one."""
    stash = sys.modules.get("impactgraph.plugin.stash")  # where it is not loaded nothing was selected
    found = config.stash.get(stash.SELECTION, None) if stash else None
    if found is None or found.answer is None:
        return None
    answer = found.answer
    selected = {test["path"] for test in answer["tests"]}
    known = set() if answer["fallback"] else set(found.choice.dump()["known"])
    return {
        "mode": found.choice.mode,
        "decision": {part: answer[part] for part in _ANSWER_PARTS},
        "selected": sorted(selected),
        "left_out": sorted(known - selected),
    }


def left_out(config: pytest.Config) -> dict[str, Any]:
    """The files that would really have been left out, which only the collection tells: those named on the command line are not."""
    selecting = config.pluginmanager.get_plugin("impactgraph-selecting")
    if selecting is None or selecting.mode not in {"first", "observe"}:
        return {}
    tally = selecting.tally
    return {"left_out": [] if tally.troubles else sorted(tally.left_out)}


def _worker(report: pytest.TestReport) -> str | None:
    node = getattr(report, "node", None)  # the worker of pytest-xdist that reported
    return None if node is None else str(node.gateway.id)


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Rows are no garbage, but making them would have all objects of the session looked through, several times."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__


def _warn(config: pytest.Config, message: str) -> None:
    """After the summary; not by `warnings`, which ``-W error`` would turn into a failure."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(message, yellow=True)
