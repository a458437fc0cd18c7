"""A name that a file surely defines no more."""

from __future__ import annotations

import pytest

from impactgraph.analysis.mentions.definitions import may_define

_CLASS = "class TestCart:\n    def test_one(self): ...\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def test_one(): ...\n", "test_one"),
        ("if X:\n    async def test_one(): ...\n", "test_one"),
        ("try:\n    import test_one\nexcept ImportError as test_two: pass\n", "test_two"),
        ("import test_one.more\n", "test_one"),
        ("match X:\n    case {**test_one}: pass\n", "test_one"),
        ("print(test_one := 1)\n", "test_one"),
        ("from tests.base import *\n", "test_one"),
        ("def make():\n    global test_one\n    test_one = 1\n", "test_one"),
        ("import sys\nsys.modules[__name__].__dict__['test_' + 'one'] = 1\n", "test_one"),
        ("this is no Python\n", "test_one"),
        ("\xff", "test_one"),
        (_CLASS, "TestCart.test_one"),
        (_CLASS.replace(":", "(Base):", 1), "TestCart.test_two"),
        (f"@made\n{_CLASS}", "TestCart.test_two"),
        (_CLASS.replace(":", "(metaclass=Made):", 1), "TestCart.test_two"),
        (f"{_CLASS}TestCart = made(TestCart)\n", "TestCart.test_two"),
        ("class TestCart:\n    test_one = other\n", "TestCart.test_one"),
        ("class TestCart:\n    class TestIn:\n        from tests.base import test_one\n", "TestCart.TestIn.test_one"),
        ("TestCart = made()\n", "TestCart.test_one"),
    ],
)
def test_what_may_be_there(text: str, name: str) -> None:
    assert may_define(text.encode("latin-1"), name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "test_one"),
        ("def __getattr__(name): ...\n", "test_one"),
        ("def test_two():\n    test_one = 1\n", "test_one"),
        ("print(test_one)\n", "test_one"),
        (_CLASS, "test_one"),
        (_CLASS, "TestCart.test_two"),
        (_CLASS, "TestOther.test_one"),
        ("class TestCart:\n    class TestIn:\n        def test_one(self): ...\n", "TestCart.test_one"),
    ],
)
def test_what_is_gone(text: str, name: str) -> None:
    assert not may_define(text.encode(), name)
