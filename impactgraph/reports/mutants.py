"""The audit by mutants as text: faults that break tests, and whether the selection has these tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from impactgraph.reports.terminal import PLAIN, Style, columns, percent, printable, quantity

_SHOWN = 60  # characters of a fault
_TESTS = 5  # named per mutant


def render(audit: Mapping[str, Any], style: Style = PLAIN) -> str:
    """The verdict first, then what it was found from, then each failing test that would have been left out, by mutant."""
    summary = audit["summary"]
    lines = [
        style.title(_verdict(summary)),
        *([style.bad("  interrupted: this is what was known by then")] if audit["interrupted"] else []),
        *columns([("granularity", audit["granularity"]), *_figures(summary, audit["granularity"])]),
        *(style.bad(f"  warning: {printable(_warned(warning))}") for warning in audit["warnings"]),
        "",
        style.title("Kinds of faults"),
        *columns([("kind", "put in", "counted", "of all", "with a miss", "left out"), *_kinds(summary)], right=(1, 2, 3, 4, 5)),
        *_misses(audit, style),
        *_doubts(audit, style),
    ]
    return "".join(f"{line}\n" for line in lines)


def _verdict(summary: Mapping[str, Any]) -> str:
    mutants = f"{quantity(summary['counted'], 'mutant')} that broke a test"
    if not summary["counted"] and not summary["apart_with_miss"]:
        return "Nothing can be said: no fault made a test fail."
    if not summary["with_miss"] and not summary["apart_with_miss"]:
        return f"Of {mutants} the selection would have left out no failing test."
    if not summary["with_miss"]:
        return f"Of {mutants} the selection would have left out none, but of {summary['apart_with_miss']} that are counted apart."
    return f"Of {mutants} the selection would have left out a failing test in {summary['with_miss']}."


def _figures(summary: Mapping[str, Any], granularity: str) -> list[tuple[str, str]]:
    rate, tests, seconds, outcomes = summary["miss_rate"], summary["tests"], summary["seconds"], summary["outcomes"]
    bound = "-" if rate["upper"] is None else f"at most {rate['upper'] * 100:.1f} % at {rate['level'] * 100:.0f} % ({rate['method']})"
    apart = ", ".join(f"{outcomes[name]} {told}" for name, told in _APART)
    tests_of = quantity(summary["failing_tests_contaminated"], "test")
    unseen = f", {summary['apart_unseen']} that nothing selected would show" if granularity == "function" else ""
    return [
        ("faults put in", f"{summary['mutants']}, {summary['counted']} counted, {outcomes['survived']} that no test saw"),
        ("counted apart", f"{apart}; {summary['apart_with_miss']} of them with a miss{unseen}"),
        (
            "failing tests",
            f"{summary['failing_tests']}, {summary['failing_tests_missed']} missed, {summary['failing_tests_in_doubt']} in doubt",
        ),
        ("contaminated", f"{tests_of} of {quantity(summary['contaminated'], 'mutant')} fail only beside others"),
        ("miss rate", bound),
        ("tests left out", f"{percent(tests['share'])} on average"),
        ("time left out", f"{percent(seconds['share'])} on average"),
    ]


_APART = (("import-crash", "with files that could not be imported"), ("crash", "that ended pytest"), ("timeout", "that took too long"))


def _warned(warning: Mapping[str, Any]) -> str:
    return f"{warning['path']}: {warning['message']}" if warning["path"] else str(warning["message"])


def _kinds(summary: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            kind["kind"],
            *(str(kind[count]) for count in ("mutants", "counted")),
            percent(kind["share"]),
            str(kind["with_miss"]),
            percent(kind["left_out"]),
        )
        for kind in summary["kinds"]
    ]


def _misses(audit: Mapping[str, Any], style: Style) -> list[str]:
    lines = ["", style.title("Failing tests that would have been left out")] if audit["misses"] else []
    for number, mutant in enumerate(audit["mutants"]):
        misses = [miss for miss in audit["misses"] if miss["mutant"] == number]
        if misses:
            lines += [f"  {_fault(mutant)}", *_change(misses[0]["changes"]), *(line for miss in misses[:_TESTS] for line in _missed(miss))]
        if len(misses) > _TESTS:
            lines.append(f"    and {quantity(len(misses) - _TESTS, 'more test')}")
    return lines


def _fault(mutant: Mapping[str, Any]) -> str:
    before, after = (_short(mutant[part]) for part in ("before", "after"))
    return printable(f"{mutant['path']}:{mutant['line']} ({mutant['kind']}): {before} -> {after}")


def _short(text: str) -> str:
    first, _, rest = text.partition("\n")
    return first if not rest and len(first) <= _SHOWN else f"{first[:_SHOWN]}..."


def _change(changes: Sequence[Mapping[str, Any]]) -> list[str]:
    if not changes:
        return ["    the selection saw no change"]
    return [printable(f"    judged: {change['class']}, {change['effect']}: {change['reason']}") for change in changes]


def _missed(miss: Mapping[str, Any]) -> list[str]:
    edge = miss["lacking"]
    return [
        printable(f"    {miss['node_id']} ({miss['outcome']})"),
        *([printable(f"      no edge is known from {edge['imported']} to {edge['importer']}")] if edge else _rules(miss["reasons"])),
        *([printable(f"      it really went {' -> '.join(miss['frames'])}")] if len(miss["frames"]) > 1 else []),
    ]


def _rules(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the rules below the module found instead."""
    return [printable(f"      {reason['code']} {reason['path']} {reason['detail'] or ''}") for reason in reasons[:_TESTS]]


def _doubts(audit: Mapping[str, Any], style: Style) -> list[str]:
    doubts = [(mutant, test) for mutant in audit["mutants"] for test in mutant["failing"] if test["verdict"] in _DOUBTS]
    lines = ["", style.title("In doubt: failing tests that are left out, and are no misses")] if doubts else []
    shown = doubts[: 4 * _TESTS]
    lines += [printable(f"  {test['node_id']} {_DOUBTS[test['verdict']]} ({mutant['path']}:{mutant['line']})") for mutant, test in shown]
    return lines + ([f"  and {quantity(len(doubts) - len(shown), 'more test')}"] if len(doubts) > len(shown) else [])


_DOUBTS = {"not-alone": "fails only after others", "without-fault": "fails by itself without the fault, too"}
