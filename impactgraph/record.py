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

    @property
    def owner(self) -> str:
        """The name of the function or class that it is written in the body of: that of a lambda or a comprehension is whoever holds it."""
        return self.name.partition(".<locals>.<")[0]


class Record(Protocol):
    """All that is known of the tests of a checkout. A test is a number, the position of its node ID; a function likewise.

    Sets may hold more than what the last run of a test did (several runs are added up), never less than the runs showed.
    """

    @property
    def node_ids(self) -> Sequence[str]:
        """Node IDs, relative to the checkout's top, sorted."""

    @property
    def functions(self) -> Sequence[Function]:
        """All functions that were ever entered, also of states that are gone."""

    @property
    def states(self) -> Sequence[Mapping[str, str]]:
        """States of the checkout in which tests were recorded: path -> content id of each file that was tracked or not ignored."""

    @property
    def state_of(self) -> Sequence[int]:
        """Per test, the state of its newest trace."""

    @property
    def partial(self) -> frozenset[int]:
        """Tests whose trace is known to lack something: a process that was not recorded, a crash, recording that was switched off.

        Tests that were skipped are among them.
        """

    @property
    def silent(self) -> frozenset[int]:
        """Those of the partial tests that started processes, or ran beside some, of which nothing is known."""

    @property
    def skipped(self) -> frozenset[int]:
        """Those of the partial tests that were skipped: what they do elsewhere, or with other options, is not known."""

    @property
    def last(self) -> frozenset[int]:
        """Tests with parameters after which, in that state, all had run that their function makes."""

    @property
    def imported(self) -> Mapping[str, frozenset[int]]:
        """Per path of a module, the functions that ran while it was imported, beneath it but not beneath another module's import."""

    @property
    def unseen(self) -> frozenset[str]:
        """Paths of modules whose import was not seen to its end: they may have run any function."""

    @property
    def early(self) -> frozenset[str]:
        """Paths of the modules that were imported before anybody watched: meanwhile they may have run any function of one another."""

    @property
    def session(self) -> frozenset[int]:
        """Functions that ran outside of any test and import: hooks of plugins, collection."""

    def entered(self, functions: Iterable[int]) -> set[int]:
        """Tests that entered at least one of `functions`, in setup, call or teardown, in wider fixtures, threads or child processes."""

    def requested(self, paths: Iterable[str]) -> set[int]:
        """Tests during which one of the modules at `paths` was imported, or asked for where it was there already."""

    def opened(self, paths: Iterable[str]) -> set[int]:
        """Tests during which one of the files at `paths` was opened."""

    def text(self, oid: str) -> bytes | None:
        """The content of a recorded state's file that git does not have; None where it was not kept."""
