"""Where things are in a checkout: import roots, test files, pytest's settings. Found from the tree alone, never from ``sys.path``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impactgraph.analysis.layout.directories import Directories, join, parent, resolve
from impactgraph.analysis.layout.documents import Documents
from impactgraph.analysis.layout.entry_points import EntryPoint, entry_points
from impactgraph.analysis.layout.layout import Layout
from impactgraph.analysis.layout.metadata import PROJECT_FILES, mapped_directories
from impactgraph.analysis.layout.placements import Placement, describe
from impactgraph.analysis.layout.pytest_settings import CONFIG_NAMES, PytestSettings
from impactgraph.analysis.layout.roots import CONFIGURED, DECLARED, INSERTED, POSSIBLE, Root, rank_of
from impactgraph.analysis.layout.testfiles import find_tests
from impactgraph.model import Warning_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from impactgraph.model import Tree

__all__ = ["EntryPoint", "Layout", "Placement", "PytestSettings", "place"]

_READ = frozenset({*CONFIG_NAMES, *PROJECT_FILES, "conftest.py"})


def place(tree: Tree, *, packages: Sequence[str] = (), tests: Sequence[str] = ()) -> Layout:
    """The layout of `tree`; reads its configuration files, its conftest.py files and the text files that may hold doctests.

    `packages`: import roots besides those that are found (directories; a package's directory stands for the one that holds it).
    `tests`: globs of test files besides those that pytest collects by itself; a directory stands for every Python file below it.
    Never raises for what it finds: problems are in ``warnings``.
    """
    directories = Directories(tree)
    documents = Documents(_read_followed(tree, _files_called(directories, _READ)))
    warnings: list[Warning_] = []
    found = find_tests(tree, directories, documents, tests, warnings)
    conftests = _files_called(directories, frozenset({"conftest.py"}))
    roots = [
        *_configured_roots(packages, directories, warnings),
        *_declared_roots(directories, documents),
        *(Root(DECLARED, directory) for run in found.runs for directory in run.pythonpath),
        *_inserted_roots(found.runs, (*found.tests, *conftests), directories),
        *(Root(POSSIBLE, directory) for directory in ("", *_projects(directories))),
    ]
    return Layout(
        directories=directories,
        roots=roots,
        runs=found.runs,
        test_files=found.tests,
        entry_points=tuple(point for project in _projects(directories) for point in entry_points(project, documents)),
        placements=describe(directories, rank_of(roots), found.tests),
        warnings=tuple(sorted({*documents.warnings, *warnings}, key=lambda warning: tuple(map(str, warning)))),
    )


def _files_called(directories: Directories, names: frozenset[str]) -> list[str]:
    """Paths of the files with one of `names`, sorted."""
    return sorted(join(directory, name) for directory, inside in directories.files.items() for name in inside if name in names)


def _read_followed(tree: Tree, paths: Sequence[str]) -> dict[str, bytes]:
    """Contents by path; a symlink has the content of the file of this tree that it leads to, or is left out."""
    contents = tree.read(paths)
    links = [path for path in contents if tree.files[path].is_symlink]
    targets = {path: resolve(parent(path), contents.pop(path).decode("utf-8", "surrogateescape")) for path in links}
    followed = tree.read(sorted({target for target in targets.values() if target is not None}))
    for path, target in targets.items():
        if target in followed and not tree.files[target].is_symlink:
            contents[path] = followed[target]
    return contents


def _projects(directories: Directories) -> Iterator[str]:
    """Directories with packaging metadata, and the top."""
    for directory, names in sorted(directories.files.items()):
        if not directory or any(name in names for name in PROJECT_FILES):
            yield directory


def _configured_roots(packages: Sequence[str], directories: Directories, warnings: list[Warning_]) -> Iterator[Root]:
    for package in packages:
        directory = resolve("", package)
        if directory is None or directory not in directories:
            warnings.append(Warning_("no-such-directory", package, None, "configured as an import root, but not in the checkout"))
        else:
            yield Root(CONFIGURED, directories.local_root(directory))


def _declared_roots(directories: Directories, documents: Documents) -> Iterator[Root]:
    for project in _projects(directories):
        for mapped in mapped_directories(project, documents, directories):
            yield Root(DECLARED, *mapped)


def _inserted_roots(runs: Iterable[PytestSettings], files: Iterable[str], directories: Directories) -> Iterator[Root]:
    """What pytest puts on ``sys.path`` for each test file and conftest.py, unless every run uses another import mode."""
    if any(run.options.import_mode != "importlib" for run in runs):
        for directory in sorted({parent(path) for path in files if path.endswith(".py")}):
            yield Root(INSERTED, directories.local_root(directory))
