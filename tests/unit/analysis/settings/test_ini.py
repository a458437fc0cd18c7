from __future__ import annotations

import pytest

from impactgraph.analysis.settings.classify import judge
from impactgraph.config import Config
from impactgraph.model import FileChange

TOX = """[tox]
envlist = py311
requires = tox-uv
[testenv]
deps =
    -r requirements/test.txt
    pytest
    py310: tomli>=1
setenv = A=1
commands = pytest {posargs}
[testenv:lint]
deps = flake8
commands = flake8
[testenv:check]
commands =
    python -m mypy src
[testenv:update]
base_python = 3.11
commands = pip-compile -q {posargs}
[testenv:docs]
deps = sphinx
[testenv:site]
deps = {[testenv:docs]deps}
commands = pytest docs
[flake8]
max-line-length = 99
"""
SETUP = """[metadata]
name = shop
version = 1
[options]
install_requires =
    requests
    attrs>=20
python_requires = >=3.8
[options.extras_require]
pdf = reportlab
[tool:pytest]
addopts = -q
[isort]
profile = black
[mystery]
x = 1
"""


def verdict(path: str, text: str, old: str, new: str) -> tuple[str, str | None, tuple[str, ...]]:
    assert old in text
    found = judge(FileChange(path, "M"), text.encode(), text.replace(old, new, 1).encode(), Config())
    return found.effect, found.detail, found.packages


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ("py311", "py312", "tox.envlist"),
        ("= flake8\n[testenv:check]", "= flake8 src\n[testenv:check]", "testenv:lint.commands"),
        ("mypy src", "mypy --strict src", "testenv:check.commands"),
        ("3.11", "3.12", "testenv:update.base_python"),
        ("99", "88", "flake8.max-line-length"),
    ],
)
def test_tox_environments_that_run_no_tests_are_inert(old: str, new: str, detail: str) -> None:
    assert verdict("tox.ini", TOX, old, new) == ("inert", detail, ())


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ("A=1", "A=2", "testenv.setenv"),
        ("pytest {posargs}", "pytest -x {posargs}", "testenv.commands"),
        ("-r requirements/test.txt", "-r requirements/tests.txt", "testenv.deps"),
        ("pytest docs", "pytest -x docs", "testenv:site.commands"),
    ],
)
def test_tox_environments_that_run_tests_are_global(old: str, new: str, detail: str) -> None:
    assert verdict("tox.ini", TOX, old, new) == ("all", detail, ())


def test_an_environment_whose_values_others_take_is_not_inert() -> None:
    assert verdict("tox.ini", TOX, "deps = sphinx", "deps = sphinx<9") == ("packages", "testenv:docs.deps", ("sphinx",))


@pytest.mark.parametrize(
    ("old", "new", "packages"),
    [("tomli>=1", "tomli>=2", ("tomli",)), ("    pytest\n", "    pytest>=8\n", ("pytest",)), ("tox-uv", "tox-uv>1", ("tox-uv",))],
)
def test_tox_dependencies_change_one_by_one(old: str, new: str, packages: tuple[str, ...]) -> None:
    assert verdict("tox.ini", TOX, old, new)[::2] == ("packages", packages)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("version = 1", "version = 2", ("inert", "metadata.version", ())),
        ("profile = black", "profile = google", ("inert", "isort.profile", ())),
        ("name = shop", "name = shops", ("all", "metadata.name", ())),
        ("attrs>=20", "attrs>=21", ("packages", "options.install_requires", ("attrs",))),
        ("reportlab", "reportlab>1", ("packages", "options.extras_require.pdf", ("reportlab",))),
        (">=3.8", ">=3.9", ("all", "options.python_requires", ())),
        ("-q", "-x", ("all", "tool:pytest.addopts", ())),
        ("x = 1", "x = 2", ("all", "mystery.x", ())),
        ("    requests\n", "    file: reqs.txt\n", ("all", "options.install_requires", ())),
    ],
)
def test_setup_cfg_is_judged_section_by_section(old: str, new: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert verdict("setup.cfg", SETUP, old, new) == expected


def test_a_pytest_ini_that_goes_is_global() -> None:
    found = judge(FileChange("pytest.ini", "D"), b"[pytest]\naddopts = -q\n", None, Config())
    assert (found.effect, found.detail) == ("all", "pytest.addopts")


def test_tox_settings_inside_of_pyproject_are_read_as_an_ini_file() -> None:
    old = f'[tool.tox]\nlegacy_tox_ini = """\n{TOX}"""\n'.encode()
    inert = judge(FileChange("pyproject.toml", "M"), old, old.replace(b"py311", b"py312"), Config())
    assert (inert.effect, inert.detail) == ("inert", "tool.tox.legacy_tox_ini.tox.envlist")
    assert judge(FileChange("pyproject.toml", "M"), old, old.replace(b"A=1", b"A=2"), Config()).effect == "all"
    assert judge(FileChange("pyproject.toml", "M"), old, old.replace(b"[flake8]", b"[flake8"), Config()).effect == "all"
