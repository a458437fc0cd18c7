from __future__ import annotations

import pytest

from impactgraph.analysis.settings.classify import judge
from impactgraph.analysis.settings.verdicts import Verdict
from impactgraph.config import Config
from impactgraph.model import FileChange

BASE = """
[build-system]
requires = ["hatchling"]
[project]
name = "shop"
version = "1.0"
dynamic = ["readme"]
dependencies = ["requests>=2", "click"]
[project.optional-dependencies]
pdf = ["reportlab"]
[dependency-groups]
dev = ["ruff", {include-group = "tests"}]
tests = ["pytest"]
[tool.ruff]
line-length = 88
[tool.pytest.ini_options]
addopts = "-q"
[tool.mine]
level = 3
[tool.tox.env_run_base]
description = "tests"
deps = ["pytest", "attrs"]
commands = [["pytest"]]
[tool.tox.env.docs]
commands = [["sphinx-build", "docs"]]
[tool.tox.env.fix]
commands = [["ruff", "check", "--fix"]]
"""


def edit(old: str, new: str, config: Config = Config(), path: str = "pyproject.toml") -> Verdict:  # noqa: B008 - a frozen value
    assert old in BASE
    return judge(FileChange(path, "M"), BASE.encode(), BASE.replace(old, new, 1).encode(), config)


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ('version = "1.0"', 'version = "1.1"', "project.version"),
        ('dynamic = ["readme"]', 'dynamic = ["readme", "version"]', "project.dynamic"),
        ("line-length = 88", "line-length = 99", "tool.ruff.line-length"),
        ('description = "tests"', 'description = "all tests"', "tool.tox.env_run_base.description"),
        ('"sphinx-build", "docs"', '"sphinx-build", "-W", "docs"', "tool.tox.env.docs.commands"),
        ('"ruff", "check", "--fix"', '"ruff", "check"', "tool.tox.env.fix.commands"),
        ("[tool.mine]", "[tool.coverage.run]\nbranch = true\n[tool.mine]", "tool.coverage.run.branch"),
    ],
)
def test_what_no_test_run_reads_is_inert(old: str, new: str, detail: str) -> None:
    verdict = edit(old, new)
    assert (verdict.klass, verdict.effect, verdict.detail) == ("configuration", "inert", detail)


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ('["hatchling"]', '["hatchling>=1"]', "build-system.requires"),
        ('name = "shop"', 'name = "shops"', "project.name"),
        ('version = "1.0"', 'version = "1.0"\nrequires-python = ">=3.12"', "project.requires-python"),
        ('dynamic = ["readme"]', 'dynamic = ["readme", "dependencies"]', "project.dynamic"),
        ('"-q"', '"-x"', "tool.pytest.ini_options.addopts"),
        ("level = 3", "level = 4", "tool.mine.level"),
        ('include-group = "tests"', 'include-group = "test"', "dependency-groups.dev"),
        ('commands = [["pytest"]]', 'commands = [["pytest", "-n2"]]', "tool.tox.env_run_base.commands"),
        ("[tool.mine]", "[project.scripts]\nshop = 'shop:main'\n[tool.mine]", "project.scripts.shop"),
        ("[tool.mine]", "[tool.impactgraph]\nbase = 'dev'\n[tool.mine]", "tool.impactgraph.base"),
        ("[tool.mine]", "[tool.setuptools]\npackages = ['shop']\n[tool.mine]", "tool.setuptools.packages"),
        ('"sphinx-build", "docs"', '"pytest", "docs"', "tool.tox.env.docs.commands"),
    ],
)
def test_what_decides_how_tests_run_is_global_and_named(old: str, new: str, detail: str) -> None:
    verdict = edit(old, new)
    assert (verdict.effect, verdict.detail) == ("all", detail)


@pytest.mark.parametrize(
    ("old", "new", "packages"),
    [
        ('"requests>=2"', '"requests>=3"', ("requests",)),
        ('"requests>=2", "click"', '"click"', ("requests",)),
        ('"click"', "\"click; python_version > '3'\"", ("click",)),
        ('"reportlab"', '"reportlab[rl]", "Pillow"', ("pillow", "reportlab")),
        ('["pytest"]', '["pytest>=8"]', ("pytest",)),
        ('"attrs"', '"attrs>=25"', ("attrs",)),
    ],
)
def test_dependencies_change_one_by_one(old: str, new: str, packages: tuple[str, ...]) -> None:
    verdict = edit(old, new)
    assert (verdict.effect, verdict.packages) == ("packages", packages)


def test_other_spaces_in_a_requirement_are_no_change() -> None:
    assert edit('"requests>=2"', '"requests >= 2"').effect == "inert"


def test_the_strongest_key_decides_and_only_its_like_are_named() -> None:
    verdict = edit('version = "1.0"\ndynamic = ["readme"]', 'version = "2"\nrequires-python = ">=3.12"')
    assert (verdict.effect, verdict.detail) == ("all", "project.requires-python")


def test_an_unknown_tool_can_be_named_inert_and_a_known_one_global() -> None:
    assert edit("level = 3", "level = 4", Config(inert=("pyproject.toml:tool.mine",))).reason == "configured-inert"
    assert edit("line-length = 88", "line-length = 99", Config(global_inputs=("*.toml:tool.ruff",))).effect == "all"
    assert edit("level = 3", "level = 4", Config(inert=("pyproject.toml:tool.min",))).effect == "all"


def test_only_comments_changed_is_inert() -> None:
    assert edit("[tool.mine]", "# ours\n[tool.mine]") == Verdict("configuration", "inert", "syntax-unchanged")


@pytest.mark.parametrize(("old", "new"), [(b"[a", b"a = 1\n"), (b"a = 1\n", b"[a")])
def test_a_file_that_does_not_parse_on_either_side_is_global(old: bytes, new: bytes) -> None:
    verdict = judge(FileChange("pyproject.toml", "M"), old, new, Config())
    assert (verdict.effect, verdict.reason) == ("all", "unparsable-configuration")


def test_poetry_groups_change_by_distribution_and_python_is_global() -> None:
    old = b'[tool.poetry.dependencies]\npython = "^3.9"\nDjango = "4"\n[tool.poetry.group.dev.dependencies]\nblack = {version = "1"}\n'
    changed = old.replace(b'"4"', b'"5"').replace(b'"1"', b'"2"')
    assert judge(FileChange("pyproject.toml", "M"), old, changed, Config()).packages == ("black", "django")
    assert judge(FileChange("pyproject.toml", "M"), old, old.replace(b"3.9", b"3.10"), Config()).detail == "tool.poetry.dependencies.python"


@pytest.mark.parametrize(
    ("path", "content", "effect"),
    [
        ("uv.toml", b'exclude-newer = "2026-01-01"\n', "inert"),
        ("uv.toml", b'index-url = "https://example.org"\n', "all"),
        ("pytest.toml", b'[pytest]\naddopts = ["-q"]\n', "all"),
        ("Pipfile", b'[packages]\nflask = "*"\n', "packages"),
        ("Pipfile", b'[requires]\npython_version = "3"\n', "all"),
    ],
)
def test_files_of_one_tool_follow_the_rules_of_its_table(path: str, content: bytes, effect: str) -> None:
    assert judge(FileChange(path, "A"), None, content, Config()).effect == effect
