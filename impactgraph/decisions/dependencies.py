"""From changed distributions to the files that import them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from impactgraph.analysis.settings.names import Dependencies as Known
    from impactgraph.analysis.settings.names import Installed


class Dependencies(NamedTuple):
    """What is known of the world outside of the checkout, each part found when it is first asked for.

    `externals`: per file the names it imports from outside; `known`: who depends on whom; `installed`: what distributions are imported by;
    `readers`: settings and requirement files that may name a requirement file, with their contents.
    """

    externals: Callable[[], Mapping[str, tuple[str, ...]]]
    known: Callable[[], Known]
    installed: Callable[[], Installed | None]
    readers: Callable[[], tuple[tuple[str, bytes], ...] | None]


class Reached(NamedTuple):
    """`importers`: files that import what changed, sorted; `everything`: distributions that every test may depend on."""

    importers: tuple[str, ...]
    everything: tuple[str, ...]


def reached_imports(packages: Sequence[str], dependencies: Dependencies) -> Reached:
    """What a change of the distributions `packages` reaches."""
    from impactgraph.analysis.settings.names import affected_imports  # few changes touch a dependency

    externals = dependencies.externals()
    imported = frozenset(name for names in externals.values() for name in names)
    affected = affected_imports(packages, dependencies.known(), dependencies.installed(), imported)
    if affected.unknown or affected.runners:
        return Reached((), tuple(sorted((*affected.unknown, *affected.runners))))
    importers = [path for path, names in externals.items() if any(_is_related(name, root) for name in names for root in affected.roots)]
    return Reached(tuple(sorted(importers)), ())


def _is_related(name: str, root: str) -> bool:
    """Whether importing `name` runs code of `root`: itself, something in it, or (a namespace) something above it."""
    return name == root or name.startswith(f"{root}.") or root.startswith(f"{name}.")
