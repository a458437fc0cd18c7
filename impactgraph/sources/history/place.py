"""Where a checkout's history lies: beside its caches, in a directory that git ignores and that goes when the checkout goes."""

from __future__ import annotations

import os

from impactgraph.sources.directory import DIRECTORY
from impactgraph.sources.directory import make as make_cache_directory

DATABASE = "history.sqlite3"


def history_directory(root: str, cache_dir: str | None) -> str:
    """The directory for the checkout at `root`; `cache_dir`, if given, is the cache directory instead of the default one."""
    return os.path.join(root, cache_dir or DIRECTORY, "history")


def configured_directory(root: str) -> str:
    """The directory for the checkout at `root`, as its pyproject.toml says. Raises ConfigError."""
    try:
        with open(os.path.join(root, "pyproject.toml"), "rb") as file:
            pyproject = file.read()
    except OSError:
        return history_directory(root, None)
    if b"impactgraph" not in pyproject:  # a run that is recorded starts with this
        return history_directory(root, None)
    from impactgraph.config import load_config

    return history_directory(root, load_config(pyproject).cache_dir)


def make(directory: str) -> None:
    """Make a directory that `history_directory` named. Raises OSError."""
    make_cache_directory(os.path.dirname(directory))
    os.makedirs(directory, exist_ok=True)


def stamp(directory: str) -> tuple[int, int] | None:
    """What tells one state of the history in `directory` from the next, by a look at its file; None where there is none."""
    try:
        status = os.stat(os.path.join(directory, DATABASE))
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
