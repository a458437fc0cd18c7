"""A selection for GitHub Actions: the step summary and the step's outputs, as text for $GITHUB_STEP_SUMMARY and $GITHUB_OUTPUT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from impactgraph.errors import UsageError
from impactgraph.reports.markdown import capped, code, table
from impactgraph.reports.terminal import quantity
from impactgraph.reports.text import headline

#: Bytes that GitHub accepts as the summary of a step; one byte more and it shows none of it.
LIMIT = 1024 * 1024


def summary(answer: Mapping[str, Any], *, limit: int = LIMIT) -> str:
    """The answer as Markdown of at most `limit` bytes; what does not fit is left out with a note."""
    return capped(_lines(answer), limit=limit, note="\n(cut here: a step summary holds 1 MiB; the JSON has the rest)")


def outputs(answer: Mapping[str, Any], tests_file: str) -> str:
    """The outputs `decision`, `count` (test files), `all` (true or false) and `tests-file`, where the caller has put the arguments.

    Raises UsageError if the file's name would start another output.
    """
    if not tests_file.isprintable():
        raise UsageError("the name of the tests file holds control characters", "give a plain name")
    values = {
        "decision": answer["decision"],
        "count": answer["counts"]["tests_selected"],
        "all": str(answer["decision"] == "all").lower(),
        "tests-file": tests_file,
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    yield f"### impactgraph: {headline(answer)}\n"
    if answer["fallback"] is not None:
        yield "> [!WARNING]"
        yield f"> Everything is selected to be safe: {code(answer['fallback']['message'])}. Hint: {code(answer['fallback']['hint'])}\n"
    if answer["reasons"]:
        yield from table(["Test files", "Reason", "Path", "Detail"], map(_reason, answer["reasons"]))
    if answer["decision"] == "subset":
        yield f"\n<details><summary>{quantity(len(answer['tests']), 'test file')}</summary>\n"
        yield from table(["Test file", "Because of", "Hops"], map(_test, answer["tests"]))
        yield "\n</details>"


def _reason(reason: Mapping[str, Any]) -> list[str]:
    return [str(reason["tests"]), reason["code"], _cell(reason["path"]), _cell(reason["detail"])]


def _test(test: Mapping[str, Any]) -> list[str]:
    return [code(test["path"]), _cell(test["change"]), "" if test["distance"] is None else str(test["distance"])]


def _cell(text: str | None) -> str:
    return code(text) if text else ""
