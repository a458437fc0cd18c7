"""Every trap, against the command; the `must` sets, against pytest itself (slow)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.traps.harness import Answer, Trap, answer_for
from tests.traps.scenarios import TRAPS
from tests.traps.truth import differing

if TYPE_CHECKING:
    from pathlib import Path

LEAST_TRAPS = 60
MOST_BEYOND = 0.10
every_trap = pytest.mark.parametrize("trap", TRAPS, ids=[trap.name for trap in TRAPS])
Ask = Callable[[Trap], Answer]


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The command's answer to a trap, asked once a session."""
    answers: dict[str, Answer] = {}

    def answer(trap: Trap) -> Answer:
        if trap.name not in answers:
            answers[trap.name] = answer_for(trap, tmp_path_factory.mktemp("trap"))
        return answers[trap.name]

    return answer


@every_trap
def test_no_test_is_lost(trap: Trap, ask: Ask) -> None:
    answer = ask(trap)
    assert trap.lost(answer.tests) == [], f"{trap.why}\n{answer}"


@every_trap
def test_only_test_files_of_the_new_state_are_named(trap: Trap, ask: Ask) -> None:
    assert set(ask(trap).tests) <= trap.head.keys()


def test_few_answers_are_wider_than_a_careful_person_would_accept(ask: Ask) -> None:
    beyond = {trap.name: extra for trap in TRAPS if (extra := trap.beyond(ask(trap).tests))}
    assert len(beyond) <= MOST_BEYOND * len(TRAPS), beyond


def test_the_traps_tell_tools_apart() -> None:
    """A program that answers everything goes beyond far too often, one that answers nothing loses far too often."""
    everything = [trap for trap in TRAPS if trap.beyond(trap.head.keys() & {"test_bystander.py"})]
    nothing = [trap for trap in TRAPS if trap.lost(())]
    assert len(TRAPS) >= LEAST_TRAPS
    assert len(everything) > len(TRAPS) / 2
    assert len(nothing) > len(TRAPS) / 2


@every_trap
def test_a_trap_is_well_formed(trap: Trap) -> None:
    assert [other.name for other in TRAPS].count(trap.name) == 1
    assert set(trap.must) <= trap.head.keys()
    assert trap.may in (None, "all") or set(trap.may) <= trap.head.keys()


@pytest.mark.slow
@every_trap
def test_must_is_what_pytest_says(trap: Trap, tmp_path: Path) -> None:
    found = differing(trap.base, trap.head, tmp_path, trap.installed)
    if trap.argued:
        assert found <= set(trap.must)
    else:
        assert found == set(trap.must)
