"""The measured histories in fixtures/growth-snapshots.csv, as the fit of the forecast and its backtest use them."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from impactgraph.trends.snapshot import EdgeSet

    Floats = npt.NDArray[np.float64]

DATA = Path(__file__).resolve().parents[1] / "fixtures" / "growth-snapshots.csv"
PREFIX: dict[EdgeSet, str] = {"imports": "A", "safe": "B"}
#: Ranges of growth in lines of code that are judged apart.
BINS = ((1.3, 2.0), (2.0, 4.0), (4.0, 8.0), (8.0, float("inf")))

_VARIANTS = ("-novendor", "-nomig", "-nompmath")
_TESTS, _MODULES, _SNAPSHOTS = 8, 30, 8  # below, shares are of few tests, and histories of few snapshots


class History(NamedTuple):
    """Arrays, one element a snapshot, in the order of time: lines, test functions, and those that a real commit reaches."""

    lines: Floats
    tests: Floats
    impacted: Floats

    @property
    def share(self) -> Floats:
        """Of the test functions, those that a commit reaches."""
        return self.impacted / self.tests


class Pairs(NamedTuple):
    """An earlier snapshot of each pair, and what became of it: growth in lines, test functions, share, impacted test functions then."""

    multiply: Floats
    tests: Floats
    share: Floats
    before: Floats
    after: Floats

    def between(self, low: float, high: float) -> Pairs:
        """Those that grew by `low` to below `high`."""
        kept = (self.multiply >= low) & (self.multiply < high)
        return Pairs(*(part[kept] for part in self))


def histories(edges: EdgeSet) -> dict[str, History]:
    """Repository -> its history; shares by `edges`."""
    column = f"{PREFIX[edges]}_commitf"
    rows = defaultdict(list)
    with DATA.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (
                not row["repo"].endswith(_VARIANTS)
                and int(row["T"]) >= _TESTS
                and int(row["N"]) >= _MODULES
                and float(row[column] or 0) > 0
            ):
                rows[row["repo"]].append((int(row["ct"]), float(row["LOC"]), float(row["TF"]), float(row[column])))
    found = {name: np.array(sorted(mine)) for name, mine in sorted(rows.items()) if len(mine) >= _SNAPSHOTS}
    return {name: History(mine[:, 1], mine[:, 2], mine[:, 3]) for name, mine in found.items()}


def pairs(history: History) -> Pairs:
    """Every earlier snapshot with every later one that has at least 1.3 times the lines."""
    first, second = np.triu_indices(len(history.lines), 1)
    multiply = history.lines[second] / history.lines[first]
    made = Pairs(multiply, history.tests[first], history.share[first], history.impacted[first], history.impacted[second])
    return made.between(BINS[0][0], BINS[-1][1])
