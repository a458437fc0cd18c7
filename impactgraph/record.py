"""What recorded runs tell of each test, as values: the history makes them, decisions ask them.

A test's *trace* is what one run of it, or several, really did. Code that runs when a module is imported belongs to the module and not to
the test that happened to come first; whoever depends on the module depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol


class Function(NamedTuple):
    """Code of the checkout that was entered: `name` is the qualified name of its code object.

    Such names are ``C.method``, ``f.<locals>.g``, ``<lambda>``, ``f.<locals>.<genexpr>``; bodies of classes are among them, modules not.
    """

    path: str
    name: str


class Record(Protocol):
    """All that is known of the tests of a checkout. A test is a number, the position of its node ID; a function likewise.

    Sets may hold more than what the last run of a test did (several runs are added up), never less than the runs showed.
    """

    #: Node IDs, relative to the checkout's top, sorted.
    node_ids: Sequence[str]
    functions: Sequence[Function]
    #: States of the checkout in which tests were recorded: path -> content id of each file that was tracked or not ignored.
    states: Sequence[Mapping[str, str]]
    #: Per test, the state of its newest trace.
    state_of: Sequence[int]
    #: Tests whose trace is known to lack something: a process that was not recorded, a crash, recording that was switched off.
    partial: frozenset[int]
    #: Per path of a module, the functions that ran while it was imported, beneath it but not beneath another module's import.
    imported: Mapping[str, frozenset[int]]
    #: Functions that ran outside of any test and import: hooks of plugins, collection, what atexit calls.
    session: frozenset[int]

    def entered(self, functions: Iterable[int]) -> set[int]:
        """Tests that entered at least one of `functions`, in setup, call or teardown, in wider fixtures, threads or child processes."""

    def requested(self, paths: Iterable[str]) -> set[int]:
        """Tests during which one of the modules at `paths` was imported, or asked for where it was there already."""

    def opened(self, paths: Iterable[str]) -> set[int]:
        """Tests during which one of the files at `paths` was opened."""

    def text(self, oid: str) -> bytes | None:
        """The content of a recorded state's file that git does not have; None where it was not kept."""
