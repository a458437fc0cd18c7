"""The directory in a checkout that is ours: made so that it gets into no commit and no backup."""

from __future__ import annotations

import os

DIRECTORY = ".impactgraph_cache"
# https://bford.info/cachedir/: backup programs leave such directories out.
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# Made by impactgraph; may be deleted at any time.\n"


def make(path: str) -> None:
    """The directory at `path`, with what keeps it out of commits and backups. Raises OSError."""
    if os.path.isfile(os.path.join(path, "CACHEDIR.TAG")):
        return
    os.makedirs(path, exist_ok=True)
    for name, text in ((".gitignore", "# Made by impactgraph.\n*\n"), ("CACHEDIR.TAG", _TAG)):
        if not os.path.lexists(os.path.join(path, name)):  # a directory that the user names may have its own
            with open(os.path.join(path, name), "w", encoding="ascii") as file:
                file.write(text)
