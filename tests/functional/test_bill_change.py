"""``impactgraph bill --base``: what a change does to the bill of those to come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from impactgraph.reports.schemas import load
from tests.functional.checkout import CHANGED, TEST, run, shop
from tests.gitrepo import GitRepo

DAY = 86_400


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """Price reaches two tests of four functions, mail one of two; of four changes, three were of price."""
    repo = shop(tmp_path / "repo", {"tests/test_mail.py": "import shop.mail" + TEST + TEST.replace("test_it", "test_too")})
    for number in range(3):
        repo.commit({"shop/price.py": CHANGED + f"# {number}\n"})
    repo.commit({"shop/mail.py": "x = 1\n"})
    repo.git("checkout", "-q", "-b", "topic")
    return repo


def change_of(repo: GitRepo, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = run(repo.path, "bill", "--base", "main", "--format", "json", *arguments).json
    Draft202012Validator(orjson.loads(load("bill-change"))).validate(answer)
    return answer


def test_an_import_makes_all_changes_to_come_dearer(repo: GitRepo) -> None:
    repo.commit({"shop/mail.py": "from shop import price\nx = 1\n"})
    answer = change_of(repo)
    assert answer["before"]["per_change"] == 2
    assert answer["after"]["per_change"] == (3 * 4 + 2) / 4
    assert answer["change"]["share"] == pytest.approx(6 / 8)
    (added,) = answer["imports_added"]
    assert (added["path"], added["line"], added["imported"]) == ("shop/mail.py", 1, "shop/price.py")
    assert added["share"] == pytest.approx(6 / 14)
    assert answer["imports_removed"] == []
    (module,) = answer["modules"]
    assert module == {
        "path": "shop/price.py",
        "changes": 3,
        "tests_before": 2,
        "tests_after": 3,
        "cost_before": 2,
        "cost_after": 4,
    }
    assert (answer["selection"]["cost_selected"], answer["selection"]["cost_total"]) == (2, 4)


def test_the_way_back_is_as_long(repo: GitRepo) -> None:
    repo.commit({"shop/cart.py": ""})
    answer = change_of(repo)
    assert answer["change"]["share"] == pytest.approx(-6 / 8)
    assert [(row["importer"], row["imported"], row["line"]) for row in answer["imports_removed"]] == [("shop/cart.py", "shop/price.py", 1)]


def test_new_modules_change_as_the_middle_one_of_their_package(repo: GitRepo) -> None:
    repo.commit({"shop/fresh.py": "", "shop/cart.py": "from shop import price, fresh\n"})
    answer = change_of(repo)
    (module,) = answer["modules"]
    # Of __init__, cart, mail and price, changed 0, 0, 1 and 3 times, the middle is a half.
    assert module == {
        "path": "shop/fresh.py",
        "changes": 0.5,
        "tests_before": None,
        "tests_after": 2,
        "cost_before": None,
        "cost_after": 2,
    }
    assert answer["change"]["share"] == pytest.approx(0.5 * 2 / 8)


def test_a_new_test_costs_with_every_change_that_it_depends_on(repo: GitRepo) -> None:
    repo.commit({"tests/test_new.py": "import shop.price" + TEST})
    assert change_of(repo)["change"]["share"] == pytest.approx(3 / 8)
    repo.commit({"tests/test_new.py": None, "tests/test_cart.py": "import shop.cart" + TEST + TEST.replace("test_it", "more")})
    assert change_of(repo)["change"]["share"] == 0  # a test function has the same price in both states


def test_a_rename_is_no_change_of_the_bill(repo: GitRepo) -> None:
    repo.git("mv", "shop/price.py", "shop/cost.py")
    repo.commit({"shop/cart.py": "from shop import cost\n"})
    answer = change_of(repo)
    assert (answer["change"]["share"], answer["imports_added"], answer["imports_removed"], answer["modules"]) == (0, [], [], [])


def test_the_limit_is_an_exit_code(repo: GitRepo) -> None:
    repo.write({"shop/mail.py": "from shop import price\nx = 1\n"})
    done = run(repo.path, "bill", "--base", "main", "--max-increase", "75")
    assert (done.code, "within the limit of 75 %" in done.out) == (0, True)
    done = run(repo.path, "bill", "--base", "main", "--max-increase", "74.9")
    assert (done.code, "more than the limit of 74.9 %" in done.out) == (1, True)
    assert run(repo.path, "bill", "--max-increase", "1").code == 2


def test_people_and_pull_requests_get_a_verdict(repo: GitRepo) -> None:
    repo.commit({"shop/mail.py": "from shop import price\nx = 1\n"})
    told = run(repo.path, "bill", "--base", "main").out
    assert told.startswith("This change raises the bill by 75.0 %: 2 test functions per change before, 3.5 test functions now.\n")
    assert "shop/mail.py:1" in told
    comment = run(repo.path, "bill", "--base", "main", "--format", "markdown").out
    assert "| this change runs | 2 test functions | of 4 test functions: 50 % |" in comment
    assert "| `shop/price.py` | 2 -> 3 test files | +2 test functions each time |" in comment
    rows = run(repo.path, "bill", "--base", "main", "--format", "csv").out.splitlines()
    assert rows == ["path,changes,tests_before,tests_after,cost_before,cost_after", "shop/price.py,3,2,3,2.0,4.0"]


def test_the_import_that_the_bill_hangs_on_is_named_first(repo: GitRepo) -> None:
    repo.commit({"shop/cart.py": "from shop import price, other\n", "shop/other.py": "", "shop/mail.py": "from shop import price\nx = 1\n"})
    told = run(repo.path, "bill", "--base", "main").out
    assert told.index("shop/mail.py:1") < told.index("shop/cart.py:1")


def test_without_a_base_there_is_nothing_to_say(tmp_path: Path) -> None:
    done = run(GitRepo(tmp_path).path, "bill", "--base", "main")
    assert (done.code, "hint:" in done.err) == (2, True)


def test_without_a_past_there_is_no_bill_to_compare_with(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"shop.py": "x = 1\n", "test_shop.py": "import shop" + TEST})
    told = run(repo.path, "bill", "--base", "HEAD").out
    assert told.startswith("No bill to compare with")
    assert "None" not in told
