"""Options of the commands that price changes of the past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from impactgraph.cli.options import place_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from impactgraph.questions.pricing import Span

    Command = Callable[..., Any]

_WINDOW = (
    click.option("--commits", metavar="N", type=click.IntRange(min=1), help="The last N commits that touched Python. Default: 500."),
    click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Commits after DATE, as in 2026-01-31."),
    click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Commits up to DATE."),
)


def window_options(command: Command) -> Command:
    """Adds the options that say which changes of the past count, and where."""
    command = place_options(command)
    command = click.option("--head", metavar="REV", default="WORKTREE", show_default=True, help="The state to look at.")(command)
    for option in reversed(_WINDOW):
        command = option(command)
    return command


def span(options: dict[str, Any]) -> Span:
    """The window that the options ask for; they are taken out of `options`."""
    import datetime as dt

    from impactgraph.questions.pricing import Span

    since, until = (
        None if day is None else int(day.replace(tzinfo=dt.UTC).timestamp()) for day in (options.pop("since"), options.pop("until"))
    )
    return Span(since, until, options.pop("commits"))
