"""What of an answer stands in the one line that a repository has in a table of many. Every line of a kind has the same keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.trends.bills import BILLS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Answer = Mapping[str, Any]

_FIGURES = ("modules", "lines", "test_files", "test_functions")


def growth(answer: Answer) -> dict[str, Any]:
    """The newest measured snapshot, the share of tests that a change reaches, the laws in test functions by lines, the largest forecast."""
    edges, weighting = answer["edges"], answer["weighting"]
    rows = [row for row in answer["snapshots"] if weighting in row["impact"].get(edges, {})]
    shares = [row["impact"][edges][weighting]["functions"]["share_mean"] for row in rows]
    wanted = {law["bill"]: law for law in answer["laws"] if _is_headline(law)}
    return {
        "snapshots": len(answer["snapshots"]),
        "measured": sum(row["status"] != "failed" for row in answer["snapshots"]),
        "since": rows[0]["date"] if rows else None,
        "until": rows[-1]["date"] if rows else None,
        **{name: rows[-1][name] if rows else None for name in _FIGURES},
        "regime": answer["regime"],
        "share_first": shares[0] if shares else None,
        "share": shares[-1] if shares else None,
        "laws": {bill: {name: wanted[bill][name] for name in ("exponent", "low", "high", "points", "refused")} for bill in BILLS},
        "forecast": _forecast(answer),
    }


def _is_headline(law: Answer) -> bool:
    return (law["of"], law["against"], law["estimator"]) == ("test-functions", "lines", "theil-sen")


def _forecast(answer: Answer) -> dict[str, Any]:
    """The last forecast per change that has a value; `times`, `times_low` and `times_high`: beside what a change costs today."""
    said = [row for row in answer["forecast"] if row["bill"] == "per-change" and row["value"] is not None]
    row = said[-1] if said else dict.fromkeys(("multiply", "value", "low", "high", "ceiling", "basis"))
    today = answer["today"]["per_change"] if answer["today"] else None
    times = {
        name: row[key] / today if row[key] is not None and today else None
        for name, key in (("times", "value"), ("times_low", "low"), ("times_high", "high"))
    }
    return {**{name: row[name] for name in ("multiply", "value", "low", "high", "ceiling", "basis")}, **times}


def bill(answer: Answer) -> dict[str, Any]:
    """What a change makes run, of all tests, and the module that causes most of it."""
    total = answer["total"]
    first: Answer = next(iter(answer["modules"]), {})
    return {
        "unit": answer["unit"],
        "modules": len(answer["modules"]),
        "tests": answer["tests"],
        "commits": answer["window"]["commits"],
        **{name: total[name] for name in ("per_change", "per_month", "everything")},
        "share": total["per_change"] / total["everything"] if total["everything"] and total["per_change"] is not None else None,
        "share_selecting_all": total["share_selecting_all"],
        "first": {"path": first.get("path"), "share": first.get("share")},
    }


def cuts(answer: Answer) -> dict[str, Any]:
    """The best cut and the plan, with what they save."""
    best: Answer = next(iter(answer["cuts"]), {})
    saving: Answer = best.get("saving", {})
    return {
        "unit": answer["unit"],
        "per_change": answer["total"]["per_change"],
        "best": {
            "importer": best.get("importer"),
            "imported": best.get("imported"),
            "statements": len({(row["path"], row["line"]) for row in best.get("statements", ())}),
            **{name: saving.get(name) for name in ("share", "share_of_bill", "per_change")},
        },
        "plan": {"cuts": len(answer["plan"]["ranks"]), **{name: answer["plan"]["saving"][name] for name in ("share", "share_of_bill")}},
        "verified": answer["verified"],
    }


def replay(answer: Answer) -> dict[str, Any]:
    """How often nothing, some or all tests would have run, and the share of test files per commit."""
    summary = answer["summary"]
    return {
        "commits": summary["commits"],
        **{name: counted["share"] for name, counted in summary["decisions"].items()},
        **{f"selected_{name}": share for name, share in summary["selected_share"].items()},
    }


OF: Mapping[str, Callable[[Answer], dict[str, Any]]] = {"bill": bill, "cuts": cuts, "growth": growth, "replay": replay}
