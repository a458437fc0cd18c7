"""Facts of every Python file of a tree, taken from an earlier run where the content is the same and no new name could change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.model import Facts, Reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from impactgraph.model import Tree


class Book(NamedTuple):
    """Facts by path, each with the content id it is of, and the names that absolute imports were looked up in."""

    names: frozenset[str]
    facts: Mapping[str, tuple[str, Facts]]


# Bytes; what is longer is data, not settings.
_LONGEST_TEXT = 1 << 20
EMPTY = Book(frozenset(), {})
# No permission, too large, or a link that leads out of the checkout: it may import anything.
UNREADABLE = Facts((Reference("dynamic-import", "@:*", 0),), (), "can't be read")


class Meanings(NamedTuple):
    """What imports may mean: `names` are the dotted ones of absolute imports, `places` paths without suffix, those of relative imports.

    `roots` are directories that absolute imports may start from besides those that `names` are of.
    """

    names: Collection[str]
    places: Collection[str]
    roots: Collection[str] = ()

    def below(self, directories: Iterable[str]) -> set[str]:
        """Dotted names of the places below `directories`."""
        starts = [f"{directory}/" for directory in directories if directory]
        return {place[len(start) :].replace("/", ".") for start in starts for place in self.places if place.startswith(start)}


def collect(tree: Tree, paths: Sequence[str], meanings: Meanings, symlinks: Mapping[str, str], known: Book = EMPTY) -> Book:
    """Facts of the files at `paths`; those of `known` are used again where they still hold.

    Names only ever join a book: a name that is gone resolves to what is left of it when it is linked, so nothing has to be read again.
    """
    # A changed link, or a changed file behind a link, is seen by the content id of what is read.
    ids = {path: tree.files[symlinks.get(path, path)].oid for path in paths}
    current = {path: known.facts[path] for path in paths if _is_current(known, path, ids[path])}
    fresh = _Fresh(tree, symlinks)
    implied = fresh.implied([path for path in paths if path not in current])
    inserted = insertions([*(facts.references for _, facts in current.values()), *implied.values()])
    new_names = (frozenset(meanings.names) | meanings.below({*meanings.roots, *inserted})) - known.names
    stale = _Stale(new_names, {*meanings.places} - {place_of(path) for path in known.facts})
    kept = {path: entry for path, entry in current.items() if not stale.touches(entry[1])}
    every_name = known.names | new_names
    scanned = fresh.facts([path for path in paths if path not in kept], Meanings(every_name, meanings.places))
    return Book(every_name, {**kept, **{path: (ids[path], facts) for path, facts in scanned.items()}})


def scan(tree: Tree, wanted: Sequence[str], meanings: Meanings) -> dict[str, Facts]:
    """Facts of the files at `wanted`, scanned now."""
    return _Fresh(tree, {}).facts(wanted, meanings)


class _Fresh:
    """Files that are read and scanned now, each once."""

    def __init__(self, tree: Tree, symlinks: Mapping[str, str]) -> None:
        self._tree = tree
        self._symlinks = symlinks
        self._sources: dict[str, bytes] = {}
        self._implied: dict[str, tuple[Reference, ...]] = {}

    def implied(self, wanted: Sequence[str]) -> Mapping[str, tuple[Reference, ...]]:
        """What no import statement of the files at `wanted` says; a file that can't be read is left out."""
        missing = [path for path in wanted if path not in self._sources]
        if missing:
            from impactgraph.analysis import implicit  # a run in which nothing changed needs it not

            sources = self._read(missing)
            self._sources.update(sources)
            self._implied.update((path, implicit.scan(path, source)) for path, source in sources.items())
        return self._implied

    def _read(self, paths: Sequence[str]) -> dict[str, bytes]:
        links = self._symlinks
        # What a link that leads nowhere in the tree holds is a path, not code.
        followed = {path: place for path in paths if not self._tree.files[place := links.get(path, path)].is_symlink}
        contents = self._tree.read(set(followed.values()))
        return {path: contents[place] for path, place in followed.items() if place in contents}

    def _of_broken(self, paths: Sequence[str]) -> dict[str, tuple[Reference, ...]]:
        """What no import statement says in files that no parser takes, which `implied` may not have noticed."""
        from impactgraph.analysis import implicit  # as above

        sources = {path: self._sources[path] for path in paths}
        return {path: implicit.scan(path, source, broken=True) for path, source in sources.items() if implicit.is_plain(source)}

    def facts(self, wanted: Sequence[str], meanings: Meanings) -> dict[str, Facts]:
        """Facts of the files at `wanted`."""
        if not wanted:
            return {}
        from impactgraph.analysis import imports  # as above

        implied = dict(self.implied(wanted))
        sources = {path: self._sources[path] for path in wanted if path in self._sources}
        by_import = imports.scan(sources, meanings.names, [f"{place}.py" for place in meanings.places])
        implied.update(self._of_broken([path for path, facts in by_import.items() if facts.error]))
        found = {path: facts._replace(references=(*facts.references, *implied[path])) for path, facts in by_import.items()}
        return {path: found.get(path, UNREADABLE) for path in wanted}


def place_of(path: str) -> str:
    """What a relative import of the Python file at `path` leads to: its path without suffix, or the package's directory.

    >>> place_of("src/app.py"), place_of("src/pkg/__init__.py")
    ('src/app', 'src/pkg')
    """
    return path.removesuffix(".py").removesuffix("/__init__")


def _is_current(known: Book, path: str, oid: str) -> bool:
    """Whether the file's facts are known. What couldn't be read may be readable now: a commit fetched since, a permission given."""
    return path in known.facts and known.facts[path][0] == oid and known.facts[path][1] != UNREADABLE


class _Stale:
    """Whether files that appeared could change what a scan said: only an import of the new module's package, or of nothing, could."""

    def __init__(self, names: Iterable[str], places: Collection[str]) -> None:
        self._parents = {name.rpartition(".")[0] for name in names}
        self._tops = {name.partition(".")[0] for name in names}
        self._parents.update(f"@{place.rpartition('/')[0]}:" for place in places)
        self._any_place = bool(places)

    def touches(self, facts: Facts) -> bool:
        if any(reference.target in self._parents for reference in facts.references):
            return True
        return any(external.partition(".")[0] in self._tops or (self._any_place and external == ".") for external in facts.externals)


def insertions(references: Iterable[Iterable[Reference]]) -> set[str]:
    """Directories that code puts on ``sys.path``."""
    return {ref.target.strip("/") for refs in references for ref in refs if ref.kind == "path-insertion" and ref.target != "?"}


def scan_texts(tree: Tree, paths: Sequence[str]) -> dict[str, Facts]:
    """Facts of text files: what their doctests import, and the dotted names in them."""
    from impactgraph.analysis import implicit  # few checkouts have any

    sources = tree.read(paths)
    return {path: Facts(implicit.scan_text(source)) for path, source in sorted(sources.items()) if len(source) <= _LONGEST_TEXT}


def outside(facts: Facts) -> tuple[str, ...]:
    """Names that a file may import from outside of the checkout, sorted.

    A name that an earlier run found in the checkout may be a distribution's now: imports that a book was asked for stay as they were.
    """
    inside = {reference.target for reference in facts.references if reference.kind in _IMPORTS and not reference.target.startswith("@")}
    return tuple(sorted({*facts.externals, *(target.removesuffix(".*") for target in inside)}))


_IMPORTS = frozenset({"import", "type-checking"})
