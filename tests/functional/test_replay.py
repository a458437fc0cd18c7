"""``impactgraph replay`` decides past commits as ``select`` would have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.checkout import CHANGED, PROJECT, TEST, run, shop
from tests.gitrepo import GitRepo

COMMITS: list[tuple[str, dict[str, str | bytes | None]]] = [
    ("subset", {"shop/price.py": CHANGED}),
    ("none", {"README.md": "# Shop\n"}),
    ("all", {"setup.py": "x = 1\n"}),
    ("subset", {"shop/new.py": "", "shop/mail.py": "from . import new\n"}),
    ("subset", {"shop/new.py": None, "shop/fresh.py": "", "shop/mail.py": "from . import fresh\n"}),
    ("none", {"shop/price.py": CHANGED + "# said\n"}),
    ("subset", {"tests/test_more.py": "import shop.fresh" + TEST}),
    ("subset", {"shop/fresh.py": "x = 1\n"}),
    ("all", {"pyproject.toml": str(PROJECT["pyproject.toml"]) + "python_files = ['test_*.py', 'check_*.py']\n"}),
    ("subset", {"tests/check_a.py": "import shop.cart" + TEST}),
    ("none", {"tests/test_cart.py": None}),
]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = shop(tmp_path / "repo")
    for decision, files in COMMITS:
        repo.commit(files, decision)
    return repo


def test_each_commit_is_decided_as_select_would_have(repo: GitRepo) -> None:
    rows = run(repo.path, "replay", "--format", "json").json["commits"]
    assert [row["decision"] for row in rows] == [decision for decision, _ in reversed(COMMITS)]
    for row in rows[::2]:
        asked = ("select", "--no-cache", "--format", "json", "--base", f"{row['revision']}~1", "--head", row["revision"])
        answer = run(repo.path, *asked).json
        counts = answer["counts"]
        assert (row["decision"], row["tests_selected"], row["tests_total"]) == (
            answer["decision"],
            counts["tests_selected"],
            counts["tests_total"],
        )
        assert sorted(map(str, row["reasons"])) == sorted(map(str, answer["reasons"]))


def test_decisions_are_counted(repo: GitRepo) -> None:
    summary = run(repo.path, "replay", "--format", "json").json["summary"]
    assert summary["commits"] == len(COMMITS)
    assert {name: part["commits"] for name, part in summary["decisions"].items()} == {"none": 3, "subset": 6, "all": 2}


def test_only_the_commits_asked_for_are_decided(repo: GitRepo) -> None:
    answer = run(repo.path, "replay", "--commits", "2", "--head", "HEAD~1", "--format", "json").json
    assert [row["revision"] for row in answer["commits"]] == repo.git("rev-list", "-2", "HEAD~1").split()


def test_a_lone_commit_has_no_change_to_decide(tmp_path: Path) -> None:
    done = run(shop(tmp_path).path, "replay", "--format", "json")
    assert (done.code, done.json["commits"]) == (0, [])
    assert run(tmp_path, "replay").code == 0


def test_people_get_lines_and_nothing_is_kept(repo: GitRepo) -> None:
    done = run(repo.path, "replay", "--list")
    assert (done.code, done.err) == (0, "")
    assert repo.git("rev-parse", "--short=7", "HEAD") in done.out
    assert repo.git("status", "--porcelain", "--ignored") == ""


def test_settings_of_the_past_that_are_wrong_stop_nothing(repo: GitRepo) -> None:
    repo.commit({"pyproject.toml": "[tool.impactgraph]\nno-such-key = 1\n"})
    repo.commit({"pyproject.toml": PROJECT["pyproject.toml"]})
    assert run(repo.path, "replay", "--commits", "2", "--format", "json").code == 0


def test_a_checkout_without_commits_is_told(tmp_path: Path) -> None:
    GitRepo(tmp_path)
    done = run(tmp_path, "replay")
    assert done.code == 2
    assert "hint: this repository has no commits yet" in done.err
