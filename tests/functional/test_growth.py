from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.functional.command import environment, impactgraph, refused
from tests.gitrepo import GitRepo

Files = dict[str, str | bytes | None]

PADDING = "".join(f"NAME_{number} = {number}\n" for number in range(20))
STEPS = 24


def package(number: int) -> Files:
    """A package of its own with its test."""
    name = f"pkg_{number:03}"
    return {
        f"{name}/__init__.py": "",
        f"{name}/core.py": f"from {name} import base\n{PADDING}",
        f"{name}/base.py": PADDING,
        f"tests/test_{name}.py": f"import {name}.core\n\n\ndef test_it(): pass\n",
    }


def lump(number: int) -> Files:
    """A module of one application that imports all of its modules, with a test of the application."""
    everything = "".join(f"from app import part_{other:03}\n" for other in range(number + 1))
    return {
        "app/__init__.py": everything,
        f"app/part_{number:03}.py": f"import app\n{PADDING}",
        f"tests/test_{number:03}.py": "import app\n\n\ndef test_it(): pass\n",
    }


def grown(repo: GitRepo, *arguments: str) -> dict[str, Any]:
    outcome = impactgraph(repo.path, "growth", "--format", "json", "-j", "1", *arguments)
    assert outcome.code == 0, outcome.complaint
    schema = json.loads(impactgraph(repo.path, "schema", "growth").output)
    jsonschema.validate(outcome.answer, schema)
    return outcome.answer


def exponent(answer: dict[str, Any], bill: str, of: str = "test-files", against: str = "modules") -> float:
    wanted = (bill, of, against, "theil-sen")
    (law,) = [law for law in answer["laws"] if (law["bill"], law["of"], law["against"], law["estimator"]) == wanted]
    assert law["refused"] is None
    return float(law["exponent"])


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo")


@pytest.fixture
def lumped(repo: GitRepo) -> GitRepo:
    for number in range(STEPS):
        repo.commit(lump(number))
    return repo


def test_independent_packages_cost_the_same_per_change_however_many_there_are(repo: GitRepo) -> None:
    for number in range(STEPS):
        repo.commit(package(number))
    answer = grown(repo)
    assert len(answer["snapshots"]) == 12
    assert abs(exponent(answer, "per-change")) <= 0.1
    assert abs(exponent(answer, "total") - 1) <= 0.1
    newest = answer["snapshots"][-1]
    assert (newest["modules"], newest["test_files"], newest["largest_component"]) == (4 * STEPS, STEPS, 1 / (4 * STEPS))
    figures = {"mean": 1.0, "median": 1.0, "p90": 1.0, "share_mean": 1 / STEPS}
    assert newest["impact"]["safe"]["commits"] == {"n": STEPS - 1, **figures, "zero": 0.0, "all": 0.0, "functions": figures}


def test_one_lump_costs_as_many_tests_per_change_as_there_are_and_their_square_in_total(repo: GitRepo) -> None:
    for number in range(STEPS):  # in steps so large that the one `__init__` is no part of what grows
        repo.commit({path: content for part in range(4 * number, 4 * number + 4) for path, content in lump(part).items()})
    answer = grown(repo)
    assert abs(exponent(answer, "per-change") - 1) <= 0.1
    assert abs(exponent(answer, "total") - 2) <= 0.1
    assert answer["regime"] == "plateau"
    assert answer["forecast"]
    newest = answer["snapshots"][-1]
    assert newest["impact"]["imports"]["uniform"]["share_mean"] == newest["impact"]["safe"]["commits"]["all"] == 1.0


