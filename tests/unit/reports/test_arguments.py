from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from impactgraph.reports.arguments import arguments, render


def with_tests(selection: dict[str, Any], *paths: str) -> dict[str, Any]:
    return selection | {"tests": [{"path": path} for path in paths]}


def test_none_prints_nothing(nothing: dict[str, Any]) -> None:
    assert render(nothing) == b""


def test_subset_is_a_sorted_path_a_line(selection: dict[str, Any]) -> None:
    assert render(selection) == b"tests/test_a.py\ntests/test_b.py\n"


def test_zero_ends_every_path_with_nul(selection: dict[str, Any]) -> None:
    assert render(selection, zero=True) == b"tests/test_a.py\0tests/test_b.py\0"


@pytest.mark.parametrize("default", [["."], ["tests", "docs/examples"]])
def test_all_is_what_pytest_runs_by_default(everything: dict[str, Any], default: list[str]) -> None:
    assert arguments(everything | {"default_arguments": default}) == default


def test_undecodable_names_keep_their_bytes(selection: dict[str, Any]) -> None:
    answer = with_tests(selection, os.fsdecode(b"tests/test_\xe9.py"), "tests/\x1b.py")
    assert render(answer) == b"tests/\x1b.py\ntests/test_\xe9.py\n"


@pytest.mark.parametrize(
    ("path", "argument"),
    [
        ("-x/test_a.py", "./-x/test_a.py"),
        ("@x/test_a.py", "./@x/test_a.py"),
        ("a/b[1]/c/test_a.py", "a"),
        ("a/b/test::a.py", "a/b"),
        ("a/new\nline/test_a.py", "a"),
        ("-x/[a]/test_a.py", "./-x"),
    ],
)
def test_names_that_pytest_reads_otherwise_are_protected_or_widened(selection: dict[str, Any], path: str, argument: str) -> None:
    assert arguments(with_tests(selection, path)) == [argument]


@pytest.mark.parametrize("path", ["[x]/test_a.py", "test[x].py", "a::b/test_a.py"])
def test_a_name_with_no_directory_to_stand_for_it_runs_the_default(selection: dict[str, Any], path: str) -> None:
    answer = with_tests(selection, path, "tests/test_a.py") | {"default_arguments": ["tests", "more"]}
    assert arguments(answer) == ["tests", "more"]


def test_a_subset_without_tests_is_never_an_empty_list(selection: dict[str, Any]) -> None:
    assert arguments(with_tests(selection)) == ["."]


def test_line_ends_in_names_survive_where_nul_separates(selection: dict[str, Any]) -> None:
    assert render(with_tests(selection, "a/new\nline.py"), zero=True) == b"a/new\nline.py\0"


def test_pytest_itself_takes_every_argument(selection: dict[str, Any], tmp_path: Path) -> None:
    names = ["-x/test_a.py", "@x/test_b.py", "a/p [1]/test_c.py", "b/x::y/test_d.py", "c/new\nline/test_e.py", "plain/test_f.py"]
    for number, name in enumerate(names):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(f"def test_number_{number}(): pass\n")
    listed = arguments(with_tests(selection, *names))
    assert len(listed) == len(names)
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", *listed]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert all(f"::test_number_{number}" in run.stdout for number in range(len(names)))
