"""``impactgraph growth``: how the test bill grew with the code."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from impactgraph.cli.options import place_of, place_options, request
from impactgraph.cli.output import charts_or_error, progress, style, write
from impactgraph.errors import UsageError

if TYPE_CHECKING:
    from impactgraph.sources.cluster import Cluster


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
@click.argument("repositories", metavar="[REPO]", nargs=-1)
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
@click.option(
    "-j", "--jobs", metavar="N", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processes; default: one per core."
)
@click.option("--scheduler", metavar="ADDRESS", help="Measure on the workers of this Dask scheduler instead (extra: dask).")
@click.option("--html", "page", metavar="FILE", help="Write a report to look at, too: one file, for any browser.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def growth(repositories: tuple[str, ...], page: str | None, form: str, output: str | None, **options: Any) -> None:
    """Show how impacted tests grew over a repository's history, which law holds there, and what more code would cost.

    REPO is a checkout, or a URL, which is cloned into the user's cache directory. Snapshots are read from git; the work tree is not
    touched. Stopped and started again, it goes on where it was. Several directories are states of one project, oldest first: unpacked
    releases, for example.

    \b
    impactgraph growth
    impactgraph growth path/to/checkout --html report.html
    impactgraph growth --tags 'v*.0' --format csv -o growth.csv
    impactgraph growth lib-1.0 lib-2.0 lib-3.0
    """
    if page == "-" or (page is not None and page == output):
        raise UsageError("the page needs a file of its own", "name one behind --html")
    if page is not None:
        charts_or_error()
    answer = _answer(repositories, options)
    if page is not None:
        from impactgraph.reports import html

        write(html.render(answer), page)
    write(_rendered(answer, form), output)


def _answer(repositories: tuple[str, ...], options: dict[str, Any]) -> dict[str, Any]:
    import datetime as dt

    from impactgraph.analysis.vendored import Scope
    from impactgraph.questions.chosen import Which
    from impactgraph.questions.growth import grown, grown_of_directories

    since, scheduler = options.pop("since"), options.pop("scheduler")
    scope = Scope(options.pop("vendored"), options.pop("excluded"))
    names = ("snapshots", "head", "tags", "revisions", "jobs", "edges")
    which = Which(
        **{name: options.pop(name) for name in names},
        scope=scope,
        since=None if since is None else int(since.replace(tzinfo=dt.UTC).timestamp()),
    )
    with _cluster(scheduler) as cluster:
        if len(repositories) > 1 or (repositories and not _is_checkout(repositories[0])):
            return grown_of_directories(repositories, which, progress("snapshots"), cluster)
        if repositories:
            options["directory"] = place_of(repositories[0], options["directory"])
        return grown(request(options), which, progress("snapshots"), cluster)


def _cluster(address: str | None) -> AbstractContextManager[Cluster | None]:
    if address is None:
        return nullcontext()
    from impactgraph.sources.cluster import connected

    return connected(address)


def _is_checkout(place: str) -> bool:
    """Whether git, or nobody, knows what is there; a bare repository is among that, as no state of a project looks like it."""
    from impactgraph.sources.clones import is_address

    is_bare = all(os.path.exists(os.path.join(place, name)) for name in ("HEAD", "objects", "refs"))
    return is_address(place) or is_bare or os.path.lexists(os.path.join(place, ".git")) or not os.path.isdir(place)


def _rendered(answer: dict[str, Any], form: str) -> bytes:
    if form == "json":
        from impactgraph.reports import json

        return json.render(answer)
    from impactgraph.reports import growth as text

    return (text.table(answer) if form == "csv" else text.render(answer, style(error=False))).encode()
