"""One tree, as an `ImpactGraph`: from scratch, or from the graph of a tree with the same files of which a few changed."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis import facts as facts_of
from impactgraph.analysis.link import PLACED, Linker, append, first_lines, modules_of
from impactgraph.model import EMPTY_OIDS, KIND_NUMBER, ImpactGraph, Rows, Tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from impactgraph.analysis.facts import Book
    from impactgraph.analysis.layout import EntryPoint, Layout
    from impactgraph.config import Config
    from impactgraph.model import Facts, FileChange

_LINK_DEPTH = 8
_DATA_FILE = KIND_NUMBER["data-file"]
_SETTINGS = (".toml", ".ini", ".cfg", ".conf", ".json", ".yaml", ".yml", ".xml", ".properties", ".ipynb", ".list")
_LINK = "link "  # a content id that begins so is that of a link's target


class Assembled(NamedTuple):
    """A graph with what it was made from, for whoever wants to look closer."""

    graph: ImpactGraph
    layout: Layout
    book: Book
    linker: Linker


class Former(NamedTuple):
    """What the base state had: `files` that are gone, and import `roots` that packages made or unmade."""

    files: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()


NOTHING = Former()


def former(base: Tree, head: Tree, changes: Iterable[FileChange]) -> Former:
    """What the graph of `head` has to know of `base`.

    A directory that has become a package was an import root itself, in one state but not in the other.
    """
    paths = {path for change in changes for path in (change.path, change.old_path) if path}
    packages = {path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] == "__init__.py"}
    return Former(
        tuple(sorted(path for path in paths if path not in head.files)),
        tuple(sorted({local_root(package, base.files) for package in packages})),
    )


def local_root(directory: str, files: Collection[str]) -> str:
    """The first directory upwards, `directory` included, that is no package among `files`."""
    while directory and f"{directory}/__init__.py" in files:
        directory = directory.rpartition("/")[0]
    return directory


def assemble(tree: Tree, config: Config, *, base: Former = NOTHING, known: Book = facts_of.EMPTY) -> Assembled:
    """The graph of `tree`, with nodes for the files that only the base state has; `known` are facts of earlier runs."""
    from impactgraph.analysis.layout import place  # the longest import of the package; a graph from the cache doesn't need it

    read: set[str] = set()
    layout = place(_recording(tree, read), packages=config.packages, tests=config.tests)
    paths = tuple(sorted({*tree.files, *base.files}))
    symlinks = _symlinks(tree)
    aliases = (*sorted(symlinks.items()), *layout.mapped)
    python = [path for path in paths if path.endswith(".py") and path in tree.files and symlinks.get(path, path) in tree.files]
    modules = modules_of(paths, aliases)
    meanings = facts_of.Meanings(_names(layout, paths, symlinks), modules, base.roots)
    book = facts_of.collect(tree, python, meanings, symlinks, known)
    facts = {path: book.facts[path][1] for path in python}
    inserted = (*(("", root) for root in base.roots), *_insertions(facts))
    linker = Linker(
        paths,
        modules,
        layout,
        links=config.links,
        aliases=aliases,
        inserted={directory for _, directory in inserted},
        gone=[path for path in base.files if path not in tree.files],
    )
    texts = _texts(tree, linker, layout, facts)
    read.update(texts)
    graph = ImpactGraph(
        paths=paths,
        oids=_ids(tree, paths),
        rows=linker.rows({**facts, **texts}),
        test_files=layout.test_files,
        roots=layout.roots,
        inserted=inserted,
        names=tuple(sorted(book.names)),
        aliases=aliases,
        read=tuple(sorted(read)),
        unparsed=tuple((path, fact.error) for path, fact in sorted(facts.items()) if fact.error),
        warnings=tuple(layout.warnings),
        default_arguments=layout.default_arguments,
    )
    return Assembled(graph, layout, book, linker)


def _texts(tree: Tree, linker: Linker, layout: Layout, facts: Mapping[str, Facts]) -> dict[str, Facts]:
    """Facts of text files that name modules: doctests, and settings that code opens."""
    opened = {
        linker.paths[number]
        for path, fact in facts.items()
        for reference in fact.references
        if reference.kind == "data-file"
        for number in linker.resolve(path, reference)
    }
    wanted = {path for path in layout.test_files if not path.endswith(".py")} | {path for path in opened if names_modules(path)}
    return facts_of.scan_texts(tree, sorted(wanted))


def names_modules(path: str) -> bool:
    """Whether a data file is of a kind that may name modules: settings, notebooks, lists, and programs without a suffix."""
    return path.endswith(_SETTINGS) or "." not in path.rpartition("/")[2]


def updated(graph: ImpactGraph, tree: Tree, base: Former = NOTHING) -> ImpactGraph | None:
    """`graph` with the rows of those files of `tree` that changed made anew; the same object where none did.

    None where that is not enough: other files, a changed file that the layout was read from, a file that edits ``sys.path``, a link,
    a file that is or was empty (an empty one is no test file).
    """
    # A tree's files are sorted; sorting them again is for when there are others.
    if graph.paths != (tuple(sorted({*tree.files, *base.files})) if base.files else tuple(tree.files)):
        return None
    oids = _ids(tree, graph.paths)
    if list(map(bool, oids)) != list(map(bool, graph.oids)):
        return None
    changed = {path: (old, new) for path, old, new in zip(graph.paths, graph.oids, oids, strict=True) if old != new}
    if not changed:
        return graph
    fixed = {*graph.read, *(path for path, _ in graph.inserted), *(path for pair in graph.aliases for path in pair)}
    if not fixed.isdisjoint(changed) or any(oid.startswith(_LINK) or oid in EMPTY_OIDS for pair in changed.values() for oid in pair):
        return None
    return _spliced(graph, tree, oids, sorted(path for path in changed if path.endswith(".py")))


def _spliced(graph: ImpactGraph, tree: Tree, oids: tuple[str, ...], edited: Sequence[str]) -> ImpactGraph | None:
    modules = modules_of(graph.paths, graph.aliases)
    facts = facts_of.scan(tree, edited, facts_of.Meanings(graph.names, modules))
    if any(_insertions(facts)) or any(reference.kind == "entry-point" for fact in facts.values() for reference in fact.references):
        return None
    linker = linker_of(graph)
    rows = _replaced(graph.rows, linker, facts)
    if _names_new_settings(rows, graph, linker, facts):
        return None
    errors = {path: error for path, error in graph.unparsed if path not in facts}
    errors.update((path, fact.error) for path, fact in facts.items() if fact.error)
    return graph._replace(oids=oids, rows=rows, unparsed=tuple(sorted(errors.items())))


def linker_of(graph: ImpactGraph) -> Linker:
    """What resolves references of the files in `graph`; it knows no places of tests."""
    return Linker(
        graph.paths,
        modules_of(graph.paths, graph.aliases),
        _Stored(graph),
        aliases=graph.aliases,
        inserted={directory for _, directory in graph.inserted},
    )


def _names_new_settings(rows: Rows, graph: ImpactGraph, linker: Linker, facts: Mapping[str, Facts]) -> bool:
    """Whether an edited file opens a settings file that nobody opened before, so that it was never read."""
    for path in facts:
        start, end = _range(rows, linker.index[path])
        opened = {graph.paths[rows.imported[edge]] for edge in range(start, end) if rows.kind[edge] == _DATA_FILE}
        if any(names_modules(other) and other not in graph.read for other in opened):
            return True
    return False


def _range(rows: Rows, importer: int) -> tuple[int, int]:
    return bisect_left(rows.importer, importer), bisect_left(rows.importer, importer + 1)


class _Stored:
    """The places of a graph that was made before; conftest files are in the rows already."""

    def __init__(self, graph: ImpactGraph) -> None:
        self.roots = graph.roots
        self.test_files: tuple[str, ...] = ()
        self.plugins: tuple[tuple[str, str], ...] = ()
        self.entry_points: tuple[EntryPoint, ...] = ()
        self._files = frozenset(graph.paths)

    def conftests_of(self, path: str) -> tuple[str, ...]:  # noqa: ARG002 - the protocol's
        return ()

    def local_root(self, path: str) -> str:
        return local_root(path.rpartition("/")[0], self._files)


def _replaced(old: Rows, linker: Linker, facts: Mapping[str, Facts]) -> Rows:
    """Rows with those of `facts` made anew; edges that follow from a file's place stay."""
    rows = Rows(old.importer[:0], old.imported[:0], bytearray(), old.line[:0])
    copied = 0
    for number, path in sorted((linker.index[path], path) for path in facts):
        start, end = _range(old, number)
        _copy(rows, old, copied, start)
        placed = [(old.imported[edge], old.kind[edge], old.line[edge]) for edge in range(start, end) if old.line[edge] == PLACED]
        append(rows, number, first_lines(number, (*placed, *linker.referred(path, facts[path].references))))
        copied = end
    _copy(rows, old, copied, len(old.importer))
    return rows


