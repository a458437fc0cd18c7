from __future__ import annotations

import pytest

from tests.unit.decisions.deciding import TEST, Files, decided

SITE: Files = {
    "site/__init__.py": "",
    "site/urls.py": "",
    "site/shop/__init__.py": "",
    "site/shop/migrations/__init__.py": "",
    "site/shop/migrations/0001_initial.py": "STEP = 1\n",
    "site/shop/management/__init__.py": "",
    "site/shop/management/commands/__init__.py": "",
    "site/shop/management/commands/pay.py": "STEP = 1\n",
    "site/shop/models.py": "",
    "site/shop/tests/__init__.py": "",
    "site/shop/tests/test_models.py": "import site.shop.models" + TEST,
    "site/mail/__init__.py": "",
    "site/mail/tests/__init__.py": "",
    "site/mail/tests/test_mail.py": "import site.mail" + TEST,
    "scripts/build.py": "STEP = 1\n",
}
OWN = ["site/shop/tests/test_models.py"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("site/shop/migrations/0001_initial.py", OWN),
        ("site/shop/management/commands/pay.py", OWN),
        # The package above holds the tests of everything, and a script lies in no package.
        ("site/urls.py", []),
        ("scripts/build.py", []),
    ],
)
def test_a_module_that_no_test_reaches_selects_the_tests_of_its_package(path: str, expected: list[str]) -> None:
    found = decided({path: "STEP = 2\n"}, before=SITE)
    assert [test.path for test in found.selection.tests] == expected
    assert [item.reason for item in found.judged] == ["unreached" if expected else "units"]


def test_a_module_that_a_test_reaches_is_not_widened() -> None:
    found = decided({"site/shop/models.py": "STEP = 2\n", "site/shop/tests/test_other.py": TEST}, before=SITE)
    assert [(test.path, test.layer) for test in found.selection.tests] == [
        ("site/shop/tests/test_models.py", "module"),
        ("site/shop/tests/test_other.py", "changed"),
    ]


def test_what_stands_in_for_a_module_is_no_changed_test() -> None:
    found = decided({"site/shop/migrations/0001_initial.py": "STEP = 2\n"}, before=SITE)
    assert [test.layer for test in found.selection.tests] == ["module"]
