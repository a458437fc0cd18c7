"""Below the module: a selection narrowed by what recorded runs did, where there is a record that says enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.assemble import linker_of
from impactgraph.analysis.mentions import Mentions, collect, index
from impactgraph.decisions.functions.classes import Classes
from impactgraph.decisions.functions.evidence import Evidence, Touched
from impactgraph.decisions.functions.identities import Identities, gone
from impactgraph.decisions.functions.names import Names
from impactgraph.decisions.functions.narrow import Checkout, Pair, affected
from impactgraph.decisions.functions.select import Narrowed, Narrowing, narrowed
from impactgraph.decisions.functions.spread import Cause
from impactgraph.decisions.functions.units import Declared
from impactgraph.decisions.seeds import Judge
from impactgraph.decisions.surroundings import Place
from impactgraph.model import FileEntry, Reference, Tree
from impactgraph.questions.recorded import record_of
from impactgraph.sources.changes import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from impactgraph.analysis.mentions import MentionBook
    from impactgraph.config import Config
    from impactgraph.decisions.dependencies import Dependencies
    from impactgraph.decisions.functions.spread import Affected
    from impactgraph.decisions.seeds import Judged
    from impactgraph.decisions.select import Selection
    from impactgraph.graph.closure import Closure
    from impactgraph.model import ImpactGraph
    from impactgraph.record import Record
    from impactgraph.sources.cache import Cache
    from impactgraph.sources.git import Repository

    ReadObjects = Callable[[Iterable[str]], dict[str, bytes]]

_NAME = "mentions"
# Tests of more states than these are told apart no further: each costs a comparison of its own.
_MOST_STATES = 20


class Decided(NamedTuple):
    """A selection by modules, with what it was decided from; `base` is the state that `head` is compared with."""

    base: Tree
    head: Tree
    place: Place
    closure: Closure
    dependencies: Dependencies
    config: Config
    judged: Sequence[Judged]
    selection: Selection


def narrow(decided: Decided, record: Record, read_objects: ReadObjects, cache: Cache | None) -> Narrowed:
    """The selection, narrowed by `record`; `read_objects` reads contents that git has, by id."""
    evidence = Evidence(record, decided.closure, gone(record, decided.head))
    checkout = checkout_of(decided.place, _book(decided.head, cache), decided.config)
    found = _Touched({}, {}, {}, {})
    states = _States(decided, checkout, record, read_objects)
    for number, tests in _by_state(record, evidence):
        found.add(tests, states.affected(number), evidence)
    for test in record.partial:
        found.unsure.setdefault(test, "skipped" if test in record.skipped else "partial")
    found.add_silent(record, decided.judged)
    identities = Identities(evidence, checkout.names.book, decided.head.files, found.named)
    narrowing = Narrowing(Touched(found.tests, found.files), found.unsure, identities.fresh(found.named))
    return narrowed(decided.selection, evidence, identities, narrowing, decided.judged)


def _book(head: Tree, cache: Cache | None) -> MentionBook:
    stored = (cache.plain(_NAME) if cache else None) or {}
    paths = [path for path, entry in head.files.items() if path.endswith(".py") and not entry.is_symlink]
    book = collect(head, paths, stored)
    if cache and book.dump() != stored:
        cache.store_plain(_NAME, book.dump())
    return book


def checkout_of(place: Place, book: MentionBook, config: Config) -> Checkout:
    """What the rules ask of the checkout whose graph is in `place` and whose mentions are in `book`."""
    graph = place.graph
    linker = linker_of(graph)
    names = Names(
        book,
        lambda path, module: [graph.paths[number] for number in linker.resolve(path, Reference("import", module, 0))],
        frozenset(graph.test_files),
    )
    declared = Declared(frozenset(config.pure_decorators), frozenset(config.registry_decorators))
    return Checkout(names, Classes(names), place, declared)


def classes_of(head: Tree, graph: ImpactGraph, config: Config) -> Classes:
    """The classes of the state `head`, with what they are derived from."""
    return checkout_of(Place(graph), _book(head, None), config).classes


def _by_state(record: Record, evidence: Evidence) -> Iterable[tuple[int, list[int]]]:
    """The recorded tests of the checkout by the state of their trace, the newest state first."""
    groups: dict[int, list[int]] = {}
    for path in evidence.test_files:
        for test in evidence.tests_of(path):
            groups.setdefault(record.state_of[test], []).append(test)
    return sorted(groups.items(), reverse=True)


def narrow_if_recorded(decided: Decided, repository: Repository, cache: Cache | None, record: Record | None = None) -> Narrowed | None:
    """The selection of a checkout of which functions were recorded, narrowed; None of any other. `record`: instead of its own."""
    record = record or record_of(repository.root, decided.config.cache_dir)
    return narrow(decided, record, repository.contents, cache) if record is not None and record.node_ids else None


class _Touched(NamedTuple):
    """What is gathered over the states."""

    tests: dict[int, Cause]
    files: dict[str, Cause]
    unsure: dict[int, str]
    named: dict[tuple[str, str], Cause]

    def add(self, tests: Sequence[int], affected: Affected | None, evidence: Evidence) -> None:
        """Take over what concerns `tests`, those of one state."""
        if affected is None:
            self.unsure.update(dict.fromkeys(tests, "stale"))
            return
        touched = evidence.touched(affected)
        self.named.update(affected.tests)
        for test in tests:
            cause = touched.tests.get(test)
            if cause is not None:
                self.tests.setdefault(test, cause)
        # A file is run whole for the sake of those of its tests that were recorded in this state.
        concerned = {evidence.record.node_ids[test].partition("::")[0] for test in tests}
        self.files.update({path: cause for path, cause in touched.files.items() if path in concerned or not evidence.tests_of(path)})

    def add_silent(self, record: Record, judged: Sequence[Judged]) -> None:
        """A process of which nothing is known may run any code of the checkout, whatever its test imports."""
        change = next((item.change.path for item in judged if item.effect == "seeds" and item.klass == "module"), None)
        if change is not None:
            for test in record.silent:
                self.tests.setdefault(test, Cause(change, "", "process"))


class _States:
    """The states in which tests were recorded, each compared with both ends of the change.

    What a test did in one state it does in another as long as nothing that it touched differs between the two. So a test is left out only
    if it touched nothing that differs between its own state and either end: then it does the same in all three.
    """

    def __init__(self, decided: Decided, checkout: Checkout, record: Record, read_objects: ReadObjects) -> None:
        self._decided = decided
        self._checkout = checkout
        self._record = record
        self._read_objects = read_objects
        self._newest = sorted(set(record.state_of))[-_MOST_STATES:]

    def affected(self, number: int) -> Affected | None:
        """What tests of a state may be touched by; None for everything."""
        if number not in self._newest:
            return None
        tree = self._tree(number)
        ends = (self._decided.base, self._decided.head)
        between = [] if any(_are_same(tree, end) for end in ends) else [self._pair(tree, end) for end in ends]
        return affected(self._checkout, [self._given(), *between])

    def _given(self) -> Pair:
        decided = self._decided
        return self._with_mentions(decided.judged, decided.base, decided.head)

    def _pair(self, tree: Tree, other: Tree) -> Pair:
        decided = self._decided
        judge = Judge(tree, other, decided.place, decided.dependencies, decided.config)
        return self._with_mentions(judge.judge(compare(tree, other)), tree, other)

    def _with_mentions(self, judged: Sequence[Judged], old: Tree, new: Tree) -> Pair:
        paths = [item.change.path for item in judged if item.units]
        return Pair(judged, _mentions(old, paths), _mentions(new, paths))

    def _tree(self, number: int) -> Tree:
        files = self._record.states[number]
        known = self._decided.head.files
        entries = {path: FileEntry(known[path].mode if path in known else "100644", oid) for path, oid in sorted(files.items())}

        def read(paths: Sequence[str]) -> dict[str, bytes]:
            kept = {path: content for path in paths if (content := self._record.text(entries[path].oid)) is not None}
            objects = self._read_objects(entries[path].oid for path in paths if path not in kept)
            return kept | {path: objects[entries[path].oid] for path in paths if entries[path].oid in objects}

        return Tree(entries, read, label="a recorded state")


def _are_same(one: Tree, other: Tree) -> bool:
    return one.files.keys() == other.files.keys() and all(entry.oid == other.files[path].oid for path, entry in one.files.items())


def _mentions(tree: Tree, paths: Iterable[str]) -> dict[str, Mentions]:
    return {path: index(path, content) for path, content in tree.read(paths).items()}
