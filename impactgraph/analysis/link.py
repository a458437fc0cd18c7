"""References become edges: the one step that needs to know every file. What a name could mean under several roots is an edge to each."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Protocol

from impactgraph.analysis.aliases import Modules
from impactgraph.analysis.files import FileIndex
from impactgraph.config import matches
from impactgraph.model import KIND_NUMBER, Reference, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from impactgraph.analysis.layout import EntryPoint
    from impactgraph.config import Link
    from impactgraph.model import Facts

    Target = tuple[int, int, int]  # imported node, kind number, line

_PARENT, _CONFTEST, _DECLARED, _COMPILED, _SAME_DIRECTORY = (
    KIND_NUMBER[kind] for kind in ("parent-package", "conftest", "declared", "compiled", "same-directory")
)
#: The line of edges that follow from where a file is, not from what it says (0 is that of what a file says as a whole).
PLACED = -1

# What an import may run, or what it is built from.
_MODULE_SUFFIXES = (".py", ".pyx", ".pyi", ".pxd", ".so", ".pyd", ".c", ".cpp", ".rs")
_SUFFIXES = frozenset(_MODULE_SUFFIXES)
# A string is taken for a module's name only if this many of its components name one: "flask" alone may mean anything.
_STRING_COMPONENTS = 2


class Places(Protocol):
    """What linking asks of a layout."""

    @property
    def roots(self) -> tuple[str, ...]:
        """Directories that import names start from, the most likely first."""

    @property
    def test_files(self) -> tuple[str, ...]:
        """Files that pytest collects."""

    @property
    def plugins(self) -> tuple[tuple[str, str], ...]:
        """(kind of edge, dotted name) of what pytest loads before any test."""

    @property
    def entry_points(self) -> tuple[EntryPoint, ...]:
        """What the checkout's metadata makes findable."""

    def local_root(self, path: str) -> str:
        """The directory that Python puts on ``sys.path`` for the file at `path`."""

    def conftests_of(self, path: str) -> tuple[str, ...]:
        """Files that pytest loads before the file at `path`."""


