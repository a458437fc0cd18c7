"""The record of functions of a checkout, if there is one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from impactgraph.errors import SourceError
from impactgraph.sources.history import place

if TYPE_CHECKING:
    from impactgraph.record import Record


def record_of(root: str, cache_dir: str | None) -> Record | None:
    """What recorded runs of the checkout at `root` tell; None where no functions were recorded, or the history can't be used."""
    directory = place.history_directory(root, cache_dir)
    if not os.path.isdir(directory):
        return None
    from impactgraph.sources.history import store  # SQLite: most checkouts have no history
    from impactgraph.sources.history.ingest import ingest_journals
    from impactgraph.sources.history.recorded import read_record

    try:
        ingest_journals(directory, root)
        return store.use(directory, read_record)[0]
    except SourceError:
        return None
