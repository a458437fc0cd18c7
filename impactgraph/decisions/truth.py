"""Past commits beside recorded executions: what changed in terms of the record, and what all commits come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impactgraph.decisions.seeds import Judged
    from impactgraph.record import Function

Row = Mapping[str, Any]

_OF_FUNCTIONS = frozenset({"function-body", "signature", "default", "decorator"})
# What is no change of a module's own state: imports bind what was there, the rest is read by few or goes with what it stands around.
_OF_NOBODY = frozenset({"annotation", "docstring", "string", "import", "all", "order", "guard"})


def changed_functions(judged: Iterable[Judged], functions: Sequence[Function]) -> set[int]:
    """Numbers of the recorded `functions` whose code changed."""
    names = {(item.change.path, unit.name) for item in judged for unit in item.units or () if unit.kind in _OF_FUNCTIONS}
    return {number for number, function in enumerate(functions) if (function.path, function.owner) in names}


def changed_modules(judged: Iterable[Judged]) -> set[str]:
    """Paths of modules that changed outside of their functions, in more than imports."""
    return {
        item.change.path for item in judged if item.units is None or any(unit.kind not in _OF_FUNCTIONS | _OF_NOBODY for unit in item.units)
    }


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures of commits, in the shape of `summary` of the schema `audit`.

    Shares are of the tests, per commit. `recall`: of the pairs of a commit and a test that ran a changed function, entered or while being
    imported, the share that is selected; `precision`: of the selected pairs, the share that ran one. A floor is what would be selected by
    who knows what each test runs: `entered` a changed function, `ran` one (at import, too), or, at most, `ran_or_loaded` a module that
    changed outside of its functions.
    """
    hits, ran, selected = (sum(row[name] for row in rows) for name in ("selected_and_ran", "ran", "selected"))
    return {
        "commits": len(rows),
        "selected_share": _middle(rows, "selected"),
        "selected_by_module_share": _middle(rows, "selected_by_module"),
        "floors": {name: _middle(rows, name) for name in ("entered", "ran", "ran_or_loaded")},
        "recall": hits / ran if ran else None,
        "precision": hits / selected if selected else None,
        "lost": sum(row["lost_count"] for row in rows),
        "seconds": {"median": median(row["seconds"] for row in rows), "most": max(row["seconds"] for row in rows)} if rows else None,
    }


def _middle(rows: Sequence[Row], of: str) -> dict[str, float | None]:
    shares = [row[of] / row["total"] for row in rows if row["total"]]
    return {"mean": fmean(shares) if shares else None, "median": median(shares) if shares else None}
