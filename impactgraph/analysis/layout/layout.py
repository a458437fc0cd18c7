"""The answer: what the files of a checkout are, and under which names they can be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impactgraph.analysis.layout.collection import starting_points
from impactgraph.analysis.layout.directories import join, parent
from impactgraph.analysis.layout.entry_points import PYTEST
from impactgraph.analysis.layout.roots import RANKS, Names, Root, unique

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impactgraph.analysis.layout.directories import Directories
    from impactgraph.analysis.layout.entry_points import EntryPoint
    from impactgraph.analysis.layout.placements import Placement
    from impactgraph.analysis.layout.pytest_settings import PytestSettings
    from impactgraph.model import Warning_


_PLUGIN = "pytest-plugin"


class Layout:
    """Import roots, test files, conftest.py files and names of one tree. Not to be changed after it is made.

    ``roots``: import roots, directories relative to the top ('' is the top), the most likely first; each once.
    ``test_files``: what pytest collects, sorted; text files with doctests included.
    ``pytest``: the settings of ``pytest`` started in the top; ``runs``: those of every run that test files come from.
    ``mapped``: (package as a path, the directory that its content is in), where metadata maps one to the other.
    ``entry_points``: those that the metadata of the checkout's projects declare.
    ``placements``, ``warnings``: for `doctor`.
    """

    __slots__ = (
        "_conftests",
        "_directories",
        "_names",
        "_ranks",
        "entry_points",
        "mapped",
        "placements",
        "pytest",
        "roots",
        "runs",
        "test_files",
        "warnings",
    )

    def __init__(  # noqa: PLR0913 - the parts of the answer, by name
        self,
        *,
        directories: Directories,
        roots: Iterable[Root],
        runs: tuple[PytestSettings, ...],
        test_files: tuple[str, ...],
        entry_points: tuple[EntryPoint, ...],
        placements: tuple[Placement, ...],
        warnings: tuple[Warning_, ...],
    ) -> None:
        ordered = unique(roots)
        self._directories = directories
        self._names = Names(ordered)
        self._conftests: dict[str, tuple[str, ...]] = {}
        self.roots = tuple(dict.fromkeys(root.directory for root in ordered if not root.package))
        self.mapped = tuple((root.package.replace(".", "/"), root.directory) for root in ordered if root.package)
        self._ranks = {root.directory: root.rank for root in reversed(ordered)}
        self.pytest = runs[0]
        self.runs = runs
        self.test_files = test_files
        self.entry_points = entry_points
        self.placements = placements
        self.warnings = warnings

    def source_of(self, root: str) -> str:
        """Why the directory `root` is an import root, in words."""
        return RANKS[self._ranks[root]]

    @property
    def default_arguments(self) -> tuple[str, ...]:
        """What ``pytest`` in the top searches when it is given nothing, as arguments."""
        return tuple(start or "." for start in starting_points(self._directories, self.pytest))

    @property
    def plugins(self) -> tuple[tuple[str, str], ...]:
        """(kind of edge, dotted name) of the modules that pytest loads before it collects, whatever the test."""
        options = {name for run in self.runs for name in run.options.plugins if not name.startswith("no:")}
        declared = {point.target for point in self.entry_points if point.group == PYTEST}
        named = {(_PLUGIN, name) for name in options} | {("entry-point", target) for target in declared}
        # A plugin may be called by the name of its entry point, too.
        named.update(("entry-point", point.target) for point in self.entry_points if point.name in options)
        return tuple(sorted(named))

    @property
    def rootdir(self) -> str:
        """The rootdir of pytest, relative to the top."""
        return self.pytest.rootdir

    @property
    def conftests(self) -> tuple[str, ...]:
        """Every conftest.py of the tree, sorted, also those that no run loads."""
        found = (directory for directory, names in self._directories.files.items() if "conftest.py" in names)
        return tuple(sorted(join(directory, "conftest.py") for directory in found))

    def conftests_of(self, path: str) -> tuple[str, ...]:
        """The conftest.py files that pytest loads for the file at `path`, from the top down."""
        return self._conftests_in(parent(path))

    def _conftests_in(self, directory: str) -> tuple[str, ...]:
        if directory not in self._conftests:
            above = self._conftests_in(parent(directory)) if directory else ()
            loaded = "conftest.py" in self._directories.files.get(directory, ()) and self._loads_conftests(directory)
            self._conftests[directory] = (*above, join(directory, "conftest.py")) if loaded else above
        return self._conftests[directory]

    def _loads_conftests(self, directory: str) -> bool:
        """Whether any run loads a conftest.py in `directory`: those above its confcutdir it doesn't."""
        inside = f"{directory}/" if directory else ""
        return any(
            not run.options.noconftest and (run.confcutdir == directory or not run.confcutdir.startswith(inside)) for run in self.runs
        )

    def local_root(self, path: str) -> str:
        """The first directory upwards from the file at `path` that is no regular package.

        pytest puts it on ``sys.path``, and Python does so for a script; imports of that file may start there.
        """
        return self._directories.local_root(parent(path))

    def names_of(self, path: str) -> tuple[str, ...]:
        """The dotted names under which the file at `path` can be imported, the most likely first.

        One for each root above it from which every directory is an identifier. Python, Cython, C, C++ and Rust sources and
        extension modules are treated alike; other files have none. A stem need not be an identifier (``importlib`` takes any).
        """
        return self._names.of(path)
