"""The command line in one process: helps, options, and what happens when a stage of ours fails."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from impactgraph.cli.main import cli
from impactgraph.cli.options import request
from impactgraph.cli.output import append, write
from impactgraph.errors import ConfigError, UsageError
from impactgraph.questions import impact
from impactgraph.reports import schemas
from tests.gitrepo import GitRepo

TEST = "import shop\n\ndef test_it(): pass\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitRepo]:
    repo = GitRepo(tmp_path)
    repo.commit({"shop.py": "", "test_shop.py": TEST})
    for name in ("IMPACTGRAPH_BASE", "GITHUB_BASE_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "IMPACTGRAPH_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return repo


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


@pytest.mark.parametrize("name", sorted(cli.list_commands(click.Context(cli))))
def test_every_command_has_a_help_with_an_example(name: str) -> None:
    for option in ("-h", "--help"):
        shown = call(name, option)
        assert shown.exit_code == 0
        assert f"\n  impactgraph {name}" in shown.output
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.get_short_help_str()


def test_the_help_names_every_command_and_the_version_is_told() -> None:
    assert all(f"\n  {name} " in call("--help").output for name in cli.commands)
    assert call("--version").output.startswith("impactgraph, version ")


def test_an_option_that_does_not_exist_is_an_error() -> None:
    assert call("select", "--bass", "main").exit_code == 2
    assert call("no-such-command").exit_code == 2


@pytest.mark.parametrize("kind", schemas.kinds())
def test_schemas_are_printed(kind: str) -> None:
    assert json.loads(call("schema", kind).stdout_bytes)["$schema"]
    assert kind in call("schema").output.splitlines()


def test_a_schema_that_does_not_exist_is_an_error() -> None:
    assert isinstance(call("schema", "no-such").exception, UsageError)


class TestInternalError:
    """Whatever stage of ours fails: everything runs, and somebody is told."""

    @pytest.fixture(params=["find_base", "open_cache", "load_config", "decide", "answer"])
    def _failing(self, request: pytest.FixtureRequest, repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("a bug")

        repo.write({"shop.py": "x = 1\n"})
        monkeypatch.setattr(impact, request.param, fail)

    @pytest.mark.usefixtures("_failing")
    def test_selects_everything(self) -> None:
        done = call("select", "--exit-code")
        assert (done.exit_code, done.stdout) == (1, ".\n")
        assert done.stderr == "impactgraph: internal error, so everything is selected: RuntimeError: a bug\n"

    @pytest.mark.usefixtures("_failing")
    def test_is_told_in_the_answer(self) -> None:
        answer = json.loads(call("select", "--format", "json").stdout_bytes)
        assert answer["decision"] == "all"
        assert (answer["fallback"]["code"], answer["fallback"]["message"]) == ("internal-error", "RuntimeError: a bug")
        assert answer["fallback"]["hint"]

    @pytest.mark.usefixtures("_failing")
    def test_is_told_with_its_traceback_to_those_who_ask(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setenv("IMPACTGRAPH_DEBUG", "1")
        done = call("select")
        assert done.exit_code == 0
        assert "Traceback" in done.stderr + capfd.readouterr().err

    def test_is_never_made_of_a_users_mistake(self, repo: GitRepo) -> None:
        repo.write({"pyproject.toml": "[tool.impactgraph]\nx = 1\n"})
        done = call("select")
        assert isinstance(done.exception, ConfigError)
        assert done.stdout == ""


def test_errors_leave_with_their_code_and_hint_and_nothing_that_a_terminal_obeys(repo: GitRepo) -> None:
    command = [sys.executable, "-m", "impactgraph", "select", "--base", "no\x1b[31msuch"]
    done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("impactgraph: unknown revision")
    assert "\n  hint: " in done.stderr
    assert "\x1b" not in done.stderr


def options(**given: object) -> dict[str, object]:
    return {"directory": ".", "cache": True, "cache_dir": None, **given}


def test_options_become_a_request() -> None:
    given = options(base="main", head="HEAD", files=(), merge_base=False, other=1)
    found = request(given)
    assert (found.base, found.head, found.files, found.merge_base) == ("main", "HEAD", None, False)
    assert given == {"other": 1}


def test_files_and_a_base_contradict_each_other() -> None:
    with pytest.raises(UsageError):
        request(options(base="main", files=("a.py",)))


def test_a_report_goes_to_a_file_or_to_standard_output(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write(b"\xff\n", str(tmp_path / "report"))
    assert (tmp_path / "report").read_bytes() == b"\xff\n"
    with pytest.raises(UsageError) as caught:
        write(b"", str(tmp_path))
    assert caught.value.hint

    @click.command()
    def show() -> None:
        write(b"\xfe\n", None)
        write(b"\xfd\n", "-")

    assert CliRunner().invoke(show).stdout_bytes == b"\xfe\n\xfd\n"
    assert capfdbinary.readouterr().out == b""


def test_text_is_appended_to_the_file_that_a_variable_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", str(tmp_path / "file"))
    append("a\n", "PLACE")
    append("b\n", "PLACE")
    assert (tmp_path / "file").read_text() == "a\nb\n"
    monkeypatch.delenv("PLACE")
    append("c\n", "PLACE")
