"""``impactgraph doctor``, ``replay`` and ``schema``: looking at a checkout, at its past, and at the form of answers."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from impactgraph.cli.options import alone, asked_of_many, crew_options, hands, many, place_options, request
from impactgraph.cli.output import progress, style, surveyed, write
from impactgraph.errors import UsageError

_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
_OUTPUT = click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")


@click.command(short_help="Show what was found in the checkout, and what to configure.")
@place_options
@click.option("--head", metavar="REV", default="WORKTREE", show_default=True, help="The state to look at.")
@_FORMAT
@_OUTPUT
def doctor(form: str, output: str | None, **options: Any) -> None:
    """Show how the checkout was understood: import roots, test files, each directory's place, what could not be parsed.

    \b
    impactgraph doctor
    impactgraph doctor -C path/to/checkout --format json
    """
    from impactgraph.questions.doctor import examine

    answer = examine(request(options))
    if form == "json":
        from impactgraph.reports import json

        write(json.render(answer), output)
    else:
        from impactgraph.reports import doctor as text

        write(text.render(answer, style(error=False)).encode(), output)


@click.command(short_help="Show what select would have answered for past commits.")
@crew_options
@place_options
@click.option("--commits", metavar="N", type=click.IntRange(min=1), default=100, show_default=True, help="How many of the last commits.")
@click.option("--head", metavar="REV", default="HEAD", show_default=True, help="The newest commit.")
@click.option("--list", "listed", is_flag=True, help="One line for each commit, too.")
@_FORMAT
@_OUTPUT
def replay(  # noqa: PLR0913 - an option each
    repositories: tuple[str, ...], commits: int, head: str, form: str, output: str | None, *, listed: bool, **options: Any
) -> None:
    """Decide the change of each of the last commits: how often nothing, some or all tests would have run, and why.

    REPO is a checkout, or a URL; of several, each has its replay, and one table has a line for each.

    \b
    impactgraph replay --commits 200
    impactgraph replay --list --head origin/main
    """
    from impactgraph.questions import survey
    from impactgraph.reports import json
    from impactgraph.reports import replay as text

    places, told = many(repositories, options), partial(text.render, style=style(error=False), commits=listed)
    options["head"] = head
    if places:
        with hands(options, "repositories") as workers:
            found = survey.surveyed("replay", partial(survey.replay_at, asked_of_many(options), commits, survey.silent), places, workers)
        write(surveyed(found, form, told), output)
        return
    alone(options)
    asked = request(options)
    answer = survey.replay_at(asked, commits, progress("commits"), asked.directory)
    write(json.render(answer) if form == "json" else told(answer).encode(), output)


@click.command(short_help="Print the JSON Schema of an answer.")
@click.argument("kind", required=False)
def schema(kind: str | None) -> None:
    """Print the JSON Schema of KIND, or without KIND the kinds there are.

    \b
    impactgraph schema selection
    """
    from impactgraph.reports import schemas

    if kind is None:
        click.echo("\n".join(schemas.kinds()))
        return
    if kind not in schemas.kinds():
        raise UsageError(f"no such kind of answer: {kind}", f"one of {', '.join(schemas.kinds())}")
    write(schemas.load(kind), None)
