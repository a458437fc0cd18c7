from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactgraph.analysis.settings._distributions import is_plugin, is_runner, is_tool, shipped_names
from impactgraph.analysis.settings.names import Affected, Dependencies, affected_imports, import_names
from impactgraph.analysis.settings.requirements import normalized

NOBODY = Dependencies({}, frozenset())
IMPORTED = frozenset({"yaml", "requests.adapters", "flask", "google.cloud.storage", "pytest", "Crypto"})


def reach(package: str, users: dict[str, str] | None = None, direct: str = "", own: str = "") -> Affected:
    needed = {name: frozenset(by.split()) for name, by in (users or {}).items()}
    return affected_imports([package], Dependencies(needed, frozenset(direct.split()), frozenset(own.split())), None, IMPORTED)


@pytest.mark.parametrize(
    ("distribution", "names"),
    [
        ("PyYAML", ("yaml", "_yaml")),
        ("python-dateutil", ("dateutil",)),
        ("Pillow", ("PIL",)),
        ("beautifulsoup4", ("bs4",)),
        ("scikit_learn", ("sklearn",)),
        ("djangorestframework", ("rest_framework",)),
        ("attrs", ("attr", "attrs")),
        ("ruamel.yaml", ("ruamel.yaml",)),
        ("something-nobody-knows", None),
    ],
)
def test_import_names_that_differ_from_the_distribution_are_shipped(distribution: str, names: tuple[str, ...] | None) -> None:
    assert import_names(distribution) == names


def test_the_shipped_mapping_is_well_formed() -> None:
    mapping = shipped_names()
    assert len(mapping) > 300
    assert [name for name in mapping if name != normalized(name)] == []
    assert [name for names in mapping.values() for name in names if not all(part.isidentifier() for part in name.split("."))] == []
    assert [name for name, names in mapping.items() if names == (name.replace("-", "_"),)] == []


def test_no_distribution_is_a_tool_and_takes_part_in_tests() -> None:
    names = [
        *shipped_names(),
        "pytest",
        "pytest-cov",
        "coverage",
        "hypothesis",
        "anyio",
        "ruff",
        "sphinx",
        "tox",
        "types-six",
        "django-stubs",
    ]
    assert [name for name in names if is_tool(name) and (is_runner(name) or is_plugin(name))] == []


@pytest.mark.parametrize(
    ("package", "roots"),
    [
        ("PyYAML", ("yaml",)),
        ("requests", ("requests.adapters",)),
        ("google-cloud-storage", ("google.cloud.storage",)),
        ("pycryptodome", ("Crypto",)),
    ],
)
def test_an_imported_distribution_reaches_its_importers(package: str, roots: tuple[str, ...]) -> None:
    assert reach(package) == Affected(roots, (), (), ())


def test_what_is_installed_says_more_than_what_is_shipped() -> None:
    found = affected_imports(["pyyaml"], NOBODY, {"pyyaml": ("flask",)}, IMPORTED)
    assert found.roots == ("flask",)


@pytest.mark.parametrize("package", ["leftpad", "gunicorn", "psycopg2-binary"])
def test_a_distribution_nobody_imports_is_unknown(package: str) -> None:
    assert reach(package) == Affected((), (package,), (), ())


@pytest.mark.parametrize("package", ["pytest", "pytest-django", "coverage", "hypothesis", "anyio", "faker", "setuptools"])
def test_what_takes_part_in_every_test_is_a_runner(package: str) -> None:
    assert reach(package).runners == (package,)


@pytest.mark.parametrize("package", ["ruff", "mypy", "sphinx", "sphinx-copybutton", "types-requests", "pre-commit", "tox"])
def test_a_tool_that_no_module_imports_is_inert(package: str) -> None:
    assert reach(package, direct=package) == Affected((), (), (), (package,))


def test_a_tool_that_a_module_imports_reaches_it() -> None:
    assert affected_imports(["sphinx"], NOBODY, None, {"sphinx.ext"}) == Affected(("sphinx.ext",), (), (), ())


def test_an_indirect_dependency_reaches_whoever_imports_its_users() -> None:
    users = {"idna": "requests", "markupsafe": "jinja2", "jinja2": "flask sphinx"}
    assert reach("idna", users).roots == ("requests.adapters",)
    assert reach("markupsafe", users) == Affected(("flask",), (), (), ())


def test_an_indirect_dependency_of_the_test_runner_is_global() -> None:
    assert reach("pluggy", {"pluggy": "pytest tox"}).runners == ("pytest",)


def test_an_indirect_dependency_of_tools_alone_is_inert() -> None:
    assert reach("imagesize", {"imagesize": "sphinx"}).inert == ("imagesize",)


def test_a_plugin_that_only_came_with_a_tool_is_no_runner() -> None:
    users = {"anyio": "starlette", "starlette": "sphinx-autobuild"}
    assert reach("anyio", users).inert == ("anyio",)
    assert reach("anyio", users, direct="anyio").runners == ("anyio",)
    assert reach("anyio", users | {"starlette": "sphinx-autobuild flask"}).runners == ("anyio",)


def test_a_direct_dependency_is_unknown_although_an_imported_one_needs_it() -> None:
    assert reach("idna", {"idna": "requests"}, direct="idna") == Affected(("requests.adapters",), ("idna",), (), ())


def test_a_branch_that_leads_nowhere_is_unknown_beside_one_that_does() -> None:
    assert reach("idna", {"idna": "requests mystery"}) == Affected(("requests.adapters",), ("mystery",), (), ())


def test_a_circle_that_nobody_imports_is_unknown() -> None:
    assert reach("a", {"a": "b", "b": "a"}).unknown == ("a", "b")


def test_the_project_itself_is_nobodys_user() -> None:
    assert reach("requests", {"requests": "shop", "shop": "pytest"}, own="shop").runners == ()
    assert reach("shop", own="shop").inert == ("shop",)


NAMES = st.sampled_from(["pyyaml", "flask", "requests", "idna", "mystery", "pytest", "sphinx", "shop"])


@given(NAMES, st.dictionaries(NAMES, st.frozensets(NAMES, max_size=3)), st.frozensets(NAMES))
def test_no_distribution_gets_lost(package: str, users: dict[str, frozenset[str]], direct: frozenset[str]) -> None:
    found = affected_imports([package], Dependencies(users, direct), None, IMPORTED)
    closure, waiting = {package}, [package]
    while waiting:
        new = users.get(waiting.pop(), frozenset()) - closure
        closure |= new
        waiting += sorted(new)
    assert {"flask"} & closure <= set(found.roots)
    assert {"pytest"} & closure <= set(found.runners)
    assert bool(found.inert) != bool(found.roots or found.unknown or found.runners)
    assert {"mystery", "idna"} & closure & direct <= set(found.unknown)
