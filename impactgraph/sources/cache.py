"""What is kept between runs, in ``.impactgraph_cache/`` in the checkout: the last graphs and the facts of every blob in them.

Every file is written whole and put in place by a rename, so that several processes may share the directory; one that is damaged, or of
another version, is as good as absent. A cache that can't be written is done without.
"""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING, Any

from impactgraph._version import __version__
from impactgraph.sources import codec
from impactgraph.sources.directory import DIRECTORY, make

if TYPE_CHECKING:
    from impactgraph.model import Facts, ImpactGraph, Tree

_MAGIC = f"impactgraph {__version__} cache {codec.FORMAT}\n".encode()
_KEPT = {"graph-": 8, "answer-": 32, "snapshot-": 500}


def open_cache(root: str, tree: Tree, directory: str | None) -> Cache | None:
    """The cache of the checkout at `root`, in `directory` if given; None where one came with the checkout: it is not ours to trust."""
    path = os.path.join(root, directory or DIRECTORY)
    place = os.path.relpath(path, root)
    inside = f"{place}/"
    above = [inside[:end] for end, char in enumerate(inside) if char == "/"]
    # A file of that name, or above it, is a link, which could lead anywhere.
    if place == os.curdir or any(file in tree.files for file in above) or any(file.startswith(inside) for file in tree.files):
        return None
    return Cache(path)


class Cache:
    """The directory at `path`, made when something is first stored."""

    def __init__(self, path: str) -> None:
        self.path = path

    def graph(self, key: str) -> ImpactGraph | None:
        """The graph stored under `key`."""
        payload = self._load(f"graph-{key}")
        return None if payload is None else codec.decode_graph(payload)

    def store_graph(self, key: str, graph: ImpactGraph) -> None:
        """Keep `graph`; of the graphs kept before, the oldest goes."""
        self._store(f"graph-{key}", codec.encode_graph(graph))
        self._prune("graph-")

    def plain(self, name: str) -> Any:
        """A plain value that was stored under `name`, see `codec.encode_plain`; None where there is none."""
        payload = self._load(name)
        return None if payload is None else codec.decode_plain(payload)

    def store_plain(self, name: str, value: object) -> None:
        """Keep `value` under `name`."""
        self._store(name, codec.encode_plain(value))

    def answer(self, key: str) -> Any:
        """An answer to a request that was made before, in exactly this state; None where there was none."""
        return self.plain(f"answer-{key}")

    def store_answer(self, key: str, answer: object) -> None:
        """Keep `answer`; of the answers kept before, the oldest goes."""
        self.store_plain(f"answer-{key}", answer)
        self._prune("answer-")

    def snapshot(self, key: str) -> Any:
        """A measured state of a history, as it was stored; None where there is none."""
        return self.plain(f"snapshot-{key}")

    def store_snapshot(self, key: str, row: object) -> None:
        """Keep a measured state; of those kept before, the oldest goes."""
        self.store_plain(f"snapshot-{key}", row)
        self._prune("snapshot-")

    def facts(self, *, is_worktree: bool = True) -> tuple[frozenset[str], dict[str, tuple[str, Facts]]] | None:
        """Names and facts by path, as `store_facts` was given them: of the work tree, or of the last commit that was looked at."""
        payload = self._load(_facts(is_worktree=is_worktree))
        return None if payload is None else codec.decode_facts(payload)

    def store_facts(self, names: frozenset[str], facts: dict[str, tuple[str, Facts]], *, is_worktree: bool = True) -> None:
        """Keep the facts of a tree in place of those of another one of its kind."""
        self._store(_facts(is_worktree=is_worktree), codec.encode_facts(names, facts))

    def _load(self, name: str) -> bytes | None:
        try:
            with open(os.path.join(self.path, name), "rb") as file:
                data = file.read()
        except OSError:
            return None
        start = len(_MAGIC) + 4
        payload = data[start:]
        # What is cut off before the sum has the sum of nothing, which is 0.
        if len(data) < start or data[: len(_MAGIC)] != _MAGIC or int.from_bytes(data[len(_MAGIC) : start], "little") != zlib.crc32(payload):
            return None
        return payload

    def _store(self, name: str, payload: bytes) -> None:
        temporary = os.path.join(self.path, f".{name}.{os.getpid()}")
        try:
            make(self.path)
            with open(temporary, "wb") as file:
                file.write(_MAGIC + zlib.crc32(payload).to_bytes(4, "little") + payload)
            os.replace(temporary, os.path.join(self.path, name))
        except OSError:  # a read-only checkout, a full disk: the next run is slower, that is all
            _remove(temporary)

    def _prune(self, start: str) -> None:
        """Of the files whose name begins with `start`, those stored least recently go."""
        try:
            with os.scandir(self.path) as entries:
                stored = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.startswith(start))
        except OSError:
            return
        for _, path in stored[: -_KEPT[start]]:
            _remove(path)


def _facts(*, is_worktree: bool) -> str:
    return "facts" if is_worktree else "facts-of-commit"


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except OSError:  # somebody else did, or may not: either way it isn't ours to complain about
        return
