from __future__ import annotations

import pytest

from impactgraph.analysis.modulenames import module_name, package_of
from impactgraph.analysis.testfunctions import count_test_functions

ROOTS = ("", "src", "tests")


@pytest.mark.parametrize(
    ("path", "name", "package"),
    [
        ("src/shop/__init__.py", "shop", "shop"),
        ("src/shop/app.py", "shop.app", "shop"),
        ("src/shop/api/v1/views.py", "shop.api.v1.views", "shop.api"),
        ("tests/test_a.py", "test_a", "tests"),
        ("setup.py", "setup", "setup"),
        ("src/one.py", "one", "src"),
        ("a-b/c.py", "a-b/c.py", "a-b"),
    ],
)
def test_a_module_is_called_as_it_is_imported(path: str, name: str, package: str) -> None:
    assert (module_name(path, ROOTS), package_of(path, ROOTS, 2)) == (name, package)


def test_functions_are_counted_by_text() -> None:
    source = b"def test_a(): pass\nclass T:\n    def test_b(self): pass\n    async  def test_c(self): pass\ndef helper(): print 'test'\n"
    assert count_test_functions(source) == 3
    assert count_test_functions(b"") == 1
