"""One state of a repository's history, measured: a row of `impactgraph growth`."""

from __future__ import annotations

from typing import Literal, NamedTuple

#: Which edges count: import statements only, or all that `select` follows.
EdgeSet = Literal["imports", "safe"]
#: How changes are weighted: every module once, every module of a package once, by how often it changed, or real commits with the union
#: that their files reach.
Weighting = Literal["uniform", "packaged", "churn", "commits"]


class Functions(NamedTuple):
    """As in `Spread`, counted in test functions."""

    mean: float
    median: float
    p90: float
    share_mean: float


class Spread(NamedTuple):
    """Impacted test files per change over `n` changes; `zero` and `all` are the shares of changes that reach no test and every test."""

    n: int
    mean: float
    median: float
    p90: float
    share_mean: float
    zero: float
    all: float
    functions: Functions


class Snapshot(NamedTuple):
    """One row. Where `status` is ``failed`` there is a `reason`, and what could not be measured is None or empty.

    `date` is ISO 8601 (a day). `density` is edges per ordered pair of modules, `propagation_cost` the same of the closure,
    `largest_component` the share of modules in the largest strongly connected component; these and `edges` are of the edge set ``safe``.
    `commits` counts those up to here that changed a Python file (first parents), `commits_per_month` those around this snapshot per 30.44
    days; both are None where there is no history (directories). `impact` is by edge set and weighting; a weighting for which nothing is
    known is left out.
    """

    revision: str
    date: str | None
    status: Literal["ok", "partial", "failed"]
    reason: str | None
    modules: int | None = None
    lines: int | None = None
    test_files: int | None = None
    test_functions: int | None = None
    edges: int | None = None
    density: float | None = None
    propagation_cost: float | None = None
    largest_component: float | None = None
    unparsed: tuple[str, ...] = ()
    vendored: tuple[str, ...] = ()
    commits: int | None = None
    commits_per_month: float | None = None
    impact: dict[EdgeSet, dict[Weighting, Spread]] = {}  # noqa: RUF012 - a NamedTuple's default, never written to
