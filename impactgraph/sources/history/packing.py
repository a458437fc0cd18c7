"""What is known of the tests of one file, as bytes: sets that are the same are kept once, and all are compressed together."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from impactgraph.sources.codec import decode_plain, encode_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEVEL = 9


class Known(NamedTuple):
    """Of a test: the state of its newest run, flags (see `journal`), and sets of numbers, encoded."""

    state: int
    flags: int
    functions: bytes
    modules: bytes
    opened: bytes


class Packed(NamedTuple):
    """Columns by test, in the order of `names`; `functions`, `modules` and `opened` are positions in `sets`."""

    names: list[str]
    states: list[int]
    flags: list[int]
    functions: list[int]
    modules: list[int]
    opened: list[int]
    sets: list[bytes]


def pack(tests: Mapping[str, Known]) -> bytes:
    """What `columns` and `unpack` read; by name of a test in its file."""
    names = sorted(tests)
    position: dict[bytes, int] = {}
    known = [tests[name] for name in names]
    kinds = [[test.functions for test in known], [test.modules for test in known], [test.opened for test in known]]
    positions = [[position.setdefault(data, len(position)) for data in kind] for kind in kinds]
    columns = names, [test.state for test in known], [test.flags for test in known], *positions, list(position)
    return zlib.compress(encode_plain(columns), _LEVEL)


def columns(data: bytes) -> Packed:
    """The columns. Raises ValueError where there are none."""
    try:
        found = decode_plain(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if type(found) is not tuple or len(found) != len(Packed._fields):
        raise ValueError("not the tests of a file")
    return Packed(*found)


def unpack(data: bytes) -> dict[str, Known]:
    """The tests by name."""
    packed = columns(data)
    rows = zip(*packed[:6], strict=True)
    sets = packed.sets
    return {name: Known(state, flags, sets[one], sets[two], sets[three]) for name, state, flags, one, two, three in rows}