def _copy(rows: Rows, old: Rows, start: int, end: int) -> None:
    rows.importer.extend(old.importer[start:end])
    rows.imported.extend(old.imported[start:end])
    rows.kind.extend(old.kind[start:end])
    rows.line.extend(old.line[start:end])


def _ids(tree: Tree, paths: Iterable[str]) -> tuple[str, ...]:
    entries = map(tree.files.get, paths)
    return tuple(["" if entry is None else _LINK + entry.oid if entry.is_symlink else entry.oid for entry in entries])


def _recording(tree: Tree, read: set[str]) -> Tree:
    """`tree`, noting which files are read through it."""

    def reader(paths: Sequence[str]) -> dict[str, bytes]:
        read.update(paths)
        return tree.read(paths)

    return Tree(tree.files, reader, label=tree.label, revision=tree.revision, is_worktree=tree.is_worktree)


def _names(layout: Layout, paths: Iterable[str], symlinks: Mapping[str, str]) -> set[str]:
    """Every dotted name that an absolute import may mean."""
    names: set[str] = set()
    roots = frozenset(layout.roots)
    for path in paths:
        names.update(layout.names_of(path))
        if path.endswith(".py"):
            local = layout.local_root(path)
            if local not in roots:
                names.add(path[len(local) + 1 : -3].removesuffix("/__init__").replace("/", "."))
    for link, target in symlinks.items():
        inside = (f"{target}/", f"{target}.")
        for path in paths:
            if path.startswith(inside):
                names.update(layout.names_of(link + path[len(target) :]))
    return names


