from __future__ import annotations

from pathlib import Path

import pytest

from impactgraph.analysis.units import compare
from impactgraph.model import Tree
from impactgraph.questions import differences
from impactgraph.questions.differences import Differences
from impactgraph.sources.cache import Cache
from tests.memory import tree_of

OLD = b"def f():\n    return 1\n"
NEW = b"def f():\n    return 2\n"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(str(tmp_path / "cache"))


def trees(new: bytes = NEW) -> tuple[Tree, Tree]:
    return tree_of({"a.py": OLD.decode()}), tree_of({"a.py": new.decode()})


def asked(cache: Cache | None, new: bytes = NEW, *, docstrings_inert: bool = False) -> object:
    found = Differences(*trees(new), cache)
    difference = found("a.py", OLD, new, docstrings_inert=docstrings_inert)
    found.keep()
    return difference


def test_a_pair_is_compared_once(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    first = asked(cache)
    monkeypatch.setattr(differences, "compare", None)
    assert asked(cache) == first == compare("a.py", OLD, NEW)


@pytest.mark.parametrize("new", [OLD + b"x = 1\n", b"def f(:\n", OLD + b"# a comment\n"])
def test_another_content_is_compared_anew(cache: Cache, new: bytes) -> None:
    asked(cache)
    assert asked(cache, new) == asked(cache, new) == compare("a.py", OLD, new)


def test_what_the_configuration_says_of_docstrings_is_part_of_the_question(cache: Cache) -> None:
    new = b'def f():\n    "told"\n    return 1\n'
    assert asked(cache, new, docstrings_inert=True) == compare("a.py", OLD, new, docstrings_inert=True)
    assert asked(cache, new) == compare("a.py", OLD, new)


def test_without_a_cache_nothing_is_kept() -> None:
    assert asked(None) == compare("a.py", OLD, NEW)


def test_the_newest_pairs_are_kept(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "_KEPT", 2)
    for number in range(4):
        asked(cache, OLD + b"x = %d\n" % number)
    assert len(cache.plain("differences")) == 2
    monkeypatch.setattr(differences, "compare", None)
    asked(cache, OLD + b"x = 3\n")
