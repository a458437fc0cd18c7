"""Which decorators `impactgraph doctor` proposes to declare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from impactgraph import _recorder
from tests.functional.checkout import run
from tests.functional.plugin.conftest import Project

FILES: dict[str, str | bytes | None] = {
    ".gitignore": "__pycache__/\n.pytest_cache/\n.impactgraph_cache/\n",
    "pytest.ini": "[pytest]\npythonpath = .\ntestpaths = tests\n",
    "tools.py": "def timed(function): return function\ndef route(function): return function\n",
    "shop.py": (
        "import functools\nfrom tools import timed, route\n@timed\ndef one(): pass\n@timed\ndef two(): pass\n@route\ndef three(): pass\n"
        "@functools.cache\ndef four(): pass\n"
    ),
    "tests/test_shop.py": "import pytest, shop\n@pytest.fixture\ndef made(): pass\ndef test_one(): shop.one()\ndef test_two(made): pass\n",
    "tests/test_more.py": "def test_more(): pass\ndef test_last(): pass\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.commit(FILES)
    return made


def decorators(project: Project) -> list[tuple[str, int, float, float | None]]:
    answer: dict[str, Any] = run(project.path, "doctor", "--format", "json").json
    proposed = [item["setting"] for item in answer["suggestions"] if item["code"] == "decorator"]
    assert len(proposed) == len(answer["decorators"])
    return [(row["decorator"], row["functions"], row["share"], row["pure_share"]) for row in answer["decorators"]]


def test_without_a_record_the_share_of_test_files(project: Project) -> None:
    assert decorators(project) == [("timed", 2, 0.5, None), ("route", 1, 0.5, None)]


@pytest.mark.skipif(not _recorder.SUPPORTED, reason="functions can't be recorded on this Python")
def test_with_a_record_what_each_would_save(project: Project) -> None:
    assert project.pytest(IMPACTGRAPH_RECORD="functions").code == 0
    assert decorators(project) == [("timed", 2, 0.5, 0.125), ("route", 1, 0.5, 0.0)]


def test_what_is_declared_is_not_proposed(project: Project) -> None:
    project.commit({"pyproject.toml": '[tool.impactgraph]\npure-decorators = ["timed"]\nregistry-decorators = ["route"]\n'})
    assert decorators(project) == []
