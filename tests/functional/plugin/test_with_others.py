"""Beside the options and plugins that people use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.plugin.conftest import FILES, Project

AFFECTED = ["tests/test_both.py", "tests/test_one.py"]


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_in_every_import_mode(changed: Project, mode: str) -> None:
    outcome = changed.pytest("-v", "--impactgraph", f"--import-mode={mode}")
    assert (outcome.code, outcome.ran()) == (0, AFFECTED)


def test_in_workers_of_xdist(changed: Project) -> None:
    outcome = changed.pytest("-v", "--impactgraph", "-n", "2")
    assert outcome.code == 0
    assert sorted(outcome.ran()) == AFFECTED
    assert "select: left out 2 of 4 test files; 3 tests collected" in outcome.output
    assert outcome.output.count("can be broken by") == 1


@pytest.mark.parametrize("dist", ["loadfile", "worksteal", "each"])
def test_in_xdists_ways_to_distribute(changed: Project, dist: str) -> None:
    outcome = changed.pytest("-v", "--impactgraph", "--tx", "2*popen", "--dist", dist)
    assert (outcome.code, sorted(outcome.ran())) == (0, AFFECTED)


def test_workers_decide_nothing_themselves(changed: Project, tmp_path: Path) -> None:
    """Git is counted: the controller alone starts it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\necho x >>"{tmp_path}/count"\nexec "{_git()}" "$@"\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    counts = []
    for more in ((), ("-n", "2")):
        changed.pytest("--impactgraph", *more, PATH=f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
        counts.append((tmp_path / "count").read_text().count("x"))
        (tmp_path / "count").unlink()
    assert counts[0] == counts[1] > 0


def _git() -> str:
    import shutil

    return shutil.which("git") or ""


def test_observing_in_workers_names_the_failures(changed: Project) -> None:
    changed.commit({"tests/test_two.py": "def test_two():\n    assert False\n"})
    changed.git("checkout", "-q", "-b", "topic")
    changed.write({"src/one.py": "def value():\n    return 2 - 1\n"})
    session = changed.report("--impactgraph-mode=observe", "-n", "2")["session"]
    assert session["left_out_failed"] == ["tests/test_two.py::test_two"]


def test_keywords_and_markers_intersect(changed: Project) -> None:
    outcome = changed.pytest("-v", "--impactgraph", "-k", "again or two")
    assert (outcome.code, outcome.ran()) == (0, ["tests/test_one.py"])
    assert changed.pytest("-v", "--impactgraph", "-m", "not slow").ran() == AFFECTED


def test_the_last_failures_intersect(changed: Project) -> None:
    changed.commit(dict.fromkeys(("tests/test_alone.py", "tests/test_changed.py"), "def test_it():\n    assert False\n"))
    assert changed.pytest().code == 1
    changed.write({"tests/test_changed.py": "def test_it():\n    assert 0\n"})
    outcome = changed.pytest("-v", "--impactgraph", "--lf")
    assert (outcome.code, outcome.ran()) == (1, ["tests/test_changed.py"])


@pytest.mark.parametrize("mode", ["select", "remaining"])
def test_what_is_named_on_the_command_line_runs(changed: Project, mode: str) -> None:
    by_node = changed.pytest("-v", f"--impactgraph-mode={mode}", "tests/test_two.py::test_two", "tests/test_one.py::test_one")
    assert (by_node.code, by_node.ran()) == (0, ["tests/test_two.py", "tests/test_one.py"])
    by_file = changed.pytest("-v", f"--impactgraph-mode={mode}", "tests/test_alone.py")
    assert (by_file.code, by_file.ran()) == (0, ["tests/test_alone.py"])


def test_what_is_named_runs_beside_a_directory_that_it_is_in(changed: Project) -> None:
    """With both, pytest 9 takes the directory alone; pytest 8 runs no more of it than the test that is named."""
    outcome = changed.pytest("-v", "--impactgraph", "tests/test_two.py::test_two", "tests")
    assert outcome.code == 0
    assert "tests/test_two.py" in outcome.ran()
    assert "tests/test_alone.py" not in outcome.ran()


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=str)
def test_files_that_testpaths_names_are_selected_from(make: Callable[..., Project], more: tuple[str, ...]) -> None:
    project = make(FILES | {"pytest.ini": "[pytest]\npythonpath = src\ntestpaths = tests/*.py\n"})
    assert project.pytest("--impactgraph", *more).code == 0
    project.write({"src/one.py": "def value():\n    return 2 - 1\n"})
    outcome = project.pytest("-v", "--impactgraph", *more)
    assert (outcome.code, sorted(outcome.ran())) == (0, AFFECTED)
    assert "left out 2 of 4 test files" in outcome.output


def test_a_directory_on_the_command_line_intersects(changed: Project) -> None:
    changed.commit(
        {"tests/deep/test_deep.py": "import one\ndef test_deep():\n    pass\n", "tests/deep/test_other.py": "def test_o():\n    pass\n"}
    )
    changed.write({"src/one.py": "def value():\n    return 3\n"})
    assert changed.pytest("-v", "--impactgraph", "tests/deep").ran() == ["tests/deep/test_deep.py"]


