"""Where a checkout's history lies: beside its caches, in a directory that git ignores and that goes when the checkout goes."""

from __future__ import annotations

import os

from impactgraph.sources.cache import DIRECTORY, Cache


def history_directory(root: str, cache_dir: str | None) -> str:
    """The directory for the checkout at `root`; `cache_dir`, if given, is the cache directory instead of the default one."""
    return os.path.join(root, cache_dir or DIRECTORY, "history")


def make(directory: str) -> None:
    """Make a directory that `history_directory` named. Raises OSError."""
    Cache(os.path.dirname(directory)).make()
    os.makedirs(directory, exist_ok=True)
