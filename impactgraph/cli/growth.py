"""``impactgraph growth``: how the test bill grew with the code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from impactgraph.cli.options import asked_of_many, cluster, crew_options, file_options, many, place_of, place_options, request, wanted_files
from impactgraph.cli.output import charts_or_error, progress, style, write
from impactgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impactgraph.questions.chosen import Which


def _globs(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Globs that can be matched with."""
    import re

    from impactgraph.config import matches

    for pattern in value:
        try:
            matches(pattern, "")
        except re.error:
            raise UsageError(f"{pattern!r} is no glob", "as in --exclude 'pkg/copied/' or --exclude '*_pb2.py'") from None
    return value


@click.command(short_help="Show how impacted tests grew over the history, which law holds, and where it leads.")
@crew_options
@place_options
@click.option("--snapshots", metavar="N", type=click.IntRange(min=1), default=12, show_default=True, help="How many, spaced by volume.")
@click.option("--head", metavar="REV", default="HEAD", show_default=True, help="The newest state.")
@click.option("--tags", metavar="GLOB", help="Measure the tags that match instead, as 'v*.0'.")
@click.option("--revision", "revisions", metavar="REV", multiple=True, help="Measure this one instead. May be repeated, oldest first.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The history after DATE, as in 2016-01-31.")
@click.option(
    "--edges", type=click.Choice(["imports", "safe"]), default="safe", show_default=True, help="What the table and the laws are about."
)
@click.option("--vendored/--without-vendored", default=True, help="With copies of other people's code (default), or without.")
@click.option("--exclude", "excluded", metavar="GLOB", multiple=True, callback=_globs, help="Without these files. May be repeated.")
@click.option("--html", "page", metavar="FILE", help="Write a report to look at, too: one file, for any browser.")
@file_options
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def growth(repositories: tuple[str, ...], page: str | None, form: str, output: str | None, **options: Any) -> None:
    """Show how impacted tests grew over a repository's history, which law holds there, and what more code would cost.

    REPO is a checkout, or a URL, which is cloned into the user's cache directory. Snapshots are read from git; the work tree is not
    touched. Stopped and started again, it goes on where it was. Several checkouts or URLs are a line each in one table, with the law over
    all. Several plain directories are states of one project, oldest first: unpacked releases, for example.

    \b
    impactgraph growth
    impactgraph growth path/to/checkout --html report.html
    impactgraph growth --tags 'v*.0' --format csv -o growth.csv
    impactgraph growth ours theirs https://github.com/pallets/flask --html all.html
    impactgraph growth lib-1.0 lib-2.0 lib-3.0
    """
    if page == "-" or (page is not None and page == output):
        raise UsageError("the page needs a file of its own", "name one behind --html")
    if page is not None:
        charts_or_error()
    write_files = wanted_files(options)
    answer = _answer(repositories, options)
    if page is not None:
        from impactgraph.reports import html

        write(html.render(answer), page)
    write_files(answer)
    write(_rendered(answer, form), output)


def _answer(repositories: tuple[str, ...], options: dict[str, Any]) -> dict[str, Any]:
    from impactgraph.questions.growth import grown, grown_of_directories

    jobs, which = options["jobs"], _which(options)
    named = [place_of(name, options["directory"]) for name in repositories]
    are_states = _are_states(named)
    places = [] if are_states else many(repositories, options)
    with cluster(options.pop("scheduler")) as workers:
        if are_states:
            return grown_of_directories(named, which, progress("snapshots"), workers)
        if not places:
            return grown(request(options), which, progress("snapshots"), workers)
        from impactgraph.questions.growths import grown_many
        from impactgraph.questions.survey import Hands

        return grown_many(asked_of_many(options), which, places, Hands(jobs, workers, progress("repositories")))


def _which(options: dict[str, Any]) -> Which:
    """The states that the options ask for; they are taken out of `options`."""
    import datetime as dt

    from impactgraph.analysis.vendored import Scope
    from impactgraph.questions.chosen import Which

    since = options.pop("since")
    scope = Scope(options.pop("vendored"), options.pop("excluded"))
    names = ("snapshots", "head", "tags", "revisions", "jobs", "edges")
    return Which(
        **{name: options.pop(name) for name in names},
        scope=scope,
        since=None if since is None else int(since.replace(tzinfo=dt.UTC).timestamp()),
    )


def _are_states(places: Sequence[str]) -> bool:
    """Whether `places` are directories without a history: states of one project. Of one that is missing a repository's error tells more."""
    if not places or any(_has_history(place) for place in places):
        return False
    return len(places) > 1 or os.path.isdir(places[0])


def _has_history(place: str) -> bool:
    """Whether git knows what is there; a bare repository is among that, as no state of a project looks like it."""
    from impactgraph.sources.clones import is_address

    is_bare = all(os.path.exists(os.path.join(place, name)) for name in ("HEAD", "objects", "refs"))
    return is_address(place) or is_bare or os.path.lexists(os.path.join(place, ".git"))


def _rendered(answer: dict[str, Any], form: str) -> bytes:
    if form == "json":
        from impactgraph.reports import json

        return json.render(answer)
    if answer["kind"] == "survey":
        from impactgraph.reports import survey

        return survey.csv_table(answer) if form == "csv" else survey.render(answer, style=style(error=False)).encode()
    from impactgraph.reports import growth as text

    return (text.table(answer) if form == "csv" else text.render(answer, style(error=False))).encode()
