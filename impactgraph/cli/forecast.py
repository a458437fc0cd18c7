"""``impactgraph forecast``: what more code would cost in tests."""

from __future__ import annotations

from typing import Any

import click

from impactgraph.cli.options import chart_options, place_options, request, wanted_files
from impactgraph.cli.output import charts_or_error, style, write
from impactgraph.errors import UsageError

_LARGEST = 1000


def _multiples(_: click.Context, __: click.Parameter, value: str) -> tuple[float, ...]:
    """Numbers above 1 with commas between them."""
    try:
        numbers = sorted({float(part) for part in value.split(",")})
    except ValueError:
        raise click.BadParameter(f"{value!r} is no list of numbers, as in 2,5,10") from None
    if not all(1 < number <= _LARGEST for number in numbers):
        raise click.BadParameter(f"{value!r}: each has to be above 1 and at most {_LARGEST}")
    return tuple(numbers)


@click.command(short_help="Tell what more code would cost in tests, per change and per month.")
@place_options
@click.option("--head", metavar="REV", default="WORKTREE", show_default=True, help="The state to start from.")
@click.option("--multiply", metavar="K,...", callback=_multiples, default="2,5,10", show_default=True, help="How many times the code.")
@click.option(
    "--suite-minutes", metavar="M", type=click.FloatRange(min=0, min_open=True), help="What all tests take; default: as recorded."
)
@click.option("--html", "page", metavar="FILE", help="Write a report to look at, too: one file, for any browser.")
@chart_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def forecast(
    multiply: tuple[float, ...], suite_minutes: float | None, page: str | None, form: str, output: str | None, **options: Any
) -> None:
    """Tell how many tests a change will reach when there is K times the code: per change, per month, and with changes multiplied, too.

    \b
    impactgraph forecast
    impactgraph forecast --multiply 3,8 --suite-minutes 14
    impactgraph forecast --html forecast.html
    """
    if page == "-" or (page is not None and page == output):
        raise UsageError("the page needs a file of its own", "name one behind --html")
    if page is not None:
        charts_or_error()
    write_files = wanted_files(options)
    from impactgraph.questions.forecast import forecasted

    answer = forecasted(request(options), multiply, suite_minutes)
    if page is not None:
        from impactgraph.reports import html

        write(html.render(answer), page)
    write_files(answer)
    if form == "json":
        from impactgraph.reports import json

        write(json.render(answer), output)
    else:
        from impactgraph.reports import forecast as text

        write(text.render(answer, style(error=False)).encode(), output)
