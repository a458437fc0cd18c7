"""What pytest loads in every run: options, and behind them the plugins that do the work.

Until one of the options is seen nothing else of this package is imported, not even pytest (it is there already), and no file is read.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from pluggy import HookimplMarker  # pytest's own marker is pytest's, which may not be importable yet

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    import pytest

_implements = HookimplMarker("pytest")

MODES = ("select", "first", "observe", "remaining")
#: What to record, by the words that ask for it.
RECORDS = {
    **dict.fromkeys(("", "0", "false", "no", "off"), ""),
    **dict.fromkeys(("1", "true", "yes", "on", "outcomes"), "outcomes"),
    "functions": "functions",
}


class _AsTheyAre:
    """Finds our modules before pytest does, which parses those of every plugin to look for asserts: ours have none."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """As importlib wants it."""
        if path is None or not name.startswith("impactgraph."):
            return None
        from importlib.machinery import PathFinder  # not needed while idle

        return PathFinder.find_spec(name, path, target)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options and their ini equivalents."""
    group = parser.getgroup("impactgraph", "tests that a change can break")
    group.addoption("--impactgraph", action="store_true", help="run the test files that the change since the base can break, and no others")
    group.addoption(
        "--impactgraph-base",
        metavar="REV",
        help="compare with the point where REV was left (default: what CI says, else the default branch)",
    )
    group.addoption(
        "--impactgraph-mode",
        choices=MODES,
        help="select: the affected test files only (default); first: all, the affected first, nearest to the change first; observe: all, "
        "and say what select would have left out; remaining: what select leaves out. Turns --impactgraph on.",
    )
    group.addoption("--impactgraph-report", metavar="FILE", help="write the selection and what became of it to FILE, as JSON")
    parser.addini("impactgraph_base", "the base of --impactgraph where neither an option nor the environment names one")
    parser.addini("impactgraph_mode", "the mode of --impactgraph where no option names one")
    parser.addini(
        "impactgraph_record",
        "outcomes or true: keep outcomes and durations of every run; functions: also what each test entered; false: nothing "
        "(IMPACTGRAPH_RECORD in the environment goes before)",
    )


@_implements(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Begin to watch functions before the first conftest.py imports what is tested."""
    options = early_config.known_args_namespace
    if asked_record(early_config) == "functions" and not (options.collectonly or options.help or options.version):
        _load("impactgraph.plugin.functions", early_config, "functions are not recorded", "begin")
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Load what the options ask for. An error of ours leaves pytest's own run: everything."""
    if _is_asked_for(config):
        _load("impactgraph.plugin.selecting", config, "every test runs")
    if asked_record(config):
        _load("impactgraph.plugin.recording", config, "nothing is recorded")


def _is_asked_for(config: pytest.Config) -> bool:
    if config.getoption("impactgraph") or config.getoption("impactgraph_mode"):
        return True
    for option in ("base", "report"):
        if config.getoption(f"impactgraph_{option}"):
            import pytest  # it imports this module: only by now is it there for certain

            raise pytest.UsageError(f"--impactgraph-{option} does nothing without --impactgraph")
    return False


def asked_record(config: pytest.Config) -> str:
    """A value of RECORDS. Raises pytest.UsageError for a word that is none of its keys: a misspelt one must not cost the record."""
    setting, asked = "IMPACTGRAPH_RECORD", os.environ.get("IMPACTGRAPH_RECORD")
    if asked is None:
        setting, asked = "impactgraph_record", config.getini("impactgraph_record") or ""
    try:
        return RECORDS[asked.strip().lower()]
    except KeyError:
        import pytest  # as above

        raise pytest.UsageError(f"{setting} is {asked!r}; it can be: {', '.join(filter(None, RECORDS))}") from None


def _load(module: str, config: pytest.Config, consequence: str, action: str = "register") -> None:
    from importlib import import_module  # not needed while idle

    import pytest  # as above

    if _AsTheyAre not in sys.meta_path:
        sys.meta_path.insert(0, _AsTheyAre)
    try:
        getattr(import_module(module), action)(config)
    except pytest.UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not break the run
        # No warning of Python's: those may be turned into errors.
        sys.stderr.write(f"impactgraph: {module} can't be used, so {consequence}: {type(error).__name__}: {error}\n")
