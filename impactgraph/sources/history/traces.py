"""From the journals of functions (see `impactgraph.plugin.watching`) to what each test of a run did."""

from __future__ import annotations

import functools
from binascii import a2b_base64
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.kernel import decode_set
from impactgraph.sources.history.journal import CHILDREN, CUT, FORMAT, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from impactgraph.sources.history.children import Child

    #: Number of a function, by path and qualified name.
    NumberOf = Callable[[str, str], int]
    #: What a child process told, by what it is called beside the run; None where it never began.
    ChildOf = Callable[[str], Child | None]

MODULE = "<module>"


class Trace:
    """What ran on behalf of one test, fixture, module or session: numbers of functions, files opened, modules asked for, flags.

    `children`: names of the processes that ran for it and tell what they did themselves.
    """

    __slots__ = ("children", "files", "flags", "functions", "modules")

    def __init__(self, flags: int = 0) -> None:
        self.functions: set[int] = set()
        self.files: set[str] = set()
        self.modules: set[str] = set()
        self.children: set[str] = set()
        self.flags = flags

    def add(self, other: Trace) -> None:
        """All of `other`, too."""
        self.functions |= other.functions
        self.files |= other.files
        self.modules |= other.modules
        self.children |= other.children
        self.flags |= other.flags


class Traces(NamedTuple):
    """Of a run, or of one of its processes. `tests` by node ID, `imports` by path; `early`: modules that were there before."""

    run: str
    tests: dict[str, Trace]
    imports: dict[str, Trace]
    session: Trace
    early: set[str]


def parse(data: bytes, number_of: NumberOf, child_of: ChildOf) -> Traces:
    """What a journal of functions tells. Raises ValueError where it is none, LookupError, TypeError where it makes no sense."""
    lines = values(data)
    if not lines or type(lines[0]) is not dict or lines[0].get("format") != FORMAT:
        raise ValueError("not a journal of functions")
    reading = _Reading(lines[0], number_of, child_of)
    for line in lines[1:]:
        reading.take(*line)
    return reading.result()


class _Reading:
    """A journal that is being read."""

    def __init__(self, facts: dict[str, Any], number_of: NumberOf, child_of: ChildOf) -> None:
        self._facts = facts
        self._number_of = number_of
        self._child_of = functools.cache(child_of)
        self._functions: list[int] = []
        self._modules: dict[int, str] = {}
        self._tests: dict[str, Trace] = {}
        self._used: dict[str, set[int]] = {}
        self._fixtures: dict[int, tuple[Trace, set[int]]] = {}
        self._gone: set[int] = set()
        self._open: dict[str, int] = {}
        self._imports: dict[str, Trace] = {}
        self._session = Trace()

    def take(self, kind: str, *rest: Any) -> None:
        """One line."""
        getattr(self, f"_take_{kind}")(*rest)

    def _take_f(self, first: int, functions: Iterable[tuple[str, str]]) -> None:
        del self._functions[first:]
        for path, name in functions:
            if name == MODULE:
                self._modules[len(self._functions)] = path
            self._functions.append(-1 if name == MODULE else self._number_of(path, name))

    def _take_b(self, node_id: str) -> None:
        self._open[node_id] = self._open.get(node_id, 0) + 1

    def _take_t(self, node_id: str, functions: str, used: list[int], *rest: Any) -> None:
        self._open[node_id] = self._open.get(node_id, 1) - 1
        self._fill(self._tests.setdefault(node_id, Trace()), functions, *rest)
        self._used.setdefault(node_id, set()).update(used)

    def _take_x(self, fixture: int, functions: str, used: list[int], *rest: Any) -> None:
        trace, uses = self._fixtures.setdefault(fixture, (Trace(), set()))
        self._fill(trace, functions, *rest)
        uses.update(used)

    def _take_e(self, fixture: int) -> None:
        self._gone.add(fixture)

    def _take_m(self, number: int, functions: str, *rest: Any) -> None:
        self._fill(self._imports.setdefault(self._modules[number], Trace()), functions, *rest)

    def _take_s(self, functions: str, *rest: Any) -> None:
        self._fill(self._session, functions, *rest)

    def _fill(self, trace: Trace, functions: str, files: list[str] | None, modules: list[str] | None, flags: int, *more: list[int]) -> None:
        numbers = decode_set(a2b_base64(functions))
        found = set(map(self._functions.__getitem__, numbers))  # a loop of its own, as some ten thousand tests have some hundred each
        if -1 in found:
            found.remove(-1)
            trace.modules.update(self._modules[number] for number in numbers if self._functions[number] < 0)
        trace.functions |= found
        trace.files.update(files or ())
        trace.modules.update(modules or ())
        trace.flags |= flags
        for children in more:
            trace.children.update(f"{self._facts['process']}-{number}" for number in children)

    def result(self) -> Traces:
        """All lines are taken."""
        for node_id, used in self._used.items():
            test = self._tests[node_id]
            for fixture in self._closure(used):
                if fixture in self._fixtures:
                    test.add(self._fixtures[fixture][0])
                if fixture not in self._gone or fixture not in self._fixtures:
                    test.flags |= CUT  # what it did, or how it ended, is not known
        for trace in self._tests.values():
            self._follow(trace)
        for trace in self._imports.values():
            if trace.children or trace.flags & CHILDREN:
                trace.flags |= CUT  # who says what they ran?
        for node_id, times in self._open.items():
            if times:  # it crashed, or was killed
                self._tests.setdefault(node_id, Trace()).flags |= CUT
        return Traces(self._facts["run"], self._tests, self._imports, self._session, set(self._facts.get("early", ())))

    def _follow(self, trace: Trace) -> None:
        """Add what the child processes did, and those that these have started."""
        found, waiting = set(trace.children), list(trace.children)
        while waiting:
            name = waiting.pop()
            child = self._child_of(name)
            if child is None:
                trace.flags |= CHILDREN
                continue
            trace.functions.update(self._number_of(path, function) for path, function in child.functions)
            trace.modules |= child.modules
            trace.files |= child.files
            trace.flags |= CUT * child.cut | CHILDREN * child.silent
            new = {f"{name}-{number}" for number in child.children} - found
            found |= new
            waiting += new

    def _closure(self, used: set[int]) -> set[int]:
        found: set[int] = set()
        waiting = list(used)
        while waiting:
            fixture = waiting.pop()
            if fixture not in found:
                found.add(fixture)
                waiting.extend(self._fixtures.get(fixture, (None, ()))[1])
        return found