def _symlinks(tree: Tree) -> dict[str, str]:
    """Links of the tree and the paths of the tree that they lead to, through other links; what leads outside is left out."""
    links = [path for path, entry in tree.files.items() if entry.is_symlink]
    if not links:
        return {}
    targets = {path: content.decode("utf-8", "surrogateescape") for path, content in tree.read(links).items()}
    resolved = {path: _follow(path, targets) for path in links}
    return {path: target for path, target in resolved.items() if target is not None}


def _follow(path: str, targets: Mapping[str, str]) -> str | None:
    """Where `path` leads to, when the links on its way are followed; None for a loop, or a place outside."""
    for _ in range(_LINK_DEPTH):
        link = next((link for link in _ways(path) if link in targets), None)
        if link is None:
            return path
        joined = _joined(link.rpartition("/")[0], targets[link])
        if joined is None:
            return None
        path = joined + path[len(link) :]
    return None


def _ways(path: str) -> list[str]:
    """The directories above `path` from the top down, and `path`."""
    return [path[:end] for end in range(len(path)) if path[end] == "/"] + [path]


def _joined(directory: str, target: str) -> str | None:
    """`target` as seen from `directory`, relative to the top; None where it is absolute or leads out."""
    parts = directory.split("/") if directory else []
    if target.startswith("/"):
        return None
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _insertions(facts: Mapping[str, Facts]) -> list[tuple[str, str]]:
    """(file, directory) for each directory that a file puts on ``sys.path``."""
    return [
        (path, reference.target.strip("/"))
        for path, fact in sorted(facts.items())
        for reference in fact.references
        if reference.kind == "path-insertion" and reference.target != "?"
    ]
