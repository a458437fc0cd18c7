"""What the code of a checkout does in this process, and the journal that it goes to: one per process, beside that of the run.

Lines are arrays, by their first item (numbers of functions are packed, see `impactgraph._recorder`; files and modules are lists of paths,
or null):

- ``f``: number of the first, [path, qualified name] of it and those after it. Defines functions before they are mentioned.
- ``b``: node ID of a test that begins. Without its ``t`` it did not end.
- ``t``: node ID, functions, numbers of the fixtures it used, files opened, modules asked for, flags.
- ``x``: number of a fixture, functions, numbers of the fixtures it uses, files, modules, flags; there may be several, all of them count.
- ``e``: number of a fixture that is gone.
- ``m``: number of a module's code, functions that ran while it was imported, files, modules, flags.
- ``s``: functions that ran outside of tests, fixtures and modules before a test, files, modules, flags.

After the flags of all but ``f``, ``b`` and ``e``, where there are any: numbers of child processes that were started meanwhile, or of others
that lived then, each with a journal of its own.
"""

from __future__ import annotations

import json
import os
import sys
from binascii import b2a_base64
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING

from impactgraph import _recorder as recorder
from impactgraph.plugin.living import still_living
from impactgraph.sources.history.children import counts
from impactgraph.sources.history.journal import CHILDREN, CUT, TRACE, Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from impactgraph._recorder import Sink

#: Of the `sitecustomize` for child processes.
_SITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "following")
_NOTHING = "null,null,0"


class Scope:
    """A fixture that several tests may use, or a collector with a setup of its own: whoever uses it, ran what it ran."""

    __slots__ = ("children", "number", "sink", "uses")

    def __init__(self, number: int) -> None:
        self.number = number
        self.sink = recorder.Sink()
        self.uses: set[int] = set()
        #: Processes that it started.
        self.children: set[int] = set()


