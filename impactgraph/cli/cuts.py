"""``impactgraph cuts``: which imports to take out."""

from __future__ import annotations

from typing import Any

import click

from impactgraph.cli.options import request
from impactgraph.cli.output import style, write
from impactgraph.cli.signals import ended_by_a_signal
from impactgraph.cli.window import span, window_options


@click.command(short_help="Show which imports are worth taking out.")
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
    ctx: click.Context, /, *, limit: int, plan: int, statements: int, verify: bool, form: str, output: str | None, **options: Any
) -> None:
    """Show import statements, and bundles of them between two packages, by how much they would save if they were gone.

    \b
    impactgraph cuts
    impactgraph cuts --plan 5 --verify
    impactgraph cuts --max-statements 1 --format csv
    """
    from impactgraph.questions.cuts import Wishes, offered

    wanted = span(options)
    with ended_by_a_signal():
        answer = offered(request(options), wanted, Wishes(limit, statements, plan, verify))
    if form == "json":
        from impactgraph.reports import json

        write(json.render(answer), output)
    else:
        from impactgraph.reports import cuts as reports

        if form == "csv":
            write(reports.csv_table(answer), output)
        else:
            text = reports.markdown(answer) if form == "markdown" else reports.render(answer, style(error=False))
            write(text.encode(), output)
    ctx.exit(1 if answer["verified"] is False else 0)
