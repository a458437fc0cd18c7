"""Options that several commands share."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from impactgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from impactgraph.questions.impact import Request
    from impactgraph.questions.survey import Hands
    from impactgraph.sources.cluster import Cluster

    Command = Callable[..., Any]

_CHANGE = (
    click.option(
        *("--base", "--since"),
        metavar="REV",
        help="Compare with the point where REV was left. Default: what CI says, else the default branch.",
    ),
    click.option(
        "--head",
        metavar="REV",
        default="WORKTREE",
        show_default=True,
        help="The state to judge; WORKTREE includes all that is not committed.",
    ),
    click.option(
        "--files",
        metavar="FILE",
        multiple=True,
        help="Judge this file as changed, without asking git. May be repeated; - reads names from stdin.",
    ),
    click.option("--merge-base/--no-merge-base", default=True, help="Compare with the fork point (default), or with REV itself."),
)
_JOBS = click.option(
    "-j", "--jobs", metavar="N", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processes; default: one per core."
)
_SCHEDULER = click.option(
    "--scheduler", metavar="ADDRESS", help="Work on the workers of this Dask scheduler instead of here (extra: dask)."
)
_CHARTS = click.option("--charts", metavar="DIR", help="Write every chart into DIR, too, as SVG and PNG (extra: report).")
_PARQUET = click.option("--parquet", metavar="DIR", help="Write every table into DIR, too, as Parquet (extra: parquet).")
_PLACE = (
    click.option("-C", "--directory", metavar="DIR", default=".", help="Run as if started in DIR."),
    click.option("--cache/--no-cache", default=True, help="Keep facts between runs in .impactgraph_cache (default)."),
    click.option("--cache-dir", metavar="DIR", help="Keep them in DIR instead."),
)


def place_options(command: Command) -> Command:
    """Adds the options that say where to look."""
    for option in reversed(_PLACE):
        command = option(command)
    return command


def crew_options(command: Command) -> Command:
    """Adds the repositories to look at, and the options that say who does the work."""
    return click.argument("repositories", metavar="[REPO]...", nargs=-1)(_JOBS(_SCHEDULER(command)))


def chart_options(command: Command) -> Command:
    """Adds the option to draw charts as files."""
    return _CHARTS(command)


def file_options(command: Command) -> Command:
    """Adds the options to write charts and tables as files."""
    return _CHARTS(_PARQUET(command))


def wanted_files(options: dict[str, Any]) -> Callable[[Mapping[str, Any]], None]:
    """What writes the files of an answer that the options ask for; they are taken out of `options`.

    Raises UsageError where a library is missing that it will need.
    """
    from impactgraph.cli.output import charts_or_error, write_all
    from impactgraph.reports import parquet

    charts, tables = options.pop("charts"), options.pop("parquet", None)
    if charts is not None:
        charts_or_error()
    if tables is not None:
        parquet.require()

    def written(answer: Mapping[str, Any]) -> None:
        if charts is not None:
            from impactgraph.reports.stills import stills  # with the pages that it draws from

            write_all(stills(answer), charts)
        if tables is not None:
            write_all(parquet.files(answer), tables)

    return written


def change_options(command: Command) -> Command:
    """Adds the options that say which change is meant, and where."""
    command = place_options(command)
    for option in reversed(_CHANGE):
        command = option(command)
    return command


def request(options: dict[str, Any]) -> Request:
    """The request that shared options make; they are taken out of `options`."""
    from impactgraph.questions.impact import Request  # `--help` needs no analysis

    files = options.pop("files", ())
    if files and options.get("base"):
        raise UsageError("--files and --base contradict each other", "list the files, or let git find them")
    return Request(
        directory=options.pop("directory"),
        base=options.pop("base", None),
        head=options.pop("head", "WORKTREE"),
        files=_names(files) if files else None,
        merge_base=options.pop("merge_base", True),
        cache=options.pop("cache"),
        cache_dir=options.pop("cache_dir"),
        environ=os.environ,
    )


def place_of(named: str, directory: str) -> str:
    """The repository that an argument names: a URL, or a directory seen from `directory`."""
    from impactgraph.sources.clones import is_address  # for those who name one

    return named if is_address(named) else os.path.join(directory, named)


def many(repositories: tuple[str, ...], options: dict[str, Any]) -> list[str]:
    """The places that the arguments name, where they are more than one; a single one takes the place of ``-C`` in `options`."""
    from impactgraph.sources.clones import is_address  # for those who name one

    places = [place_of(named, options["directory"]) for named in repositories]
    if len(places) > 1:  # workers may stand elsewhere
        named = zip(places, repositories, strict=True)
        return list(dict.fromkeys(place if is_address(name) else os.path.abspath(place) for place, name in named))
    if places:
        options["directory"] = places[0]
    return []


def alone(options: dict[str, Any]) -> None:
    """Takes `crew_options` out of `options`, where one repository is answered here and now."""
    del options["jobs"]
    if options.pop("scheduler") is not None:
        raise UsageError("--scheduler shares out repositories, and this is one", "name several, or leave it out")


def asked_of_many(options: dict[str, Any]) -> Request:
    """The request that the options make, without what CI says, which speaks of one repository."""
    return request(options)._replace(environ={})


@contextmanager
def hands(options: dict[str, Any], label: str) -> Iterator[Hands]:
    """Who does the work, as `crew_options` say; they are taken out of `options`."""
    from impactgraph.cli.output import progress
    from impactgraph.questions.survey import Hands

    jobs = options.pop("jobs")
    with cluster(options.pop("scheduler")) as workers:
        yield Hands(jobs, workers, progress(label))


def cluster(address: str | None) -> AbstractContextManager[Cluster | None]:
    """The cluster whose scheduler is at `address`; None where there is none."""
    if address is None:
        return nullcontext()
    from impactgraph.sources.cluster import connected  # an extra, and slow to load

    return connected(address)


def _names(files: tuple[str, ...]) -> tuple[str, ...]:
    """`files`, with the names on standard input (NUL or a line end behind each) in place of a dash."""
    if "-" not in files:
        return files
    listed = os.fsdecode(sys.stdin.buffer.read())
    names = listed.split("\0") if "\0" in listed else listed.splitlines()
    return (*(file for file in files if file != "-"), *(name for name in names if name))