def test_a_layout_that_moves_keeps_its_law(repo: GitRepo) -> None:
    for number in range(STEPS // 2):
        repo.commit(lump(number))
    (repo.path / "src").mkdir()
    repo.git("mv", "app", "src/app")
    repo.commit({"pyproject.toml": "[tool.setuptools.packages.find]\nwhere = ['src']\n"})
    for number in range(STEPS // 2, STEPS):
        repo.commit({(f"src/{path}" if path.startswith("app") else path): content for path, content in lump(number).items()})
    answer = grown(repo)
    assert abs(exponent(answer, "per-change") - 1) <= 0.1
    assert {row["status"] for row in answer["snapshots"]} == {"ok"}


def test_files_of_python_2_are_read_line_by_line_and_named(repo: GitRepo) -> None:
    for number in range(STEPS):
        old = {
            path: f"{content!s}print 'old'\n" if number % 3 == 0 and "part_" in path else content for path, content in lump(number).items()
        }
        repo.commit(old)
    answer = grown(repo)
    newest = answer["snapshots"][-1]
    assert newest["status"] == "partial"
    assert len(newest["unparsed"]) == STEPS / 3
    assert abs(exponent(answer, "per-change") - 1) <= 0.1


def test_a_sibling_was_imported_by_its_name_alone_in_python_2(repo: GitRepo) -> None:
    repo.commit(
        {
            "app/__init__.py": "",
            "app/core.py": "",
            "app/api.py": "import core\nprint 'x'\n",
            "test_a.py": "import app.api\ndef test_a(): pass\n",
        }
    )
    (row,) = grown(repo, "--snapshots", "1")["snapshots"]
    assert row["impact"]["imports"]["uniform"]["zero"] == pytest.approx(1 / 3)  # the package alone


def test_code_that_is_collected_for_its_docstrings_is_code(lumped: GitRepo) -> None:
    lumped.commit({"pytest.ini": "[pytest]\naddopts = --doctest-modules\npython_files = *.py\n"})
    before, after = grown(lumped, "--revision", "HEAD~1", "--revision", "HEAD")["snapshots"]
    assert [after[name] for name in ("test_files", "test_functions")] == [before[name] for name in ("test_files", "test_functions")]
    assert after["impact"]["imports"] == {**before["impact"]["imports"], "commits": after["impact"]["imports"]["commits"]}


@pytest.mark.parametrize("stop", [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGKILL])
def test_a_stopped_run_goes_on_where_it_was(lumped: GitRepo, stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "impactgraph", "growth", "-j", "1"]
    process = subprocess.Popen(command, cwd=lumped.path, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cache = lumped.path / ".impactgraph_cache"
    deadline = time.monotonic() + 30
    while not list(cache.glob("snapshot-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(stop)
    process.wait(timeout=30)
    first = {path.name: path.stat().st_mtime_ns for path in cache.glob("snapshot-*")}
    assert first
    answer = grown(lumped)
    assert {name: (cache / name).stat().st_mtime_ns for name in first} == first
    for graph in cache.glob("graph-*"):
        graph.unlink()
    assert grown(lumped) == answer
    assert not list(cache.glob("graph-*")), "the newest state was analysed again for the forecast"
    shutil.rmtree(cache)
    assert grown(lumped, "-j", "2") == answer


def test_what_select_kept_of_the_work_tree_stays(lumped: GitRepo) -> None:
    select = ("select", "--base", "HEAD~1", "--format", "json")
    answer = impactgraph(lumped.path, *select).output
    cache = lumped.path / ".impactgraph_cache"
    kept = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in [*cache.glob("graph-*"), cache / "facts"]}
    options = ("--head", "HEAD~9", "--snapshots", "3")
    old = grown(lumped, *options)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kept} == kept
    assert (
        old == grown(lumped, "--head", "HEAD~9", "--snapshots", "3") == grown(lumped, "--head", "HEAD~9", "--snapshots", "3", "--no-cache")
    )
    assert impactgraph(lumped.path, *select).output == answer


def test_a_history_that_went_on_is_chosen_from_anew(lumped: GitRepo) -> None:
    first = grown(lumped)["snapshots"]
    lumped.commit(lump(STEPS))
    second = grown(lumped)["snapshots"]
    assert (first[-1]["test_files"], second[-1]["test_files"]) == (STEPS, STEPS + 1)
    assert second == grown(lumped, "--no-cache")["snapshots"]


def test_tags_and_revisions_are_measured_in_the_place_of_history(lumped: GitRepo) -> None:
    for number, back in enumerate((20, 10, 0)):
        lumped.git("tag", f"v{number}", f"HEAD~{back}")
    rows = grown(lumped, "--tags", "v*")["snapshots"]
    assert [(row["revision"], row["test_files"], row["commits"]) for row in rows] == [("v0", 4, 4), ("v1", 14, 14), ("v2", 24, 24)]
    (row,) = grown(lumped, "--revision", "HEAD~3")["snapshots"]
    assert row["test_files"] == STEPS - 3


def test_a_history_may_begin_later_and_laws_may_be_those_of_import_statements(repo: GitRepo) -> None:
    for year in range(2011, 2021):
        repo.write(package(year))
        repo.git("add", "--all")
        repo.git("commit", "-q", "-m", "a year", environment={"GIT_COMMITTER_DATE": f"{year}-06-01T12:00:00+00:00"})
    answer = grown(repo, "--since", "2016-01-01", "--edges", "imports")
    assert [row["date"][:4] for row in answer["snapshots"]] == ["2016", "2017", "2018", "2019", "2020"]
    assert [row["commits"] for row in answer["snapshots"]] == [6, 7, 8, 9, 10]
    assert answer["edges"] == "imports"
    assert b"(imports edges" in impactgraph(repo.path, "growth", "--edges", "imports").output
    refused(impactgraph(repo.path, "growth", "--since", "2031-01-01"), "no commit is newer", "--since")


def test_directories_are_states_in_the_order_given(tmp_path: Path) -> None:
    for number in range(3):
        for path, content in {**lump(0), **lump(number)}.items():
            target = tmp_path / f"lib-{number}" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(str(content))
    outcome = impactgraph(tmp_path, "growth", "lib-0", "lib-1", "lib-2", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(os.fsdecode(outcome.output))))
    assert [(row["revision"], row["date"], row["commits"]) for row in rows] == [(f"lib-{number}", "", "") for number in range(3)]
    assert [row["test_files"] for row in rows] == ["1", "2", "2"]
    refused(impactgraph(tmp_path, "growth", "lib-0", "lib-9"), "not a directory", "lib-9")


def test_vendored_code_is_named_and_left_out_on_request(repo: GitRepo) -> None:
    repo.commit({**package(0), "pkg_000/_vendor/other.py": PADDING * 10})
    with_it, without = (grown(repo, "--snapshots", "1", *options)["snapshots"][0] for options in ((), ("--without-vendored",)))
    assert with_it["vendored"] == without["vendored"] == ["pkg_000/_vendor"]
    assert with_it["modules"] - without["modules"] == 1


def test_code_whose_directory_tells_nothing_is_left_out_by_a_glob(repo: GitRepo) -> None:
    repo.commit(
        {**package(0), "pkg_000/copied.py": PADDING * 10, "tests/test_copied.py": "import pkg_000.copied\n\n\ndef test_it(): pass\n"}
    )
    with_it = grown(repo, "--snapshots", "1")
    without = grown(repo, "--snapshots", "1", "--exclude", "*copied.py", "--without-vendored")
    assert [answer["snapshots"][0]["modules"] for answer in (with_it, without)] == [6, 4]
    assert [answer["today"]["test_files"] for answer in (with_it, without)] == [2, 1]
    assert (without["vendored"], without["excluded"]) == (False, ["*copied.py"])
    assert without == grown(repo, "--snapshots", "1", "--exclude", "*copied.py", "--without-vendored", "--no-cache")
    assert grown(repo, "--snapshots", "1") == with_it
    assert (
        b"without vendored code, without *copied.py"
        in impactgraph(repo.path, "growth", "--exclude", "*copied.py", "--without-vendored").output
    )
    refused(impactgraph(repo.path, "growth", "--exclude", "[z-a]"), "is no glob")


def test_programs_beside_the_packages_count_as_modules_and_are_told_apart(repo: GitRepo) -> None:
    repo.commit({**package(0), "setup.py": "x = 1\n", "examples/show.py": "import pkg_000.core\n"})
    impact = grown(repo, "--snapshots", "1")["snapshots"][0]["impact"]["safe"]
    assert [(impact[name]["n"], impact[name]["share_mean"]) for name in ("uniform", "packaged")] == [(5, 0.6), (3, 1.0)]
    assert b"5 files that are no tests reach 60 % of the test files, 3 of them in packages 100 %" in impactgraph(repo.path, "growth").output


@pytest.mark.parametrize(
    ("files", "status", "reason"),
    [
        ({"README.md": "no code\n"}, "failed", "no Python file"),
        ({"app.py": PADDING}, "ok", None),
        ({"app.py": "x = 1\n", "pyproject.toml": "not toml ["}, "ok", None),
    ],
)
def test_a_state_that_holds_little_is_a_row(repo: GitRepo, files: Files, status: str, reason: str | None) -> None:
    repo.commit(files)
    answer = grown(repo)
    (row,) = answer["snapshots"]
    assert (row["status"], row["reason"]) == (status, reason)
    assert answer["forecast"] == []
    text = impactgraph(repo.path, "growth")
    assert text.code == 0
    assert b"no exponent: " in text.output


def test_a_history_of_nothing_but_merges_counts_each_with_all_that_it_brought(repo: GitRepo) -> None:
    repo.commit(package(0))
    for number in range(1, 9):
        repo.git("checkout", "-q", "-b", f"topic-{number}")
        repo.commit(package(number))
        repo.git("checkout", "-q", "-")
        repo.git("merge", "-q", "--no-ff", "-m", "merge", f"topic-{number}")
    newest = grown(repo)["snapshots"][-1]
    assert newest["commits"] == 9
    assert newest["impact"]["safe"]["commits"]["n"] == 8
    assert newest["impact"]["safe"]["commits"]["mean"] == 1.0


def test_names_that_are_no_text_are_counted_and_shown(repo: GitRepo) -> None:
    directory = os.fsencode(repo.path) + b"/p\xff"
    os.mkdir(directory)
    for name in (b"m\xe9.py", b"test_\xe9.py"):
        with open(directory + b"/" + name, "wb") as file:
            file.write(b"def test_it(): pass\n" if name.startswith(b"test") else b"x = 1\n")
    repo.commit({"a.py": "x = 1\n"})
    repo.git("tag", os.fsdecode(b"v\xe9"))
    (row,) = grown(repo, "--tags", "v*")["snapshots"]
    assert (row["modules"], row["test_files"]) == (3, 1)
    assert b"v\\xe9" in impactgraph(repo.path, "growth", "--tags", "v*").output


def test_a_broken_commit_is_a_row_with_its_reason(lumped: GitRepo) -> None:
    blob = lumped.git("rev-parse", f"HEAD~{STEPS - 1}:app/__init__.py")
    (lumped.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    rows = grown(lumped, "--snapshots", "3")["snapshots"]
    assert [row["status"] for row in rows] == ["failed", "ok", "ok"]
    assert rows[0]["reason"]


def test_a_shallow_clone_says_what_is_missing(lumped: GitRepo, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{lumped.path}", str(clone)], check=True)
    refused(impactgraph(clone, "growth"), "shallow", "git fetch --unshallow")


def test_what_can_not_be_measured_is_told(repo: GitRepo) -> None:
    refused(impactgraph(repo.path, "growth"), "no commit")
    repo.commit(package(0))
    refused(impactgraph(repo.path, "growth", "--head", "nowhere"), "unknown revision")
    refused(impactgraph(repo.path, "growth", "--tags", "v*"), "no tag matches", "globs")
    refused(impactgraph(repo.path, "growth", "nowhere"), "not a directory")
    repo.git("clone", "-q", "--bare", ".", "../bare.git")
    refused(impactgraph(repo.path, "growth", "../bare.git"), "bare repository")


def test_a_cache_that_can_not_be_written_is_done_without(lumped: GitRepo) -> None:
    (lumped.path / ".impactgraph_cache").write_text("a file in its place\n")
    assert impactgraph(lumped.path, "growth", "--snapshots", "2").code == 0


def test_the_work_tree_is_not_touched_and_not_read(lumped: GitRepo) -> None:
    shutil.rmtree(lumped.path / "app")
    before = sorted(os.listdir(lumped.path))
    (row,) = grown(lumped, "--snapshots", "1", "--no-cache")["snapshots"]
    assert row["modules"] == 2 * STEPS + 1
    assert sorted(os.listdir(lumped.path)) == before
