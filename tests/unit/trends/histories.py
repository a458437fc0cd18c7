"""Histories made up by a rule, and measured ones, as rows of `Snapshot`."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from impactgraph.trends.snapshot import Functions, Snapshot, Spread

DATA = Path(__file__).parents[3] / "fixtures" / "growth-snapshots.csv"


def spread(tests: float, functions: float, share: float = 0.5, n: int = 100) -> Spread:
    return Spread(n, tests, tests, tests, share, 0.0, 0.0, Functions(functions, functions, functions, share))


def row(number: int, lines: int, tests: float, *, commits: int | None, share: float = 0.5) -> Snapshot:
    """A snapshot with `tests` impacted files, each with ten functions, per change; of a hundredth as many modules as lines."""
    by = spread(tests, 10 * tests, share)
    return Snapshot(
        revision=f"r{number}",
        date=f"20{number + 10:02d}-01-01",
        status="ok",
        reason=None,
        modules=lines // 100,
        lines=lines,
        test_files=round(tests / share),
        test_functions=round(10 * tests / share),
        edges=lines // 50,
        density=0.01,
        propagation_cost=0.25,
        largest_component=0.2,
        commits=commits,
        commits_per_month=20.0,
        impact={"safe": {"commits": by, "uniform": by}, "imports": {"uniform": by}},
    )


def history(
    impacted: Callable[[int], float], points: int = 12, grown: float = 16.0, commits: Callable[[int], int] = lambda lines: lines // 10
) -> list[Snapshot]:
    """`points` snapshots from 1000 lines on, growing evenly to `grown` times as many; `impacted` tests by lines."""
    sizes = [round(1000 * grown ** (number / (points - 1))) for number in range(points)]
    return [row(number, lines, impacted(lines), commits=commits(lines)) for number, lines in enumerate(sizes)]


def measured(name: str) -> list[Snapshot]:
    """The snapshots of one repository in fixtures/growth-snapshots.csv."""
    with DATA.open(encoding="utf-8") as file:
        return [_measured(line) for line in csv.DictReader(file) if line["repo"] == name and line["B_prop"] and line["A_commit"]]


def _measured(line: dict[str, str]) -> Snapshot:
    def of(prefix: str) -> Spread:
        share = float(line[f"{prefix}_commit"]) / float(line["T"])
        functions = Functions(float(line[f"{prefix}_commitf"]), float(line[f"{prefix}_commitf50"]), 0.0, share)
        return Spread(int(line[f"{prefix}_commit_n"]), float(line[f"{prefix}_commit"]), 0.0, 0.0, share, 0.0, 0.0, functions)

    def uniform(prefix: str) -> Spread:
        mean, median, p90, share, zero, everything, functions = (
            float(line[f"{prefix}_{name}"]) for name in ("imp", "imp50", "imp90", "frac", "zero", "sat", "impf")
        )
        return Spread(int(line["P"]), mean, median, p90, share, zero, everything, Functions(functions, functions, functions, share))

    return Snapshot(
        revision=line["sha"],
        date=line["date"],
        status="ok",
        reason=None,
        modules=int(line["N"]),
        lines=int(line["LOC"]),
        test_files=int(line["T"]),
        test_functions=int(line["TF"]),
        edges=int(line["E"]),
        density=int(line["E"]) / int(line["N"]) ** 2,
        propagation_cost=float(line["B_prop"]),
        largest_component=float(line["B_scc"]),
        commits=int(line["idx"]),
        commits_per_month=float(line["commits_pm"]),
        impact={"imports": {"commits": of("A"), "uniform": uniform("A")}, "safe": {"commits": of("B"), "uniform": uniform("B")}},
    )
