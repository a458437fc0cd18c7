"""``impactgraph cuts``: which imports to take out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from impactgraph.cli.options import alone, asked_of_many, crew_options, hands, many, request
from impactgraph.cli.output import rendered, style, surveyed, write
from impactgraph.cli.signals import ended_by_a_signal
from impactgraph.cli.window import span, window_options

if TYPE_CHECKING:
    from impactgraph.questions.cuts import Wishes
    from impactgraph.questions.pricing import Span


@click.command(short_help="Show which imports are worth taking out.")
@crew_options
@window_options
@click.option("--limit", type=click.IntRange(min=1), metavar="N", default=10, show_default=True, help="The best N.")
@click.option("--plan", type=click.IntRange(min=1), metavar="N", default=3, show_default=True, help="Choose N that go well together.")
@click.option(
    "--max-statements", "statements", type=click.IntRange(min=1), metavar="N", default=50, show_default=True, help="Of a cut, at most N."
)
@click.option("--verify", is_flag=True, help="Delete the statements in a copy and bill it from scratch; exit with 1 if that differs.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv", "markdown"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
@click.pass_context
def cuts(  # noqa: PLR0913 - an option each
    ctx: click.Context,
    /,
    *,
    repositories: tuple[str, ...],
    limit: int,
    plan: int,
    statements: int,
    verify: bool,
    form: str,
    output: str | None,
    **options: Any,
) -> None:
    """Show import statements, and bundles of them between two packages, by how much they would save if they were gone.

    REPO is a checkout, or a URL; of several, each has its cuts, and one table has a line for each.

    \b
    impactgraph cuts
    impactgraph cuts --plan 5 --verify
    impactgraph cuts --max-statements 1 --format csv
    """
    from impactgraph.questions.cuts import Wishes
    from impactgraph.questions.survey import cuts_at

    wanted, places, wishes = span(options), many(repositories, options), Wishes(limit, statements, plan, verify)
    if places:
        answer = _many(options, places, wanted, wishes)
        write(_all(answer, form), output)
        ctx.exit(1 if any(row["answer"] and row["answer"]["verified"] is False for row in answer["repositories"]) else 0)
    alone(options)
    asked = request(options)
    with ended_by_a_signal():
        answer = cuts_at(asked, wanted, wishes, asked.directory)
    from impactgraph.reports import cuts as reports

    write(rendered(answer, form, reports), output)
    ctx.exit(1 if answer["verified"] is False else 0)


def _many(options: dict[str, Any], places: list[str], wanted: Span, wishes: Wishes) -> dict[str, Any]:
    from functools import partial

    from impactgraph.questions import survey

    with ended_by_a_signal(), hands(options, "repositories") as workers:
        return survey.surveyed("cuts", partial(survey.cuts_at, asked_of_many(options), wanted, wishes), places, workers)


def _all(answer: dict[str, Any], form: str) -> bytes:
    from functools import partial

    from impactgraph.reports import cuts as reports

    return surveyed(answer, form, partial(reports.render, style=style(error=False)), reports.markdown)
