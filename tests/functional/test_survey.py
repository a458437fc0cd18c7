"""Several repositories in one call: each as it would be alone, a table over all, and a broken one as a line that says why."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import jsonschema
import pytest

from tests.functional.checkout import shop
from tests.functional.command import impactgraph, refused

COMMANDS = [("bill",), ("cuts",), ("replay", "--commits", "3"), ("growth", "--snapshots", "2", "-j", "1")]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two repositories, a directory that is none, and one whose newest commit is gone."""
    top = tmp_path_factory.mktemp("places")
    for name in ("one", "two"):
        repo = shop(top / name)
        repo.commit({"shop/price.py": "def total():\n    return 2\n", f"shop/{name}.py": "from shop import price\n"})
    (top / "none").mkdir()
    broken = shop(top / "broken")
    head = broken.git("rev-parse", "HEAD")
    (broken.path / ".git" / "objects" / head[:2] / head[2:]).unlink()
    return top


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_each_answer_is_that_of_the_repository_alone(command: tuple[str, ...], places: Path) -> None:
    outcome = impactgraph(places, *command, "--format", "json", "one", "none", "broken", f"file://{places}/two", variables=_cache(places))
    assert outcome.code == 0, outcome.complaint
    survey = outcome.answer
    jsonschema.validate(survey, json.loads(impactgraph(places, "schema", "survey").output))
    assert (survey["kind"], survey["of"]) == ("survey", command[0])
    assert [(row["repository"], row["status"]) for row in survey["repositories"]] == [
        *(("one", "ok"), ("none", "failed"), ("broken", "failed"), ("two", "ok"))
    ]
    assert "not a git repository" in survey["repositories"][1]["reason"]
    assert survey["repositories"][1]["answer"] is survey["repositories"][1]["summary"] is None
    alone = impactgraph(places, *command, "--format", "json", "-C", "one").answer
    schema = json.loads(impactgraph(places, "schema", command[0]).output)
    jsonschema.validate(survey["repositories"][3]["answer"], schema)
    assert survey["repositories"][0]["answer"] == alone
    assert survey["repositories"][3]["answer"]["root"] == f"file://{places}/two"
    again = impactgraph(places, *command, "--format", "json", "one", "none", "broken", f"file://{places}/two", variables=_cache(places))
    assert again.output == outcome.output


def _cache(places: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": os.path.join(places, "cache")}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_one_repository_named_is_one_repository(command: tuple[str, ...], places: Path) -> None:
    named, alone = impactgraph(places, *command, "one"), impactgraph(places / "one", *command)
    assert named.output == alone.output
    refused(impactgraph(places, *command, "nothing", "-C", "one"), "not a directory: one/nothing")
    refused(impactgraph(places, *command, "broken", f"file://{places}/nothing"), "no repository could be read")


def test_a_table_has_a_line_for_each_and_says_what_is_broken(places: Path) -> None:
    text = impactgraph(places, "bill", "one", "two", "none")
    assert text.lines[0].startswith("== one")
    assert any(line.split()[:3] == ["repository", "tests", "commits"] for line in text.lines)
    assert f"  none: not a git repository: {places}/none" in text.lines
    rows = list(csv.DictReader(io.StringIO(os.fsdecode(impactgraph(places, "cuts", "none", "one", "two", "--format", "csv").output))))
    assert [(row["repository"], row["status"]) for row in rows] == [("none", "failed"), ("one", "ok"), ("two", "ok")]
    assert rows[0]["best_importer"] == ""
    assert rows[1]["unit"] == "test-functions"
    markdown = impactgraph(places, "bill", "one", "two", "--format", "markdown")
    assert "## Summary" in markdown.lines
    growth = impactgraph(places, "growth", "one", "two", "--snapshots", "2")
    assert any("0 of at least 5 repositories have an exponent of their own" in line for line in growth.lines)
    assert any(line.strip().startswith("Between repositories is not inside of one") for line in growth.lines)


def test_what_is_about_one_repository_is_refused_for_several(places: Path) -> None:
    refused(impactgraph(places, "bill", "one", "two", "--base", "HEAD~1"), "about one repository")
    refused(impactgraph(places, "bill", "one", "two", "--treemap", "a.svg"), "about one repository")
    refused(impactgraph(places, "bill", "one", "--scheduler", "tcp://127.0.0.1:9"), "shares out repositories")


def test_verified_cuts_of_several(places: Path) -> None:
    outcome = impactgraph(places, "cuts", "--verify", "one", "two", "--format", "json")
    assert outcome.code == 0
    assert [row["answer"]["verified"] for row in outcome.answer["repositories"]] == [True, True]


def test_charts_and_tables_are_written_beside_the_answer(places: Path, tmp_path: Path) -> None:
    files = ("--charts", str(tmp_path / "charts"), "--parquet", str(tmp_path / "tables"))
    assert impactgraph(places, "bill", "one", "two", *files).code == 0
    assert {path.name for path in (tmp_path / "charts").iterdir()} == {
        f"{name}-{chart}.{form}" for name in ("1-one", "2-two") for chart in ("histogram", "treemap") for form in ("png", "svg")
    }
    assert {path.stem for path in (tmp_path / "tables").iterdir()} == {"repositories", "modules", "packages", "histogram"}
    refused(impactgraph(places / "one", "bill", "--base", "HEAD~1", *files), "of a whole bill")
    (tmp_path / "file").touch()
    refused(impactgraph(places, "bill", "one", "--charts", str(tmp_path / "file")), "can't make")
