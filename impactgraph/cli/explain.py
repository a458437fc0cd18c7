"""``impactgraph explain``."""

from __future__ import annotations

from typing import Any

import click

from impactgraph.cli.options import change_options, request
from impactgraph.cli.output import style, write
from impactgraph.errors import UsageError


@click.command(short_help="Show why a test is selected, or what a file reaches.")
@change_options
@click.argument("test", required=False)
@click.option("--change", metavar="FILE", help="Follow this file to the tests that depend on it, changed or not.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), default=10, show_default=True, help="With --change alone: at most N tests."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def explain(test: str | None, change: str | None, limit: int, form: str, output: str | None, **options: Any) -> None:
    """Show the shortest chains of imports (and of what stands for them) from a change to a test, each hop with file and line.

    \b
    impactgraph explain tests/test_app.py                        from what changed
    impactgraph explain --change src/app.py                      to the tests that it reaches
    impactgraph explain tests/test_app.py --change src/app.py    between the two
    """
    from impactgraph.questions.explain import explanation

    if test is None and change is None:
        raise UsageError("nothing to explain", "name a test file, or a file with --change")
    answer = explanation(request(options), test, change, limit)
    if form == "json":
        from impactgraph.reports import json

        write(json.render(answer), output)
    else:
        from impactgraph.reports import explain as text

        write(text.render(answer, style(error=False)).encode(), output)
