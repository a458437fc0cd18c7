"""What `growth` says where there is little to measure, and where there is no room to write."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.functional.command import Outcome, impactgraph, refused
from tests.gitrepo import GitRepo

Files = dict[str, str | bytes | None]

CODE: Files = {"app.py": "x = 1\n", "test_app.py": "import app\n\n\ndef test_it(): pass\n"}
UNKNOWN = "By which power of the code the tests per change grew can't be said yet."
FULL = Path("/dev/full")
# In a mount namespace of its own, so that nobody else's disk is full, and nobody has to be root.
_MOUNT = 'mount -t tmpfs -o size=16k,mode=777 tmpfs "$0" && exec "$@"'


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo")


def growth(repo: GitRepo, *arguments: str, **how: tuple[str, ...]) -> Outcome:
    return impactgraph(repo.path, "growth", "-j", "1", *arguments, **how)  # type: ignore[arg-type]  # a prefix alone


@pytest.mark.parametrize(
    ("files", "first"),
    [
        ({"app.js": "x = 1\n"}, "No snapshot could be measured: no Python file."),
        (
            {"app.py": "x = 1\n"},
            "No snapshot has a test that pytest would collect; impactgraph doctor shows how the checkout is understood.",
        ),
        ({"test_a.py": "def test_it(): pass\n"}, "No snapshot has a Python file besides the tests, so no change has a bill."),
        (CODE, UNKNOWN),
        ({**CODE, "app.py": "def (:\n"}, UNKNOWN),
        (
            {**CODE, "app.py": b"x = [" + b"1, " * 1_000_000 + b"]\n"},
            UNKNOWN,
        ),
        ({**CODE, "app.py": b"x = '\xff'\0\n"}, UNKNOWN),
    ],
    ids=["no-python", "no-tests", "tests-alone", "one-commit", "unparsable", "huge", "binary"],
)
def test_little_to_measure_is_told_in_the_first_line(repo: GitRepo, files: Files, first: str) -> None:
    repo.commit(files)
    outcome = growth(repo)
    assert outcome.code == 0
    assert outcome.lines[0] == first


def test_a_page_of_nothing_says_why(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit({"app.js": "x = 1\n"})
    assert growth(repo, "--html", str(tmp_path / "page.html")).code == 0
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "1 snapshot, 2020 to 2020, safe edges" in page
    assert "No snapshot could be measured: no Python file." in page


def test_a_submodule_is_no_code_of_the_repository(repo: GitRepo, tmp_path: Path) -> None:
    inner = GitRepo(tmp_path / "inner")
    inner.commit({"inside.py": "x = 1\n"})
    repo.write(CODE)
    repo.git("submodule", "--quiet", "add", str(inner.path), "lib")
    repo.commit()
    assert growth(repo, "--format", "csv").lines[1].split(",")[4] == "2"


def test_a_head_that_names_a_branch_that_is_gone_is_told_from_an_empty_repository(repo: GitRepo) -> None:
    refused(growth(repo), "no commits yet")
    repo.commit(CODE)
    repo.git("symbolic-ref", "HEAD", "refs/heads/gone")
    refused(growth(repo), "a branch that is not there", "main")
    assert growth(repo, "--head", "main").code == 0


def test_a_bare_repository_is_no_directory_of_code(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit(CODE)
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    refused(impactgraph(tmp_path, "growth", "bare.git"), "no work tree", "checkout")


def test_the_history_of_a_shallow_clone_begins_late_and_a_warning_says_so(repo: GitRepo, tmp_path: Path) -> None:
    for number in range(4):
        repo.commit({**CODE, "app.py": f"x = {number}\n"})
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "3", f"file://{repo.path}", str(clone)], check=True)
    (warning,) = [line for line in impactgraph(clone, "growth").lines if "warning: " in line]
    assert "git fetch --unshallow" in warning


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_told_where_the_report_goes(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit(CODE)
    report = tmp_path / "report"
    report.symlink_to(FULL)
    refused(growth(repo, "-o", str(report)), "No space left on device", "make room")


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_told_behind_standard_output_too(repo: GitRepo) -> None:
    repo.commit(CODE)
    outcome = growth(repo, prefix=("sh", "-c", 'exec "$0" "$@" > /dev/full'))
    refused(outcome, "can't write to standard output: No space left on device", "make room")


def test_a_disk_without_room_for_the_cache_makes_a_run_slower_that_is_all(repo: GitRepo) -> None:
    for number in range(30):
        repo.commit({**CODE, f"mod_{number}.py": "import app\n" * 20})
    roomy = growth(repo, "--format", "json", "--no-cache")
    cache = repo.path / ".impactgraph_cache"
    cache.mkdir()
    mounted = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _MOUNT, str(cache))
    if not shutil.which("unshare") or subprocess.run([*mounted, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody but root mount a small disk")
    listed = ("sh", "-c", f'"$0" "$@"; code=$?; ls -A {cache} >&2; exit $code')
    outcome = growth(repo, "--format", "json", prefix=(*mounted, *listed))
    assert outcome.code == 0
    assert outcome.output == roomy.output
    kept = outcome.complaint.splitlines()
    assert 0 < len([name for name in kept if name.startswith("snapshot-")]) < len(roomy.answer["snapshots"])
    assert not [name for name in kept if name.startswith((".snapshot", ".graph", ".facts"))], "half written files"
