"""``impactgraph run`` really starts pytest, or doesn't."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.checkout import CHANGED, Done, run, shop
from tests.gitrepo import GitRepo

# Every started pytest leaves a line: its arguments, and how many files they came to.
WITNESS = """
def pytest_configure(config):
    with open("started.log", "a") as log:
        log.write(" ".join(config.invocation_params.args[:1]) + "\\n")

def pytest_collection_finish(session):
    with open("started.log", "a") as log:
        log.write(f"{len({item.path for item in session.items})} files\\n")
"""


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return shop(tmp_path / "repo", {"conftest.py": WITNESS, ".gitignore": "started.log\n.pytest_cache\n__pycache__\n"})


def run_tests(repo: GitRepo, *arguments: str, env: dict[str, str] | None = None) -> Done:
    return run(repo.path, "run", *arguments, env=env)


def started(repo: GitRepo) -> list[str]:
    log = repo.path / "started.log"
    return log.read_text().splitlines() if log.exists() else []


def test_pytest_is_not_started_for_nothing(repo: GitRepo) -> None:
    done = run_tests(repo)
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("No test can be broken by 0 changed files (of 3 test files).\n  compared with main at ")
    assert run_tests(repo, "-q").err == ""
    assert started(repo) == []


def test_a_subset_is_run_and_nothing_else(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    done = run_tests(repo, "--", "-q")
    assert done.code == 0
    assert "2 passed" in done.out
    assert "2 of 3 test files" in done.err
    assert started(repo) == ["-q", "2 files"]


def test_everything_is_pytest_as_it_would_run_by_itself(repo: GitRepo) -> None:
    repo.write({"setup.py": "x = 1\n"})
    done = run_tests(repo, "--", "-q")
    assert (done.code, "3 passed" in done.out) == (0, True)
    assert started(repo) == ["-q", "3 files"]


def test_the_code_of_pytest_is_passed_through(repo: GitRepo) -> None:
    repo.write({"shop/mail.py": "x = 1\n", "tests/test_mail.py": "def test_it():\n    assert False\n"})
    assert run_tests(repo).code == 1
    assert run_tests(repo, "--", "--no-such-option").code == 4
    repo.write({"tests/test_mail.py": "import pytest\ndef test_it():\n    pytest.exit('stop', returncode=77)\n"})
    assert run_tests(repo).code == 77


def test_arguments_that_leave_no_test_are_no_failure_of_a_subset(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    assert run_tests(repo, "--", "-k", "no_such_test").code == 0
    repo.write({"setup.py": "x = 1\n"})
    assert run_tests(repo, "--", "-k", "no_such_test").code == 5


def test_it_runs_at_the_top_wherever_it_is_called(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    assert run(repo.path / "shop", "run", "--", "-q").code == 0
    assert run(repo.path.parent, "run", "-C", "repo/shop", "--", "-q").code == 0
    assert started(repo) == ["-q", "2 files"] * 2


def test_five_thousand_files_are_no_obstacle(repo: GitRepo) -> None:
    """Their names are longer than any command line may be. pytest itself needs minutes for so many, so it only counts them."""
    counting = "def pytest_cmdline_main(config):\n    print(len(config.args), 'files')\n    return 0\n"
    name = "test_with_a_rather_long_name_" + "x" * 200
    repo.commit({"counting.py": counting, **{f"tests/{'d' * 200}/{name}_{number}.py": "import shop.mail\n" for number in range(5000)}})
    repo.write({"shop/mail.py": "x = 1\n"})
    done = run_tests(repo, "--", "-p", "counting")
    assert "5001 of 5003 test files" in done.err
    assert (done.code, done.out) == (0, "5001 files\n")
