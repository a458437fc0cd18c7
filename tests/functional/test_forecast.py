from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from impactgraph.reports.schemas import load
from tests.functional.command import Outcome, impactgraph, refused
from tests.gitrepo import GitRepo


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two packages; three commits, of which one touches both."""
    repo = GitRepo(tmp_path_factory.mktemp("shop"))
    for name in ("cart", "bill"):
        repo.write({f"shop/{name}/__init__.py": ""})
        repo.write({f"shop/{name}/core.py": "VALUE = 1\n"})
        tests = f"import shop.{name}.core\n\n\ndef test_one(): pass\n\n\ndef test_two(): pass\n"
        repo.write({f"tests/test_{name}.py": tests})
    repo.write({"shop/__init__.py": ""})
    repo.commit()
    repo.write({"shop/cart/core.py": "VALUE = 2\n"})
    repo.commit()
    repo.write({"shop/cart/core.py": "VALUE = 3\n"})
    repo.write({"shop/bill/core.py": "VALUE = 3\n"})
    repo.commit()
    return repo.path


def asked(shop: Path, *arguments: str) -> Outcome:
    done = impactgraph(shop, "forecast", *arguments)
    assert done.code == 0, done
    return done


def test_the_answer_has_the_shape_of_its_schema(shop: Path) -> None:
    answer = asked(shop, "--format", "json").answer
    Draft202012Validator(orjson.loads(load("forecast"))).validate(answer)
    assert [row["multiply"] for row in answer["forecast"] if row["bill"] == "per-change"] == [2, 5, 10]


def test_it_starts_from_what_real_commits_reach(shop: Path) -> None:
    today = asked(shop, "--format", "json").answer["today"]
    assert (today["test_files"], today["test_functions"], today["weighting"], today["changes"]) == (2, 4, "commits", 2)
    assert today["per_change"] == pytest.approx((2 + 4) / 2)
    assert today["share"] == pytest.approx(0.75)


def test_minutes_come_from_what_the_suite_takes(shop: Path) -> None:
    assert asked(shop, "--format", "json").answer["forecast"][0]["minutes"] is None
    (row, *_) = asked(shop, "--format", "json", "--suite-minutes", "8", "--multiply", "2").answer["forecast"]
    assert row["minutes"]["value"] == pytest.approx(row["value"] * 8 / 4)


def test_copies_that_do_not_know_each_other_cost_what_one_does(shop: Path) -> None:
    for row in asked(shop, "--format", "json").answer["forecast"]:
        if row["bill"] == "per-change":
            assert row["scenarios"]["independent"] == pytest.approx(3)


def test_the_same_question_has_the_same_answer(shop: Path) -> None:
    assert asked(shop, "--format", "json").output == asked(shop, "--format", "json").output


def test_a_page_is_written_beside_the_text(shop: Path, tmp_path: Path) -> None:
    page = tmp_path / "forecast.html"
    done = asked(shop, "--html", str(page), "--multiply", "3")
    assert b"Today a commit of the last 2 reaches" in done.output
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_without_the_library_that_draws_it_says_what_to_install(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['vl_convert'] = None\n")
    (tmp_path / "empty").mkdir()
    hidden = {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"}
    refused(impactgraph(shop, "forecast", "--html", str(tmp_path / "x.html"), variables=hidden), "pytest-impactgraph[report]")
    assert not (tmp_path / "x.html").exists()


@pytest.mark.parametrize("multiples", ["", "1", "0.5", "two", "2,,5", "nan", "inf", "100000", "-3"])
def test_multiples_that_say_nothing_are_refused(multiples: str, shop: Path) -> None:
    done = impactgraph(shop, "forecast", "--multiply", multiples)
    assert done.code == 2
    assert "--multiply" in done.complaint


def test_no_tests_is_said(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path)
    repo.write({"a.py": "A = 1\n"})
    repo.commit()
    refused(impactgraph(tmp_path, "forecast"), "there is no test file")


def test_no_python_is_said(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path)
    repo.write({"README": "words\n"})
    repo.commit()
    refused(impactgraph(tmp_path, "forecast"), "there is no test file")


def test_one_commit_is_weighed_by_modules(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path)
    repo.write({"a.py": "A = 1\n"})
    repo.write({"test_a.py": "import a\n\n\ndef test_a(): pass\n"})
    repo.commit()
    answer = json.loads(asked(tmp_path, "--format", "json").output)
    assert answer["today"]["weighting"] == "uniform"
    assert {row["bill"] for row in answer["forecast"]} == {"per-change"}


FORETOLD = ("today", "forecast", "fan", "model", "distribution")


@pytest.mark.parametrize("options", [("--cache-dir", "kept", "-j", "2"), ("--without-vendored", "--no-cache", "-j", "1")])
def test_growth_says_the_same_of_its_newest_state_whoever_measured_it(options: tuple[str, ...], shop: Path) -> None:
    recorded = '<testsuites><testsuite><testcase classname="tests.test_cart" name="test_one" time="2.5"/></testsuite></testsuites>'
    (shop / "junit.xml").write_text(recorded)
    directory = options[:2] if "--cache-dir" in options else ()
    assert impactgraph(shop, "history", "import", "junit.xml", *directory).code == 0
    alone = asked(shop, "--head", "HEAD", *directory, "--format", "json").answer
    assert alone["today"]["seconds_per_test"] == 1.25
    for _ in range(2):  # measured, and from the cache
        growth = impactgraph(shop, "growth", "--format", "json", *options).answer
        assert {name: growth[name] for name in FORETOLD} == {name: alone[name] for name in FORETOLD}
