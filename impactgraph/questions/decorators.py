"""Decorators of a checkout that the project could declare, and what that would save."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.mentions import collect
from impactgraph.decisions.functions.evidence import Evidence
from impactgraph.decisions.functions.units import Declared
from impactgraph.graph.closure import Closure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impactgraph.config import Config
    from impactgraph.model import ImpactGraph, Tree
    from impactgraph.record import Record

_MOST = 5  # decorators that are proposed
_SAMPLE = 20  # decorated functions that are looked at, of each
_UNKNOWN = "?"


class Decorated(NamedTuple):
    """A function or class under decorators that nobody knows."""

    path: str
    name: str
    decorators: frozenset[str]


class Candidate(NamedTuple):
    """`functions`: how many stand under the decorator. The others are mean shares of the tests that run for a change of one of them.

    `share`: today, `pure_share`: once the decorator is declared pure; None where functions were never recorded.
    """

    decorator: str
    functions: int
    share: float
    pure_share: float | None


def candidates(head: Tree, graph: ImpactGraph, config: Config, record: Record | None) -> list[Candidate]:
    """The decorators that cost most: number of functions times what each would save, the first first.

    Whether they keep a list of what they decorate is for the project to say: nothing is assumed of them.
    """
    under: dict[str, list[Decorated]] = defaultdict(list)
    for found in _decorated(head, graph, config):
        for decorator in found.decorators:
            under[decorator].append(found)
    frequent = sorted(under, key=lambda name: (-len(under[name]), name))[: 2 * _MOST]
    measured = _Measured(graph, record)
    rows = [measured.candidate(name, under[name]) for name in frequent]
    saving = [row for row in rows if row.pure_share is None or row.pure_share < row.share]
    return sorted(saving, key=lambda row: (-row.functions * (row.share - (row.pure_share or 0)), row.decorator))[:_MOST]


def _decorated(head: Tree, graph: ImpactGraph, config: Config) -> Iterator[Decorated]:
    declared = Declared(frozenset(config.pure_decorators), frozenset(config.registry_decorators))
    tests = set(graph.test_files)
    paths = [path for path in graph.paths if path.endswith(".py") and path not in tests]
    book = collect(head, paths, {})
    for path in paths:
        for name, decorators in sorted(book[path].decorators.items()):
            unknown = frozenset(each for each in decorators if each != _UNKNOWN and not declared.is_pure(each) and not _is_fixture(each))
            if unknown and not _are_registries(unknown, declared):
                yield Decorated(path, name, unknown)


def _is_fixture(decorator: str) -> bool:
    return decorator.rpartition(".")[2] == "fixture"


def _are_registries(decorators: frozenset[str], declared: Declared) -> bool:
    return any(each in declared.registries or each.rpartition(".")[2] in declared.registries for each in decorators)


class _Measured:
    """What changes reach, by the graph and by the record."""

    def __init__(self, graph: ImpactGraph, record: Record | None) -> None:
        self._closure = Closure(graph)
        self._index = {path: number for number, path in enumerate(graph.paths)}
        self._tests = set(graph.test_files)
        self._evidence = None if record is None else Evidence(record, self._closure)
        self._numbers: Mapping[tuple[str, str], int] = (
            {} if record is None else {(path, name): number for number, (path, name) in enumerate(record.functions)}
        )
        self._shares: dict[str, float] = {}

    def candidate(self, decorator: str, under: list[Decorated]) -> Candidate:
        step = max(len(under) // _SAMPLE, 1)
        sample = under[::step]
        share = sum(self._share(each.path) for each in sample) / len(sample)
        pure = [self._pure_share(each) for each in sample]
        known = [each for each in pure if each is not None]
        return Candidate(decorator, len(under), share, sum(known) / len(known) if known else None)

    def _share(self, path: str) -> float:
        """Of the tests, those that depend on the module at `path`; where tests were recorded they are counted, else files."""
        found = self._shares.get(path)
        if found is None:
            distance = self._closure.reach([self._index[path]]).distance
            reached = [test for test in self._tests if distance[self._index[test]] >= 0]
            found = self._shares[path] = self._count(reached) / max(self._count(self._tests), 1)
        return found

    def _count(self, files: list[str] | set[str]) -> int:
        evidence = self._evidence
        return len(files) if evidence is None else sum(len(evidence.tests_of(path)) for path in files)

    def _pure_share(self, decorated: Decorated) -> float | None:
        if self._evidence is None:
            return None
        number = self._numbers.get((decorated.path, decorated.name))
        entered = set() if number is None else self._evidence.record.entered([number])
        return len(entered) / max(len(self._evidence.record.node_ids), 1)
