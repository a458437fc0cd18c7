"""A change of a made-up checkout with a made-up record, narrowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from impactgraph.analysis.assemble import assemble, former
from impactgraph.analysis.facts import outside
from impactgraph.config import Config
from impactgraph.decisions.functions.select import Narrowed
from impactgraph.decisions.seeds import Judge
from impactgraph.decisions.select import select
from impactgraph.decisions.surroundings import Place
from impactgraph.decisions.widen import widened
from impactgraph.graph.closure import Closure
from impactgraph.questions.environment import environment
from impactgraph.questions.narrowing import Decided, narrow
from impactgraph.sources.changes import compare
from tests.memory import oid_of, tree_of
from tests.unit.records import Made, made

Files = dict[str, str]


def state_of(files: Mapping[str, str]) -> dict[str, str]:
    """Path -> content id, as a record holds it."""
    return {path: oid_of(text.encode()) for path, text in files.items()}


def narrowed(
    before: Files,
    changed: Mapping[str, str | None],
    entered: Mapping[str, Iterable[str]],
    config: Config | None = None,
    **record: object,
) -> Narrowed:
    """What is selected when files of `before` are written (None: deleted), with tests recorded in `before` as `entered` says."""
    return narrowed_by(before, changed, made(entered, states=[state_of(before)], **record), config)  # type: ignore[arg-type]


def narrowed_by(before: Files, changed: Mapping[str, str | None], record: Made, config: Config | None = None) -> Narrowed:
    """The same with a record of other states."""
    config = config or Config()
    after = {path: text for path, text in {**before, **changed}.items() if text is not None}
    base, head = tree_of(before), tree_of(after)
    changes = compare(base, head)
    assembled = assemble(head, config, base=former(base, head, changes))
    dependencies = environment(base, head, lambda: {path: outside(facts) for path, (_, facts) in assembled.book.facts.items()})
    place, closure = Place(assembled.graph), Closure(assembled.graph)
    judged = widened(Judge(base, head, place, dependencies, config).judge(changes), closure, place)
    selection = select(judged, closure, config)
    contents = {oid_of(text.encode()): text.encode() for text in (*before.values(), *after.values())}
    decided = Decided(base, head, place, closure, dependencies, config, judged, selection)
    return narrow(decided, record, lambda oids: {oid: contents[oid] for oid in oids if oid in contents}, None)


def selected(found: Narrowed) -> list[str]:
    """Node IDs of what is selected; a whole file by its path."""
    return [name for test in found.selection.tests for name in (test.node_ids or [test.path])]
