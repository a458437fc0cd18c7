"""What each table and key of a settings file can break: the tables of rules and the search in them, nothing else.

A pattern is a key's path with ``/``; each part may hold ``*``. A rule covers what lies below it; the longest one decides, then the one
with the fewest wildcards. The principle behind them: a tool's table can change a test's outcome only if a test run reads it.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Rule(NamedTuple):
    """`how` says how the change of a key is judged: inert, all, requirements (a list), named (the key is a distribution), environment."""

    how: str
    reason: str


_METADATA = (
    "version description readme license license-files classifiers keywords authors maintainers urls import-names homepage repository "
    "documentation"
)
# A wheel's text, its version, what uploads it. Where the version is written into a module the key that says so is global.
_PROJECT = {
    Rule("inert", "metadata"): " ".join(f"project/{key} tool/poetry/{key}" for key in _METADATA.split())
    + " tool/flit/sdist tool/flit/external-data tool/hatch/version tool/hatch/publish tool/hatch/metadata/hooks/fancy-pypi-readme"
    " tool/setuptools_scm tool/setuptools-scm tool/pdm/version tool/setuptools/dynamic/version tool/setuptools/dynamic/readme"
    " tool/distutils/bdist_wheel",
    Rule("all", "global-input"): (
        "build-system project tool/setuptools tool/poetry tool/pdm tool/flit tool/hatch tool/uv tool/pixi tool/maturin tool/scikit-build "
        "tool/meson-python tool/setuptools-rust tool/distutils tool/versioneer tool/setuptools_scm/write_to* "
        "tool/setuptools_scm/version_file* tool/setuptools-scm/write_to* tool/setuptools-scm/version_file* "
        "tool/poetry/dependencies/python tool/pdm/version/write_to"
    ),
    Rule("all", "test-settings"): "tool/pytest tool/pytest-* tool/pytest_* tool/impactgraph tool/tox tool/nox tool/hypothesis",
    Rule("inert", "tool-command"): (
        "tool/poe tool/taskipy tool/spin tool/pdm/scripts tool/rye/scripts tool/pixi/tasks tool/pixi/feature/*/tasks tool/duty tool/invoke"
    ),
    Rule("inert", "resolver-settings"): (
        # They only say how a lock is made; what comes of it stands in the lock.
        "tool/uv/exclude-newer tool/uv/exclude-newer-package tool/uv/required-version tool/uv/publish-url tool/uv/cache-keys"
    ),
    Rule("requirements", "locked-package"): (
        "project/dependencies project/optional-dependencies/* dependency-groups/* tool/pdm/dev-dependencies/* tool/uv/dev-dependencies "
        "tool/uv/constraint-dependencies tool/uv/override-dependencies tool/rye/dev-dependencies tool/tox/requires"
    ),
    Rule("named", "locked-package"): (
        "tool/poetry/dependencies/* tool/poetry/dev-dependencies/* tool/poetry/group/*/dependencies/* tool/uv/sources/* "
        "tool/pixi/dependencies/* tool/pixi/pypi-dependencies/* tool/pixi/feature/*/dependencies/* "
        "tool/pixi/feature/*/pypi-dependencies/*"
    ),
    Rule("listed", "metadata"): "project/dynamic",
    Rule("environment", "test-settings"): "tool/tox/env/* tool/tox/env_run_base tool/hatch/envs/*",
    Rule("legacy", "test-settings"): "tool/tox/legacy_tox_ini",
    Rule("inert", "tox-command-line"): (
        "tool/tox/env_list tool/tox/envlist tool/tox/min_version tool/tox/minversion tool/tox/labels tool/tox/skip_missing_interpreters"
    ),
    Rule("inert", "coverage-settings"): "tool/coverage tool/diff_cover tool/diff-cover",
    Rule("inert", "linter-settings"): " ".join(
        "tool/" + name
        for name in (
            "ruff black blue isort mypy mypy-* pyright basedpyright pylint pylint* flake8 flake8-* pycodestyle pydocstyle pydoclint yapf "
            "yapfignore autopep8 autoflake docformatter codespell typos djlint curlylint sqlfluff interrogate vulture bandit deptry "
            "check-manifest check-sdist check-wheel-contents pyroma zizmor ty pyrefly pytype pyre numpydoc_validation refurb fixit "
            "sourcery creosote importlinter rstcheck doc8 tomlsort tomlfmt pyproject-fmt nbqa django-stubs pydantic-mypy repo-review "
            "unify unimport ssort slotscheck pyupgrade pip-audit pylic liccheck licensecheck semgrep dodgy prospector pyanalyze pyink "
            "usort ufmt wemake-python-styleguide zuban jupytext"
        ).split()
    ),
    Rule("inert", "release-settings"): (
        "tool/towncrier tool/bumpversion tool/bumpver tool/bump2version tool/bump-my-version tool/tbump tool/cibuildwheel "
        "tool/semantic_release tool/commitizen tool/scriv tool/git-cliff tool/github tool/changelog tool/cruft tool/gha-update "
        "tool/zest-releaser tool/jupyter-releaser tool/hatch/envs/release tool/reno"
    ),
}
_INI = {
    Rule("inert", "metadata"): " ".join(
        f"metadata/{key}"
        for key in (
            "version description long_description long_description_content_type long-description* author author_email author-email "
            "maintainer maintainer_email license license_file license_files license-file* license-files classifiers classifier keywords "
            "url home_page home-page download_url project_urls platforms summary description_file description-file"
        ).split()
    )
    + " egg_info sdist bdist_wheel bdist_rpm upload upload_docs build_sphinx compile_catalog extract_messages init_catalog update_catalog",
    Rule("all", "global-input"): "metadata options options.* build_ext build files versioneer",
    Rule("all", "test-settings"): "pytest tool:pytest tox tox:tox testenv*",
    Rule("requirements", "locked-package"): (
        "options/install_requires options/tests_require options.extras_require/* tox/requires tox:tox/requires"
    ),
    Rule("environment", "test-settings"): "testenv testenv:* env_run_base",
    Rule("inert", "tox-command-line"): (
        "tox/envlist tox/env_list tox/minversion tox/min_version tox/skip_missing_interpreters tox/labels tox:tox/envlist "
        "tox:tox/minversion gh gh-actions gh-actions:* travis travis:*"
    ),
    Rule("inert", "coverage-settings"): "coverage:*",
    Rule("inert", "linter-settings"): (
        "flake8 flake8:* isort mypy mypy-* pycodestyle pep8 pep8speaks pydocstyle pylint pylint.* pylint-* pyflakes yapf ruff black doc8 "
        "codespell bandit check-manifest rstcheck importlinter importlinter:* darglint tool:isort tool:interrogate tool:check-manifest "
        "pyright style pep257 autopep8 vulture pylama pylama:* wemake-python-styleguide zest.releaser"
    ),
    Rule("inert", "release-settings"): "bumpversion bumpversion:* semantic_release tool:towncrier devpi:upload wheel check",
}
_PIPFILE = {
    Rule("named", "locked-package"): "packages/* dev-packages/*",
    Rule("inert", "tool-command"): "scripts",
    Rule("all", "global-input"): "source requires pipenv",
}
_TABLES = {"toml": _PROJECT, "ini": _INI, "pipfile": _PIPFILE}
_UNKNOWN = Rule("all", "unknown-settings")
#: The rules of a file that holds one tool's table alone are those of the table.
TABLE_OF_FILE = {
    "pyproject.toml": (),
    "uv.toml": ("tool", "uv"),
    "hatch.toml": ("tool", "hatch"),
    "pixi.toml": ("tool", "pixi"),
    "tox.toml": ("tool", "tox"),
    "pytest.toml": ("tool",),
    ".pytest.toml": ("tool",),
}


def rule_for(kind: str, key: tuple[str, ...]) -> Rule:
    """The rule that decides on `key` in a file of `kind` (toml, ini, pipfile)."""
    covering = [(len(parts), -wildcards, rule) for parts, wildcards, rule in _rules(kind) if _covers(parts, key)]
    return max(covering)[2] if covering else _UNKNOWN


def is_metadata(field: str) -> bool:
    """Whether a field of [project] only describes the project."""
    return field in _METADATA.split()


def _covers(parts: tuple[str, ...], key: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase  # only changed settings get here

    return len(parts) <= len(key) and all(fnmatchcase(name, part) for name, part in zip(key, parts, strict=False))


@cache
def _rules(kind: str) -> list[tuple[tuple[str, ...], int, Rule]]:
    return [
        (tuple(pattern.split("/")), pattern.count("*"), rule) for rule, patterns in _TABLES[kind].items() for pattern in patterns.split()
    ]
