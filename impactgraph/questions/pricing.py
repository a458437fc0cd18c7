"""What every question about cost starts with: the changes of a window of the past, and what each test file costs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.testfunctions import count_test_functions
from impactgraph.decisions.window import window_of
from impactgraph.questions.durations import from_history
from impactgraph.sources.history import runs
from impactgraph.sources.past import past_commits, recent_commits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impactgraph.decisions.window import Window
    from impactgraph.model import ImpactGraph, Tree
    from impactgraph.questions.impact import Request, Situation
    from impactgraph.sources.past import PastCommit

#: Commits of the window, where the user names no date.
COMMITS = 500
_RUNS = 20  # recorded runs that durations are taken from
_MILLISECONDS = 1000
_MINUTE = 60


class Span(NamedTuple):
    """Which part of the past counts: seconds since 1970, and at most so many commits; None is no bound."""

    since: int | None = None
    until: int | None = None
    commits: int | None = None


class Prices(NamedTuple):
    """What each test file costs, in whole parts of a `unit`: `parts` make one of it.

    `timed`: how many files a run was recorded of. `functions`: test functions per file.
    """

    unit: str
    parts: int
    costs: Mapping[str, int]
    timed: int
    functions: Mapping[str, int]

    def of(self, number: float | None) -> float | None:
        """So many parts, in the unit."""
        return None if number is None else number / self.parts

    def minutes(self, number: float | None) -> float | None:
        """So many parts in minutes; None where the unit is no time."""
        return number / self.parts / _MINUTE if number is not None and self.unit == "seconds" else None


def commits_of(situation: Situation, revision: str | None, span: Span) -> list[PastCommit]:
    """The commits of `span` up to `revision` that touched a Python file, newest first."""
    if revision is None:
        return []
    limit = COMMITS if span.commits is None and span.since is None else span.commits
    if limit is None:
        return past_commits(situation.repository, revision, since=span.since, until=span.until)
    return recent_commits(situation.repository, revision, ".py", limit, since=span.since, until=span.until)


def window(graph: ImpactGraph, commits: Sequence[PastCommit], span: Span) -> Window:
    """Those commits, in nodes of `graph`."""
    return window_in({path: number for number, path in enumerate(graph.paths)}, commits, span)


def window_in(index: Mapping[str, int], commits: Sequence[PastCommit], span: Span) -> Window:
    """Those commits, in nodes by path."""
    since = span.since if span.commits is None else None
    return window_of([(commit.time, commit.changes) for commit in commits], index, since, span.until)


def prices(request: Request, situation: Situation, tests: Mapping[str, Tree]) -> Prices:
    """What the test files cost (path -> the tree to read it from): see `prices_at`."""
    return prices_at(situation.repository.root, request.cache_dir or situation.config.cache_dir, functions(tests))


def prices_at(root: str, cache_dir: str | None, tests: Mapping[str, int]) -> Prices:
    """What test files cost (path -> test functions in it): seconds recorded of the checkout at `root` if there are any, else functions.

    A file that no run was recorded of costs as much as the middle one of the others.
    """
    seconds = from_history(root, cache_dir, lambda connection: runs.seconds_by_file(connection, _RUNS))
    known = {path: max(round(seconds[path] * _MILLISECONDS), 1) for path in tests if path in seconds}
    if known:
        middle = sorted(known.values())[len(known) // 2]
        return Prices("seconds", _MILLISECONDS, {path: known.get(path, middle) for path in tests}, len(known), tests)
    return Prices("test-functions", 1, tests, 0, tests)


def functions(tests: Mapping[str, Tree]) -> dict[str, int]:
    """Test functions per file (path -> the tree to read it from); 1 where it can't be read."""
    found = dict.fromkeys(tests, 1)
    for tree in set(tests.values()):
        contents = tree.read([path for path, owner in tests.items() if owner is tree])
        found.update((path, count_test_functions(content)) for path, content in contents.items())
    return found


def told(window: Window) -> dict[str, Any]:
    """The window as answers have it."""
    return {
        "since": _day(window.since),
        "until": _day(window.until),
        "commits": len(window.changes),
        "commits_per_month": window.per_month,
        "left_out": window.gone,
    }


def _day(time: int | None) -> str | None:
    return None if time is None else dt.datetime.fromtimestamp(time, dt.UTC).date().isoformat()
