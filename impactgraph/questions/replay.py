"""What `select` would have answered for the last commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.analysis import facts as facts_of
from impactgraph.analysis.assemble import assemble, former, updated
from impactgraph.decisions.replay import summarise
from impactgraph.decisions.seeds import Judge
from impactgraph.decisions.select import select
from impactgraph.decisions.surroundings import Place
from impactgraph.decisions.widen import widened
from impactgraph.graph.closure import Closure
from impactgraph.questions import answer as parts
from impactgraph.questions.analyse import config_of
from impactgraph.questions.environment import environment
from impactgraph.sources.changes import compare
from impactgraph.sources.git import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from impactgraph.analysis.assemble import Former
    from impactgraph.config import Config
    from impactgraph.decisions.select import Selection
    from impactgraph.model import ImpactGraph, Tree
    from impactgraph.questions.impact import Request
    from impactgraph.sources.git import Commit


def replayed(request: Request, count: int, progress: Callable[[Iterable[Any], int], Iterator[Any]]) -> dict[str, Any]:
    """The last `count` commits up to `request.head`, each against its first parent, in the shape of the schema `replay`."""
    repository = Repository.open(request.directory)
    commits = [commit for commit in repository.commits(count, request.head) if commit.parent]
    past = _Past(repository)
    rows = [_row(commit, *past.decide(commit)) for commit in progress(commits, len(commits))]
    return {**parts.head("replay", repository.root), "commits": rows, "summary": summarise(rows)}


class _Past:
    """Graphs of neighbouring commits, each made from the one before as far as that goes."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._book = facts_of.EMPTY
        self._graph: ImpactGraph | None = None

    def decide(self, commit: Commit) -> tuple[Selection, int]:
        """The selection for one commit, and how many test files there were."""
        head = self._repository.revision_tree(commit.oid)
        base = self._repository.revision_tree(commit.parent or commit.oid)
        changes = compare(base, head)
        config = config_of(head)
        graph = self._graph_of(head, config, former(base, head, changes))
        dependencies = environment(base, head, lambda: {path: facts_of.outside(fact) for path, (_, fact) in self._facts(head).items()})
        place, closure = Place(graph), Closure(graph)
        judged = widened(Judge(base, head, place, dependencies, config).judge(changes), closure, place)
        return select(judged, closure, config), len(graph.test_files)

    def _graph_of(self, head: Tree, config: Config, base: Former) -> ImpactGraph:
        graph = updated(self._graph, head, base) if self._graph else None
        if graph is None:
            assembled = assemble(head, config, base=base, known=self._book)
            self._book, graph = assembled.book, assembled.graph
        self._graph = graph
        return graph

    def _facts(self, head: Tree) -> Any:
        self._book = assemble(head, config_of(head), known=self._book).book
        return self._book.facts


def _row(commit: Commit, selection: Selection, total: int) -> dict[str, Any]:
    return {
        "revision": commit.oid,
        "subject": commit.subject,
        "decision": selection.decision,
        "tests_selected": len(selection.tests),
        "tests_total": total,
        "reasons": [reason._asdict() for reason in selection.reasons],
    }
