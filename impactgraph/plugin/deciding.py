"""Asking for the decision: the question that a pytest run puts, and the process that answers it (`impactgraph.plugin.child`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.plugin.fallback import fallback_answer, fallback_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest

# -P: a module of the working directory must not stand for one of ours. Warnings that are errors for the tests are none for us.
_COMMAND = ("-P", "-W", "ignore", "-m", "impactgraph.plugin.child")


class Decided(NamedTuple):
    """`answer` as the schema `selection` has it, `known`: all test files of the checkout, `lines`: the answer for people.

    `idle`: tests that need not run although their file may be selected, as node IDs from the checkout's top.
    """

    answer: dict[str, Any]
    known: list[str]
    lines: list[str]
    idle: Sequence[str] = ()


def question(config: pytest.Config) -> dict[str, Any]:
    """What has to be known of a run, as plain values; paths are absolute, without symlinks."""
    return {
        "directory": str(config.rootpath),
        "base": config.getoption("impactgraph_base"),
        "configured_base": config.getini("impactgraph_base") or None,
        "plugins": sorted({os.path.realpath(path) for path in map(_file, config.pluginmanager.get_plugins()) if path}),
        "pythonpath": sorted({os.path.realpath(path) for path in config.getini("pythonpath")}),
    }


def _file(plugin: object) -> str | None:
    """The file of a plugin that is a module. On conftest.py files the tests below them depend; the analysis knows that."""
    path = getattr(plugin, "__file__", None) if isinstance(plugin, ModuleType) else None
    return None if path is None or os.path.basename(path) == "conftest.py" else path


def decide(asked: Mapping[str, Any]) -> Decided:
    """The answer to `asked`; whatever goes wrong on the way to it, an answer: everything."""
    try:
        return _asked(asked)
    except Exception as error:  # noqa: BLE001 - as the docstring says
        return failed(asked, error)


def _asked(asked: Mapping[str, Any]) -> Decided:
    done = subprocess.run(  # noqa: S603 - this interpreter, and a module of this package
        [sys.executable, *_COMMAND], input=json.dumps(asked).encode(), capture_output=True, check=False
    )
    complaint = done.stderr.decode(errors="replace")
    if os.environ.get("IMPACTGRAPH_DEBUG"):
        sys.stderr.write(complaint)
    if done.returncode:
        raise RuntimeError(f"the analysis ended with {done.returncode}: {complaint.strip().rpartition(chr(10))[2]}")
    return Decided(**json.loads(done.stdout.splitlines()[-1]))


def failed(asked: Mapping[str, Any], error: Exception) -> Decided:
    """Everything, because of an error of ours."""
    answer = fallback_answer(asked, "internal-error", f"{type(error).__name__}: {error}")
    return Decided(answer, [], fallback_lines(answer))
