"""No test is lost on random projects and random changes; the truth comes from running pytest in both states."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from tests.functional.fuzz_trees import Files, changes, projects
from tests.traps.harness import Trap, answer_for
from tests.traps.truth import differing

QUIET = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True)
EVERYDAY = settings(QUIET, max_examples=8, derandomize=True, phases=[Phase.generate])
NIGHTLY = settings(QUIET, max_examples=400)


@st.composite
def random_traps(draw: st.DrawFn) -> Trap:
    """A random project and change in the traps' own notation: a failing one can be pasted among them."""
    before, modules = draw(projects())
    after = draw(changes(before, modules))
    assume(before != after and not clashing(after) and not clashing(before))
    return Trap("fuzz", "Found by the fuzz.", as_text(before), difference(before, after))


def clashing(files: Files) -> bool:
    """Whether a path is both a file and a directory."""
    return any(path.startswith(f"{other}/") for path in files for other in files)


def as_text(files: Files) -> str:
    return "".join(f"-- {path} --\n{text}" for path, text in sorted(files.items()))


def difference(before: Files, after: Files) -> str:
    changed = {path: text for path, text in after.items() if before.get(path) != text}
    return as_text(changed) + "".join(f"-- {path} -- deleted\n" for path in sorted(before.keys() - after.keys()))


def assert_nothing_lost(trap: Trap) -> None:
    with tempfile.TemporaryDirectory() as directory:
        repository = Path(directory, "repository")
        answer = answer_for(trap, repository)
        truth = differing(trap.base, trap.head, Path(directory, "truth"))
    event(f"{answer.decision}, {'some' if truth else 'no'} outcome differs")
    assert truth <= set(answer.tests), f"lost {sorted(truth - set(answer.tests))} of {answer}\n{trap.before}\n======\n{trap.change}"


@given(random_traps())
@EVERYDAY
def test_no_test_is_lost_on_random_projects(trap: Trap) -> None:
    assert_nothing_lost(trap)


@pytest.mark.slow
@given(random_traps())
@NIGHTLY
def test_no_test_is_lost_on_many_random_projects(trap: Trap) -> None:
    assert_nothing_lost(trap)
