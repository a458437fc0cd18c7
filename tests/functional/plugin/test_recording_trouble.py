"""Whatever is wrong with the history: the run goes on, ends as it would, and says so."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.functional.plugin.conftest import Project
from tests.functional.plugin.test_recording import IGNORED, QUICK, RECORD, exported, history

TEST: dict[str, str | bytes | None] = {**IGNORED, "test_a.py": QUICK.format(20)}


@pytest.fixture
def recorded(make: Callable[..., Project]) -> Project:
    """A project with one recorded run."""
    project = make(TEST)
    assert project.pytest(**RECORD).code == 0
    return project


def test_a_locked_database_gets_the_run_later(recorded: Project) -> None:
    with closing(sqlite3.connect(history(recorded) / "history.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        outcome = recorded.pytest("-W", "error", **RECORD)
    assert outcome.code == 0
    assert "database is locked" in outcome.output
    assert len(list(history(recorded).glob("*.journal"))) == 1
    assert [len(run["attempts"]) for run in exported(recorded)] == [20, 20]


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + bytes(8000), b"no database at all\n" * 300, None])
def test_a_damaged_database_is_set_aside(recorded: Project, content: bytes | None) -> None:
    path = history(recorded) / "history.sqlite3"
    path.write_bytes(path.read_bytes()[:-8192] if content is None else content)
    outcome = recorded.pytest("-W", "error", **RECORD)
    assert outcome.code == 0
    if content != b"":  # an empty file is an empty database: nothing is damaged, nothing is lost
        assert "damaged history was set aside" in outcome.output
        assert len(list(history(recorded).glob("history.sqlite3.damaged-*"))) >= 1
    assert [len(run["attempts"]) for run in exported(recorded)] == [20]


def test_a_newer_database_is_left_alone_and_the_run_kept(recorded: Project) -> None:
    path = history(recorded) / "history.sqlite3"
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    outcome = recorded.pytest("-W", "error", **RECORD)
    assert outcome.code == 0
    assert "format 99" in outcome.output
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as older:
        older.execute("PRAGMA user_version = 2")
    assert [len(run["attempts"]) for run in exported(recorded)] == [20, 20]


def test_a_journal_that_makes_no_sense_is_set_aside(recorded: Project) -> None:
    nonsense = {"a": b"\0\1\2\n", "b": b"[1]\n", "c": b'{"format": 1}\n', "d": b'{"format": 1, "run": "x"}\n[1, 2, 3, 4, 5, 6]\n'}
    for name, data in nonsense.items():
        (history(recorded) / f"{name}.journal").write_bytes(data)
    outcome = recorded.pytest("-W", "error", **RECORD)
    assert outcome.code == 0
    assert outcome.output.count("can't be read was set aside") == 4
    assert len(exported(recorded)) == 2


def test_without_a_place_nothing_is_recorded_and_all_runs(make: Callable[..., Project]) -> None:
    project = make(TEST)
    project.write({".impactgraph_cache/history": "a file in its place"})
    outcome = project.pytest("-W", "error", **RECORD)
    assert outcome.code == 0
    assert "this run is not recorded" in outcome.output
    assert "20 passed" in outcome.output


def test_a_cache_that_came_with_the_checkout_is_not_trusted(make: Callable[..., Project]) -> None:
    project = make({**TEST, ".impactgraph_cache/history/history.sqlite3": "anybody's"})
    outcome = project.pytest(**RECORD)
    assert outcome.code == 0
    assert ".impactgraph_cache is not ignored" in outcome.output


@pytest.mark.parametrize(("limit", "tests"), [(1000, 20), (300_000, 10_000)])
def test_a_full_disk_ends_the_recording_not_the_run(make: Callable[..., Project], limit: int, tests: int) -> None:
    project = make({**IGNORED, "test_a.py": QUICK.format(tests)})
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "-W", "error"],
        cwd=project.path,
        env=os.environ | RECORD,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 0, done.stdout
    assert "this run is not recorded to its end" in done.stdout
    recorded = sum(len(run["attempts"]) for run in exported(project))
    assert recorded == 0 if limit == 1000 else 1000 < recorded < tests


def test_tests_may_close_all_files_and_take_the_cache_away(make: Callable[..., Project]) -> None:
    daemon = """
import os, shutil, subprocess, sys

def test_close():
    for fd in os.listdir("/proc/self/fd"):
        if int(fd) > 2 and os.path.exists(f"/proc/self/fd/{fd}") and os.readlink(f"/proc/self/fd/{fd}").endswith(".journal"):
            os.close(int(fd))

def test_remove():
    shutil.rmtree(".impactgraph_cache")
"""
    project = make({**IGNORED, "test_a.py": daemon + QUICK.format(20)})
    outcome = project.pytest("-W", "error", **RECORD)
    assert outcome.code == 0
    assert "22 passed" in outcome.output
    assert "impactgraph:" in outcome.output
