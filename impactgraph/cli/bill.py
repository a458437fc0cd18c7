"""``impactgraph bill``: what the dependency graph costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from impactgraph.cli.options import alone, asked_of_many, crew_options, file_options, hands, many, request, wanted_files
from impactgraph.cli.output import rendered, style, surveyed, write
from impactgraph.cli.window import span, window_options
from impactgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impactgraph.questions.pricing import Span


@click.command(short_help="Show what the dependency graph costs, and what a change adds to it.")
@crew_options
@window_options
@click.option("--base", metavar="REV", help="Show what the change since REV was left does to the bill.")
@click.option("--max-increase", "limit", type=float, metavar="PERCENT", help="With --base: exit with 1 if the bill rises by more.")
@click.option("--by", type=click.Choice(["module", "package"]), default="module", show_default=True, help="What to add up.")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", default=2, show_default=True, help="With --by package: of N names.")
@click.option("--limit", "lines", type=click.IntRange(min=1), metavar="N", default=15, show_default=True, help="In text: at most N lines.")
@click.option("--histogram", metavar="FILE", help="Also draw how far changes reach: FILE ends with .svg, .png or .html.")
@click.option("--treemap", metavar="FILE", help="Also draw which packages cost, in the same forms.")
@file_options
@click.option("--format", "form", type=click.Choice(["text", "json", "csv", "markdown"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
@click.pass_context
def bill(  # noqa: PLR0913 - an option each
    ctx: click.Context,
    /,
    *,
    repositories: tuple[str, ...],
    limit: float | None,
    by: str,
    depth: int,
    lines: int,
    form: str,
    output: str | None,
    **options: Any,
) -> None:
    """Show what the changes of the past would make run along the imports of today, per change and per month, and which modules cause it.

    REPO is a checkout, or a URL; of several, each has its bill, and one table has a line for each.

    \b
    impactgraph bill
    impactgraph bill --by package --since 2026-01-01
    impactgraph bill --base origin/main --max-increase 2 --format markdown
    """
    wanted, places = span(options), many(repositories, options)
    has_files = bool(options["charts"] or options["parquet"])
    write_files = wanted_files(options)
    charts = {name: options.pop(name) for name in ("histogram", "treemap")}
    if places:
        if limit is not None or options["base"] or any(charts.values()):
            raise UsageError("--base, --max-increase and single charts are about one repository", "name one")
        answer = _many(options, places, wanted, depth)
        write_files(answer)
        write(_all(answer, form, {"by": by, "limit": lines}), output)
        return
    alone(options)
    if options["base"] is None:
        if limit is not None:
            raise UsageError("--max-increase needs something to compare with", "name it: --base REV")
        answer = _whole(options, wanted, depth, charts)
        write_files(answer)
        write(_rendered(answer, form, {"by": by, "limit": lines}), output)
        return
    if has_files or any(charts.values()):
        raise UsageError("charts and tables are of a whole bill", "leave --base out")
    from impactgraph.questions.bill_change import compared
    from impactgraph.reports import bill_change as reports

    answer = compared(request(options), wanted, limit)
    write(rendered(answer, form, reports), output)
    ctx.exit(1 if answer["exceeded"] else 0)


def _many(options: dict[str, Any], places: list[str], wanted: Span, depth: int) -> dict[str, Any]:
    from functools import partial

    from impactgraph.questions import survey

    with hands(options, "repositories") as workers:
        return survey.surveyed("bill", partial(survey.bill_at, asked_of_many(options), wanted, depth), places, workers)


def _all(answer: dict[str, Any], form: str, view: dict[str, Any]) -> bytes:
    from functools import partial

    from impactgraph.reports import bill as reports

    return surveyed(answer, form, partial(reports.render, style=style(error=False), **view), partial(reports.markdown, **view))


def _whole(options: dict[str, Any], wanted: Span, depth: int, charts: Mapping[str, str | None]) -> dict[str, Any]:
    """The bill, with its charts drawn."""
    from impactgraph.questions.survey import bill_at
    from impactgraph.reports import bill_charts
    from impactgraph.reports.drawing import drawn

    asked = request(options)
    answer = bill_at(asked, wanted, depth, asked.directory)
    for name, path in charts.items():
        if path:
            write(drawn(getattr(bill_charts, name)(answer), path), path)
    return answer


def _rendered(answer: dict[str, Any], form: str, view: dict[str, Any]) -> bytes:
    from impactgraph.reports import bill as reports
    from impactgraph.reports import json

    if form == "json":
        return json.render(answer)
    if form == "csv":
        return reports.csv_table(answer, view["by"])
    return (reports.markdown(answer, **view) if form == "markdown" else reports.render(answer, style(error=False), **view)).encode()
