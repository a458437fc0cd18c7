"""Which files pytest would collect tests from, by walking a tree's directories the way pytest walks the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.layout.directories import join, parent, resolve
from impactgraph.analysis.layout.patterns import PathPatterns, any_of, expand

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from impactgraph.analysis.layout.conftests import ConftestRules
    from impactgraph.analysis.layout.directories import Directories
    from impactgraph.analysis.layout.patterns import Match
    from impactgraph.analysis.layout.pytest_settings import PytestSettings

# Paths by which one directory is looked at: links that lead to each other make more of them than anyone can walk.
_MOST_VISITS = 20


class Scope(NamedTuple):
    """The rules of the conftest.py files that hold in a directory."""

    ignore: frozenset[str] = frozenset()
    ignore_glob: Match = any_of(())
    collects: PathPatterns | None = None
    may_unignore: bool = False


class Collected(NamedTuple):
    """`tests`: files that are tests by their name. `texts`: files that are tests if they hold a doctest. `searched`: directories."""

    tests: set[str]
    texts: set[str]
    searched: set[str]


class Collector:
    """One run of pytest, started in the rootdir of `settings`; a file is found under the path that the tree has for it.

    `setup_scripts`: the setup.py files that doctests leave out because they use setuptools.
    """

    def __init__(
        self, directories: Directories, settings: PytestSettings, rules: Mapping[str, ConftestRules], setup_scripts: Container[str] = ()
    ) -> None:
        options = settings.options
        self._setup_scripts = setup_scripts
        self._directories = directories
        self._settings = settings
        self._rules = {} if options.noconftest else rules
        self._python_files = PathPatterns(settings.python_files)
        self._norecurse = PathPatterns(settings.norecursedirs)
        doctest_globs = (options.doctest_glob or ("test*.txt",)) if options.doctests else ()
        self._text_files = PathPatterns(doctest_globs)
        self._plugin_files = PathPatterns(options.extra_globs)
        self._ignored = frozenset(resolved(settings.rootdir, options.ignore))
        self._ignored_glob = any_of(resolved(settings.rootdir, options.ignore_glob))
        self._scopes: dict[str, Scope] = {}
        self._initial: frozenset[str] = frozenset()
        self._found = Collected(set(), set(), set())

    def collect(self, starts: Iterable[str]) -> Collected:
        """What is collected from `starts`, paths of files and directories."""
        starts = sorted(set(starts))
        self._initial = frozenset(ancestor for start in starts for ancestor in (start, *_ancestors(start)))
        for start in starts:
            if start in self._directories or start in self._directories.links:
                self._walk(start)
            elif self._directories.has_file(start):
                self._take_initial(start)
        return self._found

    def _walk(self, start: str) -> None:
        """Collect below `start`. A directory has two paths where a symlink led to it: as pytest shows it, and as the tree has it."""
        stack = [(start, self._real(start), frozenset[str]())]
        visits = dict.fromkeys(self._directories.files, 0)
        while stack:
            shown, real, above = stack.pop()
            visits[real] += 1
            if real in above or visits[real] > _MOST_VISITS:
                continue  # a symlink that leads back up, or many that lead to each other
            scope = self._scope(shown, real)
            self._take_files(shown, real, scope)
            inside = [join(shown, name) for name in self._directories.subdirectories[real]]
            linked = [join(shown, name) for name in self._directories.files[real] if join(real, name) in self._directories.links]
            for child in inside + linked:
                if child in self._initial or not self._skips_directory(child, scope):
                    name = child.rpartition("/")[2]
                    stack.append((child, self._directories.links.get(join(real, name), join(real, name)), above | {real}))

    def _real(self, start: str) -> str:
        return self._directories.links.get(start, start)

    def _skips_directory(self, path: str, scope: Scope) -> bool:
        name = path.rpartition("/")[2]
        if name == "__pycache__":
            return True
        if scope.may_unignore:
            return False
        return self._ignores(path, scope) or self._norecurse.matches(path, name) or self._is_virtual_environment(path)

    def _is_virtual_environment(self, path: str) -> bool:
        if self._settings.options.collect_in_virtualenv:
            return False
        names = self._directories.files.get(path, ())
        return "pyvenv.cfg" in names or "history" in self._directories.files.get(join(path, "conda-meta"), ())

    def _ignores(self, path: str, scope: Scope) -> bool:
        if path in self._ignored or path in scope.ignore:
            return True
        return self._ignored_glob(path) is not None or scope.ignore_glob(path) is not None

    def _take_files(self, shown: str, real: str, scope: Scope) -> None:
        links = self._directories.links
        for name in self._directories.files[real]:
            path = join(shown, name)
            kind = self._kind(path, name, scope)
            if kind is None or (links and join(real, name) in links):
                continue
            if path in self._initial or scope.may_unignore or not self._ignores(path, scope):
                kind.add(join(real, name))

    def _kind(self, path: str, name: str, scope: Scope) -> set[str] | None:
        """The set that a file of this name belongs to."""
        tests, texts, _ = self._found
        if name.endswith(".py"):
            if self._python_files.matches(path, name) or self._has_doctests(path, name):
                return tests
        elif self._text_files.matches(path, name):
            return texts
        elif self._plugin_files.matches(path, name):
            return tests
        return tests if scope.collects is not None and scope.collects.matches(path, name) else None

    def _has_doctests(self, path: str, name: str) -> bool:
        return self._settings.options.every_module and name != "__main__.py" and path not in self._setup_scripts

    def _take_initial(self, path: str) -> None:
        """A file that is named itself is collected whatever its name, and is never ignored."""
        if path.endswith(".py"):
            self._found.tests.add(path)
        elif path.endswith((".txt", ".rst")) and self._settings.options.doctests:
            self._found.texts.add(path)
        else:
            directory, _, name = path.rpartition("/")
            kind = self._kind(path, name, self._scope(directory, self._real(directory)))
            if kind is not None:
                kind.add(path)

    def _scope(self, shown: str, real: str) -> Scope:
        if shown in self._scopes:
            return self._scopes[shown]
        above = self._scope(parent(shown), parent(shown)) if shown else Scope()
        rules = None if shown in _ancestors(self._settings.confcutdir) else self._rules.get(real)
        scope = _narrowed(above, rules, shown) if rules else above
        self._scopes[shown] = scope
        self._found.searched.add(real)
        return scope


def _narrowed(above: Scope, rules: ConftestRules, directory: str) -> Scope:
    """The scope in `directory`: a name that its conftest.py binds replaces the one from above, as in pytest."""
    return Scope(
        ignore=above.ignore if rules.ignore is None else frozenset(resolved(directory, rules.ignore)),
        ignore_glob=above.ignore_glob if rules.ignore_glob is None else any_of(resolved(directory, rules.ignore_glob)),
        collects=PathPatterns(rules.collects) if rules.collects else above.collects,
        may_unignore=above.may_unignore or rules.may_unignore,
    )


def resolved(base: str, paths: Iterable[str]) -> list[str]:
    """`paths` seen from `base`, without those that lie outside the checkout."""
    return [path for path in (resolve(base, relative) for relative in paths) if path is not None]


def _ancestors(path: str) -> Iterator[str]:
    """The directories above `path`, the nearest first; the top has none."""
    while path:
        path = parent(path)
        yield path


def starting_points(directories: Directories, settings: PytestSettings) -> list[str]:
    """The paths that ``pytest`` without arguments starts from: positional arguments in addopts, else `testpaths`, else the rootdir."""
    options = settings.options
    if options.paths:
        starts = [path for word in options.paths for path in expand(directories, settings.rootdir, word.partition("::")[0])]
    else:
        starts = [path for pattern in settings.testpaths for path in expand(directories, settings.rootdir, pattern)]
    missing = options.pyargs and len(starts) < len(options.paths or settings.testpaths)
    if not starts or missing:
        return [settings.rootdir]
    maybe = [path for word in options.maybe_paths for path in expand(directories, settings.rootdir, word)]
    return sorted({*starts, *maybe})


def without_deselected(tests: Iterable[str], settings: PytestSettings) -> set[str]:
    """`tests` without the files that ``--deselect`` takes out as a whole."""
    prefixes = tuple(settings.options.deselect)
    if not prefixes:
        return set(tests)
    base = f"{settings.rootdir}/" if settings.rootdir else ""
    return {path for path in tests if not f"{path.removeprefix(base)}::".startswith(prefixes)}
