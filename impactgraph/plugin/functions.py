"""Recording functions: what a test entered in setup, call and teardown, and what the fixtures did that it shares with others.

pytest tells when a fixture is set up and when it is gone, but not who uses one that is there already, nor when its end begins: three of its
methods are wrapped while functions are recorded.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from _pytest.fixtures import FixtureDef, FixtureRequest
from _pytest.nodes import Node
from _pytest.scope import Scope as FixtureScope

from impactgraph import _recorder as recorder
from impactgraph.plugin.stash import CHECKOUT, WATCH
from impactgraph.plugin.watching import Scope, Watch
from impactgraph.sources.git import opened
from impactgraph.sources.history.journal import LAST, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

NAME = "impactgraph-functions"
_FUNCTION = FixtureScope.Function


def begin(config: pytest.Config) -> None:
    """Begin to watch, before anything of the checkout is imported for this run. Raises RuntimeError where it is not possible.

    A run inside a test of one that is watched is a part of that test, and has no record of its own.
    """
    if recorder.is_noting() and not recorder.is_child():
        return
    rootdir = str(config.rootpath)
    checkout = opened(rootdir)
    config.stash[CHECKOUT] = checkout
    config.stash[WATCH] = Watch(rootdir if checkout is None else checkout.root)


def register(config: pytest.Config, directory: str, run: str, process: str) -> None:
    """Have tests and fixtures told to the watch, if there is one, and its journal written beside that of the run. Raises OSError."""
    watch = config.stash.get(WATCH, None)
    if watch is not None:
        watch.open(directory, run, process)
        config.pluginmanager.register(Functions(watch), NAME)


class Worker:
    """The plugin of a worker of pytest-xdist; the controller has named the history and the run."""

    def __init__(self, config: pytest.Config, process: str, directory: str, run: str) -> None:
        self._config = config
        self._process = process
        self._place = directory, run

    def pytest_sessionstart(self) -> None:
        """There is a run: tell what it does. Where that can't be told the tests have to run all the same."""
        with contextlib.suppress(OSError):
            register(self._config, *self._place, self._process)

    def pytest_unconfigure(self) -> None:
        """The last of it."""
        self._config.stash[WATCH].close()


class _Made(NamedTuple):
    """Of all `size` tests that a function makes, node IDs of those that `ran`."""

    size: int
    ran: set[str]


