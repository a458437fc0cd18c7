"""One question asked of several repositories: what `bill`, `cuts`, `replay` and `growth` answer when they are given more than one."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.errors import ClusterError, ImpactGraphError, SourceError
from impactgraph.questions import answer as parts
from impactgraph.questions import summaries
from impactgraph.questions.bill import billed
from impactgraph.questions.cuts import offered
from impactgraph.questions.impact import WORKTREE
from impactgraph.questions.replay import replayed
from impactgraph.sources import apart
from impactgraph.sources.clones import is_address, shown, updated_clone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from impactgraph.questions.cuts import Wishes
    from impactgraph.questions.impact import Request
    from impactgraph.questions.pricing import Span
    from impactgraph.sources.cluster import Cluster

    Progress = Callable[[Iterable[Any], int], Iterator[Any]]
    Ask = Callable[[str], dict[str, Any]]


class Hands(NamedTuple):
    """Who answers: up to `jobs` processes of this machine, or a cluster; and how progress is shown."""

    jobs: int
    cluster: Cluster | None
    progress: Progress


def bill_at(request: Request, span: Span, depth: int, place: str) -> dict[str, Any]:
    """The bill of the repository at `place`, a directory or a URL."""
    return _placed(billed(at(request, place), span, depth), place)


def cuts_at(request: Request, span: Span, wishes: Wishes, place: str) -> dict[str, Any]:
    """The cuts of the repository at `place`."""
    return _placed(offered(at(request, place), span, wishes), place)


def replay_at(request: Request, count: int, progress: Progress, place: str) -> dict[str, Any]:
    """The replay of the repository at `place`."""
    return _placed(replayed(at(request, place), count, progress), place)


def silent(items: Iterable[Any], length: int) -> Iterator[Any]:
    """Progress that nobody looks at."""
    del length
    yield from items


def _placed(answer: dict[str, Any], place: str) -> dict[str, Any]:
    """`answer`, of the URL rather than of the directory where somebody keeps its clone."""
    return {**answer, "root": shown(place)} if is_address(place) else answer


def at(request: Request, place: str) -> Request:
    """`request`, of another place; a clone has no work tree to look at."""
    if not is_address(place):
        return request._replace(directory=place)
    return request._replace(directory=updated_clone(place), head="HEAD" if request.head == WORKTREE else request.head)


def surveyed(kind: str, ask: Ask, places: Sequence[str], hands: Hands) -> dict[str, Any]:
    """The answers of the kind `kind` of all `places`, each in a process of its own or as a task of the cluster; see `told`."""
    return told(kind, places, hands.progress(_outcomes(ask, places, hands), len(places)))


def _outcomes(ask: Ask, places: Sequence[str], hands: Hands) -> Iterator[tuple[str, Any]]:
    if hands.cluster:
        return hands.cluster.run(partial(apart.asked, ask), places)
    return apart.answers(ask, places, hands.jobs)


def told(kind: str, places: Sequence[str], outcomes: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The `outcomes` by place in the shape of the schema `survey`; a repository that could not be read is a row that says why.

    Raises the error of the first where none could be read, and `ClusterError` where the cluster went away.
    """
    found = dict(outcomes)
    errors = [found[place] for place in places if isinstance(found[place], ImpactGraphError)]
    for error in errors:
        if isinstance(error, ClusterError):
            raise error
    if len(errors) == len(places):
        raise SourceError(f"no repository could be read: {errors[0].message}", errors[0].hint)
    return {**parts.head("survey", os.getcwd()), "of": kind, "repositories": [_row(kind, place, found[place]) for place in places]}


def _row(kind: str, place: str, outcome: Any) -> dict[str, Any]:
    name = os.path.basename(place.rstrip("/")).removesuffix(".git") or place
    head = {"repository": name, "place": shown(place)}
    if isinstance(outcome, ImpactGraphError):
        return {**head, "status": "failed", "reason": outcome.message, "summary": None, "answer": None}
    return {**head, "status": "ok", "reason": None, "summary": summaries.OF[kind](outcome), "answer": outcome}
