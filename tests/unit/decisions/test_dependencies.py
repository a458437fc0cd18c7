from __future__ import annotations

import pytest

from impactgraph.analysis.settings.names import Dependencies as Known
from impactgraph.decisions.dependencies import Dependencies, Reached, reached_imports

EXTERNALS = {
    "a.py": ("yaml",),
    "b.py": ("os", "requests.sessions"),
    "c.py": ("google.cloud.storage",),
    "d.py": ("google",),
    "e.py": ("yamlish", "."),
    "f.py": ("inner.part",),
}
KNOWN = Known(users={"urllib3": frozenset({"requests"})}, direct=frozenset({"pyyaml", "requests", "mystery"}))


def reached(*packages: str, installed: dict[str, tuple[str, ...]] | None = None) -> Reached:
    return reached_imports(packages, Dependencies(lambda: EXTERNALS, lambda: KNOWN, lambda: installed, lambda: None))


@pytest.mark.parametrize(
    ("packages", "importers"),
    [
        (("PyYAML",), ("a.py",)),
        (("requests",), ("b.py",)),
        (("urllib3",), ("b.py",)),
        (("requests", "pyyaml"), ("a.py", "b.py")),
        ((), ()),
    ],
)
def test_a_distribution_reaches_those_who_import_it_or_its_users(packages: tuple[str, ...], importers: tuple[str, ...]) -> None:
    assert reached(*packages) == Reached(importers, ())


def test_what_is_installed_says_what_a_distribution_is_imported_by() -> None:
    assert reached("mystery", installed={"mystery": ("inner",)}) == Reached(("f.py",), ())


def test_importing_a_namespace_or_something_in_it_counts() -> None:
    assert reached("stored", installed={"stored": ("google.cloud",)}).importers == ("c.py", "d.py")


def test_a_distribution_that_can_not_be_placed_is_everything() -> None:
    assert reached("pyyaml", "mystery") == Reached((), ("mystery",))


def test_a_distribution_that_takes_part_in_every_test_is_everything() -> None:
    assert reached("pytest", "pyyaml").everything == ("pytest",)


def test_a_developers_tool_reaches_nobody() -> None:
    assert reached("black") == Reached((), ())
