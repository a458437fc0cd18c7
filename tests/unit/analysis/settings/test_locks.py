from __future__ import annotations

import pytest

from impactgraph.analysis.settings.classify import judge
from impactgraph.analysis.settings.dependents import read_dependencies
from impactgraph.analysis.settings.locks import parse_lock
from impactgraph.analysis.settings.verdicts import Verdict
from impactgraph.config import Config
from impactgraph.model import FileChange

UV = b"""version = 1
revision = 2
requires-python = ">=3.10"
[[package]]
name = "shop"
version = "1.0"
source = { editable = "." }
dependencies = [{ name = "click" }]
[package.dev-dependencies]
docs = [{ name = "sphinx" }]
[[package]]
name = "click"
version = "8.1"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "colorama", marker = "sys_platform == 'win32'" }]
sdist = { url = "https://x/click.tar.gz", hash = "sha256:aa", size = 1 }
[[package]]
name = "colorama"
version = "0.4"
[[package]]
name = "sphinx"
version = "8"
dependencies = [{ name = "imagesize" }]
[[package]]
name = "imagesize"
version = "1"
"""
POETRY = b"""[[package]]
name = "Jinja2"
version = "3.1"
description = "templates"
files = [{file = "a.whl", hash = "sha256:aa"}]
[package.dependencies]
MarkupSafe = ">=2.0"
[[package]]
name = "markupsafe"
version = "2.1"
[metadata]
lock-version = "2.0"
python-versions = "^3.9"
content-hash = "00"
"""
PIPFILE = (
    b'{"_meta": {"hash": {"sha256": "00"}, "requires": {"python_version": "3"}}, "default": {"Flask": {"version": "==3"}}, "develop": {}}'
)
OLD_POETRY = b'[[package]]\nname = "six"\nversion = "1"\n[metadata.files]\nsix = [{file = "six.whl", hash = "sha256:aa"}]\n'
PDM = b'[[package]]\nname = "a"\nversion = "1"\ndependencies = ["b>=1"]\n[[package]]\nname = "b"\nversion = "1"\n'
PYLOCK = b'lock-version = "1.0"\ncreated-by = "uv"\n[[packages]]\nname = "a"\nversion = "1"\ndependencies = [{name = "b"}]\n'


def edit(path: str, content: bytes, old: bytes, new: bytes) -> Verdict:
    assert old in content
    return judge(FileChange(path, "M"), content, content.replace(old, new), Config())


@pytest.mark.parametrize(
    ("path", "content", "old", "new", "packages"),
    [
        ("uv.lock", UV, b'"8.1"', b'"8.2"', ("click",)),
        ("uv.lock", UV, b"sha256:aa", b"sha256:bb", ("click",)),
        ("uv.lock", UV, b"win32", b"linux", ("click",)),
        ("uv.lock", UV, b'[[package]]\nname = "imagesize"\nversion = "1"\n', b"", ("imagesize",)),
        ("uv.lock", UV, b'[{ name = "click" }]', b'[{ name = "click" }, { name = "sphinx" }]', ()),
        ("uv.lock", UV, b'[{ name = "click" }]', b'[{ name = "colorama" }]', ("click", "colorama")),
        ("poetry.lock", POETRY, b'"3.1"', b'"3.2"', ("jinja2",)),
        ("poetry.lock", POETRY, b"sha256:aa", b"sha256:bb", ("jinja2",)),
        ("poetry.lock", OLD_POETRY, b"sha256:aa", b"sha256:bb", ("six",)),
        ("Pipfile.lock", PIPFILE, b"==3", b"==4", ("flask",)),
        ("Pipfile.lock", PIPFILE, b'"develop": {}', b'"develop": {"six": {}}', ("six",)),
        ("pdm.lock", PDM, b"b>=1", b"b>=2", ("a",)),
        ("pylock.toml", PYLOCK, b'version = "1"', b'version = "2"', ("a",)),
        ("backend/pylock.dev.toml", PYLOCK, b'version = "1"', b'version = "2"', ("a",)),
    ],
)
def test_locks_differ_by_distribution(path: str, content: bytes, old: bytes, new: bytes, packages: tuple[str, ...]) -> None:
    verdict = edit(path, content, old, new)
    assert (verdict.effect, verdict.packages) == ("packages" if packages else "inert", packages)


