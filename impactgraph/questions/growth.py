"""How did impacted tests grow with the code? What `growth` asks of a history, or of directories that are states of one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from impactgraph.errors import SourceError
from impactgraph.model import Warning_
from impactgraph.questions import answer as parts
from impactgraph.questions.chosen import chosen_states, digest
from impactgraph.questions.crew import Crew, measured
from impactgraph.questions.forecast import forecasted, foretold
from impactgraph.questions.impact import Request, find
from impactgraph.questions.sketch import Sketch
from impactgraph.questions.states import COMMITS, Measured, State, told, untold
from impactgraph.sources.cache import open_cache
from impactgraph.sources.clones import is_address, shown, updated_clone
from impactgraph.sources.git import Repository
from impactgraph.trends.story import story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from impactgraph.analysis.vendored import Scope
    from impactgraph.questions.chosen import Which
    from impactgraph.sources.cache import Cache
    from impactgraph.sources.cluster import Cluster
    from impactgraph.trends.snapshot import Snapshot

    Progress = Callable[[Iterable[Any], int], Iterator[Any]]

_SHALLOW = Warning_("shallow", None, None, "the clone is shallow, so its history begins late: git fetch --unshallow brings the rest")
_SEED = 0  # the same question has the same answer
_MULTIPLES = (2.0, 5.0, 10.0)
#: What is added where there is nothing to forecast from.
_NO_FORECAST: dict[str, Any] = {"today": None, "forecast": [], "fan": [], "model": None, "distribution": []}


def grown(request: Request, which: Which, progress: Progress, cluster: Cluster | None = None) -> dict[str, Any]:
    """The growth of the checkout that `request` names by directory or URL, in the shape of the schema `growth`.

    The snapshots are measured on `cluster`, where there is one; its workers see the directory by the same name, or have their own clone.
    """
    place = request.directory
    request = request._replace(directory=updated_clone(place) if is_address(place) else place)
    repository = Repository.open(request.directory)
    cache = open_cache(repository.root, find(request._replace(files=())).head, request.cache_dir) if request.cache else None
    states = chosen_states(repository, which, cache)
    crew = Crew(which, cache, place if is_address(place) else None, cluster)
    found = _measured([*states[:-1], states[-1]._replace(multiples=_MULTIPLES)], crew, progress)
    forecast = _forecast(request._replace(head=states[-1].oid or "HEAD"), repository, found[-1].sketch, which.scope)
    answer = _answer(repository.root, [one.row for one in found], which, forecast)
    if is_address(place):  # where somebody keeps its clone is nobody else's business
        answer["root"] = shown(place)
    return {**answer, "warnings": [_SHALLOW._asdict()]} if repository.is_shallow else answer


def grown_of_directories(directories: Sequence[str], which: Which, progress: Progress, cluster: Cluster | None = None) -> dict[str, Any]:
    """The growth over plain directories, each a state, in the order given; on `cluster` as in `grown`."""
    missing = next((directory for directory in directories if not os.path.isdir(directory)), None)
    if missing is not None:
        raise SourceError(f"not a directory: {missing}", "name directories that exist, the oldest state first")
    states = [State(os.path.basename(os.path.abspath(directory)), None, os.path.abspath(directory)) for directory in directories]
    root = os.path.commonpath([state.directory for state in states])
    rows = [one.row for one in _measured(states, Crew(which, None, None, cluster), progress)]
    return _answer(root, rows, which, _NO_FORECAST)


def _answer(root: str, rows: Sequence[Snapshot], which: Which, forecast: dict[str, Any]) -> dict[str, Any]:
    return {
        **parts.head("growth", root),
        "repository": os.path.basename(root),
        **which.scope._asdict(),
        **story(rows, np.random.default_rng(_SEED), which.edges),
        "snapshots": [told(row) for row in rows],
        **forecast,
    }


def _forecast(request: Request, repository: Repository, sketch: Sketch | None, scope: Scope) -> dict[str, Any]:
    """From the `sketch` of `request.head`, if somebody made one on the way."""
    try:
        found = foretold(request, repository, sketch, _MULTIPLES) if sketch else forecasted(request, _MULTIPLES, None, scope)
    except SourceError:  # no test, or no module: there is nothing to multiply
        return _NO_FORECAST
    return {name: found[name] for name in _NO_FORECAST}


def _measured(states: Sequence[State], crew: Crew, progress: Progress) -> list[Measured]:
    """In the order of `states`; rows that are in the cache are not measured again, and those that are measured are put there at once."""
    cache = crew.cache
    keys = {state: _key(state, crew.which) for state in states}
    stored = {state: cache.snapshot(keys[state]) for state in states if state.oid} if cache else {}
    found = {state: Measured(untold(plain), _kept(cache, keys[state], state)) for state, plain in stored.items() if plain}
    missing = [state for state in states if state not in found]
    for state, one in progress(measured(missing, crew), len(missing)):
        found[state] = one
        if cache and state.oid and one.row.status != "failed":
            cache.store_snapshot(keys[state], told(one.row))
        if cache and one.sketch:
            cache.store_answer(_sketch_key(keys[state], state), [*one.sketch])
    return [found[state] for state in states]


def _kept(cache: Cache | None, key: str, state: State) -> Sketch | None:
    """The sketch of `state` in the cache, where one is wanted and there."""
    stored = cache.answer(_sketch_key(key, state)) if cache and state.multiples else None
    return Sketch(*stored) if stored else None


def _sketch_key(key: str, state: State) -> str:
    """`key` is that of the row."""
    return digest((key, state.multiples))


def _key(state: State, which: Which) -> str:
    """A digest of all that a row follows from."""
    return digest((parts.VARIANT, COMMITS, which.scope, state.label, state.oid, state.commits))
