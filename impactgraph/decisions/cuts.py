"""Which import statements, and which bundles of them between two packages, are worth taking out.

Gains are not additive: two ways to the same tests save nothing one by one and everything together. So bundles are priced as a whole, and so
are plans of several cuts.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from impactgraph.analysis.statements import Imports
    from impactgraph.graph.network import Network, Pair

    Statement = tuple[str, int]  # path, line

DEPTHS = (1, 2, 3)
#: A plan is put together from so many of the best cuts: each is priced anew with those that are chosen already.
POOL = 60


class Checkout(NamedTuple):
    """What can be cut: the `imports` of each file, by path; `nodes` by path, `paths` of nodes; `name` and `package` name files."""

    imports: Mapping[str, Imports]
    nodes: Mapping[str, int]
    paths: Sequence[str]
    name: Callable[[str], str]
    package: Callable[[str, int], str]

    def lost(self, statements: Iterable[Statement]) -> frozenset[Pair]:
        """The pairs that are gone when all `statements` are."""
        lines: dict[str, list[int]] = defaultdict(list)
        for path, line in statements:
            lines[path].append(line)
        return frozenset((self.nodes[path], node) for path, deleted in lines.items() for node in self.imports[path].lost(deleted))


class Cut(NamedTuple):
    """Statements to delete, sorted, and the pairs that go with them; `depth` of the packages is None for a single statement."""

    type: Literal["statement", "bundle"]
    importer: str
    imported: str
    depth: int | None
    statements: tuple[Statement, ...]
    gone: frozenset[Pair]


class Offer(NamedTuple):
    """A cut with the rank weight that it saves."""

    cut: Cut
    gain: int


class Plan(NamedTuple):
    """Cuts that are made together, in the order in which they were chosen, and the rank weight that the first n of them save together."""

    offers: tuple[Offer, ...]
    gains: tuple[int, ...]
    gone: frozenset[Pair]


def candidates(checkout: Checkout, kept: Collection[str], most: int) -> list[Cut]:
    """Every statement and every bundle of up to `most` statements that leads somewhere, except in the files `kept` (the tests)."""
    singles: list[Cut] = []
    bundles: dict[tuple[int, str, str], set[Statement]] = defaultdict(set)
    for path, imports in checkout.imports.items():
        if path in kept:
            continue
        for line, nodes in imports.lines.items():
            singles.extend(_single(checkout, (path, line), nodes))
            for depth, importer, imported in _packages(checkout, path, nodes):
                bundles[depth, importer, imported].add((path, line))
    return [*singles, *_bundles(checkout, bundles, most)]


def _single(checkout: Checkout, statement: Statement, nodes: Iterable[int]) -> Iterator[Cut]:
    gone = checkout.lost([statement])
    if gone:
        names = sorted({checkout.name(checkout.paths[node]) for node in nodes})
        yield Cut("statement", checkout.name(statement[0]), _common(names), None, (statement,), gone)


def _common(names: Sequence[str]) -> str:
    """What a statement imports, in one name: of more than two modules the package that they have in common, with a star."""
    if len(names) <= 2:  # noqa: PLR2004 - a pair is quickly read
        return ", ".join(names)
    parts = [name.split(".") for name in names]
    same = [first for first, *others in zip(*parts, strict=False) if all(other == first for other in others)]
    return ".".join([*same, "*"]) if same else ", ".join(names)


def _packages(checkout: Checkout, path: str, nodes: Iterable[int]) -> set[tuple[int, str, str]]:
    found: set[tuple[int, str, str]] = set()
    for depth in DEPTHS:
        importer = checkout.package(path, depth)
        packages = {checkout.package(checkout.paths[node], depth) for node in nodes}
        found.update((depth, importer, package) for package in packages if package != importer)
    return found


def _bundles(checkout: Checkout, bundles: Mapping[tuple[int, str, str], set[Statement]], most: int) -> Iterator[Cut]:
    """Of bundles with the same statements, the one with the shortest names."""
    seen: set[tuple[Statement, ...]] = set()
    for (depth, importer, imported), found in sorted(bundles.items()):
        statements = tuple(sorted(found))
        if not 1 < len(statements) <= most or statements in seen:
            continue
        seen.add(statements)
        gone = checkout.lost(statements)
        if gone:
            yield Cut("bundle", importer, imported, depth, statements, gone)


def best(network: Network, frequencies: Mapping[int, int], cuts: Sequence[Cut]) -> list[Offer]:
    """Those of `cuts` that save something, the best first; of equal ones, the one with fewest statements."""
    gains = network.gains(frequencies, [cut.gone for cut in cuts])
    offers = [Offer(cut, gain) for cut, gain in zip(cuts, gains, strict=True) if gain > 0]
    return sorted(offers, key=lambda offer: (-offer.gain, len(offer.cut.statements), offer.cut.statements, offer.cut.importer))


def leaders(offers: Iterable[Offer], count: int) -> list[Offer]:
    """The first `count` of sorted `offers`, without those that save no more than a part of themselves does."""
    found: list[Offer] = []
    for offer in offers:
        if len(found) == count:
            break
        statements = set(offer.cut.statements)
        # Whoever stands above with fewer statements saves at least as much.
        if not any(statements.issuperset(other.cut.statements) for other in found):
            found.append(offer)
    return found


def plan(network: Network, frequencies: Mapping[int, int], checkout: Checkout, offers: Sequence[Offer], count: int) -> Plan:
    """Up to `count` cuts without a statement in common, chosen one by one by what they save together with those before."""
    chosen: list[Offer] = []
    gains: list[int] = []
    deleted: set[Statement] = set()
    for _ in range(count):
        pool = [offer for offer in offers[:POOL] if deleted.isdisjoint(offer.cut.statements)]
        together = network.gains(frequencies, [checkout.lost(deleted.union(offer.cut.statements)) for offer in pool])
        ranked = sorted(zip(together, pool, strict=True), key=lambda pair: (-pair[0], len(pair[1].cut.statements)))
        if not ranked or ranked[0][0] <= (gains[-1] if gains else 0):
            break
        gain, offer = ranked[0]
        chosen.append(offer)
        gains.append(gain)
        deleted.update(offer.cut.statements)
    return Plan(tuple(chosen), tuple(gains), checkout.lost(deleted))
