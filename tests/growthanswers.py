"""Answers of the kinds `growth` and `forecast`, from measured histories, for the reports to draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from impactgraph.questions import summaries
from impactgraph.trends.forecast import Today
from impactgraph.trends.laws import regime
from impactgraph.trends.measure import distribution
from impactgraph.trends.outlook import outlook
from impactgraph.trends.pooled import pooled, warning
from impactgraph.trends.snapshot import Snapshot
from impactgraph.trends.story import story
from tests.unit.trends.histories import history, measured

HEAD = {
    "schema_version": 1,
    "tool": {"name": "impactgraph", "version": "0.1.0", "kernel": "compiled"},
    "root": "/home/me/shop",
    "warnings": [],
}
FACTORS = {multiply: {"independent": 1.0, "entangled": 0.8 * multiply} for multiply in (2.0, 5.0, 10.0)}
TODAY = Today(tests=4494, share=0.68, changes_per_month=42, seconds_per_test=0.04)
BARS = distribution([0] * 30 + [number % 100 for number in range(300)] + [95] * 200, 100)


def told(row: Snapshot) -> dict[str, Any]:
    impact = {
        edges: {name: {**spread._asdict(), "functions": spread.functions._asdict()} for name, spread in spreads.items()}
        for edges, spreads in row.impact.items()
    }
    return {**row._asdict(), "impact": impact, "unparsed": list(row.unparsed), "vendored": list(row.vendored)}


def growth(snapshots: list[Snapshot] | None = None, name: str = "sympy") -> dict[str, Any]:
    rows = measured("sympy+sympy") if snapshots is None else snapshots
    return {
        **HEAD,
        "kind": "growth",
        "repository": name,
        "vendored": True,
        "excluded": [],
        "snapshots": [told(row) for row in rows],
        **story(rows, np.random.default_rng(0)),
        **outlook(TODAY, list(FACTORS), FACTORS),
        "distribution": BARS,
    }


def refused() -> dict[str, Any]:
    """Too few snapshots for a law, one of them failed."""
    return growth([Snapshot("dead", None, "failed", "no Python file"), *history(lambda _: 3, points=4)], "<b>shop</b>")


def forecast(multiples: tuple[float, ...] = (2.0, 5.0, 10.0)) -> dict[str, Any]:
    today = {
        "modules": 640,
        "test_files": 268,
        "test_functions": TODAY.tests,
        "weighting": "commits",
        "changes": 500,
        "changes_per_month": TODAY.changes_per_month,
        "seconds_per_test": TODAY.seconds_per_test,
        "per_change": TODAY.tests * TODAY.share,
        "share": TODAY.share,
    }
    return {
        **HEAD,
        "kind": "forecast",
        "head": {"revision": "0123456789abcdef0123456789abcdef01234567", "worktree": True},
        "edges": "safe",
        "today": today,
        "regime": regime(TODAY.share),
        **outlook(TODAY, multiples, FACTORS),
        "distribution": BARS,
    }


_REPOSITORIES = (
    *("pallets+flask", "celery+celery", "dask+dask", "encode+httpx", "networkx+networkx", "python+mypy"),
    *("scrapy+scrapy", "twisted+twisted", "sqlalchemy+sqlalchemy"),
)


def survey(count: int = 9) -> dict[str, Any]:
    """Repositories that are measured histories, one that could not be read, and the laws over all."""
    measured_ones = {name.partition("+")[2]: measured(name) for name in _REPOSITORIES[:count]}
    today = forecast()["today"]
    answers = {name: {**growth(rows, name), "today": today} for name, rows in measured_ones.items()}
    rows = [
        {"repository": name, "place": f"/srv/{name}", "status": "ok", "reason": None, "summary": summaries.growth(answer), "answer": answer}
        for name, answer in answers.items()
    ]
    broken = {"repository": "<b>lost</b>", "place": "/srv/lost", "status": "failed", "reason": "not a directory: <i>", "summary": None}
    laws = pooled(list(measured_ones.values()), np.random.default_rng(0))
    return {
        **HEAD,
        "kind": "survey",
        "of": "growth",
        "repositories": [*rows[:2], {**broken, "answer": None}, *rows[2:]],
        "warnings": [{"code": "pooling", "path": None, "line": None, "message": warning(laws)}],
        "laws": [law._asdict() for law in laws],
    }
