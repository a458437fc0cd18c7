"""The page `docs/reports.md`: what the commands say of real projects, and what each team could do about it.

``python benchmarks/reports.py docs/reports.md KEPT CHECKOUT ...``

Of each CHECKOUT the JSON of ``growth``, ``bill`` and ``cuts --verify`` goes into the directory KEPT; what is there already is not made
again. Everything on the page follows from these files. The command is that of the environment this runs in.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAMS = Path(sys.executable).parent
QUESTIONS = {
    "growth": ("growth",),
    "bill": ("bill", "--head", "HEAD"),
    "cuts": ("cuts", "--head", "HEAD", "--verify"),
}
WORTH = 0.02  # of the bill: a cut that saves less is hardly worth a pull request
HUB = 0.5  # of the rank weight: a circle of imports with more is where the bill is made

HEAD = """# Reports of real projects

What `impactgraph growth`, `bill` and `cuts --verify` say of {count} open source projects of different shape, and what each team could do.
Made by `python benchmarks/reports.py docs/reports.md KEPT CHECKOUT ...`, at the commits named below; costs are in test functions, as no
run was recorded there. They are reached along imports: what would have to run if nobody knew more. Where functions are recorded, fewer do
([functions.md](functions.md)).

A cut is verified where its statements were deleted in a copy and the copy, billed from scratch, came to exactly the saving that was
foretold. Whether the code can do without them is for the team to see: some, as the import with which a program starts, are there for good,
and then the next one in the list of `impactgraph cuts` is the one to look at. What a cut saves is small where one circle of imports holds
nearly everything: there, no single import is the reason. Shares are of real commits; with a star, of single modules.

