"""How long tests took in recorded runs: all of them, and those that are selected."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from impactgraph.errors import SourceError
from impactgraph.sources.history import place

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Mapping

#: Recorded runs that the durations of a selection are taken from: it is asked for often, and each costs time.
_RUNS = 5


def from_history(root: str, cache_dir: str | None, ask: Callable[[sqlite3.Connection], dict[str, float]]) -> dict[str, float]:
    """What `ask` finds in the history of the checkout at `root`; nothing where there is none, or it can't be used."""
    directory = place.history_directory(root, cache_dir)
    if not os.path.isdir(directory):
        return {}
    from impactgraph.sources.history import store  # with a database, which most checkouts have none of
    from impactgraph.sources.history.ingest import ingest_journals

    try:
        ingest_journals(directory, root)
        return store.use(directory, ask)[0]
    except SourceError:
        return {}


def recorded(root: str, cache_dir: str | None) -> dict[str, float]:
    """Seconds of each test by node ID, as its last runs took."""

    def ask(connection: sqlite3.Connection) -> dict[str, float]:
        from impactgraph.sources.history import runs  # as above

        return runs.seconds_by_test(connection, _RUNS)

    return from_history(root, cache_dir, ask)


def spent(seconds: Mapping[str, float], files: Collection[str], selected: Collection[str], left_out: Collection[str]) -> dict[str, float]:
    """Of the tests in `files` that `seconds` knows, and of those in the files `selected` but for the tests `left_out`: how many, how long.

    As an answer has it under `counts`; {} where nothing is known.
    """
    known = {node_id: spent for node_id, spent in seconds.items() if node_id.partition("::")[0] in files}
    if not known:
        return {}
    runs = [spent for node_id, spent in known.items() if node_id.partition("::")[0] in selected and node_id not in left_out]
    return {
        "node_ids_total": len(known),
        "node_ids_selected": len(runs),
        "seconds_total": round(sum(known.values()), 3),
        "seconds_selected": round(sum(runs), 3),
    }
