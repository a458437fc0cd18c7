"""The truth about a change: which test files come out differently, found by running pytest in both states."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.traps.states import State, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PLUGIN = Path(__file__).parent / "plugin"
OPTIONS = ("--rootdir=.", "--continue-on-collection-errors", "-q")
Outcomes = dict[str, dict[str, str]]


def differing(base: State, head: State, directory: Path, installed: Sequence[str] = ()) -> set[str]:
    """Test files of `head` whose outcomes differ between the two states, new ones included.

    Where one state stops pytest before any test (a conftest that can't be imported), each test file is run alone in both:
    so a file that the broken one serves differs, and its neighbours don't.
    """
    before, after = checkout(base, directory / "base", installed), checkout(head, directory / "head", installed)
    first, second = outcomes(before), outcomes(after)
    if first is None or second is None:
        paths = {path for path in head if is_test(path)}
        first, second = alone(before, paths), alone(after, paths)
    return {path for path in first.keys() | second.keys() if path in head and first.get(path) != second.get(path)}


class Checkout(NamedTuple):
    """A state on the disk, and what pytest has to be told to run in it."""

    directory: Path
    environment: dict[str, str]
    report: Path


def checkout(state: State, directory: Path, installed: Sequence[str]) -> Checkout:
    """Write `state` below `directory`, with the metadata that an editable install would leave."""
    top, metadata, report = directory / "checkout", directory / "metadata", directory / "outcomes.json"
    write(state, top)
    if installed:
        write_metadata(top / "pyproject.toml", metadata)
    return Checkout(top, environment([PLUGIN, metadata, *(top / root for root in installed)], report, installed), report)


def outcomes(place: Checkout, *paths: str) -> Outcomes | None:
    """What pytest says of each test file; None where it could not even start."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "outcome_recorder", *OPTIONS, *paths]
    place.report.unlink(missing_ok=True)
    subprocess.run(command, cwd=place.directory, env=place.environment, check=False, capture_output=True)
    return json.loads(place.report.read_text(encoding="utf-8")) if place.report.exists() else None


def alone(place: Checkout, paths: Iterable[str]) -> Outcomes:
    """Each of the test files run by itself."""
    found: Outcomes = {}
    for path in sorted(paths):
        if is_test(path) and (place.directory / path).exists():
            said = outcomes(place, path)
            found[path] = {"start": "refused"} if said is None else said.get(path, {})
    return found


def is_test(path: str) -> bool:
    """By pytest's default names: enough for the few states in which pytest can't say it itself."""
    name = path.rpartition("/")[2]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def environment(search_path: Sequence[Path], report: Path, installed: Sequence[str]) -> dict[str, str]:
    """The surrounding pytest's settings stay outside; plugins of the host are loaded only where a trap is about plugins."""
    result = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "PYTHON", "COV"))}
    result |= {"OUTCOMES_FILE": str(report), "PYTHONPATH": os.pathsep.join(map(str, search_path)), "PYTHONDONTWRITEBYTECODE": "1"}
    if not installed:
        result["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return result


def write_metadata(pyproject: Path, target: Path) -> None:
    """What an installer leaves beside an editable project: its name, version and entry points."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    groups = {**project.get("entry-points", {}), "console_scripts": project.get("scripts", {})}
    lines = [line for group, entries in groups.items() for line in (f"[{group}]", *(f"{key} = {value}" for key, value in entries.items()))]
    folder = target / f"{project['name']}-{project['version']}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8")
    (folder / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