| project | lines | tests | share first -> now | regime | power of the lines | bill per change | best cut saves | verified |
|---|---:|---:|---|---|---|---:|---:|---|
"""
OTHERWISE = {
    "churn": "Its history is measured by single modules, as often as they changed: not all of its snapshots have commits to count.",
    "uniform": "Its history is measured by single modules, each once: not all of its snapshots have commits to count.",
}


def answer(checkout: Path, question: str, kept: Path) -> dict[str, Any]:
    """What the command says; kept from an earlier run, where there was one."""
    file = kept / f"{checkout.name}-{question}.json"
    if not file.exists():
        command = [PROGRAMS / "impactgraph", *QUESTIONS[question], "-C", checkout, "--format", "json", "-o", file]
        done = subprocess.run(command, check=False)
        assert done.returncode in {0, 1}, command  # 1: a cut that could not be verified, which is told
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def percent(share: float | None) -> str:
    """A share of 1."""
    return "-" if share is None else f"{share * 100:.1f} %" if share < 0.1 else f"{share * 100:.0f} %"  # noqa: PLR2004 - digits


def measured(growth: dict[str, Any]) -> list[dict[str, Any]]:
    """Snapshots whose share is known, the share beside them."""
    edges, weighting = growth["edges"], growth["weighting"]
    rows = [row for row in growth["snapshots"] if weighting in row["impact"].get(edges, {})]
    return [{**row, "share": row["impact"][edges][weighting]["functions"]["share_mean"]} for row in rows]


def law(growth: dict[str, Any]) -> dict[str, Any]:
    """Tests per change against lines."""
    found: dict[str, Any] = growth["laws"][0]
    assert (found["bill"], found["of"], found["against"], found["estimator"]) == ("per-change", "test-functions", "lines", "theil-sen")
    return found


def verified(cuts: dict[str, Any]) -> str:
    """Whether the best cut came out as foretold."""
    first = next((proof["agrees"] for proof in cuts["proofs"] if proof["ranks"] == [1]), None)
    return {None: "-", True: "yes", False: "no"}[first]


def line(name: str, growth: dict[str, Any], bill: dict[str, Any], cuts: dict[str, Any]) -> str:
    """The project in the table."""
    rows, found = measured(growth), law(growth)
    power = "-" if found["refused"] else f"{found['exponent']:.2f} [{found['low']:.2f}, {found['high']:.2f}]"
    best = cuts["cuts"][0]["saving"]["share_of_bill"] if cuts["cuts"] else None
    sizes = f"{rows[-1]['lines']:,} | {rows[-1]['test_functions']:,}"
    share = f"{percent(rows[0]['share'])} -> {percent(rows[-1]['share'])}{' *' if growth['weighting'] in OTHERWISE else ''}"
    cost = f"{bill['total']['per_change']:,.0f}"
    return f"| [{name}](#{name}) | {sizes} | {share} | {growth['regime']} | {power} | {cost} | {percent(best)} | {verified(cuts)} |"


def section(name: str, growth: dict[str, Any], bill: dict[str, Any], cuts: dict[str, Any]) -> list[str]:
    """What there is to say of one project."""
    total = bill["total"]
    share = percent(total["per_change"] / total["everything"])
    cost = f"{total['per_change']:,.0f} of {total['everything']:,.0f} test functions ({share})"
    first = bill["modules"][0]
    newest = growth["snapshots"][-1]
    said = [
        f"At {newest['revision'][:10]} of {newest['date']}. A change reaches {cost};",
        f"{percent(total['share_selecting_all'])} of the last {bill['window']['commits']} changes reach every test.",
        f"Most of the bill, by how often it changes and what that reaches, comes from `{first['path']}` ({percent(first['share'])}).",
        *([OTHERWISE[growth["weighting"]]] if growth["weighting"] in OTHERWISE else []),
    ]
    return [f"## {name}", "", " ".join(said), "", *circle(bill), *best(cuts), *plan(cuts), f"- {advice(growth, bill, cuts)}", ""]


def circle(bill: dict[str, Any]) -> list[str]:
    """The largest circle of imports, and the import on which it hangs most."""
    if not bill["components"]:
        return []
    ball = bill["components"][0]
    size = len(ball["modules"])
    said = f"- {size} modules import each other in a circle; {percent(ball['share'])} of the rank weight is theirs"
    if not ball["cuts"] or ball["cuts"][0]["modules_left"] >= size - 1:
        return [f"{said}. No single import holds them together."]
    cut = ball["cuts"][0]
    return [f"{said}. Without `{cut['path']}:{cut['line']}` {cut['modules_left']} would be left in it."]


def best(cuts: dict[str, Any]) -> list[str]:
    """The best cut."""
    if not cuts["cuts"]:
        return ["- No import statement outside of the tests saves anything by itself, nor does any bundle of them."]
    cut = cuts["cuts"][0]
    places = list(dict.fromkeys(f"`{row['path']}:{row['line']}`" for row in cut["statements"]))
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""  # noqa: PLR2004 - as many as fit
    saving = cut["saving"]
    said = f"{percent(saving['share_of_bill'])} of the bill, {saving['per_change']:,.1f} test functions per change"
    proof = {"yes": "verified", "no": "not verified", "-": "not verified"}[verified(cuts)]
    return [f"- Best cut: `{cut['importer']}` -> `{cut['imported']}` ({', '.join(places[:3])}{more}) saves {said}; {proof}."]


def plan(cuts: dict[str, Any]) -> list[str]:
    """What several save together."""
    ranks = cuts["plan"]["ranks"]
    if len(ranks) < 2:  # noqa: PLR2004 - several
        return []
    proof = next((proof for proof in cuts["proofs"] if proof["ranks"] == ranks), None)
    if proof is None:
        said = "not verified"
    elif proof["agrees"]:
        said = "verified"
    else:
        left = ", ".join(f"`{path}`" for path in proof["undeleted"]) or "the bill differs"
        said = f"not verified: could not be deleted everywhere ({left})"
    return [f"- {len(ranks)} cuts together save {percent(cuts['plan']['saving']['share_of_bill'])}; {said}."]


def advice(growth: dict[str, Any], bill: dict[str, Any], cuts: dict[str, Any]) -> str:
    """What follows from the figures, by rules."""
    ball = bill["components"][0]["share"] if bill["components"] else 0.0
    worth = cuts["plan"]["saving"]["share_of_bill"] or 0.0
    if worth >= WORTH and ball < HUB:
        return (
            f"What to do: take these imports out, and forbid them from coming back (import-linter); {percent(worth)} of every bill "
            "to come is theirs, and no circle stands in the way."
        )
    if worth >= WORTH:
        return (
            f"What to do: take these imports out for {percent(worth)}; for more, the circle has to be opened: decide which of its packages "
            "is the lower one, and turn its imports of the upper one into arguments or registries."
        )
    if ball >= HUB:
        return (
            "What to do: no cut is worth a pull request by itself. Either open the circle package by package, with `bill --base` in CI so "
            "that it does not close again, or record functions and decide below the module."
        )
    if growth["regime"] == "low":
        return (
            "What to do: keep it. A share this low may jump with one import: `bill --base origin/main --max-increase 2` in CI tells which."
        )
    return "What to do: nothing here is cheap and large. Record functions and decide below the module."


def main(page: Path, kept: Path, checkouts: list[Path]) -> None:
    """Ask, and write the page."""
    kept.mkdir(exist_ok=True)
    found = [(checkout.name, *(answer(checkout, question, kept) for question in QUESTIONS)) for checkout in checkouts]
    lines = [line(*one) for one in found]
    sections = [text for one in found for text in section(*one)]
    page.write_text(HEAD.format(count=len(found)) + "\n".join([*lines, "", *sections]).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 4:  # noqa: PLR2004 - as the docstring says
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
