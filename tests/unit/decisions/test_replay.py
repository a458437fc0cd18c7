from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.decisions.replay import summarise

LOCK = {"code": "global-input", "path": "uv.lock", "detail": None}


def row(decision: str, selected: int, total: int = 10, *reasons: dict[str, Any]) -> dict[str, Any]:
    return {
        "revision": "a" * 40,
        "subject": "s",
        "decision": decision,
        "tests_selected": selected,
        "tests_total": total,
        "reasons": list(reasons),
    }


ROWS = [
    row("none", 0),
    row("subset", 1, 10, {"code": "reached", "path": "a.py", "detail": None}, {"code": "reached", "path": "b.py", "detail": None}),
    row("subset", 3, 10, {"code": "reached", "path": "b.py", "detail": None}),
    row("all", 10, 10, LOCK),
    row("all", 10, 10, LOCK, {"code": "reached", "path": "a.py", "detail": None}),
]


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    total = draw(st.integers(0, 300))
    selected = draw(st.integers(0, total))
    return row(draw(st.sampled_from(["none", "subset", "all"])), selected, total, *draw(st.lists(st.just(LOCK), max_size=2)))


def test_decisions_are_counted_and_shared() -> None:
    assert summarise(ROWS)["decisions"] == {
        "none": {"commits": 1, "share": 0.2},
        "subset": {"commits": 2, "share": 0.4},
        "all": {"commits": 2, "share": 0.4},
    }


def test_shares_are_per_commit_and_not_of_the_sums() -> None:
    summary = summarise([row("subset", 1, 2), row("subset", 0, 98)])
    assert summary["selected_share"] == {"mean": 0.25, "median": 0.25}
    assert summarise(ROWS)["selected_share"]["median"] == pytest.approx(0.3)
    assert summarise(ROWS)["selected_share_of_subsets"] == {"mean": pytest.approx(0.2), "median": pytest.approx(0.2)}


def test_reasons_that_select_everything_come_first_with_their_places() -> None:
    first, second = summarise(ROWS)["reasons"]
    assert first == {"code": "global-input", "commits": 2, "all": 2, "examples": [{"path": "uv.lock", "detail": None, "commits": 2}]}
    assert (second["code"], second["commits"], second["all"]) == ("reached", 3, 1)
    assert [(place["path"], place["commits"]) for place in second["examples"]] == [("a.py", 2), ("b.py", 2)]


def test_a_reason_given_twice_in_a_commit_counts_once() -> None:
    assert summarise([row("all", 1, 1, LOCK, LOCK)])["reasons"][0]["examples"][0]["commits"] == 1


@pytest.mark.parametrize(
    ("selected", "low", "high"), [(0, 0, 0), (1, 0, 0.1), (100, 0, 0.1), (101, 0.1, 0.2), (300, 0.2, 0.3), (999, 0.9, 1), (1000, 1, 1)]
)
def test_bins_hold_their_upper_end(selected: int, low: float, high: float) -> None:
    filled = [entry for entry in summarise([row("subset", selected, 1000)])["histogram"] if entry["commits"]]
    assert filled == [{"low": low, "high": high, "commits": 1}]


def test_no_commits_and_no_tests_have_no_shares() -> None:
    assert summarise([])["decisions"]["all"] == {"commits": 0, "share": None}
    assert summarise([row("none", 0, 0)])["selected_share"] == {"mean": None, "median": None}


@given(st.lists(rows(), max_size=12))
def test_every_commit_is_counted_once(commits: list[dict[str, Any]]) -> None:
    summary = summarise(commits)
    assert sum(entry["commits"] for entry in summary["decisions"].values()) == len(commits)
    assert sum(entry["commits"] for entry in summary["histogram"]) == sum(commit["tests_total"] > 0 for commit in commits)
