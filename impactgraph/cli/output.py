"""Where reports go: standard output as bytes, or a file; people's texts to standard error."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from impactgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import ModuleType

    from impactgraph.reports.terminal import Style


def write(data: bytes, path: str | None) -> None:
    """`data` to standard output, or whole to the file at `path`."""
    if path is None or path == "-":
        _to_standard_output(data)
        return
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise UsageError(f"can't write {path}: {error.strerror}", _hint(error)) from error


def is_file(path: str | None) -> bool:
    """Whether `write` would make a file at `path`, or replace one, and not hand bytes to whoever waits for them there."""
    return path is not None and path != "-" and (os.path.isfile(path) or not os.path.exists(path))


def _to_standard_output(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough
        raise
    except OSError as error:
        # What is left in the buffer would fail again when the interpreter ends, in its words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise UsageError(f"can't write to standard output: {error.strerror}", _hint(error)) from error


def _hint(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "make room, or name a place that has some"
    return "name a file in a directory that exists"


def rendered(answer: dict[str, Any], form: str, reports: ModuleType) -> bytes:
    """An answer in the form asked for, by the module of `reports` about its kind."""
    if form == "json":
        from impactgraph.reports import json

        return json.render(answer)
    if form == "csv":
        return bytes(reports.csv_table(answer))
    return str(reports.markdown(answer) if form == "markdown" else reports.render(answer, style(error=False))).encode()


def surveyed(answer: dict[str, Any], form: str, each: Callable[[Any], str], markdown: Callable[[Any], str] | None = None) -> bytes:
    """A survey in the form asked for; `each` and `markdown` say what one of its answers says by itself."""
    if form == "json":
        from impactgraph.reports import json

        return json.render(answer)
    from impactgraph.reports import survey

    if form == "csv":
        return survey.csv_table(answer)
    if form == "markdown" and markdown:
        return survey.markdown(answer, markdown).encode()
    return survey.render(answer, each, style(error=False)).encode()


def write_all(files: Iterable[tuple[str, bytes]], directory: str) -> None:
    """Files by name into `directory`, which is made where it is not there."""
    try:
        os.makedirs(directory, exist_ok=True)
    except OSError as error:
        raise UsageError(f"can't make {directory}: {error.strerror}", _hint(error)) from error
    for name, data in files:
        write(data, os.path.join(directory, name))


def append(text: str, variable: str) -> None:
    """`text` to the end of the file that the environment variable names, if it is set."""
    path = os.environ.get(variable)
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"can't write {path}: {error.strerror}", f"{variable} must name a file that can be written") from error


def progress(label: str) -> Callable[[Iterable[Any], int], Iterator[Any]]:
    """What hands items on, given their number, with a progress bar on a terminal's standard error; silent elsewhere."""

    def shown(items: Iterable[Any], length: int) -> Iterator[Any]:
        if not sys.stderr.isatty():
            yield from items
            return
        with click.progressbar(items, length=length, label=label, file=sys.stderr) as bar:
            yield from bar

    return shown


def style(*, error: bool) -> Style:
    """Colours for standard output, or for standard error, where it wants any."""
    from impactgraph.reports.terminal import Style, wants_colour

    return Style(colour=wants_colour(sys.stderr if error else sys.stdout, os.environ))


def charts_or_error() -> None:
    """Raises UsageError where the library that draws is missing: said before the work, not after it."""
    from importlib.util import find_spec

    if find_spec("vl_convert") is None:
        raise UsageError("a page needs vl-convert-python, which draws", "pip install 'pytest-impactgraph[report]'")


def report_error(error: BaseException) -> None:
    """An error of ours: a line, or with IMPACTGRAPH_DEBUG the traceback."""
    if os.environ.get("IMPACTGRAPH_DEBUG"):
        import traceback  # for errors only

        traceback.print_exception(error)
    else:
        click.echo(f"impactgraph: internal error, so everything is selected: {type(error).__name__}: {error}", err=True)
