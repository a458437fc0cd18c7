"""Why a test is selected, or what a change reaches: the chains of an explanation as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from impactgraph.reports.terminal import PLAIN, Style, columns, printable, quantity
from impactgraph.reports.text import top_reasons


def render(explanation: Mapping[str, Any], style: Style = PLAIN) -> str:
    """Every chain from the change to the test, a line per hop with the kind of its edge and its place."""
    blocks = [_answer(explanation), *_recorded(explanation)]
    blocks += [
        "\n".join([style.title(printable(f"{chain['change']} -> {chain['test']}")), *_hops(chain)]) for chain in explanation["chains"]
    ]
    return "\n\n".join(blocks) + "\n"


def _recorded(explanation: Mapping[str, Any]) -> list[str]:
    """Which layer decided for each test of the file that is asked for: what it ran, or the imports."""
    if explanation.get("recorded") is None or not explanation["question"]["test"]:
        return []
    rows = [(row["node_id"] or "the whole file", _rule(row)) for row in explanation["recorded"]]
    return ["\n".join(["By what recorded runs entered:", *columns(rows)])] if rows else []


def _rule(row: Mapping[str, Any]) -> str:
    if not row["selected"]:
        return "left out: it ran nothing that the change can touch"
    layer = "" if row["rule"] in {"always", "global"} else "function-"
    return f"{layer}{row['rule']}: {row['change']}{' ' if row['unit'] else ''}{row['unit'] or ''}"


def _answer(explanation: Mapping[str, Any]) -> str:
    question, selected = explanation["question"], explanation["selected"]
    if question["test"]:
        sentence = f"{question['test']} {'is selected' if selected else 'is not selected'}"
    else:
        sentence = f"{question['change'] or 'The change'} selects {_reached(explanation) if selected else 'no test'}"
    reasons = top_reasons(explanation.get("reasons", ()))
    return "\n".join([f"{printable(sentence)}{':' if reasons or explanation['chains'] else '.'}", *reasons])


def _reached(explanation: Mapping[str, Any]) -> str:
    """How many tests, and how many of them follow."""
    reached, shown = explanation.get("tests_reached"), len(explanation["chains"])
    if reached is None:
        return "tests"
    told = f"{reached} of {quantity(explanation['tests_total'], 'test file')}"
    return told if shown == reached else f"{told}, of which these are {shown}"


def _hops(chain: Mapping[str, Any]) -> list[str]:
    if not chain["hops"]:
        return ["  the file itself changed"]
    rows = [("", chain["hops"][0]["imported"], "", "", "")]
    rows += [("<-", hop["importer"], _kind(hop), _place(hop), (hop["text"] or "").strip()) for hop in chain["hops"]]
    return columns(rows)


def _kind(hop: Mapping[str, Any]) -> str:
    return str(hop["kind"]) if hop["scope"] in {None, "module"} else f"{hop['kind']}, {hop['scope']}"


def _place(hop: Mapping[str, Any]) -> str:
    return f"{hop['path']}:{hop['line']}" if hop["line"] else str(hop["path"] or "")
