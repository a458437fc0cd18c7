"""All traps, gathered from one file a theme."""

from __future__ import annotations

from tests.traps.scenarios import (
    computed,
    conditional,
    configuration,
    conftests,
    data,
    documents,
    effects,
    imports,
    locations,
    locks,
    moves,
    odd,
    readers,
    strings,
    texts,
    trees,
)

THEMES = (
    imports,
    conditional,
    locations,
    conftests,
    computed,
    strings,
    data,
    documents,
    configuration,
    locks,
    texts,
    effects,
    moves,
    trees,
    odd,
    readers,
)
TRAPS = tuple(trap for theme in THEMES for trap in theme.TRAPS)