@pytest.mark.parametrize(
    ("path", "content", "old", "new"),
    [
        ("uv.lock", UV, b'"1.0"', b'"1.1"'),
        ("uv.lock", UV, b"revision = 2", b"revision = 3"),
        ("uv.lock", UV, b"size = 1", b'size = 1, upload-time = "2026"'),
        ("poetry.lock", POETRY, b'content-hash = "00"', b'content-hash = "01"'),
        ("poetry.lock", POETRY, b"templates", b"Templates"),
        ("Pipfile.lock", PIPFILE, b'"sha256": "00"', b'"sha256": "01"'),
        ("pylock.toml", PYLOCK, b'"uv"', b'"pip"'),
    ],
)
def test_what_only_tells_how_a_lock_was_written_is_inert(path: str, content: bytes, old: bytes, new: bytes) -> None:
    assert edit(path, content, old, new) == Verdict("configuration", "inert", "lock-metadata")


@pytest.mark.parametrize(
    ("path", "content", "old", "new", "detail"),
    [
        ("uv.lock", UV, b">=3.10", b">=3.11", "requires-python"),
        ("uv.lock", UV, b"revision = 2", b"novelty = 2", "novelty"),
        ("poetry.lock", POETRY, b"^3.9", b"^3.10", "python-versions"),
        ("Pipfile.lock", PIPFILE, b'"python_version": "3"', b'"python_version": "4"', "requires.python_version"),
    ],
)
def test_what_else_decides_the_installation_is_global_and_named(path: str, content: bytes, old: bytes, new: bytes, detail: str) -> None:
    verdict = edit(path, content, old, new)
    assert (verdict.effect, verdict.detail) == ("all", detail)


@pytest.mark.parametrize(
    ("path", "content"), [("uv.lock", b"<<<<<<< HEAD"), ("uv.lock", b"package = 3\n"), ("Pipfile.lock", b"[]"), ("Pipfile.lock", b"{")]
)
def test_a_lock_that_cannot_be_read_is_global(path: str, content: bytes) -> None:
    assert judge(FileChange(path, "M"), b"", content, Config()).reason == "unparsable-configuration"


@pytest.mark.parametrize("path", ["pixi.lock", "conda-lock.yml"])
def test_a_lock_of_a_format_that_is_not_read_is_global(path: str) -> None:
    assert judge(FileChange(path, "M"), b"a", b"b", Config()).effect == "all"


def test_a_lock_knows_the_project_what_it_asks_for_and_who_needs_whom() -> None:
    lock = parse_lock("uv.lock", UV)
    assert lock.own == {"shop"}
    assert lock.direct == {"click", "sphinx"}
    assert lock.needs["click"] == {"colorama"}
    assert "shop" not in lock.entries


def test_dependents_come_from_all_files_of_both_states() -> None:
    told = read_dependencies(
        [
            ("uv.lock", UV),
            ("uv.lock", UV.replace(b'"imagesize" }]', b'"click" }]')),
            ("poetry.lock", POETRY),
            ("pdm.lock", PDM),
            ("pyproject.toml", b'[project]\nname = "Shop"\ndependencies = ["attrs"]\n[tool.poetry.dependencies]\nsix = "1"\n'),
            ("requirements/docs.txt", b"furo\nbabel\n    # via sphinx\n"),
            ("requirements.txt", b"numpy\n"),
            ("requirements/dev.txt", b"\x00"),
            ("other.lock", b"<<<"),
        ]
    )
    assert told.own == {"shop"}
    assert told.direct == {"click", "sphinx", "attrs", "six", "numpy"}
    assert told.users["imagesize"] == {"sphinx"}
    assert told.users["click"] == {"sphinx"}
    assert told.users["markupsafe"] == {"jinja2"}
    assert told.users["b"] == {"a"}
    assert told.users["babel"] == {"sphinx"}
