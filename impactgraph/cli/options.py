"""Options that several commands share."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from impactgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from impactgraph.questions.impact import Request

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


def _names(files: tuple[str, ...]) -> tuple[str, ...]:
    """`files`, with the names on standard input (NUL or a line end behind each) in place of a dash."""
    if "-" not in files:
        return files
    listed = os.fsdecode(sys.stdin.buffer.read())
    names = listed.split("\0") if "\0" in listed else listed.splitlines()
    return (*(file for file in files if file != "-"), *(name for name in names if name))
