"""An answer as JSON: UTF-8, two spaces, a newline at the end, record arrays sorted, so that equal answers are equal bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from impactgraph.reports.terminal import escape

# Arrays whose order means nothing. All others (hops, commits, cuts, snapshots) come in an order that does.
_SORTED_BY = {
    "changes": ("path", "old_path"),
    "placements": ("directory", "how"),
    "reasons": ("code", "path", "detail"),
    "tests": ("path",),
    "unparsed": ("path", "line"),
    "unresolved": ("path", "line", "text"),
    "warnings": ("code", "path", "line", "message"),
}
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def render(answer: Mapping[str, Any]) -> bytes:
    r"""`answer` as a document. Bytes of file names that are not UTF-8, which JSON can't hold, appear as ``\xNN``."""
    document = {name: _in_order(name, value) for name, value in answer.items()}
    try:
        return orjson.dumps(document, option=_OPTIONS)
    except orjson.JSONEncodeError:
        return orjson.dumps(_encodable(document), option=_OPTIONS)


def _in_order(name: str, value: object) -> object:
    keys = _SORTED_BY.get(name)
    if keys is None or not isinstance(value, Sequence):
        return value
    return sorted(value, key=lambda row: [_none_first(row.get(key)) for key in keys])


def _none_first(value: object) -> tuple[bool, object]:
    return (value is not None, value)


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return "".join(escape(char) if "\ud800" <= char <= "\udfff" else char for char in value)
    if isinstance(value, Mapping):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_encodable(item) for item in value]
    return value
