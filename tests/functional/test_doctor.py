"""``impactgraph doctor`` shows how a checkout was understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.checkout import TEST, run, shop
from tests.gitrepo import GitRepo


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    odd = {
        "shop/broken.py": "import os\ndef f(:\n",
        "shop/old.py": "print 'hello'\n",
        "shop/latin.py": b"x = '\xe9'\n",
        "shop/load.py": "import importlib\n\ndef load(name):\n    return importlib.import_module(name)\n",
        "tests/conftest.py": "",
    }
    return shop(tmp_path / "repo", odd)


def test_what_was_found_is_counted(repo: GitRepo) -> None:
    answer = run(repo.path, "doctor", "--format", "json").json
    assert answer["kind"] == "doctor"
    assert answer["files"] == {"total": 13, "python": 12, "tests": 3, "conftests": 1}
    assert "." in {root["path"] for root in answer["roots"]}
    assert all(root["source"] for root in answer["roots"])
    assert answer["pytest"]["source"] == "pyproject.toml"
    assert answer["pytest"]["testpaths"] == ["tests"]
    assert {place["directory"] for place in answer["placements"]} >= {"shop", "tests"}
    assert answer["graph"]["edges"]["import"] >= 4
    assert 0 < answer["graph"]["mean_share"] < 1


def test_every_file_that_could_not_be_parsed_is_named_with_the_reason(repo: GitRepo) -> None:
    answer = run(repo.path, "doctor", "--format", "json").json
    reasons = {item["path"]: item["reason"] for item in answer["unparsed"]}
    assert sorted(reasons) == ["shop/broken.py", "shop/latin.py", "shop/old.py"]
    assert reasons["shop/broken.py"] == "syntax error in line 2"
    assert reasons["shop/old.py"] == "syntax error in line 1"
    assert reasons["shop/latin.py"].startswith("can't be decoded")


def test_what_nothing_written_fixes_is_named_and_what_to_configure(repo: GitRepo) -> None:
    answer = run(repo.path, "doctor", "--format", "json").json
    assert [(item["path"], item["line"]) for item in answer["unresolved"]] == [("shop/load.py", 4)]
    assert "computed-import" in {item["code"] for item in answer["suggestions"]}
    assert all(item["message"] and item["setting"] for item in answer["suggestions"])


def test_people_get_lines(repo: GitRepo) -> None:
    done = run(repo.path, "doctor")
    assert (done.code, done.err) == (0, "")
    assert "shop/broken.py" in done.out
    assert "\x1b" not in done.out
    assert run(repo.path.parent, "doctor", "-C", "repo/shop") == done


def test_a_checkout_without_tests_is_told_what_to_configure(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path)
    repo.commit({"a.py": "", "checks/check_a.py": TEST})
    answer = run(repo.path, "doctor", "--format", "json").json
    assert "no-tests" in {item["code"] for item in answer["suggestions"]}
    assert answer["graph"]["mean_share"] is None


def test_another_state_can_be_looked_at(repo: GitRepo) -> None:
    repo.commit({"shop/more.py": ""})
    now, before = (run(repo.path, "doctor", "--format", "json", "--head", head).json for head in ("HEAD", "HEAD~1"))
    assert now["files"]["total"] == before["files"]["total"] + 1


def test_an_empty_checkout_has_an_answer(tmp_path: Path) -> None:
    GitRepo(tmp_path)
    answer = run(tmp_path, "doctor", "--format", "json").json
    assert answer["files"] == {"total": 0, "python": 0, "tests": 0, "conftests": 0}
