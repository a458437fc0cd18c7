"""``impactgraph bill``: what the dependency graph costs."""

from __future__ import annotations

from typing import Any

import click

from impactgraph.cli.options import request
from impactgraph.cli.output import style, write
from impactgraph.cli.window import span, window_options


@click.command(short_help="Show what the dependency graph costs, and which modules cause it.")
@window_options
@click.option("--by", type=click.Choice(["module", "package"]), default="module", show_default=True, help="What to add up.")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", default=2, show_default=True, help="With --by package: of N names.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", default=15, show_default=True, help="In text: at most N lines.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def bill(by: str, depth: int, limit: int, form: str, output: str | None, **options: Any) -> None:
    """Show what the changes of the past would make run along the imports of today, per change and per month, and which modules cause it.

    \b
    impactgraph bill
    impactgraph bill --by package --since 2026-01-01
    impactgraph bill --format csv -o bill.csv
    """
    from impactgraph.questions.bill import billed

    wanted = span(options)
    answer = billed(request(options), wanted, depth)
    if form == "json":
        from impactgraph.reports import json

        write(json.render(answer), output)
    elif form == "csv":
        from impactgraph.reports import bill as tables

        write(tables.csv_table(answer, by), output)
    else:
        from impactgraph.reports import bill as text

        write(text.render(answer, style(error=False), by=by, limit=limit).encode(), output)
