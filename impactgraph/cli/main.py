"""The commands of ``impactgraph``. Each is imported when it is called: the others' options are no business of a run."""

from __future__ import annotations

from importlib import import_module

import click

from impactgraph._version import __version__

#: Command -> the module that has it, in the order of `--help`.
_COMMANDS = {
    "select": "select",
    "run": "select",
    "explain": "explain",
    "doctor": "look",
    "replay": "look",
    "bill": "bill",
    "cuts": "cuts",
    "schema": "look",
    "history": "history",
    "growth": "growth",
    "forecast": "forecast",
    "audit": "audit",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"impactgraph.cli.{_COMMANDS[cmd_name]}"), cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="impactgraph")
def cli() -> None:
    """Tell which tests a change can break.

    \b
    impactgraph select                      the test files that the change since the default branch can break
    impactgraph run -- -q                   run them with pytest
    impactgraph explain tests/test_a.py     why is it selected?
    impactgraph doctor                      how was this checkout understood?
    impactgraph replay --commits 200        what would it have answered for past commits?
    impactgraph bill                        what does the dependency graph cost?
    impactgraph cuts                        which imports are worth taking out?
    """
