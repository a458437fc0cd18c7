from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from impactgraph.errors import SourceError
from impactgraph.sources.apart import answers


def say(place: str) -> str:
    if place == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if place == "refuses":
        raise SourceError("no such place", "name another")
    if place == "breaks":
        raise ZeroDivisionError(place)
    return place.upper()


def test_what_goes_wrong_in_one_process_is_the_answer_for_one_place() -> None:
    found = dict(answers(say, ["a", "dies", "refuses", "breaks", "b"], 2))
    assert (found["a"], found["b"]) == ("A", "B")
    assert "ended with -9" in found["dies"].message
    assert (found["refuses"].message, found["refuses"].hint) == ("no such place", "name another")
    assert found["breaks"].message == "internal error: ZeroDivisionError: breaks"


def linger(directory: str, place: str) -> str:
    if place == "quick":
        return place
    try:
        (Path(directory) / place).touch()
        time.sleep(60)
    finally:
        (Path(directory) / place).unlink()
    return place


def test_those_at_work_clear_away_where_the_user_stops_it(tmp_path: Path) -> None:
    found = answers(partial(linger, str(tmp_path)), ["slow", "quick", "never"], 2)
    assert next(found) == ("quick", "quick")
    deadline = time.monotonic() + 30
    while not (tmp_path / "slow").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        found.throw(KeyboardInterrupt())
    assert time.monotonic() - begun < 20
    assert not list(tmp_path.iterdir())
