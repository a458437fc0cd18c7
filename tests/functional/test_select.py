"""``impactgraph select`` on a real checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.checkout import CHANGED, TEST, Done, run, shop
from tests.gitrepo import GitRepo

CART = ["tests/test_cart.py", "tests/with space/test_spaced.py"]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return shop(tmp_path / "repo")


def select(repo: GitRepo, *arguments: str, **options: object) -> Done:
    return run(repo.path, "select", *arguments, **options)  # type: ignore[arg-type]  # those of run


def test_nothing_changed_prints_nothing(repo: GitRepo) -> None:
    assert select(repo) == Done(0, "", "")
    assert select(repo, "--exit-code").code == 0


def test_a_change_prints_its_tests_one_a_line(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    assert select(repo) == Done(0, "".join(f"{path}\n" for path in CART), "")
    assert select(repo, "-z").out == "".join(f"{path}\0" for path in CART)
    assert select(repo, "--exit-code").code == 1


def test_everything_prints_what_pytest_runs_by_itself(repo: GitRepo) -> None:
    repo.write({"setup.py": "x = 1\n"})
    assert select(repo) == Done(0, "tests\n", "")
    assert select(repo, "--exit-code").code == 1


def test_staged_unstaged_and_untracked_files_count_and_ignored_ones_do_not(repo: GitRepo) -> None:
    repo.write({"shop/mail.py": "x = 1\n"})
    repo.git("add", "shop/mail.py")
    assert select(repo).out == "tests/test_mail.py\n"
    repo.write({"shop/price.py": CHANGED})
    assert select(repo).out.splitlines() == sorted([*CART, "tests/test_mail.py"])
    repo.write({"tests/test_new.py": TEST, ".gitignore": "ignored/\n", "ignored/test_ignored.py": TEST})
    assert select(repo).out.splitlines() == sorted([*CART, "tests/test_mail.py", "tests/test_new.py"])


def test_commits_count_from_where_the_branch_was_left(repo: GitRepo) -> None:
    repo.git("checkout", "-q", "-b", "work")
    repo.commit({"shop/mail.py": "x = 1\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"shop/price.py": CHANGED})
    repo.git("checkout", "-q", "work")
    assert select(repo).out == "tests/test_mail.py\n"
    assert select(repo, "--base", "main").out == "tests/test_mail.py\n"
    assert select(repo, "--base", "main", "--no-merge-base").out.splitlines() == sorted([*CART, "tests/test_mail.py"])
    assert select(repo, "--base", "main~1", "--head", "main").out.splitlines() == CART


def test_files_are_named_from_where_the_command_runs(repo: GitRepo) -> None:
    assert select(repo, "--files", "shop/price.py").out.splitlines() == CART
    assert run(repo.path / "shop", "select", "--files", "mail.py", "--files", "../shop/price.py").out.splitlines() == sorted(
        [*CART, "tests/test_mail.py"]
    )
    assert run(repo.path.parent, "select", "-C", "repo/shop", "--files", "mail.py").out == "tests/test_mail.py\n"
    assert select(repo, "--files", str(repo.path / "shop/mail.py")).out == "tests/test_mail.py\n"


def test_names_of_files_may_come_from_standard_input(repo: GitRepo) -> None:
    everything = sorted([*CART, "tests/test_mail.py"])
    assert select(repo, "--files", "-", stdin="shop/mail.py\nshop/price.py\n").out.splitlines() == everything
    assert select(repo, "--files", "-", stdin="shop/mail.py\0shop/price.py\0").out.splitlines() == everything
    assert select(repo, "--files", "-", "--files", "shop/price.py", stdin="shop/mail.py\r\n").out.splitlines() == everything
    assert select(repo, "--files", "-").out == ""


def test_a_checkout_behind_a_link_takes_names_on_both_ways(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repo.path)
    for name in ("shop/mail.py", str(tmp_path / "link/shop/mail.py"), str(repo.path / "shop/mail.py")):
        assert run(tmp_path / "link", "select", "--files", name).out == "tests/test_mail.py\n", name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--files", "../elsewhere.py"], "lies outside of the checkout"),
        (["--files", "/etc/passwd"], "lies outside of the checkout"),
        (["--base", "no-such"], "unknown revision: 'no-such'"),
        (["--head", "no-such"], "unknown revision: 'no-such'"),
        (["--files", "a.py", "--base", "main"], "contradict each other"),
        (["-C", "no/such"], "not a directory"),
        (["-o", "no/such/file"], "can't write no/such/file"),
    ],
)
def test_a_mistake_is_told_with_a_hint(repo: GitRepo, arguments: list[str], message: str) -> None:
    done = select(repo, *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "\n  hint: " in done.err
    assert "Traceback" not in done.err


def test_a_place_without_a_repository_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, "select", env={"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
    assert done.code == 2
    assert "not a git repository" in done.err
    assert "hint: " in done.err


def test_a_setting_that_is_misspelt_is_told(repo: GitRepo) -> None:
    repo.write({"pyproject.toml": "[tool.impactgraph]\nallways-run = []\n"})
    done = select(repo)
    assert done.code == 2
    assert 'Did you mean "always-run"?' in done.err


def test_json_holds_the_whole_answer(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    answer = select(repo, "--format", "json").json
    assert (answer["kind"], answer["decision"], answer["fallback"], answer["granularity"]) == ("selection", "subset", None, "module")
    assert answer["base"] == {"revision": repo.git("rev-parse", "HEAD"), "from": "merge-base", "ref": "main"}
    assert answer["head"] == {"revision": repo.git("rev-parse", "HEAD"), "worktree": True}
    assert (answer["counts"]["tests_total"], answer["counts"]["tests_selected"]) == (3, 2)
    assert [(test["path"], test["layer"], test["distance"], test["change"]) for test in answer["tests"]] == [
        (path, "module", 2, "shop/price.py") for path in CART
    ]
    assert [(change["path"], change["status"], change["class"], change["effect"]) for change in answer["changes"]] == [
        ("shop/price.py", "M", "module", "seeds")
    ]
    assert [(reason["code"], reason["path"], reason["tests"]) for reason in answer["reasons"]] == [("module-changed", "shop/price.py", 2)]


def test_an_answer_can_be_written_to_a_file(repo: GitRepo, tmp_path: Path) -> None:
    repo.write({"shop/price.py": CHANGED})
    assert select(repo, "-o", str(tmp_path / "tests.txt")) == Done(0, "", "")
    assert (tmp_path / "tests.txt").read_text().splitlines() == CART


class TestGithub:
    def test_a_step_gets_its_summary_and_outputs(self, repo: GitRepo, tmp_path: Path) -> None:
        repo.write({"shop/price.py": CHANGED})
        (tmp_path / "output").write_text("before=1\n")
        env = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
        done = select(repo, "--format", "github", "-o", str(tmp_path / "tests.txt"), env=env)
        assert (done.code, done.err) == (0, "")
        assert (tmp_path / "output").read_text() == f"before=1\ndecision=subset\ncount=2\nall=false\ntests-file={tmp_path / 'tests.txt'}\n"
        assert "shop/price.py" in (tmp_path / "summary").read_text()
        assert (tmp_path / "tests.txt").read_text().splitlines() == CART

    def test_outside_of_a_step_the_list_is_all_there_is(self, repo: GitRepo) -> None:
        repo.write({"shop/price.py": CHANGED})
        assert select(repo, "--format", "github").out.splitlines() == CART

    def test_a_place_that_can_not_be_written_is_told(self, repo: GitRepo, tmp_path: Path) -> None:
        done = select(repo, "--format", "github", env={"GITHUB_OUTPUT": str(tmp_path)})
        assert done.code == 2
        assert "GITHUB_OUTPUT" in done.err
        assert "Traceback" not in done.err


def test_names_that_are_not_text_have_answers(repo: GitRepo) -> None:
    repo.write(
        {
            "tests/test_\udce9.py": "import shop.mail" + TEST,
            "tests/test_\n.py": "import shop.mail" + TEST,
            "shop/caf\udce9.py": "import shop.mail\n",
        }
    )
    repo.commit()
    repo.write({"shop/mail.py": "x = 1\n"})
    for _ in range(2):
        done = select(repo, "-z")
        assert (done.code, done.err) == (0, "")
        assert done.out.split("\0") == ["tests/test_\n.py", "tests/test_mail.py", "tests/test_\udce9.py", ""]
    assert select(repo, "--format", "json").json["counts"]["tests_selected"] == 3


def test_the_documented_pipe_runs_what_is_selected(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    pipe = f"{sys.executable} -m impactgraph select | xargs -r -d '\\n' {sys.executable} -m pytest -q -p no:cacheprovider"
    done = subprocess.run(["sh", "-c", pipe], cwd=repo.path, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "2 passed" in done.stdout


def test_nothing_of_the_checkout_is_run(repo: GitRepo) -> None:
    trap = "import os\nopen(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'ran'), 'w')\n"
    repo.write(dict.fromkeys(("shop/price.py", "conftest.py", "setup.py", "click.py", "grimp.py", "sitecustomize.py", "json.py"), trap))
    done = run(repo.path.parent, "select", "-C", str(repo.path))
    assert (done.code, done.out) == (0, "tests\n")
    assert not list(repo.path.rglob("ran"))


def test_no_colour_and_no_summary_reach_a_pipe(repo: GitRepo) -> None:
    repo.write({"shop/price.py": CHANGED})
    done = select(repo, env={"FORCE_COLOR": "1", "TERM": "xterm-256color"})
    assert "\x1b" not in done.out + done.err
    assert done.err == ""
