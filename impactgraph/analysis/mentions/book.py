"""Mentions of all files of a tree: each file is gone through once, and taken from an earlier run while its content is the same."""

from __future__ import annotations

import marshal
from collections import defaultdict
from typing import TYPE_CHECKING

from impactgraph.analysis.mentions.index import index
from impactgraph.analysis.mentions.values import ClassFacts, Mentions, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impactgraph.model import Tree

    #: Content id, words, and the rest, encoded: most questions touch few files.
    Stored = tuple[str, tuple[str, ...], bytes]

_NOTHING = Mentions()
_CHUNK = 500


class MentionBook:
    """Mentions by path. `stored` is what `dump` returned in an earlier run."""

    def __init__(self, stored: Mapping[str, Stored]) -> None:
        self._stored = dict(stored)
        self._decoded: dict[str, Mentions] = {}
        self._by_word: dict[str, list[str]] | None = None

    def __getitem__(self, path: str) -> Mentions:
        """The mentions of the file at `path`; none of a file that is not there."""
        found = self._decoded.get(path)
        if found is None:
            stored = self._stored.get(path)
            found = self._decoded[path] = _decode(stored[1], stored[2]) if stored else _NOTHING
        return found

    def paths(self) -> Sequence[str]:
        """Paths of all files, sorted."""
        return sorted(self._stored)

    def having(self, name: str) -> Sequence[str]:
        """Paths of the files in which the word `name` occurs, sorted."""
        if self._by_word is None:
            self._by_word = defaultdict(list)
            for path in sorted(self._stored):
                for word in self._stored[path][1]:
                    self._by_word[word].append(path)
        return self._by_word.get(name, ())

    def dump(self) -> dict[str, Stored]:
        """Plain values that `MentionBook` takes."""
        return self._stored


def collect(tree: Tree, paths: Iterable[str], stored: Mapping[str, Stored]) -> MentionBook:
    """The book of the Python files at `paths` of `tree`; a file that can't be read may mention anything."""
    wanted = list(paths)
    kept = {path: stored[path] for path in wanted if path in stored and stored[path][0] == tree.files[path].oid}
    missing = [path for path in wanted if path not in kept]
    for start in range(0, len(missing), _CHUNK):
        contents = tree.read(missing[start : start + _CHUNK])
        kept.update({path: _encode(tree.files[path].oid, index(path, content)) for path, content in contents.items()})
    return MentionBook(kept)


def _encode(oid: str, mentions: Mentions) -> Stored:
    classes = {name: tuple(facts) for name, facts in mentions.classes.items()}
    rest = mentions._replace(places=tuple(map(tuple, mentions.places)), classes=classes, words=frozenset())  # type: ignore[arg-type]
    return oid, tuple(sorted(mentions.words)), marshal.dumps(tuple(rest))  # type: ignore[arg-type] # all of it plain


def _decode(words: tuple[str, ...], data: bytes) -> Mentions:
    plain = Mentions._make(marshal.loads(data))  # noqa: S302 - our own cache, whose sum was checked
    classes = {name: ClassFacts._make(facts) for name, facts in plain.classes.items()}
    return plain._replace(places=tuple(map(Place._make, plain.places)), classes=classes, words=frozenset(words))
