"""What the bill per change would be if the code were copied: with no import between the copies, and with a few."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from impactgraph import kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Ints = npt.NDArray[np.int32]

#: Of the edges between packages, how many lead to another copy where copies are entangled. At one in a hundred half of 19 measured
#: repositories had three quarters of the bill that one big lump would have.
CROSS_SHARE = 0.01
#: More nodes than this are not counted: it would take longer than what a scenario is worth.
MAX_NODES = 400_000
# In small graphs a hundredth of the edges is a handful, and which ones is a matter of luck: the mean of several draws.
_COUNTED, _MOST_DRAWS = 100_000, 25


class Code(NamedTuple):
    """A graph to copy: per edge who imports what, per node its package's number, whether it is a test, and whether it is to change."""

    importer: Ints
    imported: Ints
    package: Ints
    is_test: npt.NDArray[np.bool_]
    changes: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, paths: Sequence[str], pairs: Sequence[tuple[int, int]], tests: set[str]) -> Code:
        """`pairs`: (importer, imported) nodes. A package is a directory; what is to change are the Python files that are no tests."""
        numbers = {name: number for number, name in enumerate(sorted({path.rpartition("/")[0] for path in paths}))}
        ends = np.array(pairs, dtype=np.int32).reshape(-1, 2)
        return cls(
            ends[:, 0],
            ends[:, 1],
            np.array([numbers[path.rpartition("/")[0]] for path in paths], dtype=np.int32),
            np.array([path in tests for path in paths], dtype=bool),
            np.array([path.endswith(".py") and path not in tests for path in paths], dtype=bool),
        )


def scenarios(code: Code, multiply: float, rng: np.random.Generator) -> dict[str, float | None]:
    """By how much the mean of impacted test files per changed module is multiplied; None: too large to count, or no test is reached.

    ``independent``: copies that don't know each other. ``entangled``: of their edges between packages, `CROSS_SHARE` lead to another copy.
    """
    copies = round(multiply)
    single = impacted(code, 1, 0.0, rng)
    if not single or copies * len(code.is_test) > MAX_NODES:
        return {"independent": None, "entangled": None}
    draws = min(max(_COUNTED // (copies * len(code.is_test)), 1), _MOST_DRAWS)
    crossed = [impacted(code, copies, CROSS_SHARE, rng) for _ in range(draws)]
    return {"independent": impacted(code, copies, 0.0, rng) / single, "entangled": float(np.mean(crossed)) / single}


def impacted(code: Code, copies: int, cross_share: float, rng: np.random.Generator) -> float:
    """The mean number of test files that depend on a module, in `copies` of the code whose edges between packages cross over by chance."""
    nodes, edges = len(code.is_test), len(code.importer)
    start = np.repeat(np.arange(copies, dtype=np.int32) * nodes, edges)
    importer = np.tile(code.importer, copies) + start
    between = np.tile(code.package[code.importer] != code.package[code.imported], copies)
    crossing = between & (rng.random(len(start)) < cross_share) & (copies > 1)
    away = rng.integers(1, max(copies, 2), size=len(start), dtype=np.int32) * nodes
    imported = np.tile(code.imported, copies) + np.where(crossing, (start + away) % (copies * nodes), start)
    indptr, importers, _ = kernel.reverse_csr(copies * nodes, _ints(importer), _ints(imported))
    counts = np.asarray(kernel.count_tests(indptr, importers, np.tile(code.is_test, copies).tobytes()))
    changed = counts[np.tile(code.changes, copies)]
    return float(changed.mean()) if len(changed) else 0.0


def _ints(values: npt.NDArray[np.int32]) -> array[int]:
    return array("i", values.astype(np.int32).tobytes())