class Watch:
    """Notes what the code of the checkout at `top` does, from now on. Raises RuntimeError where that is not possible.

    In a forked child none of this has any effect: what happens there is noted for the parent (`_recorder_children.pxi`).
    """

    def __init__(self, top: str) -> None:
        recorder.leave()
        recorder.install(top)
        self._top = os.path.join(os.path.realpath(top), "")
        #: Modules whose import nobody saw.
        self._early = sorted(filter(None, map(_file_of, list(sys.modules.values()))))
        self._session = recorder.Sink()
        self._session.is_session = True
        self._journal: Journal | None = None
        self._known = self._scopes = self._imports = 0
        self._told: set[int] = set()
        self._paths: dict[str, tuple[str, ...]] = {}
        self._prefix = ""
        #: Child processes that may outlive what they were started by.
        self._children: set[int] = set()
        self.trouble: OSError | None = None
        recorder.start(self._session)

    def open(self, directory: str, run: str, process: str) -> None:
        """Make the journal of this process, for the run named `run`. Raises OSError."""
        facts = {"run": run, "process": process, "early": self._early}
        self._journal = Journal(directory, facts, f".{process}{TRACE}")
        self._prefix = os.path.join(os.path.abspath(directory), f"{run}.{process}")
        recorder.follow(self._prefix, _SITE)
        self._children.update(recorder.processes())  # started before: they tell nothing, and may live on beside the tests

    def begin(self, node_id: str) -> Sink:
        """A test begins: what runs, runs for it."""
        sink = recorder.Sink()
        if not recorder.is_child():
            self._tell_session()
            self._write(f'["b",{quoted(node_id)}]\n')
            recorder.start(sink)
            self._find_living()
        return sink

    def end(self, node_id: str, sink: Sink, uses: Iterable[int], flags: int = 0) -> None:
        """A test ended."""
        if recorder.is_child():
            return
        recorder.use(self._session)
        functions, rest = self._noted(sink, self._children, flags)
        self._write(f'["t",{quoted(node_id)},{functions},{sorted(uses)},{rest}]\n')
        self._write_modules()

    def scope(self) -> Scope:
        """A new fixture."""
        self._scopes += 1
        return Scope(self._scopes)

    def run(self, scope: Scope, action: Callable[[], object], *, is_last: bool = False) -> object:
        """What `action` returns or raises; what it runs, runs for `scope`. `is_last`: nothing more will."""
        before = self.enter(scope)
        try:
            return action()
        finally:
            self.leave(scope, before, is_last=is_last)

    def enter(self, scope: Scope) -> Sink | None:
        """As at the beginning of `run`; what `leave` needs."""
        if recorder.is_child():
            return None
        self._find_living()
        scope.children |= self._children
        return recorder.use(scope.sink)

    def leave(self, scope: Scope, before: Sink | None, *, is_last: bool = False) -> None:
        """As at the end of `run`."""
        if recorder.is_child():
            return
        recorder.use(before or self._session)
        functions, rest = self._noted(scope.sink, scope.children)
        self._write(f'["x",{scope.number},{functions},{sorted(scope.uses)},{rest}]\n')
        if is_last:
            self._write(f'["e",{scope.number}]\n')
            self._children |= scope.children

    def close(self) -> None:
        """Note nothing more, and give the journal free."""
        if recorder.is_child():
            return
        recorder.stop()
        self._imports = -1  # a thread may have gone on importing
        self._write_modules()
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.close()

    def _tell_session(self) -> None:
        """What ran before a test outside of all may be felt by every test that follows; what runs after the last one, by none."""
        if self._session.has_functions():
            functions, rest = self._noted(self._session, self._children)  # what was started may live on beside the tests
            self._write(f'["s",{functions},{rest}]\n')

    def _write_modules(self) -> None:
        imports = recorder.imports()
        if imports == self._imports:
            return
        self._imports = imports
        for number, sink in recorder.module_sinks(self._told):
            functions, rest = self._noted(sink, set())
            self._told.add(number)
            self._write(f'["m",{number},{functions},{rest}]\n')

    def _find_living(self) -> None:
        """Find out which child processes live. A fixture's are no matter of those who don't use it, as long as it is there."""
        started = self._session.take_started()
        if started is not None:
            self._children |= started - {0}
        if self._children:
            self._children = still_living(self._prefix, self._children, recorder.processes())

    def _noted(self, sink: Sink, children: set[int], flags: int = 0) -> tuple[str, str]:
        """What there is to tell of `sink`; the processes that it started are added to `children`."""
        functions = f'"{b2a_base64(sink.take(), newline=False).decode()}"'
        rest = sink.take_rest()
        new = recorder.functions_since(self._known)
        if new is not None:
            self._define(new)
        if rest is None and not children and not flags:  # nearly always
            return functions, _NOTHING
        opened, requested, started, cut = rest or (None, None, None, False)
        if started is not None:
            children |= started
        files = "null" if opened is None else json.dumps(sorted(self._files(opened)))
        modules = "null" if requested is None else json.dumps(sorted(self._modules(requested)))
        silent = 0 in children
        children.discard(0)
        more = f",{sorted(children)}" if children else ""
        return functions, f"{files},{modules},{flags | CUT * cut | CHILDREN * silent}{more}"

    def _define(self, new: list[tuple[str, str]]) -> None:
        """Tell what the numbers of functions mean, before a line has one of them."""
        self._write(f'["f",{self._known},{json.dumps(new)}]\n')
        self._known += len(new)

    def _files(self, opened: Iterable[str]) -> set[str]:
        return {path for name in opened for path in self._places(name)}

    def _places(self, name: str) -> tuple[str, ...]:
        """The file that `name` leads to, and the symlink that it may be."""
        found = self._paths.get(name)
        if found is None:
            found = tuple(path for path in recorder.places(name) if counts(path))
            self._paths[name] = found
        return found

    def _modules(self, names: Iterable[str]) -> set[str]:
        return set(filter(None, (_file_of(sys.modules.get(name)) for name in names)))

    def _write(self, line: str) -> None:
        if self._journal is None:
            return
        try:
            self._journal.write(line.encode())
        except OSError as error:
            self.trouble, self._journal = error, None
            recorder.stop()


def _file_of(module: object) -> str | None:
    """The path in the checkout of a module's file."""
    file = getattr(module, "__file__", None)
    return (recorder.relative(file) or None) if type(file) is str else None
