"""Whether tests in a copy of a checkout really test the copy: an installed or editable package would be imported in its place."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from impactgraph.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impactgraph.model import ImpactGraph
    from impactgraph.sources.trial import Trial

_NOT_INSTALLED = frozenset({"docs", "examples", "test", "tests"})  # where these are, somebody packaged by mistake


def roots_to_import_from(graph: ImpactGraph, trial: Trial) -> list[str]:
    """The import roots whose packages the environment of the tests would find elsewhere: installed, or in the checkout itself.

    Not those with a module of a name that Python's own library has, which could not even start with them before all else.
    """
    shadowing = _shadowing(graph)
    providers = {name: kept for name, roots in _providers(graph).items() if (kept := [root for root in roots if root not in shadowing])}
    roots: dict[str, None] = {}
    for name, place in sorted(trial.found_in(sorted(providers)).items()):
        inside = trial.in_checkout(place)
        if inside is not None:
            # .../src/name/__init__.py, or .../src/name of a namespace, or .../name.py
            owner = next((root for root in providers[name] if inside.startswith(f"{root}/{name}" if root else name)), None)
            roots.update({owner: None} if owner is not None else {})
        elif "site-packages" in place or "dist-packages" in place:
            is_namespace = os.path.isdir(place)
            roots.update(dict.fromkeys(root for root in providers[name] if is_namespace or _is_whole(graph, root, name)))
    return list(roots)


def _providers(graph: ImpactGraph) -> dict[str, list[str]]:
    """Top-level name -> the import roots that have it."""
    found: dict[str, list[str]] = {}
    for root in sorted(graph.roots, key=lambda root: (root.count("/"), root)):
        start = f"{root}/" if root not in {"", "."} else ""
        inside = (path[len(start) :] for path in graph.paths if path.endswith(".py") and path.startswith(start))
        for name in sorted({path.partition("/")[0].removesuffix(".py") for path in inside}):
            if name.isidentifier() and name not in _NOT_INSTALLED and name not in sys.stdlib_module_names:
                found.setdefault(name, []).append(root)
    return found


def _is_whole(graph: ImpactGraph, root: str, name: str) -> bool:
    """Whether `root` has a module or a package `name`: a mere directory of that name gives way to any that is installed."""
    start = f"{root}/{name}" if root not in {"", "."} else name
    return any(path.startswith((f"{start}.", f"{start}/__init__.")) for path in graph.paths)


def _shadowing(graph: ImpactGraph) -> set[str]:
    known = frozenset(graph.paths)
    ends = [end for name in sys.stdlib_module_names - _NOT_INSTALLED for end in (f"{name}.py", f"{name}/__init__.py")]
    return {root for root in graph.roots if any((end if root in {"", "."} else f"{root}/{end}") in known for end in ends)}


def check_imports(modules: Mapping[str, str], graph: ImpactGraph, top: str, trial: Trial, roots: Sequence[str]) -> None:
    """Raises `SourceError` where a run in the copy at `top` imported a module of the checkout from elsewhere, or none at all.

    `modules`: name -> file, of a run with the import roots `roots` of the copy before all else.
    """
    start = os.path.join(os.path.realpath(top), "")
    known = frozenset(graph.paths)
    imported = {file.removeprefix(start).replace(os.sep, "/") for file in modules.values() if file.startswith(start)}
    if not (imported & known) - frozenset(graph.test_files):
        raise SourceError(
            "the tests import no module of the checkout, so no fault would be seen", "impactgraph doctor shows what was found"
        )
    expected = {name for name, found in _providers(graph).items() if any(root in roots and _is_whole(graph, root, name) for root in found)}
    for name, file in sorted(modules.items()):
        inside = trial.in_checkout(file)
        is_elsewhere = not file.startswith(start) and name in expected
        if (inside is not None and inside in known) or is_elsewhere:
            raise SourceError(
                f"{name} is imported from {file}, not from the copy that faults are put into",
                "an editable install that puts itself before PYTHONPATH? install the package without -e, or not at all",
            )
