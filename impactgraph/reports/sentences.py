"""What the text and the page both say of growth, as numbers to put into a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from impactgraph.reports.terminal import percent

#: What a change is, by how changes are weighted.
WEIGHTED = {
    "commits": "a real commit, with all the files that it changed",
    "churn": "a change of one module, modules counted as often as they changed",
    "uniform": "a change of one module, each counted once",
}

_GROWTHS = (2.0, 5.0, 10.0)
_ROUNDED = 10  # factors from here on need no decimals
_WORDS = {2.0: "Twice", 3.0: "Three times", 5.0: "Five times", 10.0: "Ten times"}


class Seen(NamedTuple):
    """So many times the code meant `factor` times the tests per change, or `low` to `high`."""

    multiply: float
    factor: float
    low: float
    high: float


def headline_law(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The law that the headline is about: test functions per change against lines."""
    law: Mapping[str, Any] = next(
        law for law in answer["laws"] if (law["bill"], law["of"], law["against"]) == ("per-change", "test-functions", "lines")
    )
    return law


def seen(law: Mapping[str, Any], lines: Sequence[int]) -> Seen:
    """What `law`, which is not refused, says of the largest round growth that snapshots of so many lines have seen."""
    grown = max(lines) / min(lines)
    multiply = max((one for one in _GROWTHS if one <= grown), default=_GROWTHS[0])
    return Seen(multiply, *(multiply ** law[part] for part in ("exponent", "low", "high")))


def code(multiply: float) -> str:
    """So many times the code, as the start of a sentence."""
    return _WORDS.get(multiply, f"{multiply:g} times") + " the code"


def by(factor: float) -> str:
    """A factor in words: 1.5 times, 15 times."""
    return f"{factor:.1f} times" if factor < _ROUNDED else f"{round(factor):,} times"


def between(low: float, high: float) -> str:
    """A range of factors in words: 9.8 to 75 times."""
    return f"{by(low).removesuffix(' times')} to {by(high)}"


def about(answer: Mapping[str, Any]) -> list[str]:
    """Which edges the figures are of, and what was left out."""
    without = [*([] if answer["vendored"] else ["vendored code"]), *answer["excluded"]]
    return [f"{answer['edges']} edges", *(f"without {what}" for what in without)]


def per_module(rows: Sequence[Mapping[str, Any]], edges: str) -> list[str]:
    """What a module reaches at the last snapshot that was measured: all code that is no test, and what of it lies in packages."""
    found: Mapping[str, Any] = next((row["impact"][edges] for row in reversed(rows) if row["impact"].get(edges)), {})
    told = [
        f"{subject(found[weighting]['n'])} {percent(found[weighting]['share_mean'])} of the test files"
        for weighting, subject in _SUBJECTS.items()
        if weighting in found
    ]
    return [f"By module, at the last snapshot: {', '.join(told)}."] if told else []


_SUBJECTS: Mapping[str, Callable[[int], str]] = {
    "uniform": lambda count: f"{count:,} files that are no tests reach" if count > 1 else "the one file that is no test reaches",
    "packaged": lambda count: f"{count:,} of them in packages",
}


def nothing(rows: Sequence[Mapping[str, Any]]) -> str:
    """Why there is no figure in any snapshot."""
    reasons = {row["reason"] for row in rows if row["status"] == "failed"}
    if rows and all(row["status"] == "failed" for row in rows):
        return f"No snapshot could be measured: {' / '.join(sorted(reasons))}."
    if not any(row["test_files"] for row in rows):
        return "No snapshot has a test that pytest would collect; impactgraph doctor shows how the checkout is understood."
    return "No snapshot has a Python file besides the tests, so no change has a bill."
