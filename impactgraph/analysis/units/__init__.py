"""What really changed between two states of a Python file."""

from __future__ import annotations

from impactgraph.analysis.units.compare import UnitDiff, compare

__all__ = ["UnitDiff", "compare"]
