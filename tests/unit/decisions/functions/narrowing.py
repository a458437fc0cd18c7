"""A change of a made-up checkout with a made-up record, narrowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from impactgraph.config import Config
from impactgraph.decisions.functions.select import Narrowed
from impactgraph.decisions.select import select
from impactgraph.questions.narrowing import Decided, narrow
from tests.memory import oid_of
from tests.unit.decisions.deciding import scene
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


def narrowed_by(
    before: Files, changed: Mapping[str, str | None], record: Made, config: Config | None = None, others: Iterable[Files] = ()
) -> Narrowed:
    """The same with a record of other states; `others`: their files, as far as they are in neither state."""
    config = config or Config()
    base, head, place, closure, dependencies, judged = scene(before, changed, config)
    texts = {text.encode() for files in (before, changed, *others) for text in files.values() if text is not None}
    contents = {oid_of(text): text for text in texts}
    decided = Decided(base, head, place, closure, dependencies, config, judged, select(judged, closure, config))
    return narrow(decided, record, lambda oids: {oid: contents[oid] for oid in oids if oid in contents}, None)


def selected(found: Narrowed) -> list[str]:
    """Node IDs of what is selected; a whole file by its path."""
    return [name for test in found.selection.tests for name in (test.node_ids or [test.path])]
