"""The command line: options in, one question asked, one report out."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Entry point of the command ``impactgraph``."""
    import gc

    # A run ends before garbage would matter; looking for it costs a tenth of a cold run, and much of what is imported next.
    gc.disable()
    from impactgraph.cli.main import cli
    from impactgraph.errors import ImpactGraphError

    try:
        cli.main(prog_name="impactgraph")
    except SystemExit as leaving:
        _leave(leaving.code)
    except ImpactGraphError as error:
        from impactgraph.reports.terminal import printable

        lines = [f"impactgraph: {error.message}", *([f"  hint: {error.hint}"] if error.hint else [])]
        sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))
        _leave(error.exit_code)


def _leave(code: object) -> None:
    """End the process at once: taking a graph apart, object by object, takes as long as loading it did."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # whoever read us has gone
        os._exit(1)
    if code is not None and not isinstance(code, int):
        sys.exit(str(code))
    os._exit(code or 0)
