from __future__ import annotations

import pytest

from impactgraph.analysis.settings.classify import judge
from impactgraph.analysis.settings.verdicts import Surroundings, Verdict
from impactgraph.config import Config
from impactgraph.model import FileChange


def verdict(path: str, place: Surroundings = Surroundings(), config: Config = Config()) -> Verdict:  # noqa: B008 - frozen values
    return judge(FileChange(path, "M"), b"old\n", b"new\n", config, place)


@pytest.mark.parametrize(
    "path",
    [
        "README.md", "CHANGES.rst", "LICENSE", "LICENSE.txt", "AUTHORS", "CONTRIBUTORS.txt", "CITATION.cff",
        "src/LICENSE", "docs/usage.txt",
        "docs/_static/logo.png", "changelog/123.bugfix.rst", "newsfragments/12.feature", "examples/README.md",
        ".env.example", "extra/notes.md",
    ],
)  # fmt: skip
def test_documentation_is_inert(path: str) -> None:
    found = verdict(path)
    assert (found.klass, found.effect) == ("documentation", "inert")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (".github/workflows/ci.yml", "ci-configuration"),
        (".github/scripts/run.sh", "ci-configuration"),
        (".devcontainer/.env", "ci-configuration"),
        (".gitlab-ci.yml", "ci-configuration"),
        (".readthedocs.yaml", "ci-configuration"),
        (".gitignore", "ci-configuration"),
        ("src/.gitignore", "ci-configuration"),
        (".pre-commit-config.yaml", "linter-settings"),
        (".flake8", "linter-settings"),
        ("mypy.ini", "linter-settings"),
        (".coveragerc", "coverage-settings"),
        ("package-lock.json", "lock-other-ecosystem"),
        ("client/webpack.config.js", "lock-other-ecosystem"),
        (".babelrc.json", "lock-other-ecosystem"),
        (".gitreview", "ci-configuration"),
        ("frontend/package.json", "lock-other-ecosystem"),
        ("Cargo.lock", "lock-other-ecosystem"),
        ("Dockerfile", "run-configuration"),
        ("docker/Dockerfile.dev", "run-configuration"),
        ("docker-compose.yml", "run-configuration"),
        ("Makefile", "run-configuration"),
        ("src/shop/py.typed", "metadata"),
    ],
)
def test_settings_that_no_test_run_reads_are_inert(path: str, reason: str) -> None:
    assert verdict(path) == Verdict("configuration", "inert", reason)


@pytest.mark.parametrize("path", ["README.md", "docs/usage.txt", ".github/workflows/ci.yml", "Dockerfile", ".flake8", "LICENSE"])
def test_what_somebody_opens_reaches_those_whatever_its_name(path: str) -> None:
    assert verdict(path, Surroundings(opened=True)).effect == "opened"


@pytest.mark.parametrize(
    "path",
    [
        "tests/data/page.md", "testing/example.rst", "t/unit/contents.rst", "tests/fixtures/package.json", "tests/Dockerfile",
        "tests/.flake8",
        "tests/fixtures/app/README.rst", "src/shop/schema.graphql",
        "templates/mail.md", "data/news.txt", "locale/de/LC_MESSAGES/django.po",
        "tests/fixtures/app/setup.py", "tests/.env", "benchmarks/asv.conf.json",
    ],
)  # fmt: skip
def test_what_may_be_read_through_a_computed_path_is_data(path: str) -> None:
    assert (verdict(path).klass, verdict(path).effect) == ("data", "data")


def test_documentation_inside_a_package_is_data() -> None:
    assert verdict("shop/prompts.md", Surroundings(packaged=True)).effect == "data"
    assert verdict("docs/index.rst", Surroundings(packaged=True)).effect == "data"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("setup.py", "global-input"),
        ("MANIFEST.in", "global-input"),
        (".env", "global-input"),
        ("src/extra.pth", "global-input"),
        ("sitecustomize.py", "global-input"),
        (".python-version", "python-version"),
        (".tool-versions", "python-version"),
        ("runtime.txt", "python-version"),
    ],
)
def test_what_every_run_reads_is_global_and_named(path: str, reason: str) -> None:
    assert verdict(path) == Verdict("configuration", "all", reason, path)


