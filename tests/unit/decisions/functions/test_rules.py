"""One unit of code changes: which recorded tests can tell, and where that must not be narrowed."""

from __future__ import annotations

import pytest

from impactgraph.config import Config
from tests.unit.decisions.functions.narrowing import Files, narrowed, selected

_TWO_TESTS = """\
from shop import cart

def test_one():
    cart.one()

def test_two():
    cart.two()
"""
_CART = """\
LIMIT = 3
OTHER = 4

def one():
    return LIMIT

def two():
    return OTHER
"""
_FILES: Files = {"pyproject.toml": "", "shop/__init__.py": "", "shop/cart.py": _CART, "tests/test_cart.py": _TWO_TESTS}
_ONE, _TWO = "tests/test_cart.py::test_one", "tests/test_cart.py::test_two"
_ENTERED = {
    _ONE: ["tests/test_cart.py::test_one", "shop/cart.py::one"],
    _TWO: ["tests/test_cart.py::test_two", "shop/cart.py::two"],
}


def after(old: str, new: str, *, path: str = "shop/cart.py", files: Files | None = None, **record: object) -> list[str]:
    """What is selected when `old` becomes `new` in a file."""
    files = files or _FILES
    assert old in files[path]
    return selected(narrowed(files, {path: files[path].replace(old, new)}, _ENTERED, **record))  # type: ignore[arg-type]


def with_cart(text: str, test: str = _TWO_TESTS, **others: str) -> Files:
    """The checkout with another module."""
    return {**_FILES, "shop/cart.py": text, "tests/test_cart.py": test, **others}


def test_a_changed_body_concerns_who_entered_it() -> None:
    assert after("return LIMIT", "return LIMIT + 1") == [_ONE]


def test_a_constant_concerns_who_runs_code_that_reads_it() -> None:
    assert after("LIMIT = 3", "LIMIT = 4") == [_ONE]
    assert after("OTHER = 4", "OTHER = 5") == [_TWO]


def test_a_comment_concerns_nobody() -> None:
    assert after("LIMIT = 3", "LIMIT = 3  # of them") == []


def test_a_constant_is_followed_through_what_is_computed_from_it() -> None:
    files = with_cart(_CART.replace("OTHER = 4", "OTHER = LIMIT + 1"))
    assert after("LIMIT = 3", "LIMIT = 4", files=files) == [_ONE, _TWO]


def test_a_constant_is_followed_through_imports_under_other_names() -> None:
    files = with_cart(_CART.replace("LIMIT = 3", "from shop.limits import HIGH as LIMIT"), **{"shop/limits.py": "HIGH = 3\nLOW = 1\n"})
    assert after("HIGH = 3", "HIGH = 4", path="shop/limits.py", files=files) == [_ONE]


def test_a_constant_is_followed_through_star_imports() -> None:
    files = with_cart(_CART.replace("LIMIT = 3", "from shop.limits import *"), **{"shop/limits.py": "LIMIT = 3\n"})
    assert after("LIMIT = 3", "LIMIT = 4", path="shop/limits.py", files=files) == [_ONE]


def test_a_constant_is_followed_to_where_its_module_is_asked_for_it() -> None:
    text = "from shop import limits\n\ndef one():\n    return limits.HIGH\n\ndef two():\n    return 4\n"
    assert after("HIGH = 3", "HIGH = 4", path="shop/limits.py", files=with_cart(text, **{"shop/limits.py": "HIGH = 3\n"})) == [_ONE]


def test_a_name_that_is_asked_for_by_a_string_counts() -> None:
    files = with_cart(_CART.replace("return OTHER", "import shop.cart\n    return getattr(shop.cart, 'LIMIT')"))
    assert after("LIMIT = 3", "LIMIT = 4", files=files) == [_ONE, _TWO]


def test_a_name_that_is_made_up_counts_as_every_name_of_the_module() -> None:
    files = with_cart(_CART.replace("return OTHER", "return globals()['LI' + 'MIT']"))
    assert after("LIMIT = 3", "LIMIT = 4", files=files) == [_ONE, _TWO]


def test_an_import_time_effect_concerns_all_that_depend_on_the_module() -> None:
    files = with_cart(_CART + "print(LIMIT)\n")
    assert after("LIMIT = 3", "LIMIT = 4", files=files) == ["tests/test_cart.py"]


def test_a_value_out_of_a_call_concerns_all_that_depend_on_the_module() -> None:
    files = with_cart(_CART.replace("OTHER = 4", "OTHER = register(4)"))
    assert after("register(4)", "register(5)", files=files) == ["tests/test_cart.py"]


def test_a_function_that_ran_while_a_module_was_imported_concerns_its_dependents() -> None:
    found = after("return OTHER", "return OTHER + 1", imported={"shop/cart.py": ["shop/cart.py::two"]})
    assert found == ["tests/test_cart.py"]


