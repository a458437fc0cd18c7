"""The growth of several repositories, each by itself, and the laws over all of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from impactgraph.questions import survey
from impactgraph.questions.growth import grown
from impactgraph.questions.states import untold
from impactgraph.sources import apart
from impactgraph.trends.pooled import pooled, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impactgraph.questions.chosen import Which
    from impactgraph.questions.impact import Request
    from impactgraph.questions.survey import Hands
    from impactgraph.sources.cluster import Cluster

_SEED = 0  # the same question has the same answer
#: Repositories whose snapshots are on the cluster at the same time: while one is chosen from here, workers have others.
_AHEAD = 4


def growth_at(request: Request, which: Which, cluster: Cluster | None, place: str) -> dict[str, Any]:
    """The growth of the repository at `place`, a directory or a URL."""
    return grown(request._replace(directory=place), which, survey.silent, cluster)


def grown_many(request: Request, which: Which, places: Sequence[str], hands: Hands) -> dict[str, Any]:
    """The growth of each of `places`, with the `laws` over all of them, in the shape of the schema `survey`."""
    if hands.cluster:
        ask = partial(growth_at, request, which, hands.cluster)
        answer = survey.told("growth", places, hands.progress(_side_by_side(ask, places), len(places)))
    else:
        inside = which._replace(jobs=max(1, which.jobs // len(places)))
        answer = survey.surveyed("growth", partial(growth_at, request, inside, None), places, hands)
    histories = [[untold(row) for row in one["answer"]["snapshots"]] for one in answer["repositories"] if one["answer"]]
    laws = pooled(histories, np.random.default_rng(_SEED), which.edges)
    said = {"code": "pooling", "path": None, "line": None, "message": warning(laws)}
    return {**answer, "warnings": [*answer["warnings"], said], "laws": [law._asdict() for law in laws]}


def _side_by_side(ask: survey.Ask, places: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """In threads of this process, which mostly wait for the cluster."""
    pool = ThreadPoolExecutor(_AHEAD)
    try:
        place_of = {pool.submit(apart.asked, ask, place): place for place in places}
        for future in as_completed(place_of):
            yield place_of[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