@pytest.mark.parametrize("path", ["strange.xyz", "VERSION", "run.sh", ".secrets.toml"])
def test_a_file_at_the_top_that_nobody_can_place_is_all_and_named(path: str) -> None:
    assert verdict(path) == Verdict("unknown", "all", "unplaced-file", path)
    assert verdict(path, Surroundings(opened=True)).effect == "data"


@pytest.mark.parametrize(
    "path",
    ["src/_core.pyx", "lib/a.c", "a.h", "src/lib.rs", "x.cpython-311-x86_64-linux-gnu.so", "meson.build", "tests/_fast.pyx", "docs.f90"],
)
def test_compiled_sources_are_told_apart(path: str) -> None:
    assert (verdict(path).klass, verdict(path).effect) == ("compiled", "compiled")


def test_rust_manifests_are_sources_where_the_project_has_rust() -> None:
    assert verdict("rust/Cargo.toml", Surroundings(rust=True)).effect == "compiled"
    assert verdict("rust/Cargo.toml").effect == "inert"


def test_a_stub_beside_its_module_is_inert() -> None:
    assert verdict("src/shop/core.pyi", Surroundings(twin=True, packaged=True)).effect == "inert"
    assert verdict("src/shop/core.pyi").effect == "data"


def test_settings_inside_of_the_tests_concern_the_tests_around_them() -> None:
    for name in ("pyproject.toml", "pytest.ini", "uv.lock"):
        assert verdict(f"tests/app/{name}") == Verdict("configuration", "data", "settings-of-directory", "tests/app")


def test_a_submodule_that_moves_is_all() -> None:
    assert judge(FileChange("vendor/lib", "S"), None, None, Config()) == Verdict("submodule", "all", "submodule", "vendor/lib")


def test_settings_that_become_a_link_are_all() -> None:
    assert judge(FileChange("setup.cfg", "T"), b"", b"../setup.cfg", Config()).reason == "type-changed"
    assert judge(FileChange("README.md", "T"), b"", b"docs/index.md", Config()).reason == "type-changed"


@pytest.mark.parametrize(
    ("line", "effect"),
    [
        (b"*.js linguist-vendored", "inert"),
        (b"* -diff merge=ours", "inert"),
        (b"# eol=lf", "inert"),
        (b"* text=auto", "all"),
        (b"*.txt eol=crlf", "all"),
        (b"*.bin filter=lfs diff=lfs merge=lfs -text", "all"),
        (b"*.png binary", "all"),
    ],
)
def test_git_attributes_count_where_they_change_bytes(line: bytes, effect: str) -> None:
    assert judge(FileChange(".gitattributes", "M"), b"", line + b"\n", Config()).effect == effect


def test_the_configuration_decides_first_and_the_safe_list_wins() -> None:
    assert verdict("strange.xyz", config=Config(inert=("*.xyz",))) == Verdict("configuration", "inert", "configured-inert", "*.xyz")
    assert verdict("README.md", config=Config(global_inputs=("README*",))).reason == "configured-global"
    assert verdict("README.md", config=Config(global_inputs=("*.md",), inert=("*.md",))).effect == "all"


def test_a_rename_is_judged_in_both_places_and_the_stronger_counts() -> None:
    gone = judge(FileChange("notes.md", "R", "pytest.ini"), b"[pytest]\naddopts = -q\n", b"[pytest]\naddopts = -q\n", Config())
    assert (gone.effect, gone.detail) == ("all", "pytest.addopts")
    assert judge(FileChange("b.md", "R", "a.md"), b"x", b"x", Config()).effect == "inert"
    moved = judge(FileChange("reqs/requirements.txt", "R", "requirements.txt"), b"six\n", b"six\n", Config())
    assert moved.packages == ("six",)


def test_the_same_change_has_the_same_verdict_again() -> None:
    change = FileChange("requirements.txt", "M")
    first, again = (judge(change, b"a\nb\nc\n", b"d\ne\n", Config()) for _ in range(2))
    assert first == again
    assert first.packages == ("a", "b", "c", "d", "e")
