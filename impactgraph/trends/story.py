"""Everything that is said of a history of snapshots: laws, the lines to draw them by, and the regime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.trends.bills import BILLS, Measure, weighting_of
from impactgraph.trends.laws import curve, laws, regime

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from impactgraph.trends.snapshot import EdgeSet, Snapshot


def story(snapshots: Sequence[Snapshot], rng: np.random.Generator, edges: EdgeSet = "safe") -> dict[str, Any]:
    """`laws`, `regime` (None: no snapshot has tests), `weighting` and, by bill, the `curves` of test functions against lines."""
    weighting = weighting_of(snapshots, edges)
    shares = [row.impact[edges][weighting].functions.share_mean for row in snapshots if weighting in row.impact.get(edges, {})]
    curves = {bill: curve(snapshots, Measure(bill, "test-functions", "lines"), rng, edges) for bill in BILLS}
    return {
        "edges": edges,
        "weighting": weighting,
        "laws": [law._asdict() for law in laws(snapshots, rng, edges)],
        "regime": regime(shares[-1]) if shares else None,
        "curves": {bill: [point._asdict() for point in points] for bill, points in curves.items()},
    }
