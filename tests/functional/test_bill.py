"""``impactgraph bill``: what changes of the past would cost along the imports of today."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from impactgraph.reports.schemas import load
from tests.functional.checkout import CHANGED, TEST, run, shop
from tests.gitrepo import GitRepo

COMMITS: list[dict[str, str | bytes | None]] = [
    {"shop/price.py": CHANGED},
    {"shop/price.py": CHANGED + "# said\n", "shop/mail.py": "x = 1\n"},
    {"README.md": "# Shop\n"},
    {"shop/__init__.py": "x = 1\n"},
    {"shop/gone.py": ""},
    {"shop/gone.py": None},
    {"tests/test_mail.py": "import shop.mail" + TEST + TEST.replace("test_it", "test_too")},
]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = shop(tmp_path / "repo")
    for files in COMMITS:
        repo.commit(files)
    return repo


def bill_of(repo: GitRepo, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = run(repo.path, "bill", "--format", "json", *arguments).json
    Draft202012Validator(orjson.loads(load("bill"))).validate(answer)
    return answer


def test_the_bill_is_of_the_union_that_a_change_reaches(repo: GitRepo) -> None:
    bill = bill_of(repo)
    assert (bill["unit"], bill["window"]["commits"], bill["window"]["left_out"]) == ("test-functions", 4, 2)
    # test_mail has two functions, the two tests of the cart one each; the package's __init__ is a parent of all.
    assert bill["total"] == {
        "per_change": (2 + 4 + 4 + 2) / 4,
        "per_month": None,
        "everything": 4,
        "share_selecting_all": 0.5,
        "share_selecting_most": 0.5,
    }


def test_a_module_ranks_by_how_often_it_changes_and_what_it_reaches(repo: GitRepo) -> None:
    ranked = [(row["path"], row["changes"], row["tests"], row["rank_weight"]) for row in bill_of(repo)["modules"]][:4]
    assert ranked == [("shop/__init__.py", 1, 3, 4), ("shop/price.py", 2, 2, 4), ("shop/mail.py", 1, 1, 2), ("tests/test_mail.py", 1, 1, 2)]


def test_packages_add_up(repo: GitRepo) -> None:
    bill = bill_of(repo, "--depth", "1")
    assert [(row["package"], row["modules"], row["changes"]) for row in bill["packages"]][:2] == [("shop", 4, 4), ("tests", 2, 1)]
    rows = list(csv.DictReader(io.StringIO(run(repo.path, "bill", "--format", "csv", "--by", "package").out)))
    assert [row["package"] for row in rows][:2] == ["shop", "tests"]


def test_the_window_can_be_chosen(repo: GitRepo) -> None:
    assert bill_of(repo, "--commits", "1")["window"]["commits"] == 1
    assert bill_of(repo, "--until", "2020-01-01")["window"]["commits"] == 0
    window = bill_of(repo, "--since", "2020-09-01", "--until", "2020-09-30")["window"]
    assert (window["commits"], window["since"], window["until"]) == (4, "2020-09-01", "2020-09-30")
    assert window["commits_per_month"] == pytest.approx(4 / 29 * 30.44)


def test_people_get_lines(repo: GitRepo) -> None:
    told = run(repo.path, "bill")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("On average, a change makes 3 of 4 test functions run (75 %).\n")
    assert "shop/price.py" in told.out
    assert "package" in run(repo.path, "bill", "--by", "package").out


def test_a_checkout_without_a_past_has_no_bill(tmp_path: Path) -> None:
    done = run(GitRepo(tmp_path).path, "bill")
    assert (done.code, done.out[:20]) == (0, "No change to bill: n")


def test_recorded_durations_are_the_unit_where_there_are_any(repo: GitRepo) -> None:
    junit = (
        '<testsuites><testsuite><testcase classname="tests.test_cart" name="test_it" time="2.5"/>'
        '<testcase classname="tests.test_mail" name="test_it" time="0.25"/></testsuite></testsuites>'
    )
    repo.write({"junit.xml": junit})
    assert run(repo.path, "history", "import", "junit.xml").code == 0
    bill = bill_of(repo)
    assert (bill["unit"], bill["tests_timed"]) == ("seconds", 2)
    assert {row["path"]: row["cost"] for row in bill["modules"] if row["path"] in {"shop/mail.py", "shop/price.py"}} == {
        "shop/mail.py": 0.25,
        "shop/price.py": 5.0,  # a test file that nothing is known of costs as much as the middle one of the others
    }


def test_charts_are_drawn_beside_the_report(repo: GitRepo) -> None:
    done = run(repo.path, "bill", "--histogram", "../far.svg", "--treemap", "../where.svg")
    assert (done.code, done.out.startswith("On average, a change makes")) == (0, True)
    assert "</svg>" in (repo.path.parent / "far.svg").read_text()
    assert "price.py" in (repo.path.parent / "where.svg").read_text()
    assert run(repo.path, "bill", "--treemap", "x.pdf").code == 2


def test_the_histogram_counts_modules_and_changes(repo: GitRepo) -> None:
    rows = {(row["low"], row["high"]): (row["modules"], row["changes"]) for row in bill_of(repo)["histogram"] if row["modules"]}
    # Of four modules (cart, price, mail, __init__) one reaches everything, the others half; of four changes two do.
    assert rows == {(0.4, 0.5): (3, 2), (1.0, 1.0): (1, 2)}


def test_a_pull_request_gets_a_table(repo: GitRepo) -> None:
    told = run(repo.path, "bill", "--format", "markdown").out
    assert told.startswith("### On average, a change makes 3 of 4 test functions run")
    assert "`shop/price.py` |" in told