def test_a_function_that_ran_outside_of_tests_concerns_everyone() -> None:
    assert after("return OTHER", "return OTHER + 1", session=["shop/cart.py::two"]) == ["tests/test_cart.py"]


def test_a_removed_name_concerns_whoever_imports_it() -> None:
    files = with_cart(_CART, _TWO_TESTS.replace("from shop import cart\n", "from shop import cart\nfrom shop.cart import LIMIT\n"))
    assert after("LIMIT = 3\n", "", files=files) == ["tests/test_cart.py"]


def test_a_removed_re_export_concerns_the_test_that_imports_it() -> None:
    test = _TWO_TESTS.replace("from shop import cart\n", "from shop import cart, one\n")
    files = {**with_cart(_CART, test), "shop/__init__.py": "from shop.cart import one\n"}
    found = selected(narrowed(files, {"shop/__init__.py": ""}, _ENTERED))
    assert found == ["tests/test_cart.py"]


def test_dunder_all_read_by_a_loop_counts() -> None:
    files = with_cart(_CART + "__all__ = ['one']\nfor name in __all__:\n    globals()[name].module = 'shop'\n")
    assert after("['one']", "['one', 'two']", files=files) == ["tests/test_cart.py"]


def test_dunder_all_decides_on_what_star_imports_bring() -> None:
    files = with_cart("from shop.limits import *\n\ndef one():\n    return LIMIT\n\ndef two():\n    return 1\n")
    files["shop/limits.py"] = "__all__ = ['LIMIT']\nLIMIT = 3\n"
    found = selected(narrowed(files, {"shop/limits.py": "__all__ = ['LIMIT', 'two']\nLIMIT = 3\ntwo = 4\n"}, _ENTERED))
    assert set(found) >= {_TWO}


def test_a_plain_function_that_becomes_async_concerns_who_calls_it() -> None:
    files = with_cart(_CART.replace("return OTHER", "return one()"))
    entered = {**_ENTERED, _TWO: [*_ENTERED[_TWO], "shop/cart.py::one"]}
    changed = {"shop/cart.py": files["shop/cart.py"].replace("def one", "async def one")}
    assert selected(narrowed(files, changed, entered)) == [_ONE, _TWO]


def test_a_default_concerns_who_calls_the_function() -> None:
    files = with_cart(_CART.replace("def one():", "def one(by=1):").replace("return OTHER", "return one"))
    assert after("by=1", "by=2", files=files) == [_ONE, _TWO]


@pytest.mark.parametrize("decorator", ["lru_cache", "functools.cached_property", "memoized"])
def test_a_cached_body_concerns_whoever_asks_for_it(decorator: str) -> None:
    files = with_cart(_CART.replace("def one", f"@{decorator}\ndef one").replace("return OTHER", "return one()"))
    assert after("return LIMIT", "return LIMIT + 1", files=files) == [_ONE, _TWO]


def test_a_changed_decorator_concerns_all_that_depend_on_the_module() -> None:
    files = with_cart(_CART.replace("def one", "@app.route('/')\ndef one"))
    assert after("'/'", "'/one'", files=files) == ["tests/test_cart.py"]


def test_a_function_new_in_a_registry_concerns_all_that_depend_on_the_module() -> None:
    assert after("def two", "@register\ndef three():\n    pass\n\ndef two") == ["tests/test_cart.py"]


def test_a_decorator_that_is_declared_pure_registers_nothing() -> None:
    config = Config(pure_decorators=("register",))
    changed = {"shop/cart.py": _CART + "\n@register\ndef three():\n    pass\n"}
    found = narrowed(_FILES, changed, _ENTERED, config)
    assert selected(found) == [_ONE]  # a module that changed keeps a test that imports it
    assert [reason.code for reason in found.selection.reasons] == ["function-import-check"]


def test_a_lazy_import_is_a_mention() -> None:
    files = with_cart(_CART.replace("return OTHER", "from shop.limits import HIGH\n    return HIGH"), **{"shop/limits.py": "HIGH = 3\n"})
    assert after("HIGH = 3", "HIGH = 4", path="shop/limits.py", files=files) == [_TWO]


def test_a_test_that_asked_for_a_module_by_name_has_what_its_import_does() -> None:
    files = with_cart(_CART, **{"shop/plugin.py": "print(1)\n"})
    found = after("print(1)", "print(2)", path="shop/plugin.py", files=files, requested={_TWO: ["shop/plugin.py"]})
    assert _TWO in found
    assert _ONE not in found


_TWO_LINES = "def two():\n    return 2\n"
_PIE = "class Pie:\n    size = 1\n\n    def cut(self):\n        return self.size\n"


def test_a_class_attribute_concerns_who_asks_for_it_and_has_the_class() -> None:
    files = with_cart(_PIE + "\ndef one():\n    return Pie().cut()\n\ndef two():\n    return 2\n")
    entered = {**_ENTERED, _ONE: [*_ENTERED[_ONE], "shop/cart.py::Pie.cut"]}
    changed = {"shop/cart.py": files["shop/cart.py"].replace("size = 1", "size = 2")}
    assert selected(narrowed(files, changed, entered)) == [_ONE]


