"""What is kept between runs changes no answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.functional.checkout import CHANGED, PROJECT, TEST, Done, run, shop
from tests.gitrepo import GitRepo


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return shop(tmp_path / "repo")


def select(repo: GitRepo, *arguments: str) -> Done:
    return run(repo.path, "select", *arguments)


def test_the_answer_is_the_same_bytes_with_and_without_and_again(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED, "tests/test_new.py": TEST, "broken.py": "def f(:\n"})
    fresh = select(repo, "--format", "json", "--no-cache")
    assert not (repo.path / ".impactgraph_cache").exists()
    answers = [select(repo, "--format", "json") for _ in range(3)]
    assert (repo.path / ".impactgraph_cache").is_dir()
    assert [*answers, select(repo, "--format", "json", "--no-cache")] == [fresh] * 4
    assert repo.git("status", "--porcelain", "--ignored", "shop") == " M shop/price.py"


def test_edits_within_a_second_are_seen_whatever_the_clock_says(repo: GitRepo) -> None:
    path = repo.path / "shop/mail.py"
    repo.settle()
    before = path.stat()
    assert select(repo).out == ""
    for text, expected in (("x = 1\n", "tests/test_mail.py\n"), ("", ""), ("y = 1\n", "tests/test_mail.py\n"), ("", "")):
        path.write_text(text)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert select(repo).out == expected


def test_every_state_has_its_own_answer_however_they_alternate(repo: GitRepo) -> None:
    states = [
        {"shop/mail.py": "x = 1\n"},
        {"shop/mail.py": "", "shop/new.py": "", "shop/cart.py": "import shop.new\n"},
        {"shop/new.py": None, "shop/cart.py": PROJECT["shop/cart.py"], "tests/test_mail.py": TEST},
    ]
    for _ in range(2):
        for state in states:
            repo.write({path: text for path, text in state.items() if text is not None or (repo.path / path).exists()})
            cached, fresh = (select(repo, "--format", "json", *extra) for extra in ([], ["--no-cache"]))
            assert cached == fresh


def test_a_damaged_cache_is_no_matter(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    fresh = select(repo, "--format", "json")
    for file in (repo.path / ".impactgraph_cache").glob("[!.]*"):
        file.write_bytes(file.read_bytes()[:-3] + b"xxx")
    assert select(repo, "--format", "json") == fresh


def test_a_cache_that_came_with_the_checkout_is_not_used(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    select(repo)
    repo.git("add", "--force", ".impactgraph_cache")
    repo.commit({"shop/price.py": PROJECT["shop/price.py"]})
    repo.write({"shop/price.py": CHANGED})
    for file in (repo.path / ".impactgraph_cache").glob("[!.]*"):
        file.write_bytes(b"")
    assert select(repo).out == "tests\n"  # files that nobody can place did change
    assert all(file.stat().st_size == 0 for file in (repo.path / ".impactgraph_cache").glob("[!.]*"))


def test_it_may_lie_elsewhere(repo: GitRepo, tmp_path: Path) -> None:
    select(repo, "--cache-dir", str(tmp_path / "kept"))
    assert (tmp_path / "kept/CACHEDIR.TAG").is_file()
    assert not (repo.path / ".impactgraph_cache").exists()
