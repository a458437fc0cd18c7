"""Records of runs that exist in memory only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from impactgraph.record import Function


@dataclass(frozen=True)
class Made:
    """A `Record` made by hand; tests and functions are numbered in the order of their sequences."""

    node_ids: Sequence[str]
    functions: Sequence[Function]
    states: Sequence[Mapping[str, str]]
    state_of: Sequence[int]
    partial: frozenset[int] = frozenset()
    silent: frozenset[int] = frozenset()
    skipped: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()
    imported: Mapping[str, frozenset[int]] = field(default_factory=dict)
    unseen: frozenset[str] = frozenset()
    early: frozenset[str] = frozenset()
    session: frozenset[int] = frozenset()
    of_test: Mapping[str, frozenset[int]] = field(default_factory=dict)
    requests: Mapping[str, Iterable[str]] = field(default_factory=dict)
    openings: Mapping[str, Iterable[str]] = field(default_factory=dict)
    texts: Mapping[str, bytes] = field(default_factory=dict)

    def entered(self, functions: Iterable[int]) -> set[int]:
        wanted = set(functions)
        return {number for number, node_id in enumerate(self.node_ids) if not wanted.isdisjoint(self.of_test.get(node_id, ()))}

    def requested(self, paths: Iterable[str]) -> set[int]:
        return self._with(self.requests, paths)

    def opened(self, paths: Iterable[str]) -> set[int]:
        return self._with(self.openings, paths)

    def _with(self, of_test: Mapping[str, Iterable[str]], paths: Iterable[str]) -> set[int]:
        wanted = set(paths)
        return {number for number, node_id in enumerate(self.node_ids) if not wanted.isdisjoint(of_test.get(node_id, ()))}

    def text(self, oid: str) -> bytes | None:
        return self.texts.get(oid)


def made(  # noqa: PLR0913 - as many as a record has parts
    entered: Mapping[str, Iterable[str]],
    *,
    states: Sequence[Mapping[str, str]] = ({},),
    state_of: Mapping[str, int] | None = None,
    partial: Iterable[str] = (),
    silent: Iterable[str] = (),
    skipped: Iterable[str] = (),
    last: Iterable[str] = (),
    imported: Mapping[str, Iterable[str]] | None = None,
    unseen: Iterable[str] = (),
    early: Iterable[str] = (),
    session: Iterable[str] = (),
    requested: Mapping[str, Iterable[str]] | None = None,
    opened: Mapping[str, Iterable[str]] | None = None,
    texts: Mapping[str, bytes] | None = None,
) -> Made:
    """A record of the tests that are the keys of `entered`; functions are written ``path::qualname``, all others are named by their path.

    The state of a test that `state_of` does not name is the last one.
    """
    imported = imported or {}
    names = {name for group in (*entered.values(), *imported.values(), session) for name in group}
    number = {name: index for index, name in enumerate(sorted(names))}
    node_ids = sorted(entered)
    return Made(
        node_ids=node_ids,
        functions=[Function(*name.split("::", 1)) for name in sorted(names)],
        states=states,
        state_of=[(state_of or {}).get(node_id, len(states) - 1) for node_id in node_ids],
        partial=frozenset(node_ids.index(node_id) for node_id in (*partial, *skipped)),
        silent=frozenset(node_ids.index(node_id) for node_id in silent),
        skipped=frozenset(node_ids.index(node_id) for node_id in skipped),
        last=frozenset(node_ids.index(node_id) for node_id in last),
        imported={path: frozenset(number[name] for name in group) for path, group in imported.items()},
        unseen=frozenset(unseen),
        early=frozenset(early),
        session=frozenset(number[name] for name in session),
        of_test={node_id: frozenset(number[name] for name in group) for node_id, group in entered.items()},
        requests=requested or {},
        openings=opened or {},
        texts=texts or {},
    )
