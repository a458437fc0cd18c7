"""What is installed in an environment's site-packages, as its metadata tells it. Nothing is imported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: A .dist-info that tells its import names through RECORD alone is read that far; nothing there is longer in practice.
_RECORD_LIMIT = 4_000_000


def environment_of(checkout: Path) -> Path | None:
    """The site-packages of the virtual environment in the checkout itself (.venv or venv), None if there is none.

    The environment that runs the analysis says nothing about the one that runs the tests, so it is not asked.
    """
    for name in (".venv", "venv"):
        for found in sorted((checkout / name).glob("[Ll]ib*/**/site-packages")) if (checkout / name / "pyvenv.cfg").is_file() else ():
            return found
    return None


def installed_names(site_packages: Path, wanted: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Normalized distribution -> the top-level names it installs, for those of `wanted` (normalized) that are installed.

    One listing of the directory, then one or two small files for each distribution wanted; unreadable metadata leaves its distribution out.
    """
    directories = _metadata_directories(site_packages, frozenset(wanted))
    names = {name: _import_names(directory) for name, directory in sorted(directories.items())}
    return {name: found for name, found in names.items() if found}


def _metadata_directories(site_packages: Path, wanted: frozenset[str]) -> dict[str, Path]:
    import re  # only a change of dependencies asks

    found: dict[str, Path] = {}
    for directory in site_packages.iterdir() if site_packages.is_dir() else ():
        name = re.sub(r"[-_.]+", "-", directory.name.split("-")[0]).lower()
        if directory.suffix == ".dist-info" and name in wanted:
            found[name] = directory
    return found


def _import_names(directory: Path) -> tuple[str, ...]:
    told = {name.replace("/", ".") for name in _lines(directory / "top_level.txt")}
    # An old top_level.txt may be incomplete, and newer wheels have none: the list of files knows.
    recorded = {_module(line.rpartition(",")[0].rpartition(",")[0]) for line in _lines(directory / "RECORD")}
    return tuple(sorted(name for name in told | recorded if name.isidentifier()))


def _module(path: str) -> str:
    """The top-level module or package that an installed file belongs to, "" for metadata and scripts."""
    first, _, rest = path.strip('"').partition("/")
    if rest:
        return first if rest.endswith((".py", ".so", ".pyd", ".pyc")) else ""
    return first.partition(".")[0] if first.endswith((".py", ".so", ".pyd")) else ""


def _lines(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(_RECORD_LIMIT).splitlines()
    except OSError:
        return []
