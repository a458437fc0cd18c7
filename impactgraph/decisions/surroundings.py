"""What lies around a changed file that is no module: who opens it, and which modules and tests are near."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from impactgraph.model import KIND_NUMBER

if TYPE_CHECKING:
    from impactgraph.analysis.settings.verdicts import Surroundings
    from impactgraph.model import ImpactGraph

_OPENS = KIND_NUMBER["data-file"]
_COMPILED_SUFFIXES = (".so", ".pyd", ".pyx")


class Place:
    """A graph, asked about neighbourhoods."""

    def __init__(self, graph: ImpactGraph) -> None:
        self.graph = graph
        self.tests = frozenset(graph.test_files)
        self.index = {path: number for number, path in enumerate(graph.paths)}
        self._edges: dict[int, list[int]] = {}
        # Kept, because a change may be of 100,000 files.
        self.below = cache(self._below)
        self.has = cache(self._has)

    def importers(self, path: str, *, by_name: bool = False) -> list[str]:
        """Files with an edge to `path`; `by_name`: without those that open it as a file."""
        rows = self.graph.rows
        if not self._edges:
            for edge, imported in enumerate(rows.imported):
                self._edges.setdefault(imported, []).append(edge)
        edges = self._edges.get(self.index.get(path, -1), ())
        return [self.graph.paths[rows.importer[edge]] for edge in edges if not (by_name and rows.kind[edge] == _OPENS)]

    def _has(self, suffix: str) -> bool:
        """Whether any file's name ends with `suffix`."""
        return any(path.endswith(suffix) for path in self.graph.paths)

    def _below(self, directory: str) -> frozenset[str]:
        """The Python files in and below `directory` if it has any directly in it; else those of the nearest above; the top has none."""
        if not directory:
            return frozenset()
        inside = f"{directory}/"
        found = frozenset(path for path in self.graph.paths if path.startswith(inside) and path.endswith(".py"))
        if any("/" not in path[len(inside) :] for path in found):
            return found
        return self.below(directory.rpartition("/")[0])


def around(path: str, place: Place) -> frozenset[str]:
    """The Python files in and below the nearest directory above `path` that has any directly in it; empty where only the top does."""
    return place.below(path.rpartition("/")[0])


def namesakes(path: str, place: Place) -> tuple[str, ...]:
    """Test files that pytest imports by the name that it has for the file at `path`: of two such files it runs but one.

    By its default import mode; nobody is hurt where the other modes make a few tests run too many.
    """
    last = "/" + path.rpartition("/")[2]
    same = [test for test in place.graph.test_files if test != path and f"/{test}".endswith(last)]
    return tuple(test for test in same if _name_in_pytest(test, place) == _name_in_pytest(path, place))


def _name_in_pytest(path: str, place: Place) -> str:
    """The path below the outermost of the packages that hold the file."""
    directory = path.rpartition("/")[0]
    while directory and f"{directory}/__init__.py" in place.index:
        directory = directory.rpartition("/")[0]
    return path[len(directory) :].lstrip("/")


def surroundings(path: str, place: Place, readers: tuple[tuple[str, bytes], ...] | None) -> Surroundings:
    """What lies around `path`, for the judge of files that are no modules."""
    from impactgraph.analysis.settings.verdicts import Surroundings as Found  # most changes are of Python files alone

    stem = path.removesuffix(".pyi")
    packaged = bool(around(path, place))
    return Found(
        opened=path in place.tests or bool(place.importers(path)),
        packaged=packaged,
        foreign=not packaged and _is_below_web_project(path, place),
        twin=path.endswith(".pyi") and any(stem + suffix in place.index for suffix in (".py", *_COMPILED_SUFFIXES)),
        rust=place.has(".rs"),
        readers=readers,
    )


def _is_below_web_project(path: str, place: Place) -> bool:
    """Whether a folder above the file, the top apart, has a package.json."""
    folders = path.split("/")[:-1]
    return any("/".join((*folders[:depth], "package.json")) in place.index for depth in range(1, len(folders) + 1))
