"""Can the selection be trusted? What it would have left out in recorded runs of everything, and what that says of the runs to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb
from typing import Any

LEVEL = 0.95

Row = Mapping[str, Any]


def summarise(runs: Sequence[Row]) -> dict[str, Any]:
    """The figures of observed runs, in the shape of `summary` of the schema `audit`.

    A run has `tests` and `seconds`, each with `total` and `left_out`, and `failing`, tests with `left_out` and `failed_at_base`.
    A test that is known to fail in the base state, too, is not the change's doing: it makes no miss, and its run is none with a failure.
    """
    failing = [test for run in runs for test in run["failing"]]
    broken = [[test for test in run["failing"] if not test["failed_at_base"]] for run in runs]
    with_failure = [tests for tests in broken if tests]
    missed = sum(any(test["left_out"] for test in tests) for tests in with_failure)
    return {
        "runs": len(runs),
        "runs_with_failure": len(with_failure),
        "runs_with_miss": missed,
        "failing_tests": len(failing),
        "failing_tests_left_out": sum(test["left_out"] for test in failing),
        "failing_tests_missed": sum(test["left_out"] for tests in broken for test in tests),
        "tests": _share(runs, "tests"),
        "seconds": _share(runs, "seconds"),
        "miss_rate": miss_rate(missed, len(with_failure)),
    }


def _share(runs: Sequence[Row], of: str) -> dict[str, Any]:
    total, left_out = (sum(run[of][part] for run in runs) for part in ("total", "left_out"))
    return {"total": total, "left_out": left_out, "share": left_out / total if total else None}


def miss_rate(missed: int, runs: int) -> dict[str, Any]:
    """Of `runs` with a failure, the share in which a failing test would have been left out, with its upper confidence bound.

    Without a miss the bound is 3 / runs (the rule of three: Hanley and Lippman-Hand, JAMA 249, 1983), else the one-sided bound of Clopper
    and Pearson (Biometrika 26, 1934). Both presume runs that say nothing of each other; runs of one branch do, so the truth is less sure.
    """
    rate = missed / runs if runs else None
    if not runs:
        return {"rate": rate, "upper": None, "level": LEVEL, "method": None}
    if not missed:
        return {"rate": rate, "upper": min(1.0, 3 / runs), "level": LEVEL, "method": "rule-of-three"}
    return {"rate": rate, "upper": _clopper_pearson(missed, runs), "level": LEVEL, "method": "clopper-pearson"}


def _clopper_pearson(successes: int, trials: int) -> float:
    """The rate at which so few successes, or fewer, have the probability 1 - LEVEL; by halving."""
    if successes == trials:
        return 1.0
    low, high = successes / trials, 1.0
    while high - low > 1e-9:  # noqa: PLR2004 - far below what is shown
        middle = (low + high) / 2
        if _at_most(successes, trials, middle) > 1 - LEVEL:
            low = middle
        else:
            high = middle
    return high


def _at_most(successes: int, trials: int, rate: float) -> float:
    """Probability of at most `successes` in `trials`."""
    return sum(comb(trials, count) * rate**count * (1 - rate) ** (trials - count) for count in range(successes + 1))