class Functions:
    """The plugin that says on whose behalf code runs."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._process = os.getpid()
        self._fixtures: dict[int, tuple[FixtureDef[Any], Scope]] = {}  # by id: not all can be hashed
        self._collectors: dict[Node, tuple[Scope, ...]] = {}
        self._uses: set[int] = set()
        #: Of test functions with parameters, by node ID: what is known of their tests.
        self._made: dict[str, _Made] = {}
        self._is_skipped = False
        self._replaced: list[tuple[type, str, Any]] = []
        self._replace(FixtureDef, "execute", self._executing)
        self._replace(FixtureDef, "finish", self._finishing)
        self._replace(FixtureRequest, "_get_active_fixturedef", self._getting)

    def _replace(self, owner: type, name: str, stand_in: Callable[[Any], Callable[..., object]]) -> None:
        before = getattr(owner, name)
        self._replaced.append((owner, name, before))
        setattr(owner, name, stand_in(before))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """All three phases, with the hooks around them."""
        node_id = item.nodeid  # pytest makes some calls to find it
        self._uses, self._is_skipped = set(), False
        for scope in self._scopes_of(item.parent):
            self._uses.add(scope.number)
        sink = self.watch.begin(node_id)
        try:
            return (yield)
        finally:
            if os.getpid() == self._process:
                self.watch.end(node_id, sink, self._uses, self._last(node_id) | SKIPPED * self._is_skipped)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that fails as it is expected to has run, unless it was not even set up."""
        if report.outcome == "skipped" and (report.when == "setup" or not hasattr(report, "wasxfail")):
            self._is_skipped = True

    @pytest.hookimpl(trylast=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """How many tests a function makes is known here alone: what is deselected later, or never collected, is no matter."""
        size = len(getattr(metafunc, "_calls", ()))
        if size:
            self._made[metafunc.definition.nodeid] = _Made(size, set())

    def _last(self, node_id: str) -> int:
        """The flag of the test after which all have run that its function makes."""
        made = self._made.get(node_id.partition("[")[0]) if node_id.endswith("]") else None
        if made is None:
            return 0
        made.ran.add(node_id)
        return LAST if len(made.ran) == made.size else 0

    def _scopes_of(self, collector: Node | None) -> tuple[Scope, ...]:
        """Those of a collector and of what it is in."""
        if collector is None:
            return ()
        found = self._collectors.get(collector)
        if found is None:
            found = (*self._scopes_of(collector.parent), *self._own_scope(collector))
            self._collectors[collector] = found
        return found

    def _own_scope(self, collector: Node) -> tuple[Scope, ...]:
        """A package runs setup_module itself, without a fixture; so may a plugin's collectors."""
        kind = type(collector)
        if kind.setup is Node.setup and kind.teardown is Node.teardown:
            return ()
        scope, run = self.watch.scope(), self.watch.run
        setup, teardown = collector.setup, collector.teardown
        collector.setup = lambda: self._run_setup(scope, collector, setup)  # type: ignore[method-assign]
        collector.teardown = lambda: run(scope, teardown, is_last=True)  # type: ignore[method-assign, assignment]
        return (scope,)

    def _run_setup(self, scope: Scope, collector: Node, setup: Callable[[], object]) -> None:
        """Finalisers that the setup adds belong to the collector, too."""
        add, run = collector.addfinalizer, self.watch.run
        collector.addfinalizer = lambda finalizer: add(lambda: run(scope, finalizer))  # type: ignore[method-assign, assignment]
        try:
            run(scope, setup)
        finally:
            del collector.addfinalizer

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: FixtureDef[Any], request: pytest.FixtureRequest) -> Generator[None, object, object]:
        """A fixture of a test alone is part of the test."""
        if request._scope is _FUNCTION:  # noqa: SLF001 - its name takes four calls to find out
            return (yield)
        scope = self.watch.scope()
        self._fixtures[id(fixturedef)] = fixturedef, scope
        self._uses.add(scope.number)
        for name in fixturedef.argnames:
            used = self._scope_of(request._get_active_fixturedef(name))  # noqa: SLF001 - pytest has no word for it
            if used is not None:
                scope.uses.add(used.number)
        before = self.watch.enter(scope)
        try:
            return (yield)
        finally:
            self.watch.leave(scope, before)

    # These three are called several times a test, nearly always for a fixture of the test alone: that is found out first.

    def _executing(self, execute: Callable[..., object]) -> Callable[..., object]:
        """A fixture is asked for, and set up if it isn't: whoever asks uses it, also where it fails."""
        fixtures, note_use = self._fixtures, self._note_use

        def noted(fixturedef: FixtureDef[Any], request: Any) -> object:
            try:
                return execute(fixturedef, request)
            finally:
                if id(fixturedef) in fixtures:
                    note_use(getattr(request, "_parent_request", None), fixturedef)

        return noted

    def _getting(self, get: Callable[..., FixtureDef[Any]]) -> Callable[..., FixtureDef[Any]]:
        """As `_executing`; also where the test has asked for the fixture before."""
        fixtures, note_use = self._fixtures, self._note_use

        def noted(request: Any, argname: str) -> FixtureDef[Any]:
            found = get(request, argname)
            if id(found) in fixtures:
                note_use(request, found)
            return found

        return noted

    def _note_use(self, user: Any, fixturedef: FixtureDef[Any]) -> None:
        scope = self._fixtures[id(fixturedef)][1]
        self._uses.add(scope.number)
        using = self._scope_of(getattr(user, "_fixturedef", None))
        if using is not None and using is not scope:
            using.uses.add(scope.number)

    def _scope_of(self, fixturedef: object) -> Scope | None:
        found = self._fixtures.get(id(fixturedef))
        return None if found is None else found[1]

    def _finishing(self, finish: Callable[..., None]) -> Callable[..., None]:
        """A fixture ends, if it isn't at its end already."""
        fixtures, run = self._fixtures, self.watch.run

        def noted(fixturedef: FixtureDef[Any], request: Any) -> None:
            found = fixtures.get(id(fixturedef))
            if found is None or fixturedef.cached_result is None:
                finish(fixturedef, request)
                return
            try:
                run(found[1], lambda: finish(fixturedef, request), is_last=True)
            finally:
                fixtures.pop(id(fixturedef), None)

        return noted

    def pytest_unconfigure(self) -> None:
        """Leave pytest as it was."""
        while self._replaced:
            owner, name, before = self._replaced.pop()
            setattr(owner, name, before)