def test_without_a_cache_of_pytest(changed: Project) -> None:
    outcome = changed.pytest("-v", "--impactgraph", "-p", "no:cacheprovider")
    assert (outcome.code, outcome.ran()) == (0, AFFECTED)


def test_collect_only_lists_the_selection(changed: Project) -> None:
    outcome = changed.pytest("--impactgraph", "--collect-only", "-q")
    assert (outcome.code, outcome.ran()) == (0, AFFECTED)


def test_where_warnings_are_errors(changed: Project) -> None:
    outcome = changed.pytest("-v", "--impactgraph", "-W", "error", PYTHONWARNINGS="error")
    assert (outcome.code, outcome.ran()) == (0, AFFECTED)


def test_unittest_classes_and_parametrised_tests(changed: Project) -> None:
    unittest = "import unittest\nimport {0}\n\nclass TestIt(unittest.TestCase):\n    def test_it(self):\n        self.assertTrue({0})\n"
    many = "import pytest\nimport one\n\n@pytest.mark.parametrize('n', [1, 2, 3])\ndef test_many(n):\n    assert n\n"
    files = {"tests/test_case1.py": unittest.format("one"), "tests/test_case2.py": unittest.format("two"), "tests/test_many.py": many}
    changed.commit(files)
    changed.write({"src/one.py": "def value():\n    return 2 - 1\n"})
    outcome = changed.pytest("-v", "--impactgraph")
    assert outcome.ran() == ["tests/test_both.py", "tests/test_case1.py", "tests/test_many.py", "tests/test_one.py"]
    assert outcome.output.count("test_many[") == 3


def test_modules_with_doctests(make: Callable[..., Project]) -> None:
    doctest = '"""\n>>> 1\n1\n"""\n'
    ini = "[pytest]\npythonpath = src\naddopts = --doctest-modules\n"
    project = make(FILES | {"pytest.ini": ini, "src/one.py": doctest, "src/two.py": doctest})
    project.write({"src/one.py": doctest + "X = 1\n"})
    outcome = project.pytest("-v", "--impactgraph", "-k", "not test_")
    assert outcome.ran() == ["src/one.py"]


def test_a_file_that_the_analysis_does_not_know_runs(make: Callable[..., Project]) -> None:
    project = make(FILES | {".gitignore": "ignored/\n__pycache__/\n"})
    project.write({"ignored/test_generated.py": "def test_it():\n    pass\n", "src/one.py": "def value():\n    return 3 - 2\n"})
    outcome = project.pytest("-v", "--impactgraph", ".")
    assert (outcome.code, outcome.ran()) == (0, ["ignored/test_generated.py", *AFFECTED])


def test_a_plugin_of_the_command_line_that_changed_selects_everything(project: Project) -> None:
    project.commit({"src/myplugin.py": "X = 1\n", "src/quiet.py": ""})
    project.write({"src/myplugin.py": "X = 2\n"})
    everything = project.report("-p", "myplugin", PYTHONPATH="src")
    assert (everything["decision"], everything["session"]["left_out"]) == ("all", [])
    assert {"code": "pytest-plugin", "path": "src/myplugin.py", "detail": "a plugin of this run", "tests": 4} in everything["reasons"]
    assert project.report("-p", "quiet", PYTHONPATH="src")["decision"] == "none"


def test_imports_from_a_directory_that_the_configuration_does_not_name_select_everything(changed: Project) -> None:
    changed.commit({"src/package/__init__.py": "", "src/package/inner.py": "X = 1\n"})
    changed.write({"src/package/inner.py": "X = 2\n"})
    assert changed.report()["decision"] == "none"
    report = changed.report("-o", "pythonpath=src src/package")
    assert [reason["path"] for reason in report["reasons"] if reason["code"] == "pythonpath"] == ["src/package"]
    assert report["session"]["left_out"] == []


def test_from_below_from_beside_and_with_another_rootdir(changed: Project, tmp_path: Path) -> None:
    top = str(changed.path)
    below = changed.pytest("-v", "--impactgraph", cwd=changed.path / "tests")
    beside = changed.pytest("-v", "--impactgraph", f"{top}/tests", cwd=tmp_path)
    inner = changed.pytest("-v", "--impactgraph", f"--rootdir={top}/tests", "-c", f"{top}/pytest.ini", cwd=tmp_path)
    for outcome in (below, beside, inner):
        assert (outcome.code, [name.rpartition("/")[2] for name in outcome.ran()]) == (0, ["test_both.py", "test_one.py"]), outcome.output


def test_through_symlinks_to_the_checkout_and_inside_it(changed: Project, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(changed.path, target_is_directory=True)
    outcome = changed.pytest("-v", "--impactgraph", cwd=tmp_path / "link")
    assert (outcome.code, outcome.ran()) == (0, AFFECTED)
    (changed.path / "tests" / "test_linked.py").symlink_to("test_one.py")
    (changed.path / "tests" / "test_other_link.py").symlink_to("test_alone.py")
    changed.commit()
    changed.write({"src/one.py": "def value():\n    return 2 - 1\n"})
    ran = changed.pytest("-v", "--impactgraph", "--import-mode=importlib").ran()
    assert ran == ["tests/test_both.py", "tests/test_linked.py", "tests/test_one.py"]
