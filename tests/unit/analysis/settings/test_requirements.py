from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.analysis.settings.classify import judge
from impactgraph.analysis.settings.requirements import changed_in_files, distribution, is_unread_path, parse_requirements
from impactgraph.analysis.settings.verdicts import Surroundings, Verdict
from impactgraph.config import Config
from impactgraph.model import FileChange

COMPILED = b"""#
#    pip-compile dev.in
#
anyio==4.4
    # via
    #   starlette
    #   watchfiles
click==8.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via -r dev.in, flask
imagesize==1.4
    # via
    #   -r docs.txt
    #   sphinx
six==1.16
    # via shop (pyproject.toml)
"""


@pytest.mark.parametrize(
    ("requirement", "name"),
    [
        ("Flask_SQLAlchemy", "flask-sqlalchemy"),
        ("zope.interface>=5", "zope-interface"),
        ("celery[redis, sqs] >=5 ; python_version < '3.9'", "celery"),
        ("pip @ https://example.org/pip.zip", "pip"),
        ("git+https://example.org/x.git@main#egg=Shop_Core", "shop-core"),
        ("https://example.org/shop_core-1.0-py3-none-any.whl", "shop-core"),
        ("foo --hash=sha256:00", "foo"),
        ("https://github.com/pallets/click/archive/main.tar.gz", None),
        ("./vendored", None),
        ("file: requirements.txt", None),
        ("{posargs}", None),
        ("", None),
    ],
)
def test_a_requirement_names_its_distribution_or_nothing(requirement: str, name: str | None) -> None:
    assert distribution(requirement) == name


def test_annotations_tell_who_needs_whom_and_what_somebody_wrote_down() -> None:
    told = parse_requirements(COMPILED)
    assert told.users["anyio"] == {"starlette", "watchfiles"}
    assert told.users["click"] == {"flask"}
    # imagesize is there for the documentation only, anyio for others only.
    assert told.direct == {"click", "six"}


def test_a_comment_without_via_is_no_annotation() -> None:
    assert parse_requirements(b"# sphinx < 5 needs it\ndocutils # pinned, see below\n# because\n").users == {}


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        (b"click==8.1", b"click==8.2", ("click",)),
        (b"sha256:bb", b"sha256:cc", ("click",)),
        (b"six==1.16\n", b"", ("six",)),
        (b"six==1.16\n", b"six==1.16\nattrs\n", ("attrs",)),
        (b"# via shop", b"# via shops", ()),
    ],
)
def test_requirement_files_differ_by_distribution(old: bytes, new: bytes, names: tuple[str, ...]) -> None:
    assert changed_in_files(COMPILED, COMPILED.replace(old, new)) == (names, ())


@pytest.mark.parametrize("line", [b"-r base.txt", b"-e .", b"-c limits.txt", b"--index-url https://a", b"https://a/b.zip", b"?", b"--pre"])
def test_a_line_that_names_no_distribution_is_global_and_named(line: bytes) -> None:
    verdict = judge(FileChange("requirements.txt", "M"), b"six\n", b"six\n" + line + b"\n", Config())
    assert verdict == Verdict("configuration", "all", "global-input", line.decode())


@pytest.mark.parametrize(
    "path",
    [
        "requirements.txt",
        "requirements-dev.txt",
        "requirements/extras/gcs.txt",
        "dev_requirements.in",
        "constraints.txt",
        "tests/requirements.txt",
    ],
)
def test_requirement_files_are_known_by_name_and_folder(path: str) -> None:
    assert judge(FileChange(path, "M"), b"six==1\n", b"six==2\n", Config()).packages == ("six",)


def test_comments_alone_are_inert() -> None:
    assert judge(FileChange("requirements.txt", "M"), b"six # a\n", b"# b\nsix\n", Config()).effect == "inert"