class Linker:
    """Resolves references against one set of files (`paths`, sorted, with their `modules_of`) under one layout.

    `inserted` are directories that code puts on ``sys.path``: roots for everyone, because who runs first is not known. `gone` are those
    of `paths` that only the base state has. `aliases` are (path, path it stands for): links to files and directories, packages that
    metadata maps to a directory.
    """

    def __init__(  # noqa: PLR0913 - each is a value of its own, named where it is given
        self,
        paths: Sequence[str],
        modules: Modules,
        places: Places,
        *,
        links: Sequence[Link] = (),
        aliases: Sequence[tuple[str, str]] = (),
        inserted: Iterable[str] = (),
        gone: Iterable[str] = (),
    ) -> None:
        self.paths = paths
        self.index = {path: number for number, path in enumerate(paths)}
        self._places = places
        self._tests = frozenset(places.test_files)
        self._links = links
        self._aliases = dict(aliases)
        self._gone_conftests = [path for path in gone if path.rpartition("/")[2] == "conftest.py"]
        self._modules = modules
        self._packages = {path.removesuffix("__init__.py").rstrip("/") for path in paths if path.rpartition("/")[2] == "__init__.py"}
        self._inside = _names_inside((*paths, *(alias for alias, _ in aliases)))
        self._hiding = {path[:-3]: number for path, number in self.index.items() if path[:-3] in self._inside and path.endswith(".py")}
        roots = dict.fromkeys((*places.roots, *_holding(modules, inserted)))
        self._roots = tuple(root + "/" if root else "" for root in roots)
        self._by_first: dict[str, list[str]] | None = None
        self._known: dict[tuple[str, int], tuple[int, ...]] = {}
        files = FileIndex(paths)
        self._files = files
        # Kinds whose targets have forms of their own.
        self._special: Mapping[str, Callable[[str, str], Iterable[int]]] = {
            "path-insertion": lambda _path, _target: (),
            "data-file": files.opened,
            "entry-point": lambda _path, target: self._entry_point(target),
            "string": self._string,
        }

    def rows(self, facts: Mapping[str, Facts]) -> Rows:
        """All edges. Files without facts (data, and files of the base state) have those that follow from where they are."""
        rows = Rows(array("i"), array("i"), bytearray(), array("i"))
        for importer, path in enumerate(self.paths):
            append(rows, importer, self.edges_of(path, facts.get(path)))
        return rows

    def edges_of(self, path: str, facts: Facts | None) -> list[Target]:
        """Edges out of one file, sorted; of several places that name the same file in the same way, the first."""
        return first_lines(self.index[path], self.targets_of(path, facts))

    def targets_of(self, path: str, facts: Facts | None) -> Iterator[Target]:
        """Edges out of one file, one for each place that says so."""
        yield from self.placed(path)
        if facts is not None:
            yield from self.referred(path, facts.references)
            yield from self._beside(path, facts.externals)

    def placed(self, path: str) -> Iterator[Target]:
        """Edges that follow from where a file is: the package whose ``__init__`` runs first, the conftest files that pytest loads."""
        if path.endswith(_MODULE_SUFFIXES):
            yield from self._parent(path)
        if path in self._tests:
            for kind, name in self._places.plugins:
                yield from ((module, KIND_NUMBER[kind], PLACED) for module in self._longest_prefix(name, 1))
            for conftest in (*self._places.conftests_of(path), *self._gone_conftests):
                if conftest in self.index and path.startswith(conftest.removesuffix("conftest.py")):
                    yield self.index[conftest], _CONFTEST, PLACED
        if self._aliases.get(path) in self.index:
            yield self.index[self._aliases[path]], _DECLARED, PLACED
        for link in self._links:
            if matches(link.reached, path):
                yield from ((number, _DECLARED, PLACED) for number, other in enumerate(self.paths) if matches(link.changed, other))

    def _parent(self, path: str) -> Iterator[Target]:
        """The nearest package above: importing a module runs its ``__init__``, also where a directory in between has none."""
        directory, _, name = path.rpartition("/")
        if name == "__init__.py":
            if not directory:
                return
            directory = directory.rpartition("/")[0]
        while directory and directory not in self._packages:
            directory = directory.rpartition("/")[0]
        if directory in self._packages:
            yield self.index[f"{directory}/__init__.py".lstrip("/")], _PARENT, PLACED

    def referred(self, path: str, references: Iterable[Reference]) -> Iterator[Target]:
        """Edges that follow from what a file says."""
        for reference in references:
            kind = KIND_NUMBER[reference.kind]
            for target in self.resolve(path, reference):
                is_compiled = reference.kind == "import" and not self.paths[target].endswith(".py")
                yield target, _COMPILED if is_compiled else kind, reference.line

    def _beside(self, path: str, externals: Iterable[str]) -> Iterator[Target]:
        """Modules of the file's own package that names from outside may mean: to Python 2, and where the file is run as a script."""
        directory = path.rpartition("/")[0]
        if directory in self._packages:
            names = self._inside.get(directory, ())
            for name in externals:
                if name.partition(".")[0] not in names:
                    continue
                for module in self._under(f"{directory}/", name.split("."), 1):
                    yield module, _SAME_DIRECTORY, 0

    def resolve(self, path: str, reference: Reference) -> Iterable[int]:
        """Files that `reference` of the file at `path` leads to; empty where it leads out of the checkout."""
        kind, target, _ = reference
        if target == "?":
            return ()
        special = self._special.get(kind)
        if special is not None:
            return special(path, target)
        if target.endswith("*"):
            return self._several(path, target, deep=kind != "import")
        return self._relative(target) if target.startswith("@") else self._name(path, target)

    def _several(self, path: str, target: str, *, deep: bool) -> Iterable[int]:
        """A star import means a package's own names; a computed name or a walk may mean a module at any depth (`deep`)."""
        if target.endswith((".*", ":*")):
            return self._everything(path, target[:-2] if target.endswith(".*") else target[:-1], deep=deep)
        return self._starting(target[:-1])

    def _entry_point(self, target: str) -> Iterator[int]:
        """``group:NAME``, ``script:NAME`` or ``*``: what the metadata says they lead to."""
        what, _, name = target.partition(":")
        for point in self._places.entry_points:
            is_meant = point.name == name and point.is_command if what == "script" else point.group == name
            if target == "*" or is_meant:
                yield from self._longest_prefix(point.target, 1)

    def _name(self, path: str, name: str) -> tuple[int, ...]:
        """What `name` means for the file at `path`: under every root, and beside the file (where Python starts a script)."""
        found = self._longest_prefix(name, 1)
        local = self._places.local_root(path)
        beside = f"{local}/" if local else ""
        if beside in self._roots:
            return found
        return found + self._under(beside, name.split("."), 1)

    def _longest_prefix(self, name: str, least: int) -> tuple[int, ...]:
        """Per root, the modules of the longest prefix of `name` that has any: the rest is an attribute, or gone in this state."""
        known = self._known.get((name, least))
        if known is None:
            parts = name.split(".")
            found = [module for root in self._starting_roots(parts[0]) for module in self._under(root, parts, least)]
            known = self._known[name, least] = tuple(dict.fromkeys(found))
        return known

    def _starting_roots(self, first: str) -> list[str]:
        """The roots that have something called `first` in them, in order."""
        if self._by_first is None:
            self._by_first = {}
            for root in self._roots:
                for name in self._inside.get(root.rstrip("/"), ()):
                    self._by_first.setdefault(name, []).append(root)
        return self._by_first.get(first, [])

    def _under(self, root: str, parts: Sequence[str], least: int) -> tuple[int, ...]:
        """The modules of the longest prefix, and those of shorter ones that would hide it: a module beside a directory of its name."""
        found: tuple[int, ...] = ()
        for length in range(len(parts), 0, -1):
            if found or length < least:
                break
            found = self._modules.get(root + "/".join(parts[:length]), ())
        hiding = [root + "/".join(parts[:length]) for length in range(1, len(parts))] if found and self._hiding else []
        return found + tuple(self._hiding[stem] for stem in hiding if stem in self._hiding and self._hiding[stem] not in found)

    def _relative(self, target: str) -> tuple[int, ...]:
        """``@directory or module:name below it``; what is no longer there falls back to the package that it was in."""
        base, _, rest = target[1:].partition(":")
        root = f"{base}/" if base else ""
        found = self._under(root, rest.split("."), 1) if rest else ()
        return found or self._modules.get(base) or self._modules.get(base.rpartition("/")[0], ())

    def _string(self, path: str, name: str) -> tuple[int, ...]:
        """A string names a module if two of its components do; ``pkg.name`` may also be an attribute of a module at a root."""
        if name.endswith(".py"):  # a file's name
            return ()
        if name.startswith("@"):
            return self._relative(name)
        # ``python -m`` runs the `__main__` of a package.
        found = self._longest_prefix(f"{name}.__main__", max(_STRING_COMPONENTS, name.count(".") + 2))
        if "." not in name:
            return found + self._name(path, name)
        found += self._longest_prefix(name, _STRING_COMPONENTS)
        return found or (self._longest_prefix(name, 1) if name.count(".") < _STRING_COMPONENTS else ())

    def _everything(self, path: str, stem: str, *, deep: bool) -> Iterable[int]:
        """A package and the modules directly below it, or (`deep`) all that are below it."""
        if stem.startswith("@"):
            base, _, rest = stem[1:].partition(":")
            directories = self._modules.places("/".join(part for part in (base, rest.replace(".", "/")) if part))
            found = list(self._modules.get(directories[0]))
        else:
            directories = [place for root in self._roots for place in self._modules.places(root + stem.replace(".", "/"))]
            found = list(self._name(path, stem)) if stem else []
        found.extend(number for directory in directories for number in self._files.below(directory, deep=deep))
        return dict.fromkeys(found)

    def _starting(self, prefix: str) -> list[int]:
        """Modules whose name starts with `prefix`, in the place where its last part is."""
        starts = [place for root in self._roots for place in self._modules.places(root + prefix.replace(".", "/"))]
        return [
            module
            for stem, modules in self._modules.items()
            if any(stem.startswith(start) and "/" not in stem[len(start) :] for start in starts)
            for module in modules
        ]