def test_a_class_attribute_that_an_outside_base_reads_concerns_everyone_with_the_class() -> None:
    text = (
        "import web\n\nclass Answer(web.Response):\n    kind = 'text'\n\ndef one():\n    return Answer('x')\n\ndef two():\n    return 2\n"
    )
    assert after("'text'", "'html'", files=with_cart(text)) == [_ONE]


def test_a_class_attribute_that_a_base_above_reads_concerns_the_subclass() -> None:
    text = _PIE + "\nclass Cake(Pie):\n    size = 3\n\ndef one():\n    return Cake().cut()\n\ndef two():\n    return Pie().cut()\n"
    files = with_cart(text)
    entered = {test: [*names, "shop/cart.py::Pie.cut"] for test, names in _ENTERED.items()}
    changed = {"shop/cart.py": text.replace("size = 3", "size = 4")}
    assert _ONE in selected(narrowed(files, changed, entered))


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("class Kind(enum.Enum):", id="an enum"),
        pytest.param("@dataclasses.dataclass\nclass Kind:", id="a dataclass"),
        pytest.param("class Kind(typing.NamedTuple):", id="a named tuple"),
        pytest.param("class Kind(metaclass=Meta):", id="a metaclass"),
    ],
)
def test_a_member_of_a_class_that_looks_at_its_members_concerns_everyone_with_the_class(header: str) -> None:
    text = f"import dataclasses, enum, typing\n\n{header}\n    small: int = 1\n\ndef one():\n    return list(Kind)\n\n{_TWO_LINES}"
    found = after("= 1", "= 2", files=with_cart(text))
    assert _ONE in found or found == ["tests/test_cart.py"]


def test_a_subclass_of_a_class_that_registers_concerns_all_that_depend_on_the_module() -> None:
    text = "class Base:\n    known = []\n\n    def __init_subclass__(cls):\n        Base.known.append(cls)\n\n" + _CART
    found = after("def two", "class New(Base):\n    pass\n\ndef two", files=with_cart(text))
    assert found == ["tests/test_cart.py"]


def test_an_autouse_fixture_that_comes_concerns_its_file() -> None:
    test = "import pytest\n" + _TWO_TESTS
    files = with_cart(_CART, test)
    changed = {"tests/test_cart.py": test + "\n@pytest.fixture(autouse=True)\ndef clean():\n    yield\n"}
    assert selected(narrowed(files, changed, _ENTERED)) == ["tests/test_cart.py"]


def test_a_fixture_concerns_who_has_a_parameter_of_its_name() -> None:
    conftest = "import pytest\n\n@pytest.fixture\ndef pie(request):\n    return 1\n"
    test = "def test_one(pie):\n    assert pie\n\ndef test_two():\n    pass\n"
    files = with_cart(_CART, test, **{"tests/conftest.py": conftest})
    found = after("pie(request)", "pie(request, cake)", path="tests/conftest.py", files=files)
    assert found == [_ONE]


def test_a_value_that_is_patched_by_a_string_counts() -> None:
    test = "from unittest.mock import patch\n\n@patch('shop.cart.LIMIT', 1)\ndef test_one():\n    pass\n\ndef test_two():\n    pass\n"
    entered = {_ONE: ["tests/test_cart.py::test_one"], _TWO: ["tests/test_cart.py::test_two"]}
    files = with_cart("LIMIT = 3\n", test)
    assert selected(narrowed(files, {"shop/cart.py": "LIMIT = 4\n"}, entered)) == [_ONE]


def test_a_docstring_that_a_command_shows_counts() -> None:
    text = 'import click\n\n@click.command()\ndef one():\n    """Help."""\n\ndef two():\n    return 2\n'
    assert _ONE in after("Help.", "More help.", files=with_cart(text))


def test_a_docstring_that_nobody_reads_concerns_nobody_but_its_import() -> None:
    files = with_cart(_CART.replace("return OTHER", '"""Two."""\n    return OTHER'))
    found = narrowed(files, {"shop/cart.py": files["shop/cart.py"].replace("Two", "Zwei")}, _ENTERED)
    assert [reason.code for reason in found.selection.reasons] == ["function-import-check"]


def test_a_class_that_shadows_a_module_of_its_name_is_no_module() -> None:
    init = "from shop.box import box\n"
    box = "class box:\n    size = 1\n\n    def fill(self):\n        return self.size\n"
    text = "import shop\n\ndef one():\n    return shop.box.size\n\ndef two():\n    return 2\n"
    files = {**with_cart(text), "shop/__init__.py": init, "shop/box.py": box}
    found = selected(narrowed(files, {"shop/box.py": box.replace("size = 1", "size = 2")}, _ENTERED))
    assert _ONE in found or found == ["tests/test_cart.py"]
