"""What recording functions costs, how much it keeps, and whether it says the same twice.

    python -m benchmarks.recorder PYTHON CHECKOUT [PAIRS [PYTEST_ARGUMENT ...]]

PYTHON: of an environment with the wheel of this project, pytest, pytest-xdist and what the tests of CHECKOUT need. CHECKOUT, a git checkout
(the bars name networkx), is cloned, never written to. Printed, each with its bar where there is one:

- CPU of runs with IMPACTGRAPH_RECORD=functions beside runs that record nothing, in PAIRS pairs (3 by default) that take turns which comes
  first: user plus system of pytest and its children, all that it takes to keep the record included;
- bytes of the history, for 10,000 tests;
- CPU of `impactgraph select` with the record beside without, after one line more in the module of which most functions were entered;
  no answer is one that was given before;
- of the tests, the share with the same functions recorded in another run: in the same order, shuffled, in two processes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from statistics import median

from benchmarks.plugin import cpu
from impactgraph.sources.history.recorded import read_record

_RECORDED, _PLAIN = {"IMPACTGRAPH_RECORD": "functions"}, {"IMPACTGRAPH_RECORD": "off"}
_CODES = (0, 1)  # of a checkout in which some tests fail
_DECISIONS = 9
_TESTS = 10_000
_SHUFFLE = """
import random

def pytest_collection_modifyitems(items):
    random.Random(1).shuffle(items)
"""

#: Of each test, the functions that it entered, by names.
Entered = dict[str, frozenset[tuple[str, str]]]


def main(python: str, checkout: str, pairs: int = 3, *arguments: str) -> None:
    """Print a line for each figure."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "checkout")
        subprocess.run(["git", "clone", "-q", "--shared", checkout, copy], check=True)
        suite = Suite(python, copy, arguments)
        suite.run(_PLAIN)  # compiles
        overhead(suite, pairs)
        first = size(suite)
        deciding(suite)
        Path(scratch, "shuffled.py").write_text(_SHUFFLE)
        for name, more in (("same order", ()), ("shuffled", ("-p", "shuffled")), ("two processes", ("-n", "2"))):
            other = suite.entered({"PYTHONPATH": scratch}, *more)
            same = sum(other.get(test) == functions for test, functions in first.items())
            print(f"{name}: {same / len(first):.2%} of {len(first)} tests with the same functions")


class Suite:
    """The tests of a checkout."""

    def __init__(self, python: str, checkout: Path, arguments: tuple[str, ...]) -> None:
        self.python = python
        self.checkout = checkout
        self.cache = checkout / ".impactgraph_cache"
        self._arguments = arguments

    def run(self, environment: dict[str, str], *more: str) -> float:
        """CPU seconds of a run that finds no record and, if `environment` asks for one, leaves one."""
        shutil.rmtree(self.cache, ignore_errors=True)
        before = dict(os.environ)
        os.environ.update(environment)
        try:
            return cpu([self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *self._arguments, *more], self.checkout, _CODES)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def entered(self, environment: dict[str, str], *more: str) -> Entered:
        """What a run recorded."""
        self.run({**environment, **_RECORDED}, *more)
        return entered(self.cache / "history" / "history.sqlite3")


def entered(database: Path) -> Entered:
    """What is recorded of each test."""
    with closing(sqlite3.connect(database)) as connection:
        record = read_record(connection)
    assert record is not None
    found: dict[int, set[tuple[str, str]]] = {test: set() for test in range(len(record.node_ids))}
    for number, function in enumerate(record.functions):
        for test in record.entered([number]):
            found[test].add(function)
    return {record.node_ids[test]: frozenset(functions) for test, functions in found.items()}


def overhead(suite: Suite, pairs: int) -> None:
    """Pairs of runs; the last leaves its record."""
    ratios = []
    for number in range(pairs):
        plain = suite.run(_PLAIN) if number % 2 else None
        recorded = suite.run(_RECORDED)
        aside = suite.cache.with_name("aside")
        shutil.rmtree(aside, ignore_errors=True)
        suite.cache.rename(aside)
        plain = plain or suite.run(_PLAIN)
        shutil.rmtree(suite.cache, ignore_errors=True)
        aside.rename(suite.cache)
        ratios.append(recorded / plain)
        print(f"{recorded:.1f} s recorded, {plain:.1f} s plain: {recorded / plain:.3f}", flush=True)
    print(f"CPU of recording: {median(ratios) - 1:+.1%}, median of {pairs} pairs (bar: 5 %)", flush=True)


def size(suite: Suite) -> Entered:
    """The history's size."""
    database = suite.cache / "history" / "history.sqlite3"
    found = entered(database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    per_test = database.stat().st_size / len(found)
    print(f"history: {per_test * _TESTS / 1e6:.2f} MB for {_TESTS:,} tests, from {len(found):,} (bar: 5 MB)", flush=True)
    return found


def deciding(suite: Suite) -> None:
    """Decisions with and without the record, taking turns."""
    history = suite.cache / "history"
    functions = Counter(path for test in entered(history / "history.sqlite3").values() for path, _ in test)
    path = suite.checkout / next(path for path, _ in functions.most_common() if "test" not in path)
    before = path.read_text()
    command = [suite.python, "-m", "impactgraph", "select", "--base", "HEAD", "--format", "json"]
    spent: dict[bool, list[float]] = {True: [], False: []}
    aside = history.with_name("aside")
    for number in range(_DECISIONS + 1):  # the first fills the caches
        for recorded in (True, False):
            path.write_text(f"{before}\nIMPACTGRAPH_BENCHMARK = {2 * number + recorded}\n")  # an answer that nobody remembers
            if not recorded:
                history.rename(aside)
            seconds = cpu(command, suite.checkout, (0,))
            if not recorded:
                aside.rename(history)
            if number:
                spent[recorded].append(seconds)
    path.write_text(before)
    with_it, without = median(spent[True]), median(spent[False])
    print(f"deciding with the record: {with_it:.2f} s, {with_it - without:+.2f} s to without (bar: 0.3 s)", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:  # noqa: PLR2004 - the Python and the checkout
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]), *sys.argv[4:])
