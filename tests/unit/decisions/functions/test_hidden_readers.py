"""Changes that are felt where no code of the checkout says so: parameters of tests, inherited tests, readers outside of the checkout."""

from __future__ import annotations

import pytest

from tests.unit.decisions.functions.narrowing import Files, narrowed, selected

_CASES = "CASES = [1, 2]\nOTHER = 3\n"
_FILES: Files = {"pyproject.toml": "", "shop/__init__.py": "", "shop/cart.py": _CASES}
_PATH = "tests/test_cart.py"
_IMPORTS = "import pytest\nfrom shop.cart import CASES\n\n"


def ids(*names: str) -> dict[str, list[str]]:
    """Tests that entered themselves alone."""
    return {f"{_PATH}::{name}": [f"{_PATH}::{name.partition('[')[0].replace('::', '.')}"] for name in names}


def test_a_test_with_changed_parameters_runs_with_all_it_has_now() -> None:
    test = f"{_IMPORTS}@pytest.mark.parametrize('case', CASES)\ndef test_one(case): ...\n\ndef test_two(): ...\n"
    entered = ids("test_one[1]", "test_one[2]", "test_two")
    found = narrowed({**_FILES, _PATH: test}, {"shop/cart.py": "CASES = [1, 2, 3]\nOTHER = 3\n"}, entered)
    assert selected(found) == [f"{_PATH}::test_one"]


def test_a_fixture_with_changed_parameters_runs_its_tests_with_all_it_has_now() -> None:
    test = (
        f"{_IMPORTS}@pytest.fixture(params=CASES)\ndef case(request):\n    return request.param\n\n"
        "def test_one(case): ...\n\ndef test_two(): ...\n"
    )
    entered = ids("test_one[1]", "test_one[2]", "test_two")
    for name in ("test_one[1]", "test_one[2]"):
        entered[f"{_PATH}::{name}"].append(f"{_PATH}::case")
    found = narrowed({**_FILES, _PATH: test}, {"shop/cart.py": "CASES = [1, 2, 3]\nOTHER = 3\n"}, entered)
    assert selected(found) == [f"{_PATH}::test_one"]


def test_a_class_of_tests_with_changed_parameters_runs_whole() -> None:
    test = f"{_IMPORTS}@pytest.mark.parametrize('case', CASES)\nclass TestOne:\n    def test_it(self, case): ...\n\ndef test_two(): ...\n"
    found = narrowed({**_FILES, _PATH: test}, {"shop/cart.py": "CASES = [1, 2, 3]\nOTHER = 3\n"}, ids("TestOne::test_it[1]", "test_two"))
    assert selected(found) in ([f"{_PATH}::TestOne"], [_PATH])


def test_parameters_that_did_not_change_are_told_apart() -> None:
    test = (
        "import pytest\nfrom shop.cart import run\n\n@pytest.mark.parametrize('case', [1, 2])\n"
        "def test_one(case):\n    if case == 1: run()\n"
        "\ndef test_two(): ...\n"
    )
    entered = ids("test_one[1]", "test_one[2]", "test_two")
    entered[f"{_PATH}::test_one[1]"].append("shop/cart.py::run")
    files = {**_FILES, "shop/cart.py": "def run():\n    return 1\n", _PATH: test}
    assert selected(narrowed(files, {"shop/cart.py": "def run():\n    return 2\n"}, entered)) == [f"{_PATH}::test_one[1]"]


_BASE = "class Base:\n    def test_old(self): ...\n"


def test_a_new_test_that_others_inherit_runs_in_their_files() -> None:
    test = "from shop.testing import Base\n\nclass TestOne(Base): ...\n\ndef test_two(): ...\n"
    entered = {f"{_PATH}::TestOne::test_old": ["shop/testing.py::Base.test_old"], **ids("test_two")}
    files = {**_FILES, "shop/testing.py": _BASE, _PATH: test}
    found = narrowed(files, {"shop/testing.py": _BASE + "\n    def test_new(self):\n        assert 0\n"}, entered)
    assert selected(found) == [_PATH]


def test_a_new_test_that_is_inherited_in_its_own_file_runs() -> None:
    test = _BASE + "\nclass TestOne(Base): ...\n\ndef test_two(): ...\n"
    entered = {f"{_PATH}::TestOne::test_old": [f"{_PATH}::Base.test_old"], **ids("test_two")}
    changed = {_PATH: test.replace("class TestOne", "    def test_new(self):\n        assert 0\n\nclass TestOne")}
    assert selected(narrowed({**_FILES, _PATH: test}, changed, entered)) == [_PATH]


def test_tests_that_come_with_a_new_base_run() -> None:
    test = _BASE + "\nclass TestOne:\n    def test_it(self): ...\n\ndef test_two(): ...\n"
    entered = ids("TestOne::test_it", "test_two")
    found = selected(narrowed({**_FILES, _PATH: test}, {_PATH: test.replace("class TestOne:", "class TestOne(Base):")}, entered))
    assert found in ([f"{_PATH}::TestOne"], [_PATH])


