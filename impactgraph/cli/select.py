"""``impactgraph select`` and ``impactgraph run``."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from impactgraph.cli.options import change_options, request
from impactgraph.cli.output import append, report_error, style, write
from impactgraph.errors import UsageError

_NO_TESTS_COLLECTED = 5


@click.command(short_help="Print the tests that a change can break.")
@change_options
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
@click.option("-z", "zero", is_flag=True, help="End each path with NUL instead of a line end.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if any test is selected.")
@click.option("-q", "--quiet", is_flag=True, help="No summary on standard error.")
def select(form: str, output: str | None, *, zero: bool, exit_code: bool, quiet: bool, **options: Any) -> None:
    """Print the test files that a change can break, one a line; nothing if it can break none.

    If everything has to run, what is printed makes pytest run its default.

    \b
    impactgraph select --base origin/main
    impactgraph select | xargs -r -d '\\n' pytest
    impactgraph select --files src/app.py
    impactgraph select --format json -o /tmp/selection.json
    """
    from impactgraph.questions.impact import selection

    answer = selection(request(options), report_error)
    _tell_unknown(answer)
    write(_rendered(answer, form, output, zero=zero), output)
    if form == "text" and not quiet and sys.stderr.isatty():
        from impactgraph.reports.text import summary

        click.echo(summary(answer, style(error=True)), nl=False, err=True)
    elif not quiet:
        _tell_fallback(answer["fallback"])
    if exit_code and answer["decision"] != "none":
        sys.exit(1)


def _tell_fallback(fallback: dict[str, str] | None) -> None:
    """Why everything runs although no change asked for it; an error of ours was told when it happened."""
    if fallback is not None and fallback["code"] != "internal-error":
        from impactgraph.reports.terminal import printable

        click.echo(printable(f"impactgraph: everything is selected: {fallback['message']} ({fallback['code']})"), err=True)
        click.echo(printable(f"  hint: {fallback['hint']}"), err=True)


def _tell_unknown(answer: dict[str, Any]) -> None:
    """A misspelt name must not pass for a change that breaks nothing, also where nobody reads the summary."""
    for warning in answer["warnings"]:
        if warning["code"] == "no-such-file":
            from impactgraph.reports.terminal import printable

            click.echo(printable(f"impactgraph: {warning['path']}: {warning['message']}"), err=True)


def _rendered(answer: dict[str, Any], form: str, output: str | None, *, zero: bool) -> bytes:
    if form == "json":
        from impactgraph.reports import json

        return json.render(answer)
    if form == "github":
        from impactgraph.reports import github

        append(github.summary(answer), "GITHUB_STEP_SUMMARY")
        append(github.outputs(answer, output or ""), "GITHUB_OUTPUT")
    from impactgraph.reports import arguments

    return arguments.render(answer, zero=zero)


@click.command(short_help="Run the tests that a change can break.")
@change_options
@click.option("-q", "--quiet", is_flag=True, help="No summary on standard error.")
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def run(pytest_arguments: tuple[str, ...], *, quiet: bool, **options: Any) -> None:
    """Run the tests that a change can break, with pytest, and exit with its code.

    Nothing to run: exit with 0 without starting pytest. Everything: pytest as it would run by itself.

    \b
    impactgraph run
    impactgraph run --base origin/main -- -x -q
    """
    from impactgraph.questions.impact import WORKTREE, selection
    from impactgraph.reports import text

    asked = request(options)
    if asked.head != WORKTREE:
        raise UsageError("--head: pytest runs the work tree, not another state", f"git switch --detach {asked.head}, or select --head")
    answer = selection(asked, report_error)
    if not quiet:
        click.echo(text.summary(answer, style(error=True)), nl=False, err=True)
    if answer["decision"] == "none":
        return
    code = _pytest(answer, pytest_arguments)
    # The change selected files that hold no test under these arguments: that is no failure of the change.
    sys.exit(0 if code == _NO_TESTS_COLLECTED and answer["decision"] == "subset" else code)


def _pytest(answer: dict[str, Any], arguments: tuple[str, ...]) -> int:
    """Run pytest in the checkout's top; a subset goes through a file of arguments, which has no limit of length."""
    import subprocess
    import tempfile

    from impactgraph.reports.arguments import arguments as selected

    command = [sys.executable, "-m", "pytest", *arguments]
    if answer["decision"] == "all":
        return subprocess.run(command, cwd=answer["root"], check=False).returncode  # noqa: S603 - the user's own arguments
    with tempfile.NamedTemporaryFile("wb", prefix="impactgraph-", suffix=".txt") as file:
        file.write(b"".join(os.fsencode(argument) + b"\n" for argument in selected(answer)))
        file.flush()
        return subprocess.run([*command, f"@{file.name}"], cwd=answer["root"], check=False).returncode  # noqa: S603 - as above
