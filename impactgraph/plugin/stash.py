"""What a run knows of its selection, for other parts of this package: `config.stash[SELECTION]`, set before the collection begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impactgraph.plugin.choice import Choice
    from impactgraph.plugin.watching import Watch
    from impactgraph.sources.git import Repository


class RunSelection(NamedTuple):
    """`answer`: the selection as its schema has it, None in a worker of xdist; `choice` judges paths, in workers too."""

    choice: Choice
    answer: Mapping[str, Any] | None


#: What this process notes of functions, set before the first conftest.py is loaded.
WATCH: pytest.StashKey[Watch] = pytest.StashKey()
#: Set with it: the checkout, None without one.
CHECKOUT: pytest.StashKey[Repository | None] = pytest.StashKey()
SELECTION = pytest.StashKey[RunSelection]()
