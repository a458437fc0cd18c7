"""`growth --scheduler`: the rows come from elsewhere, and nobody can tell; not even where a worker dies over them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from impactgraph.errors import SourceError
from impactgraph.sources import cluster, codec
from tests.functional.command import ROOT, environment, impactgraph, refused
from tests.functional.scheduler import Scheduler
from tests.gitrepo import GitRepo

if not os.environ.get("TESTS_IN_CI"):
    pytest.importorskip("distributed", reason="needs the extra dask; CI has it")

STEPS = 12


def module(part: int) -> str:
    return f"import app\nfrom app import part_00_{part:03}\n" + "x = 1\n" * 200


def a_test(step: int) -> dict[str, str]:
    return {f"tests/test_{step:02}.py": f"import app.part_{step:02}_000\n\n\ndef test_it(): pass\n"}


def measured(directory: Path, *arguments: str, cache: Path) -> bytes:
    outcome = impactgraph(directory, "growth", "--format", "json", *arguments, variables={"XDG_CACHE_HOME": str(cache)}, timeout=300)
    assert outcome.code == 0, outcome.complaint
    return outcome.output


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    made = GitRepo(tmp_path_factory.mktemp("repositories") / "repo")
    for step in range(STEPS):
        made.commit({"app/__init__.py": "", **{f"app/part_{step:02}_{part:03}.py": module(part) for part in range(40)}, **a_test(step)})
    return made


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    started = Scheduler(tmp_path_factory.mktemp("scheduler"))
    started.worker()
    started.worker()
    started.wait(2)
    yield started
    started.stop()


def test_two_workers_give_the_bytes_of_one_process_also_when_a_third_is_killed_over_its_work(
    repo: GitRepo, scheduler: Scheduler, tmp_path: Path
) -> None:
    kept, answer = tmp_path / "kept", tmp_path / "answer.json"
    options = ("--cache-dir", str(kept), "--format", "json")
    _record(repo, kept)
    local = measured(repo.path, "-j", "1", "--no-cache", *options, cache=tmp_path)
    assert json.loads(local)["today"]["seconds_per_test"] == 2.5, "workers know nothing of what was recorded here"
    assert measured(repo.path, "--no-cache", *options, "--scheduler", scheduler.address, cache=tmp_path) == local

    doomed = scheduler.worker()
    scheduler.wait(3)
    command = [sys.executable, "-m", "impactgraph", "growth", repo.path, *options, "-o", answer, "--scheduler", scheduler.address]
    with subprocess.Popen(command, env=environment(), stdin=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not list(kept.glob("snapshot-*")):
            assert time.monotonic() < deadline
            time.sleep(0.005)
        doomed.send_signal(signal.SIGKILL)
        doomed.wait()
        done = len(list(kept.glob("snapshot-*")))
    assert process.returncode == 0
    assert done < STEPS, "the worker was killed when all was done"
    assert answer.read_bytes() == local
    scheduler.wait(2)


def _record(repo: GitRepo, directory: Path) -> None:
    """A run of one test, kept where only who asks looks."""
    case = '<testcase classname="tests.test_00" name="test_it" time="2.5"/>'
    (directory.parent / "junit.xml").write_text(f"<testsuites><testsuite>{case}</testsuite></testsuites>")
    done = impactgraph(repo.path, "history", "import", str(directory.parent / "junit.xml"), "--cache-dir", str(directory))
    assert done.code == 0, done


@pytest.mark.slow
def test_a_url_is_cloned_once_on_each_side_and_directories_are_seen_by_name(repo: GitRepo, scheduler: Scheduler, tmp_path: Path) -> None:
    url = f"file://{repo.path}"
    here = measured(tmp_path, url, "--snapshots", "3", "-j", "1", cache=tmp_path)
    assert measured(tmp_path, url, "--snapshots", "3", "--no-cache", "--scheduler", scheduler.address, cache=tmp_path) == here
    clones = [list(Path(home).glob("impactgraph/clones/*/repo/.git")) for home in (tmp_path, scheduler.cache)]
    assert [len(found) for found in clones] == [1, 1]
    assert not list(tmp_path.glob("repo"))

    for name in ("lib-1", "lib-2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "test_a.py").write_text("def test_a(): pass\n")
    here = measured(tmp_path, "lib-1", "lib-2", cache=tmp_path)
    assert measured(tmp_path, "lib-1", "lib-2", "--scheduler", scheduler.address, cache=tmp_path) == here


@pytest.mark.slow
def test_of_several_repositories_each_is_a_task_and_the_bytes_are_the_same(repo: GitRepo, scheduler: Scheduler, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    for command in (("bill",), ("growth", "--snapshots", "2", "--no-cache")):
        arguments = (*command, "--format", "json", str(repo.path), "none", f"file://{repo.path}")
        here = impactgraph(tmp_path, *arguments, variables={"XDG_CACHE_HOME": str(tmp_path)}, timeout=300)
        there = impactgraph(
            tmp_path, *arguments, "--scheduler", scheduler.address, variables={"XDG_CACHE_HOME": str(tmp_path)}, timeout=300
        )
        assert here.code == there.code == 0, there.complaint
        assert here.output == there.output
        assert [row["status"] for row in there.answer["repositories"]] == ["ok", "failed", "ok"]


def test_workers_that_could_give_other_rows_are_refused_before_any_task(
    repo: GitRepo, scheduler: Scheduler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = cluster.make()
    python = SimpleNamespace(version_info=SimpleNamespace(major=3, minor=99))
    for module, name, value, words in (
        (codec, "FORMAT", 0, f"format of facts {codec.FORMAT}, here 0"),
        (cluster, "sys", python, f"Python {here.python}, here 3.99"),
        (cluster, "_code", lambda: "other", f"code of impactgraph {here.code}, here other"),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(module, name, value)
            with pytest.raises(SourceError, match=words):
                cluster.connected(scheduler.address).__enter__()
    other = tmp_path / "other"
    (other / "impactgraph").mkdir(parents=True)
    for part in (ROOT / "impactgraph").iterdir():
        if part.name not in {"_version.py", "__pycache__"}:
            (other / "impactgraph" / part.name).symlink_to(part)
    (other / "impactgraph" / "_version.py").write_text("__version__ = '99.0'\n")
    _refuses_with(other, f"impactgraph 99.0, here {here.impactgraph}, code of impactgraph ", repo, scheduler)
    hidden = tmp_path / "hidden"
    (hidden / "impactgraph").mkdir(parents=True)
    (hidden / "impactgraph" / "__init__.py").write_text("raise ImportError('not here')\n")
    _refuses_with(hidden, "has no impactgraph like this one", repo, scheduler)


def _refuses_with(path: Path, words: str, repo: GitRepo, scheduler: Scheduler) -> None:
    """With one worker more, which imports from `path` first, no task is begun."""
    stranger = scheduler.worker({"PYTHONPATH": str(path)})
    scheduler.wait(3)
    refused(impactgraph(repo.path, "growth", "--no-cache", "--scheduler", scheduler.address), words)
    stranger.kill()
    scheduler.wait(2)


@pytest.mark.slow
def test_a_worker_that_does_not_see_the_repository_says_so(scheduler: Scheduler, tmp_path: Path) -> None:
    with cluster.connected(scheduler.address) as workers:
        with pytest.raises(SourceError, match=r"worker tcp://.*: not there"):
            workers.everywhere(partial(_missing, str(tmp_path)))
        with pytest.raises(ZeroDivisionError):
            list(workers.run(partial(divmod, 1), [1, 0]))


def _missing(place: str) -> None:
    raise SourceError(f"not there: {place}")


def test_a_scheduler_that_is_not_there_or_has_no_workers_or_goes_away_is_told_in_seconds(repo: GitRepo, tmp_path: Path) -> None:
    begun = time.monotonic()
    refused(impactgraph(repo.path, "growth", "--scheduler", "tcp://127.0.0.1:9"), "no Dask scheduler answers at tcp://127.0.0.1:9")
    assert time.monotonic() - begun < 15
    refused(impactgraph(repo.path, "growth", "--scheduler", "nonsense"), "no Dask scheduler answers at nonsense")
    alone = Scheduler(tmp_path)
    try:
        alone.wait(0)
        refused(impactgraph(repo.path, "growth", "--scheduler", alone.address), "has no workers", "dask worker tcp://")
        alone.worker()
        alone.wait(1)
        with cluster.connected(alone.address) as workers:
            results = workers.run(time.sleep, [0, 60])
            assert next(results) == (0, None)
            alone.stop()
            with pytest.raises(SourceError, match="the scheduler went away"):
                next(results)
    finally:
        alone.stop()
