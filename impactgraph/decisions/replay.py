"""What selection would have meant for past commits: the summary of a replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import Any

BINS = 10  # of the histogram between "no test file" and "all test files"
EXAMPLES = 5  # named per reason

Row = Mapping[str, Any]


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures of replayed commits (`decision`, `tests_selected`, `tests_total`, `reasons`), in the shape of the schema `replay`.

    Shares are of 1. `selected_share` is over the commits with at least one test file, per commit: mean and median are not the share of
    the sums. Where there is nothing to divide by, a share is None.
    """
    return {
        "commits": len(rows),
        "decisions": {decision: _counted(rows, decision) for decision in ("none", "subset", "all")},
        "selected_share": _middle(_shares(rows)),
        "selected_share_of_subsets": _middle(_shares([row for row in rows if row["decision"] == "subset"])),
        "histogram": _histogram(rows),
        "reasons": _reasons(rows),
    }


def _counted(rows: Sequence[Row], decision: str) -> dict[str, Any]:
    count = sum(row["decision"] == decision for row in rows)
    return {"commits": count, "share": count / len(rows) if rows else None}


def _shares(rows: Sequence[Row]) -> list[float]:
    return [row["tests_selected"] / row["tests_total"] for row in rows if row["tests_total"]]


def _middle(shares: Sequence[float]) -> dict[str, float | None]:
    return {"mean": fmean(shares) if shares else None, "median": median(shares) if shares else None}


def _histogram(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Commits by selected share: none at all, ten bins that hold their upper end (the last one not), and everything."""
    bins = Counter(_bin(row["tests_selected"], row["tests_total"]) for row in rows if row["tests_total"])
    edges = [(0.0, 0.0), *((number / BINS, (number + 1) / BINS) for number in range(BINS)), (1.0, 1.0)]
    return [{"low": low, "high": high, "commits": bins[number]} for number, (low, high) in enumerate(edges)]


def _bin(selected: int, total: int) -> int:
    """In whole numbers, as 3 / 10 is not the same float as 0.3 everywhere: 0 is none, BINS + 1 everything."""
    return BINS + 1 if selected == total else -(-selected * BINS // total)


def _reasons(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Per code: in how many commits it was given, in how many of the `all` ones, and the paths that brought it up most often."""
    commits: Counter[str] = Counter()
    everything: Counter[str] = Counter()
    places: dict[str, Counter[tuple[str | None, str | None]]] = {}
    for row in rows:
        for code in {reason["code"] for reason in row["reasons"]}:
            commits[code] += 1
            everything[code] += row["decision"] == "all"
        for code, path, detail in {(reason["code"], reason["path"], reason["detail"]) for reason in row["reasons"]}:
            places.setdefault(code, Counter())[path, detail] += 1
    return [
        {"code": code, "commits": commits[code], "all": everything[code], "examples": _examples(places[code])}
        for code in sorted(commits, key=lambda code: (-everything[code], -commits[code], code))
    ]


def _examples(places: Counter[tuple[str | None, str | None]]) -> list[dict[str, Any]]:
    top = sorted(places.items(), key=lambda item: (-item[1], item[0][0] or "", item[0][1] or ""))
    return [{"path": path, "detail": detail, "commits": count} for (path, detail), count in top[:EXAMPLES]]
