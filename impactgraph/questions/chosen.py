"""Which states of a history `growth` measures: named ones, or some of all, spaced by how much code they hold."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.vendored import EVERYTHING, Scope
from impactgraph.errors import SourceError, UsageError
from impactgraph.questions import answer as parts
from impactgraph.questions.states import State
from impactgraph.sources.past import touching
from impactgraph.sources.volumes import tagged, volumes
from impactgraph.trends.spacing import evenly, spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impactgraph.sources.cache import Cache
    from impactgraph.sources.git import Commit, Repository
    from impactgraph.trends.snapshot import EdgeSet

_ALL = 10_000_000  # more commits than any first-parent line has
_PROBES = 60  # states of a history whose volume is looked at


class Which(NamedTuple):
    """Which states to measure: those of `revisions` or `tags` (a glob) where given, else `snapshots` of the history up to `head`.

    `since`: no older commits of that history, in seconds since 1970. `scope`: what of each counts. `edges`: those that laws are fitted on.
    """

    snapshots: int = 12
    head: str = "HEAD"
    tags: str | None = None
    revisions: tuple[str, ...] = ()
    since: int | None = None
    scope: Scope = EVERYTHING
    jobs: int = 1
    edges: EdgeSet = "safe"


def digest(value: object) -> str:
    """A name for what follows from `value`, which is made of plain values."""
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def chosen_states(repository: Repository, which: Which, cache: Cache | None) -> list[State]:
    """The states that `which` asks for, oldest first; at least one. Raises ImpactGraphError for what the user has to mend."""
    named = [(name, repository.resolve(name), None) for name in which.revisions]
    chosen: list[tuple[str, str, int | None]] = [*(tagged(repository, which.tags) if which.tags else ()), *named]
    if which.tags and not chosen:
        raise UsageError(f"no tag matches {which.tags!r}", "git tag lists them; patterns are globs, as in 'v*.0'")
    if chosen:
        return _of_commits(repository, chosen)
    if cache is None or repository.is_shallow:  # whose history changes with every fetch
        return _of_history(repository, which)
    asked = (parts.VARIANT, "states", repository.resolve(which.head), which.snapshots, which.since)
    key = digest(asked)
    stored = cache.answer(key)
    if stored is None:
        stored = [[*state[:2], *state[3:]] for state in _of_history(repository, which)]
        cache.store_answer(key, stored)
    return [State(label, oid, repository.root, *rest) for label, oid, *rest in stored]


def _of_commits(repository: Repository, chosen: Sequence[tuple[str, str, int | None]]) -> list[State]:
    sizes = volumes(repository, [oid for _, oid, _ in chosen])
    found = []
    for (name, oid, time), volume in zip(chosen, sizes, strict=True):
        when = time if time is not None else next((commit.time for commit in repository.commits(1, oid)), None)
        found.append(State(name, oid, repository.root, when, len(touching(repository, oid, ".py")), volume))
    return found


def _of_history(repository: Repository, which: Which) -> list[State]:
    with ThreadPoolExecutor(1) as aside:  # git takes as long for the one as for the other
        of_python = aside.submit(touching, repository, which.head, ".py")
        line = repository.commits(_ALL, which.head)[::-1]
        probes, sizes = _probed(repository, which, line)
    so_far = list(accumulate(int(commit.oid in of_python.result()) for commit in line))
    return [
        State(line[probes[at]].oid, line[probes[at]].oid, repository.root, line[probes[at]].time, so_far[probes[at]], sizes[at])
        for at in spaced(sizes, which.snapshots)
    ]


def _probed(repository: Repository, which: Which, line: Sequence[Commit]) -> tuple[list[int], list[int]]:
    """Places in `line`, spread evenly over what `which` asks for, with the volumes of the commits there."""
    if not line:
        raise SourceError("the history holds no commit to measure", "a shallow clone has none: git fetch --unshallow")
    first = next((at for at, commit in enumerate(line) if which.since is None or commit.time > which.since), None)
    if first is None:
        raise UsageError("no commit is newer than the date given", "name an earlier one behind --since")
    probes = [first + at for at in evenly(len(line) - first, max(_PROBES, which.snapshots))]
    return probes, volumes(repository, [line[at].oid for at in probes])
