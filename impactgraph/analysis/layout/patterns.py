"""The three ways of matching that pytest mixes: names and path tails, whole paths, and globs over existing files."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from impactgraph.analysis.layout.directories import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from impactgraph.analysis.layout.directories import Directories

    Match = Callable[[str], object]

_MAGIC = frozenset("*?[")


def _never(_text: str) -> None:
    return None


def any_of(patterns: Iterable[str]) -> Match:
    """Whole-text matching against any of `patterns`, by fnmatch's rules (``*`` crosses slashes), case-sensitive on every system."""
    regexes = [translate(pattern) for pattern in patterns]
    return re.compile("|".join(regexes)).match if regexes else _never


class PathPatterns:
    """pytest's `fnmatch_ex`: a pattern without a slash is matched with the name, another one with the end of the whole path.

    Absolute patterns match nothing: a tree doesn't know where it lies.
    """

    __slots__ = ("_name", "_path")

    def __init__(self, patterns: Iterable[str]) -> None:
        patterns = tuple(patterns)
        self._name = any_of(pattern for pattern in patterns if "/" not in pattern)
        self._path = any_of(f"*/{pattern}" for pattern in patterns if "/" in pattern and not pattern.startswith("/"))

    def matches(self, path: str, name: str) -> bool:
        """Whether the file or directory at `path`, called `name`, is meant."""
        return self._name(name) is not None or (self._path is not _never and self._path(f"/{path}") is not None)


def expand(directories: Directories, base: str, pattern: str) -> Iterator[str]:
    """Files and directories that `pattern` names from the directory `base`, as ``glob.iglob(recursive=True)`` finds them.

    Parts may be ``..``; what leads out of the checkout is not found.
    """
    if pattern.startswith("/"):
        return
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    yield from _expand(directories, base, parts)


def _expand(directories: Directories, path: str, parts: list[str]) -> Iterator[str]:
    if not parts:
        if path in directories or directories.has_file(path) or path in directories.links:
            yield path
        return
    first, rest = parts[0], parts[1:]
    if first == "..":
        if path:
            yield from _expand(directories, path.rpartition("/")[0], rest)
    elif first == "**":
        yield from _expand_recursive(directories, path, rest)
    elif _MAGIC.isdisjoint(first):
        yield from _expand(directories, join(path, first), rest)
    else:
        for name in _visible(directories, path, first):
            yield from _expand(directories, join(path, name), rest)


def _expand_recursive(directories: Directories, path: str, rest: list[str]) -> Iterator[str]:
    if path not in directories:
        return
    yield from _expand(directories, path, rest)
    if not rest:
        yield from (join(path, name) for name in _visible(directories, path, "*") if join(path, name) not in directories)
    for name in directories.subdirectories[path]:
        if not name.startswith("."):
            yield from _expand_recursive(directories, join(path, name), rest)


def _visible(directories: Directories, path: str, pattern: str) -> list[str]:
    """Names in the directory `path` that match; hidden ones only if the pattern begins with a dot."""
    names = directories.subdirectories.get(path, []) + directories.files.get(path, [])
    matches = any_of((pattern,))
    return sorted({name for name in names if matches(name) and (pattern.startswith(".") or not name.startswith("."))})
