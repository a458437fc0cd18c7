"""What cutting imports would save, and what it takes to know: ``python benchmarks/cuts.py CHECKOUT ...``.

Two tables, for the commit that is checked out and the last 500 commits that touched Python. The first: the best cut and the best plan of
three, each verified as ``impactgraph cuts --verify`` does: the statements deleted in a copy, which is billed from scratch. The second: CPU
seconds to price every single statement, and every bundle between two packages of 1, 2 and 3 names, of any size, without reading the
checkout; and how many of the same bundles a recomputation without their edges, by another algorithm (`Network.without`), confirms.
"""

from __future__ import annotations

import os
import random
import sys
import time
from typing import TYPE_CHECKING

from impactgraph.decisions import cuts
from impactgraph.questions.analyse import look_closer
from impactgraph.questions.cuts import Wishes, checkout_of, offered
from impactgraph.questions.impact import Request
from impactgraph.questions.pricing import Span
from impactgraph.questions.scene import case_of, priced

if TYPE_CHECKING:
    from typing import Any

_CHECKED = 50  # bundles, picked at random
_ANY = 10**9


def proved(checkout: str) -> str:
    """A line of the first table."""
    answer = offered(Request(checkout, head="HEAD", cache=False), Span(), Wishes(1, 50, 3, verify=True))
    best, plan = answer["cuts"][0], answer["plan"]
    assert answer["verified"], answer["proofs"]
    count = len({(row["path"], row["line"]) for row in best["statements"]})
    place = best["statements"][0]
    what = f"{best['importer']} -> {best['imported']} ({count} statements, {place['path']}:{place['line']})"
    return f"{what} | {_saved(best['saving'])} | {len(plan['ranks'])} cuts: {_saved(plan['saving'])} | {len(answer['proofs'])}"


def _saved(saving: dict[str, Any]) -> str:
    return f"{saving['share'] * 100:.1f} %, {saving['tests_per_change']:.0f} test functions"


def timed(checkout: str) -> str:
    """A line of the second table."""
    case = case_of(Request(checkout, head="HEAD", cache=False), Span())
    _, head, config, *_ = case.situation
    assembled = look_closer(head, config, None)
    scene, parts = priced(case, head, assembled.graph), checkout_of(assembled)
    frequencies = scene.window.frequencies()
    found = cuts.candidates(parts, scene.graph.test_files, _ANY)
    cells = []
    for depth in (None, 1, 2, 3):
        some = [cut for cut in found if cut.depth == depth]
        start = time.process_time()
        scene.network.gains(frequencies, [cut.gone for cut in some])
        cells.append(f"{len(some):,}: {time.process_time() - start:.2f} s")
    return f"{' | '.join(cells)} | {_confirmed(scene, frequencies, found)}"


def _confirmed(scene: Any, frequencies: Any, found: list[cuts.Cut]) -> str:
    some = random.Random(0).sample(found, min(_CHECKED, len(found)))  # noqa: S311 - a sample, no secret
    rank = scene.network.rank(frequencies)
    gains = scene.network.gains(frequencies, [cut.gone for cut in some])
    assert gains == [rank - scene.network.without(cut.gone).rank(frequencies) for cut in some]
    return f"{len(some)} of {len(some)}"


def report(checkouts: list[str]) -> None:
    """Print both tables."""
    print("| checkout | commit | best cut | saves, spares a change | best plan | verified |\n|---|---|---|---|---|---|")
    for checkout in checkouts:
        revision = case_of(Request(checkout, head="HEAD", cache=False), Span()).situation.head.revision or ""
        print(f"| {os.path.basename(os.path.realpath(checkout))} | {revision[:10]} | {proved(checkout)} |", flush=True)
    print("\n| checkout | statements | bundles, 1 name | 2 names | 3 names | confirmed |\n|---|---|---|---|---|---|")
    for checkout in checkouts:
        print(f"| {os.path.basename(os.path.realpath(checkout))} | {timed(checkout)} |", flush=True)


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    report(sys.argv[1:])
