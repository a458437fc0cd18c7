"""Nothing that a checkout configures is run. Each trap writes a marker file, and is first shown to work on an ordinary git command."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from impactgraph.errors import SourceError
from impactgraph.sources.changes import compare
from impactgraph.sources.git import Repository
from tests.gitrepo import GitRepo

#: what is configured -> a git command that falls for it ({script} is the trap)
TRAPS = {
    "core.fsmonitor": ["status"],
    "core.hooksPath": ["update-index", "--refresh"],
    "filter.x.clean": ["status"],
    "filter.x.process": ["status"],
    "filter.x.smudge": ["checkout", "-f", "HEAD~1", "--", "b.data"],
    "diff.external": ["diff"],
    "diff.x.textconv": ["diff"],
    "core.editor": ["commit", "--allow-empty"],
    "core.sshCommand": ["ls-remote", "ssh://nowhere.invalid/x"],
    "core.askPass": None,
    "core.pager": None,
    "pager.rev-list": None,
    "pager.ls-files": None,
    "alias.ls-files": None,
    "alias.rev-parse": None,
    "gpg.program": None,
    "core.gitProxy": None,
    "core.alternateRefsCommand": None,
    "credential.helper": None,
    "uploadpack.packObjectsHook": None,
}


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "was-run"


@pytest.fixture
def script(tmp_path: Path, marker: Path) -> Path:
    trap = tmp_path / "hooks/post-index-change"
    trap.parent.mkdir()
    trap.write_text(f"#!/bin/sh\necho run >> '{marker}'\n")
    trap.chmod(0o755)
    return trap


@pytest.fixture
def victim(repo: GitRepo) -> GitRepo:
    repo.commit({".gitattributes": "*.data filter=x diff=x\n", "a.py": "1", "b.data": "old"})
    repo.commit({"b.data": "1"})
    repo.commit({"a.py": "2", "c.data": "2"})
    return repo


def _make_dirty(repo: GitRepo) -> None:
    """One file changed, one only looks changed, and all others racily clean."""
    repo.write({"b.data": "changed"})
    os.utime(repo.path / "c.data", ns=(1, 1))
    os.utime(repo.path / ".git/index", ns=(1, 1))


def _use_everything(path: Path) -> None:
    repository = Repository.open(str(path))
    head, base = repository.worktree(), repository.revision_tree(repository.resolve("HEAD~1"))
    head.read(head.files)
    base.read(base.files)
    compare(base, head)
    repository.commits(10, "HEAD", ["b.data"])
    repository.merge_base("HEAD", "HEAD~1")
    repository.default_branch()


def _configure(repo: GitRepo, key: str, script: Path) -> None:
    repo.git("config", "log.showSignature", "true")
    repo.git("config", key, str(script.parent if key == "core.hooksPath" else script))


@pytest.mark.parametrize("key", TRAPS)
def test_configured_programs_are_not_run(victim: GitRepo, script: Path, marker: Path, key: str) -> None:
    _configure(victim, key, script)
    _make_dirty(victim)
    _use_everything(victim.path)
    assert not marker.exists()


@pytest.mark.parametrize("key", [key for key, command in TRAPS.items() if command])
def test_the_traps_work(victim: GitRepo, script: Path, marker: Path, key: str) -> None:
    _configure(victim, key, script)
    _make_dirty(victim)
    command = TRAPS[key] or []
    environment = {name: value for name, value in os.environ.items() if name != "GIT_EDITOR"}
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=b", *command],
        cwd=victim.path,
        env=environment,
        capture_output=True,
        check=False,
        timeout=20,
    )
    assert marker.exists()


def test_hooks_in_the_git_directory_are_not_run(victim: GitRepo, script: Path, marker: Path) -> None:
    hooks = victim.path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_bytes(script.read_bytes())
        (hooks / name).chmod(0o755)
    _make_dirty(victim)
    _use_everything(victim.path)
    assert not marker.exists()


@pytest.mark.parametrize("name", ["GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_EDITOR", "GIT_ASKPASS", "GIT_PROXY_COMMAND"])
def test_programs_named_by_the_environment_are_not_run(
    victim: GitRepo, script: Path, marker: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(script))
    _make_dirty(victim)
    _use_everything(victim.path)
    assert not marker.exists()


def test_submodules_own_configuration_is_not_run(victim: GitRepo, tmp_path: Path, script: Path, marker: Path) -> None:
    library = GitRepo(tmp_path / "library")
    library.commit({"lib.py": ""})
    victim.git("submodule", "add", "-q", str(library.path), "library")
    victim.commit()
    inner = victim.path / "library"
    for key in ("core.fsmonitor", "filter.x.clean", "filter.x.process", "diff.external", "core.pager"):
        subprocess.run(["git", "-C", str(inner), "config", key, str(script)], check=True)
    (inner / ".gitattributes").write_text("* filter=x\n")
    (inner / "lib.py").write_text("changed")
    _use_everything(victim.path)
    assert not marker.exists()
    subprocess.run(["git", "status"], cwd=victim.path, check=False, capture_output=True)
    assert marker.exists(), "the trap works on git status"


@pytest.mark.parametrize("url", ["ext::{script}", "ssh://nowhere.invalid/x", "file://{script.parent}"])
def test_a_partial_clone_starts_no_transport(victim: GitRepo, tmp_path: Path, script: Path, marker: Path, url: str) -> None:
    victim.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--filter=blob:none", f"file://{victim.path}", str(clone)], check=True, capture_output=True)
    for key, value in {
        "remote.origin.url": url.format(script=script),
        "remote.origin.uploadpack": str(script),
        "core.sshCommand": str(script),
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
    }.items():
        subprocess.run(["git", "-C", str(clone), "config", key, value], check=True)
    repository = Repository.open(str(clone))
    with pytest.raises(SourceError, match=r"partial clone|missing"):
        repository.revision_tree(repository.resolve("HEAD~2")).read(["a.py", "b.data"])
    assert not marker.exists()
    subprocess.run(["git", "show", "HEAD~2:b.data"], cwd=clone, check=False, capture_output=True, timeout=20)
    assert marker.exists(), "the trap works on git show"


@pytest.mark.parametrize("path", [b"../secret.py", b"a/../../secret.py", b".git/config", b"/secret.py"])
def test_an_index_that_names_a_path_outside_reads_nothing_there(victim: GitRepo, tmp_path: Path, path: bytes) -> None:
    (tmp_path / "secret.py").write_text("secret")
    longest = b"x" * len(path) + b".py"
    victim.commit({longest.decode(): "mine"})
    index = victim.path / ".git/index"
    index.write_bytes(index.read_bytes().replace(longest, path + b"\0" * 3))
    try:
        tree = Repository.open(str(victim.path)).worktree()
    except SourceError:
        return
    assert path.decode() not in tree.files
    assert "secret" not in str(tree.read(tree.files))


@pytest.mark.parametrize("content", [b"", b"DIRC", b"not an index at all", b"DIRC\0\0\0\2\0\0\0\7" + b"\xff" * 200])
def test_a_broken_index_is_an_error(victim: GitRepo, content: bytes) -> None:
    (victim.path / ".git/index").write_bytes(content)
    with pytest.raises(SourceError) as caught:
        Repository.open(str(victim.path)).worktree()
    assert caught.value.hint
