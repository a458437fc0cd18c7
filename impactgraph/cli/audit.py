"""``impactgraph audit``: reasons to trust the selection, or not to."""

from __future__ import annotations

import click

from impactgraph.cli.history import checkout_options
from impactgraph.cli.output import style, write


@click.group(short_help="Measure what the selection would have missed.")
def audit() -> None:
    """Measure what the selection would have missed, before anything is left out.

    \b
    impactgraph audit runs        in recorded runs of pytest --impactgraph-mode=observe
    """


@audit.command(short_help="Judge the selection by recorded runs of everything.")
@checkout_options
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="The last N observed runs only.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def runs(directory: str, cache_dir: str | None, limit: int | None, form: str, output: str | None) -> None:
    """Of the recorded runs in the mode observe: which failing tests the selection would have left out, and what it would have saved.

    \b
    pytest --impactgraph-mode=observe -o impactgraph_record=true
    impactgraph audit runs
    """
    from impactgraph.questions.audit_runs import audited
    from impactgraph.questions.history import open_history

    answer = audited(open_history(directory, cache_dir), limit)
    if form == "json":
        from impactgraph.reports import json

        write(json.render(answer), output)
    else:
        from impactgraph.reports import audit as text

        write(text.render(answer, style(error=False)).encode(), output)
