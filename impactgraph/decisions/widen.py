"""A changed module that no test reaches: frameworks load modules by convention (migrations, commands, plugins), which no file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impactgraph.decisions.seeds import Judged
    from impactgraph.decisions.surroundings import Place
    from impactgraph.graph.closure import Closure


# `app/management/commands/` is as deep as conventions go. What lies further above is another package, and the tests of a whole
# distribution are no tests of a module's own package: a selection of everything, for every file that nobody imports, is not used for long.
_LEVELS = 3


def widened(judged: Iterable[Judged], closure: Closure, place: Place) -> tuple[Judged, ...]:
    """`judged`, where a module in a package is reached by no test with the tests of its package."""
    return tuple(_widened(item, closure, place) if item.klass == "module" and item.effect == "seeds" else item for item in judged)


def _widened(item: Judged, closure: Closure, place: Place) -> Judged:
    tests = tests_of_package(item.change.path, place)
    if not tests:
        return item
    distance = closure.reach(place.index[seed] for seed in item.seeds if seed in place.index).distance
    if any(distance[place.index[test]] >= 0 for test in place.tests):
        return item
    return item._replace(seeds=(*item.seeds, *tests), reason="unreached", detail="no test imports it: the tests of its package")


def tests_of_package(path: str, place: Place) -> tuple[str, ...]:
    """Tests of the nearest package above `path` that has any, as long as that package is part of another one."""
    directory = path.rpartition("/")[0]
    for _ in range(_LEVELS):
        above = directory.rpartition("/")[0]
        if not all(f"{package}/__init__.py" in place.index for package in (directory, above)):
            break
        inside = f"{directory}/"
        found = tuple(test for test in place.graph.test_files if test.startswith(inside))
        if found:
            return found
        directory = above
    return ()
