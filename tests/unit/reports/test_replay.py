from __future__ import annotations

from typing import Any

import pytest

from impactgraph.decisions.replay import summarise
from impactgraph.reports.replay import render

LOCK = {"code": "global-input", "path": "uv.lock", "detail": "attrs"}


@pytest.fixture
def replay() -> dict[str, Any]:
    commits = [
        {"revision": "a" * 40, "subject": "Fix it", "decision": "subset", "tests_selected": 2, "tests_total": 20, "reasons": []},
        {"revision": "b" * 40, "subject": "Bump \x1b[2J", "decision": "all", "tests_selected": 20, "tests_total": 20, "reasons": [LOCK]},
        {"revision": "c" * 40, "subject": "Docs", "decision": "none", "tests_selected": 0, "tests_total": 20, "reasons": []},
    ]
    return {"commits": commits, "summary": summarise(commits)}


def test_the_summary_is_read_at_a_glance(replay: dict[str, Any]) -> None:
    text = render(replay)
    assert text.startswith(
        "3 commits replayed\n"
        "  none    1  33 %\n"
        "  subset  1  33 %\n"
        "  all     1  33 %\n"
        "\n"
        "  test files selected per commit  mean  37 %  median  10 %\n"
        "    where the answer is subset    mean  10 %  median  10 %\n"
    )
    assert "  global-input        1            1\n      1x uv.lock attrs\n" in text


def test_the_histogram_has_a_bar_for_every_range(replay: dict[str, Any]) -> None:
    text = render(replay)
    assert f"          0 %  1  {'#' * 40}\n" in text
    assert "  90 to 100 %  0\n" in text
    assert f"        100 %  1  {'#' * 40}\n" in text


def test_commits_are_listed_on_request_only(replay: dict[str, Any]) -> None:
    assert "Fix it" not in render(replay)
    assert "  bbbbbbbbbb  all     20/20  global-input uv.lock  Bump \\x1b[2J\n" in render(replay, commits=True)


def test_an_example_has_no_power_over_a_terminal() -> None:
    reason = {"code": "data-file", "path": "\x1b]0;owned\x07", "detail": "\x1b[31m"}
    commit = {"revision": "a" * 40, "subject": "Data", "decision": "all", "tests_selected": 2, "tests_total": 2, "reasons": [reason]}
    assert "\x1b" not in render({"commits": [commit], "summary": summarise([commit])})


def test_nothing_to_replay_is_said() -> None:
    text = render({"commits": [], "summary": summarise([])}, commits=True)
    assert text.startswith("0 commits replayed\n  none    0  -\n")
    assert "Reasons" not in text


def test_a_long_detail_is_cut_at_a_word_so_that_examples_stay_readable() -> None:
    reason = {"code": "test-settings", "path": "tox.ini", "detail": ", ".join(f"testenv:py3{number}.commands" for number in range(20))}
    commit = {"revision": "a" * 40, "subject": "Tox", "decision": "all", "tests_selected": 2, "tests_total": 2, "reasons": [reason]}
    line = next(line for line in render({"commits": [commit], "summary": summarise([commit])}).splitlines() if "tox.ini" in line)
    assert line == "      1x tox.ini testenv:py30.commands, testenv:py31.commands, ..."
    assert len(line) < 140
