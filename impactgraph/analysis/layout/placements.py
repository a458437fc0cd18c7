"""How each directory was placed, in plain words; directories placed alike are told in one line with the one above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.layout.directories import parent
from impactgraph.analysis.layout.metadata import PROJECT_FILES
from impactgraph.analysis.layout.roots import DECLARED, POSSIBLE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from impactgraph.analysis.layout.directories import Directories

_VENDORED = frozenset({"_vendor", "_vendored", "extern", "external", "third_party", "thirdparty", "vendor", "vendored"})


class Placement(NamedTuple):
    """One line of `doctor`: `directories` (itself included) with `files` Python files, placed as `kind`."""

    directory: str
    kind: str  # package, namespace, tests, root, project, vendored, loose
    description: str
    directories: int
    files: int


class _Placed(NamedTuple):
    kind: str
    description: str


def describe(directories: Directories, roots: Mapping[str, int], tests: Collection[str]) -> tuple[Placement, ...]:
    """Placements of the directories that hold Python files, sorted. `roots`: rank of each import root; `tests`: test files."""
    with_tests = {parent(path) for path in tests}
    lines: dict[str, list[int]] = {}
    told: dict[str, tuple[str, _Placed]] = {}  # directory -> the directory whose line tells it, and how it was placed
    for directory in sorted(directories.files):
        files = sum(name.endswith(".py") for name in directories.files[directory])
        if not files:
            continue
        placed = _place(directory, directories, roots, with_tests)
        line = _line_of(directory, placed, told)
        told[directory] = (line, placed)
        counts = lines.setdefault(line, [0, 0])
        counts[0] += 1
        counts[1] += files
    return tuple(Placement(line, *told[line][1], *counts) for line, counts in sorted(lines.items()))


def _line_of(directory: str, placed: _Placed, told: Mapping[str, tuple[str, _Placed]]) -> str:
    above = directory
    while above:
        above = parent(above)
        if above in told:
            line, placed_above = told[above]
            if placed_above.kind == placed.kind and placed.kind not in ("root", "project"):
                return line
            break
    return directory


def _place(directory: str, directories: Directories, roots: Mapping[str, int], with_tests: Collection[str]) -> _Placed:
    names = directories.files[directory]
    if not _VENDORED.isdisjoint(directory.split("/")):
        return _Placed("vendored", "vendored code, treated like any other")
    if directory in with_tests or ("conftest.py" in names and roots.get(directory, POSSIBLE) > DECLARED):
        return _test_directory(directory, directories, roots)
    if directory and any(name in names for name in PROJECT_FILES):
        return _Placed("project", "project of its own inside the checkout, an import root")
    if roots.get(directory, DECLARED + 1) <= DECLARED:
        return _Placed("root", "import root")
    return _place_by_name(directory, directories, roots)


def _place_by_name(directory: str, directories: Directories, roots: Mapping[str, int]) -> _Placed:
    root = _root_of(directory, roots)
    name = directory[len(root) :].lstrip("/").replace("/", ".")
    shown = root or "the top"
    if directories.has_init(directory):
        return _Placed("package", f"package {name or 'without a name'}, imported from {shown}")
    if directory and (directories.has_init(parent(directory)) or roots.get(root) == DECLARED) and _importable(name):
        return _Placed("namespace", f"package {name} without __init__.py, imported from {shown}")
    return _Placed("loose", "scripts and loose modules, which import each other by name")


def _test_directory(directory: str, directories: Directories, roots: Mapping[str, int]) -> _Placed:
    if directories.has_init(directory):
        return _Placed("tests", "tests, a package")
    if directory in roots:
        return _Placed("tests", "tests, an import root for pytest (no __init__.py)")
    return _Placed("tests", "tests, not importable by name")


def _root_of(directory: str, roots: Mapping[str, int]) -> str:
    """The nearest declared import root above `directory`, else the top."""
    while directory:
        directory = parent(directory)
        if roots.get(directory, DECLARED + 1) <= DECLARED:
            return directory
    return ""


def _importable(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))
