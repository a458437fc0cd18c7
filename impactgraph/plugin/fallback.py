"""The answer where there is none: everything, and why. Made of plain values, as nothing of the analysis may work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph._version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

_HINT = "please report this, with the traceback that IMPACTGRAPH_DEBUG=1 shows"


def fallback_answer(asked: Mapping[str, Any], code: str, message: str, hint: str = _HINT) -> dict[str, Any]:
    """An answer in the shape of the schema `selection`: all tests, whichever these are, because of an error.

    `asked`: the question, with `directory` and `base`.
    """
    unknown = dict.fromkeys(("node_ids_total", "node_ids_selected", "seconds_total", "seconds_selected"))
    return {
        "schema_version": 1,
        "kind": "selection",
        "tool": {"name": "impactgraph", "version": __version__, "kernel": None},
        "root": asked["directory"],
        "warnings": [],
        "base": {"revision": None, "from": None, "ref": asked["base"]},
        "head": {"revision": None, "worktree": True},
        "decision": "all",
        "granularity": "module",
        "fallback": {"code": code, "message": message, "hint": hint},
        "counts": {"tests_total": 0, "tests_selected": 0, **unknown},
        "tests": [],
        "changes": [],
        "reasons": [],
        "default_arguments": ["."],
    }


def fallback_lines(answer: Mapping[str, Any]) -> list[str]:
    """The answer for people."""
    fallback = answer["fallback"]
    return [f"everything runs: {fallback['message']} ({fallback['code']})", f"  hint: {fallback['hint']}"]