_SETTINGS = "RATE = 3\nDEBUG = False\n"
_DJANGO: Files = {
    **_FILES,
    "shop/settings.py": _SETTINGS,
    "conftest.py": "import os\n\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n",
    "shop/cart.py": "from django.conf import settings\n\ndef one():\n    return 1\n\ndef two():\n    return settings.RATE\n",
    _PATH: "from shop import cart\n\ndef test_one():\n    cart.one()\n\ndef test_two():\n    cart.two()\n",
}
_ENTERED = {f"{_PATH}::test_{name}": [f"{_PATH}::test_{name}", f"shop/cart.py::{name}"] for name in ("one", "two")}


def test_a_setting_that_is_read_through_an_object_from_outside_concerns_who_asks_for_it() -> None:
    found = selected(narrowed(_DJANGO, {"shop/settings.py": _SETTINGS.replace("RATE = 3", "RATE = 4")}, _ENTERED))
    assert f"{_PATH}::test_two" in found or found == [_PATH]


def test_a_setting_that_only_code_from_outside_reads_concerns_everyone() -> None:
    assert selected(narrowed(_DJANGO, {"shop/settings.py": _SETTINGS.replace("False", "True")}, _ENTERED)) == [_PATH]


def test_a_setting_that_comes_by_a_star_import_counts_the_same() -> None:
    files = {**_DJANGO, "shop/settings.py": "from shop.base import *\n", "shop/base.py": _SETTINGS}
    found = selected(narrowed(files, {"shop/base.py": _SETTINGS.replace("False", "True")}, _ENTERED))
    assert found == [_PATH]


def test_a_class_of_settings_concerns_everyone_with_the_class() -> None:
    text = "class Settings:\n    RATE = 3\n\ndef one(app):\n    return app.config['RATE']\n\ndef two():\n    return load(Settings)\n"
    test = "from shop import cart\n\ndef test_one():\n    cart.one({})\n\ndef test_two():\n    cart.two()\n"
    found = narrowed({**_FILES, "shop/cart.py": text, _PATH: test}, {"shop/cart.py": text.replace("RATE = 3", "RATE = 4")}, _ENTERED)
    assert selected(found) == [f"{_PATH}::test_two"]


_TAGS = "@register.tag\ndef small():\n    return 1\n\n\n@register.tag\ndef large():\n    return 2\n"
_RENDERED = "def test_one(): ...\n\ndef test_two(): ...\n"


def test_a_module_that_is_used_by_a_way_nobody_knows_concerns_everyone() -> None:
    # Templates load the tags by a name that stands in no Python file, and once for all: who renders without `small` fails, too.
    files = {**_FILES, "shop/tags.py": _TAGS, _PATH: _RENDERED, "tests/test_tags.py": "import shop.tags\n\ndef test_tags(): ...\n"}
    entered = {**ids("test_one", "test_two"), "tests/test_tags.py::test_tags": ["tests/test_tags.py::test_tags"]}
    entered[f"{_PATH}::test_one"].append("shop/tags.py::large")
    changed = {"shop/tags.py": _TAGS.replace("@register.tag\ndef small", "def small")}
    assert selected(narrowed(files, changed, entered)) == [_PATH, "tests/test_tags.py"]


def test_a_module_that_is_used_as_the_graph_says_concerns_those_that_depend_on_it() -> None:
    files = {**_FILES, "shop/tags.py": _TAGS, _PATH: _RENDERED, "tests/test_tags.py": "import shop.tags\n\ndef test_tags(): ...\n"}
    entered = {**ids("test_one", "test_two"), "tests/test_tags.py::test_tags": ["shop/tags.py::large"]}
    changed = {"shop/tags.py": _TAGS.replace("@register.tag\ndef small", "def small")}
    assert selected(narrowed(files, changed, entered)) == ["tests/test_tags.py"]


@pytest.mark.parametrize(("imported", "expected"), [("import fastapi\n", [f"{_PATH}::test_two"]), ("", [f"{_PATH}::test_one"])])
def test_annotations_that_are_not_evaluated_concern_who_entered_the_function_where_a_package_reads_them(
    imported: str, expected: list[str]
) -> None:
    # A dependency is handed over undecorated; without such a package only the module's import is looked at, by the first of its tests.
    text = f"from __future__ import annotations\n{imported}\ndef one(): ...\n\ndef two(limit: int = 1): ...\n"
    test = "from shop import cart\n\ndef test_one():\n    cart.one()\n\ndef test_two():\n    cart.two()\n"
    found = narrowed({**_FILES, "shop/cart.py": text, _PATH: test}, {"shop/cart.py": text.replace(": int", ": str")}, _ENTERED)
    assert selected(found) == expected


def test_a_name_that_is_gone_and_still_listed_fails_every_star_import() -> None:
    init = "from shop.cart import CASES, OTHER\n\n__all__ = ['CASES', 'OTHER']\n"
    test = "def test_one(): ...\n\ndef test_two():\n    import shop.star\n"
    files = {**_FILES, "shop/__init__.py": init, "shop/star.py": "from shop import *\n", _PATH: test}
    changed = {"shop/__init__.py": init.replace("import CASES, OTHER", "import CASES")}
    found = narrowed(files, changed, ids("test_one", "test_two"), requested={f"{_PATH}::test_two": ["shop/star.py"]})
    assert f"{_PATH}::test_two" in selected(found) or selected(found) == [_PATH]
