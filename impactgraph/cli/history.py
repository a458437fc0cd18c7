"""``impactgraph history``: what is recorded of earlier runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from impactgraph.cli.output import style, write
from impactgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., Any]

_UNITS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}
_LIMIT = click.option("--limit", metavar="N", type=click.IntRange(min=1), help="The last N runs only.")
_OUTPUT = click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")


def checkout_options(command: Command) -> Command:
    """Where the history is."""
    command = click.option("--cache-dir", metavar="DIR", help="The cache directory, if not .impactgraph_cache.")(command)
    return click.option("-C", "--directory", metavar="DIR", default=".", help="Run as if started in DIR.")(command)


@click.group(short_help="List, prune, export and import the recorded runs.")
def history() -> None:
    """Look at the runs that the pytest plugin records, if the ini option impactgraph_record is true.

    \b
    impactgraph history list
    impactgraph history prune --keep 100
    """


@history.command("list", short_help="Print a line for each run, the newest first.")
@checkout_options
@_LIMIT
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_OUTPUT
def list_(directory: str, cache_dir: str | None, limit: int | None, form: str, output: str | None) -> None:
    """Print when each run was, of which commit (+: with changes), how its tests ended and how long they took.

    \b
    impactgraph history list --limit 20
    """
    from impactgraph.questions.history import listed, open_history

    answer = listed(open_history(directory, cache_dir), limit)
    if form == "json":
        from impactgraph.reports import json

        write(json.render(answer), output)
    else:
        from impactgraph.reports import history as text

        write(text.render(answer, style(error=False)).encode(), output)


@history.command(short_help="Delete old runs.")
@checkout_options
@click.option("--keep", metavar="N", type=click.IntRange(min=0), help="Keep the last N runs.")
@click.option("--older-than", metavar="AGE", help="Delete runs older than AGE: hours, days or weeks, as in 36h, 30d, 8w.")
@click.option("--vacuum", is_flag=True, help="Give the space back to the disk.")
def prune(directory: str, cache_dir: str | None, keep: int | None, older_than: str | None, *, vacuum: bool) -> None:
    """Delete all runs but the last N, or those older than AGE; with both, what either names.

    \b
    impactgraph history prune --keep 500 --vacuum
    impactgraph history prune --older-than 90d
    """
    from impactgraph.questions import history as questions
    from impactgraph.reports.terminal import quantity

    if keep is None and older_than is None and not vacuum:
        raise UsageError("nothing to prune", "say which runs: --keep N or --older-than AGE")
    before = None if older_than is None else time.time() - _seconds(older_than)
    gone = questions.prune(questions.open_history(directory, cache_dir), keep=keep, before=before, vacuum=vacuum)
    click.echo(f"{quantity(gone, 'run')} deleted")


def _seconds(age: str) -> float:
    number, unit = age[:-1], age[-1:]
    if not number.isdecimal() or unit not in _UNITS:
        raise UsageError(f"not an age: {age!r}", "a number with h, d or w, as in 30d")
    return int(number) * _UNITS[unit]


@history.command(short_help="Write all that is recorded, attempt by attempt.")
@checkout_options
@_LIMIT
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@_OUTPUT
def export(directory: str, cache_dir: str | None, limit: int | None, form: str, output: str | None) -> None:
    """Write runs with every attempt of every test; durations are in microseconds.

    \b
    impactgraph history export --format csv -o attempts.csv
    """
    from impactgraph.questions.history import exported, open_history

    answer = exported(open_history(directory, cache_dir), limit)
    if form == "json":
        from impactgraph.reports import json

        write(json.render(answer), output)
    else:
        from impactgraph.reports import history as tables

        write(tables.csv_table(answer), output)


@history.command("import", short_help="Add runs from JUnit XML.")
@checkout_options
@click.option("--revision", metavar="REV", help="The commit that was tested.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def import_(directory: str, cache_dir: str | None, revision: str | None, files: tuple[str, ...]) -> None:
    """Add the runs in JUnit XML files, as pytest --junitxml writes them. A file that was added before changes nothing.

    \b
    impactgraph history import --revision origin/main junit.xml
    """
    from impactgraph.questions.history import import_junit, open_history

    opened = open_history(directory, cache_dir, make=True)
    for file in files:
        found = import_junit(opened, file, revision)
        told = f"{found.tests} tests" if found.is_new else "was there already"
        unplaced = f"; {found.unplaced} classes lie in no file of the checkout" if found.unplaced else ""
        click.echo(f"{file}: {told}{unplaced}")