@pytest.mark.parametrize(
    "path",
    [
        "docs/requirements.txt",
        "requirements/docs.txt",
        "requirements-lint.txt",
        "requirements/typing.in",
        "requirements/pre-commit.txt",
        "doc/requirements-docs.txt",
    ],
)
def test_names_that_no_test_environment_has(path: str) -> None:
    assert is_unread_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "requirements.txt",
        "requirements/test-docs.txt",
        "requirements/dev.txt",
        "requirements/build.txt",
        "docs-api/requirements/base.txt",
        "requirements/security.txt",
        "requirements/pre.txt",
    ],
)
def test_names_that_a_test_environment_may_have(path: str) -> None:
    assert not is_unread_path(path)


def judged(path: str, readers: tuple[tuple[str, bytes], ...] | None) -> tuple[str, str]:
    verdict = judge(FileChange(path, "M"), b"sphinx==1\n", b"sphinx==2\n", Config(), Surroundings(readers=readers))
    return verdict.effect, verdict.reason


def test_documentation_requirements_are_inert_if_no_test_environment_reads_them() -> None:
    tox = b"[testenv]\ndeps = -r requirements/test.txt\n[testenv:docs]\ndeps = -r requirements/docs.txt\n"
    develop = ("requirements/dev.in", b"-r docs.txt\n")
    assert judged("requirements/docs.txt", (("tox.ini", tox), develop)) == ("inert", "requirements-unread")


@pytest.mark.parametrize(
    "reader",
    [
        ("tox.ini", b"[testenv]\ndeps = -r requirements/docs.txt\n"),
        ("tox.ini", b"[testenv:docs]\ndeps = -r requirements/docs.txt\ncommands = pytest docs\n"),
        ("tox.ini", b"[broken\n-r requirements/docs.txt"),
        ("pyproject.toml", b'[tool.tox.env_run_base]\ndeps = ["-r requirements/docs.txt"]\n'),
        ("requirements/test.txt", b"-r docs.txt\n"),
    ],
)
def test_documentation_requirements_that_tests_read_count(reader: tuple[str, bytes]) -> None:
    assert judged("requirements/docs.txt", (reader,)) == ("packages", "locked-package")


def test_without_knowing_the_readers_no_name_is_trusted() -> None:
    assert judged("requirements/docs.txt", None) == ("packages", "locked-package")


def test_requirements_of_an_environment_with_its_own_directory_concern_the_tests_there() -> None:
    tox = b"[testenv:plugins]\nchangedir = {toxinidir}/testing/plugins\ndeps = -rtesting/plugins/requirements.txt\ncommands = pytest\n"
    assert judged("testing/plugins/requirements.txt", (("tox.ini", tox),)) == ("data", "requirements-of-directory")
    assert judged("testing/plugins/requirements.txt", (("tox.ini", tox.replace(b"changedir", b"x")),)) == ("packages", "locked-package")


def test_a_conda_environment_is_judged_by_its_lines() -> None:
    base = b"name: shop\ndependencies:\n  - python=3.12\n  - numpy=2\n  - pip:\n    - flask==3\n"

    def judge_conda(old: bytes, new: bytes) -> tuple[str, tuple[str, ...]]:
        verdict = judge(FileChange("environment.yml", "M"), base, base.replace(old, new), Config())
        return verdict.effect, verdict.packages

    assert judge_conda(b"numpy=2", b"numpy=3") == ("packages", ("numpy",))
    assert judge_conda(b"flask==3", b"flask==4 # new") == ("packages", ("flask",))
    assert judge_conda(b"python=3.12", b"python=3.13")[0] == "all"
    assert judge_conda(b"name: shop", b"name: shops")[0] == "all"
    assert judge_conda(b"numpy=2", b"numpy=2 # why")[0] == "inert"


LINES = st.lists(st.sampled_from([b"a==1", b"a==2", b"b", b"b;x", b"-r c", b"# via q", b"", b"d \\", b"  # e"]), max_size=6).map(b"\n".join)


@given(LINES, LINES)
def test_no_changed_requirement_gets_lost(old: bytes, new: bytes) -> None:
    names, options = changed_in_files(old, new)
    before, after = parse_requirements(old), parse_requirements(new)
    same = before.lines == after.lines and set(before.options) == set(after.options)
    assert same == (not names and not options)
    assert changed_in_files(old, old) == ((), ())
