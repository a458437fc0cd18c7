"""Other people's code that was copied into a checkout: it grows when they do, and no change here is about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMES = frozenset("_extern _vendor _vendored extern externals third_party thirdparty 3rdparty vendor vendored vendored_packages".split())


def vendored_directories(paths: Iterable[str]) -> tuple[str, ...]:
    """The directories that, by their names, hold vendored Python code; those within another are part of it."""
    found: dict[str, None] = {}
    for path in paths:
        if path.endswith(".py"):
            parts = path.split("/")[:-1]
            inside = next((number for number, part in enumerate(parts) if part in _NAMES), None)
            if inside is not None:
                found["/".join(parts[: inside + 1])] = None
    return tuple(sorted(found))
