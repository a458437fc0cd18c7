"""Who measures states: this process, some more of this machine, or the workers of a cluster. Which of them it was, no row can tell."""

from __future__ import annotations

import os
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from functools import partial
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.errors import SourceError
from impactgraph.questions.states import Measured, Measurer, State
from impactgraph.sources.clones import clone_with
from impactgraph.sources.git import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from impactgraph.analysis.vendored import Scope
    from impactgraph.questions.chosen import Which
    from impactgraph.sources.cache import Cache
    from impactgraph.sources.cluster import Cluster


class Crew(NamedTuple):
    """Which states of what are measured, and by whom. `url`: what the repository was named by, where that is no directory."""

    which: Which
    cache: Cache | None
    url: str | None = None
    cluster: Cluster | None = None


def measured(states: Sequence[State], crew: Crew) -> Iterator[tuple[State, Measured]]:
    """Each state with its row and sketch, as they get ready. A process has neighbouring states, which share most of their files."""
    if not states:
        return
    if crew.cluster:
        yield from _elsewhere(states, crew, crew.cluster)
        return
    scope, jobs = crew.which.scope, crew.which.jobs
    if jobs == 1 or len(states) == 1:
        measurer = Measurer(scope, crew.cache)
        yield from ((state, measurer.measure(state)) for state in states)
        return
    with ExitStack() as stack:
        futures: dict[Future[Measured], State] = {}
        for group in _groups(states, jobs):
            # Waited for in the end: a process that is left behind keeps standard output open, and with it whoever reads ours.
            pool = stack.enter_context(ProcessPoolExecutor(1, initializer=_begin, initargs=(scope, crew.cache)))
            futures.update((pool.submit(_measure, state), state) for state in group)
        stack.callback(_cancel, futures)  # where the user stops it
        for future in as_completed(futures):
            yield futures[future], future.result()


def _cancel(futures: Iterable[Future[Measured]]) -> None:
    for future in futures:
        future.cancel()


def _groups(states: Sequence[State], count: int) -> list[list[State]]:
    """`states` in at most `count` runs of neighbours of about the same volume."""
    total = sum(state.volume for state in states) or 1
    before = accumulate((state.volume for state in states), initial=0)
    groups: dict[int, list[State]] = {}
    for state, volume in zip(states, before, strict=False):
        groups.setdefault(min(volume * count // total, count - 1), []).append(state)
    return list(groups.values())


_measurers: dict[Scope, Measurer] = {}  # of this process; neither a pool's initializer nor a worker has another place
_turn = Lock()  # threads of a worker take turns: a measurer knows one state at a time


def _begin(scope: Scope, cache: Cache | None) -> None:
    _measurers.clear()
    _measurers[scope] = Measurer(scope, cache)


def _measure(state: State) -> Measured:
    (measurer,) = _measurers.values()
    return measurer.measure(state)


def _elsewhere(states: Sequence[State], crew: Crew, cluster: Cluster) -> Iterator[tuple[State, Measured]]:
    """A task for each state. The largest come first, lest the last one be waited for by all."""
    if crew.url is None:
        newest = {state.directory: state for state in states}
        for state in newest.values():
            cluster.everywhere(partial(_see, state))
    task = partial(_measure_on_worker, crew.which.scope, crew.url)
    yield from cluster.run(task, sorted(states, key=lambda state: state.volume, reverse=True))


def _see(state: State) -> None:
    """On a worker: raises `SourceError` where it does not see what `state` is of, which would make its rows others than ours."""
    if not os.path.isdir(state.directory):
        raise SourceError(f"not a directory there: {state.directory}", "workers have to see it by the same name; a URL they clone")
    if state.oid:
        Repository.open(state.directory).resolve(state.oid)


def _measure_on_worker(scope: Scope, url: str | None, state: State) -> Measured:
    """On a worker, which measures one state after the other, each with what it learned from those before."""
    with _turn:
        if url and state.oid:
            state = state._replace(directory=clone_with(url, state.oid))
        else:
            _see(state)
        if scope not in _measurers:
            _begin(scope, None)
        return _measurers[scope].measure(state)