def _holding(modules: Iterable[str], directories: Iterable[str]) -> list[str]:
    """Those of `directories` with modules in or below them, sorted: in code that can't be parsed any text may name one."""
    wanted = frozenset(directories)
    found: set[str] = set()
    above = {stem.rpartition("/")[0] for stem in modules} if wanted else set()
    while above:
        found |= above
        above = {directory.rpartition("/")[0] for directory in above} - found
    return sorted(wanted & found)


def _names_inside(paths: Sequence[str]) -> dict[str, set[str]]:
    """Per directory the names of the modules and directories in it."""
    inside: dict[str, set[str]] = {}
    last, names = None, set[str]()
    for path in paths:
        directory, _, name = path.rpartition("/")
        if directory != last:  # paths come sorted: most lie beside the one before
            last, names = directory, inside.setdefault(directory, set())
        first = name.partition(".")[0]
        names.add(first)
        if not name.endswith(".py") or len(name) != len(first) + 3:
            # A stem that no import statement can spell may hold a dot: `import_module` takes any.
            names.add(name.rpartition(".")[0])
    for directory in list(inside):
        while directory:
            above, _, name = directory.rpartition("/")
            names = inside.setdefault(above, set())
            if name in names:  # then those above are known as well
                break
            names.add(name)
            directory = above  # noqa: PLW2901 - climbing
    return inside


def first_lines(importer: int, targets: Iterable[Target]) -> list[Target]:
    """Sorted targets without self loops, each kind of edge to a file once, at its first line."""
    lines: dict[tuple[int, int], int] = {}
    for imported, kind, line in targets:
        if imported != importer and line <= lines.get((imported, kind), line):
            lines[imported, kind] = line
    return sorted((imported, kind, line) for (imported, kind), line in lines.items())


def append(rows: Rows, importer: int, targets: Iterable[Target]) -> None:
    """Edges from `importer` to `targets`, behind those in `rows`."""
    for imported, kind, line in targets:
        rows.importer.append(importer)
        rows.imported.append(imported)
        rows.kind.append(kind)
        rows.line.append(line)


def modules_of(paths: Sequence[str], aliases: Sequence[tuple[str, str]]) -> Modules:
    """Path without suffix -> the files that an import of it may run: a module, a package, a compiled one, or several of them.

    `aliases` as for the `Linker`; the numbers are positions in `paths`.
    """
    found: dict[str, tuple[int, ...]] = {}
    for number, path in enumerate(paths):
        stem, dot, suffix = path.rpartition(".")
        if dot and dot + suffix in _SUFFIXES:
            stem = stem if suffix == "py" else stem.partition(".cpython-")[0].partition(".abi3")[0]
            stem = stem.removesuffix("/__init__")
            found[stem] = (*found.get(stem, ()), number)
    return Modules(found, aliases)
