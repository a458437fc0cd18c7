"""The traps as a table: what the command loses and where it goes beyond, beside selectors that know nothing.

Run it from the top of the checkout: ``python -m benchmarks.traps [NAME ...]``. With names only those traps are asked, in full.
"""

from __future__ import annotations

import collections
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.traps.harness import Answer, Trap, answer_for
from tests.traps.scenarios import THEMES, TRAPS


class Score(NamedTuple):
    """One selector's answer to one trap, judged."""

    trap: Trap
    answer: Answer

    @property
    def verdict(self) -> str:
        """The worst that can be said: lost, then beyond, then right."""
        if self.trap.lost(self.answer.tests):
            return "lost"
        return "beyond" if self.trap.beyond(self.answer.tests) else "right"


def main(names: list[str]) -> int:
    """Print the table; 1 if a test is lost."""
    chosen = [trap for trap in TRAPS if not names or trap.name in names]
    started = time.process_time()
    scores = [ask(trap) for trap in chosen]
    seconds = time.process_time() - started
    for score in scores:
        if names or score.verdict != "right":
            print(described(score))
    print(f"\n| selector | traps | lost | beyond | right |\n|---|---|---|---|---|\n{row('impactgraph', scores)}")
    print(row("everything", [Score(trap, everything(trap)) for trap in chosen]))
    print(row("nothing", [Score(trap, Answer("none", (), ())) for trap in chosen]))
    print(f"\n{len(THEMES)} themes, {sum(bool(trap.argued) for trap in chosen)} traps argued, {seconds:.1f} s CPU of this process")
    return int(any(score.verdict == "lost" for score in scores))


def ask(trap: Trap) -> Score:
    """The command's answer, in a repository of its own."""
    with tempfile.TemporaryDirectory() as directory:
        return Score(trap, answer_for(trap, Path(directory)))


def everything(trap: Trap) -> Answer:
    """What a program says that always runs all: the files that hold tests by the default names or by the trap's own word."""
    named = {path for path in trap.head if path.endswith(".py") and Path(path).name.startswith("test_")}
    return Answer("all", tuple(sorted(named | set(trap.must))), ())


def described(score: Score) -> str:
    """The trap, the answer, what is wrong with it, and the reasons given."""
    trap, answer = score
    lines = [f"{score.verdict:7} {trap.name}: {trap.why}", f"        {answer.decision}: {' '.join(answer.tests)}"]
    lines += [f"        lost: {path}" for path in trap.lost(answer.tests)]
    lines += [f"        beyond: {path}" for path in trap.beyond(answer.tests)]
    return "\n".join([*lines, *(f"        reason: {reason}" for reason in answer.reasons)])


def row(selector: str, scores: list[Score]) -> str:
    """One selector's line of the Markdown table."""
    count = collections.Counter(score.verdict for score in scores)
    return f"| {selector} | {len(scores)} | {count['lost']} | {count['beyond']} ({count['beyond'] / len(scores):.0%}) | {count['right']} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
