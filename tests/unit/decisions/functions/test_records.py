"""What a record says too little of is not narrowed: old states, traces that lack something, imports that nobody saw."""

from __future__ import annotations

import pytest

from tests.unit.decisions.functions.narrowing import Files, narrowed, narrowed_by, selected, state_of
from tests.unit.records import made

_CART = "LIMIT = 3\n\ndef one():\n    return LIMIT\n\ndef two():\n    return 2\n"
_TESTS = "from shop import cart\n\ndef test_one():\n    cart.one()\n\ndef test_two():\n    cart.two()\n"
_FILES: Files = {"pyproject.toml": "", "shop/__init__.py": "", "shop/cart.py": _CART, "tests/test_cart.py": _TESTS}
_ONE, _TWO = "tests/test_cart.py::test_one", "tests/test_cart.py::test_two"
_ENTERED = {
    _ONE: ["tests/test_cart.py::test_one", "shop/cart.py::one"],
    _TWO: ["tests/test_cart.py::test_two", "shop/cart.py::two"],
}
_CHANGE = {"shop/cart.py": _CART.replace("LIMIT = 3", "LIMIT = 4")}


def test_a_test_that_ran_what_changed_since_its_record_is_selected_for_any_change() -> None:
    # Nobody knows what `two` enters by now.
    older = {**_FILES, "shop/cart.py": _CART.replace("return 2", "return 1")}
    record = made(_ENTERED, states=[state_of(older)])
    assert selected(narrowed_by(_FILES, _CHANGE, record, others=[older])) == [_ONE, _TWO]


def test_an_old_record_of_a_test_that_nothing_has_touched_since_still_counts() -> None:
    older = {**_FILES, "shop/cart.py": _CART.replace("LIMIT = 3", "LIMIT = 2")}
    record = made(_ENTERED, states=[state_of(older)])
    assert selected(narrowed_by(_FILES, _CHANGE, record, others=[older])) == [_ONE]


def test_a_record_made_with_the_change_counts() -> None:
    record = made(_ENTERED, states=[state_of({**_FILES, **_CHANGE})])
    assert selected(narrowed_by(_FILES, _CHANGE, record)) == [_ONE]


def test_each_test_is_judged_by_its_own_state() -> None:
    older = {**_FILES, "shop/cart.py": _CART.replace("return 2", "return 1")}
    record = made(_ENTERED, states=[state_of(older), state_of(_FILES)], state_of={_TWO: 1, _ONE: 0})
    assert selected(narrowed_by(_FILES, _CHANGE, record, others=[older])) == [_ONE]


def test_a_state_that_differs_in_what_everything_depends_on_says_nothing() -> None:
    older = {**_FILES, "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-x'\n"}
    record = made(_ENTERED, states=[state_of(older)])
    found = narrowed_by(_FILES, _CHANGE, record, others=[older])
    assert selected(found) == [_ONE, _TWO]
    assert {reason.code for reason in found.selection.reasons} == {"function-stale"}


def test_a_trace_that_lacks_something_keeps_its_test() -> None:
    assert selected(narrowed(_FILES, _CHANGE, _ENTERED, partial=[_TWO])) == [_ONE, _TWO]


def test_a_test_that_was_skipped_may_do_anything_elsewhere() -> None:
    found = narrowed(_FILES, _CHANGE, {**_ENTERED, _TWO: []}, skipped=[_TWO])
    assert selected(found) == [_ONE, _TWO]
    assert {reason.code for reason in found.selection.reasons} == {"function-mentions", "function-skipped"}


def test_a_module_whose_import_nobody_saw_may_have_run_anything() -> None:
    assert selected(narrowed(_FILES, _CHANGE, _ENTERED, unseen=["shop/__init__.py"])) == ["tests/test_cart.py"]


def test_modules_imported_before_anybody_watched_may_have_run_what_they_define_themselves() -> None:
    body = {"shop/cart.py": _CART.replace("return 2", "return 1")}
    assert selected(narrowed(_FILES, body, _ENTERED, early=["shop/__init__.py"])) == [_TWO]
    assert selected(narrowed(_FILES, body, _ENTERED, early=["shop/__init__.py", "shop/cart.py"])) == ["tests/test_cart.py"]


def test_a_test_whose_processes_told_nothing_is_kept_whatever_it_imports() -> None:
    files = {**_FILES, "tests/test_alone.py": "def test_alone():\n    pass\n"}
    alone = "tests/test_alone.py::test_alone"
    entered = {**_ENTERED, alone: [alone]}
    assert selected(narrowed(files, _CHANGE, entered)) == [_ONE]
    assert selected(narrowed(files, _CHANGE, entered, partial=[alone], silent=[alone])) == [alone, _ONE]
    assert selected(narrowed(files, {"shop/cart.py": _CART + "# said\n"}, entered, partial=[alone], silent=[alone])) == []


def test_a_test_that_was_never_recorded_is_kept_with_its_file() -> None:
    other = "from shop import cart\n\ndef test_other():\n    pass\n"
    found = selected(narrowed({**_FILES, "tests/test_other.py": other}, _CHANGE, _ENTERED))
    assert found == [_ONE, "tests/test_other.py"]


def test_a_module_that_no_test_imports_keeps_the_tests_of_its_package_whatever_state_was_recorded() -> None:
    files = {**_FILES, "shop/plugins/__init__.py": "", "shop/plugins/pay.py": "A = 1\n", "shop/plugins/test_pay.py": _TESTS}
    older = {**files, "shop/cart.py": _CART + "\n\ndef three():\n    pass\n"}
    pay = "shop/plugins/test_pay.py::test_one"
    record = made({**_ENTERED, pay: ["shop/plugins/test_pay.py::test_one"]}, states=[state_of(older)])
    found = selected(narrowed_by(files, {"shop/plugins/pay.py": "A = 2\n"}, record, others=[older]))
    assert found == ["shop/plugins/test_pay.py"]


def test_a_method_that_is_gone_does_not_make_its_file_run_for_ever() -> None:
    test = "from shop import cart\n\nclass TestCart:\n    def test_one(self):\n        cart.one()\n\n    def test_old(self): ...\n"
    older = {**_FILES, "tests/test_cart.py": test}
    files = {**_FILES, "tests/test_cart.py": test.replace("    def test_old(self): ...\n", "    def test_two(self): ...\n")}
    names = {name: f"tests/test_cart.py::TestCart::test_{name}" for name in ("one", "two", "old")}
    entered = {names[name]: [f"tests/test_cart.py::TestCart.test_{name}"] for name in names}
    entered[names["one"]].append("shop/cart.py::one")
    record = made(entered, states=[state_of(older), state_of(files)], state_of={names["old"]: 0})
    change = {"shop/cart.py": files["shop/cart.py"].replace("LIMIT = 3", "LIMIT = 4")}
    assert selected(narrowed_by(files, change, record, others=[older])) == [names["one"]]
    # An inherited method would not be seen in the class, and one that is set by its name nowhere.
    for other in (
        files["tests/test_cart.py"].replace("TestCart:", "TestCart(Base):"),
        files["tests/test_cart.py"] + "setattr(TestCart, 'x', 1)\n",
    ):
        unsure = {**files, "tests/test_cart.py": other}
        record = made(entered, states=[state_of(older), state_of(unsure)], state_of={names["old"]: 0})
        assert selected(narrowed_by(unsure, change, record, others=[older])) == ["tests/test_cart.py"]


_SHARED = "tests/test_cart.py::test_shared"


@pytest.mark.parametrize(
    "text",
    [
        "from tests.base import test_shared\n",
        "from tests.base import check as test_shared\n",
        "from tests.base import *\n",
        "from tests import base\ntest_shared = base.made()\n",
        "from tests import base\nglobals()['test_' + 'shared'] = base.check\n",
        "from tests import base\nfor each in base.TEXTS:\n    exec(each)\n",
        "from tests import base\nfor test_shared in base.CHECKS: pass\n",
        "from tests import base\n_, test_shared = base.CHECKS\n",
    ],
)
def test_a_test_that_an_edited_file_has_from_elsewhere_keeps_its_file(text: str) -> None:
    older = {**_FILES, "tests/base.py": "def check():\n    pass\n", "tests/test_cart.py": text, "tests/test_other.py": _TESTS}
    files = {**older, "tests/test_cart.py": f"{text}# edited\n"}
    other = "tests/test_other.py::test_one"
    record = made({_SHARED: ["tests/base.py::check", "shop/cart.py::one"], other: ["shop/cart.py::one"]}, states=[state_of(older)])
    change = {"shop/cart.py": _CART.replace("return LIMIT", "return 5")}
    assert selected(narrowed_by(files, change, record, others=[older])) == ["tests/test_cart.py", other]


def test_a_function_that_is_gone_counts_no_more() -> None:
    older = {**_FILES, "tests/test_cart.py": f"{_TESTS}\nclass TestOld:\n    def test_three(self):\n        cart.one()\n"}
    three = "tests/test_cart.py::TestOld::test_three"
    entered = {**_ENTERED, three: ["tests/test_cart.py::TestOld.test_three", "shop/cart.py::one"]}
    record = made(entered, states=[state_of(older), state_of(_FILES)], state_of={three: 0, _ONE: 1, _TWO: 1})
    found = narrowed_by(_FILES, _CHANGE, record, others=[older])
    assert selected(found) == [_ONE]
    assert found.recorded == {"node_ids_total": 2, "node_ids_selected": 1}
    assert found.left_out == (_TWO,)


@pytest.mark.parametrize(("names", "last", "is_gone"), [("ab", "", False), ("ab", "b", True), ("a", None, True)])
def test_parameters_that_a_function_had_are_gone_when_all_have_run_that_it_has(names: str, last: str | None, is_gone: bool) -> None:
    older = {**_FILES, "tests/test_cart.py": f"PARAMETERS = ['old']\n{_TESTS}"}
    ids = [f"{_ONE}[{name}]" for name in names] if last is not None else [_ONE]
    entered = dict.fromkeys([*ids, f"{_ONE}[old]"], _ENTERED[_ONE])
    record = made(
        entered,
        states=[state_of(older), state_of(_FILES)],
        state_of={f"{_ONE}[old]": 0, **dict.fromkeys(ids, 1)},
        last=[f"{_ONE}[{last}]"] if last else [],
    )
    found = narrowed_by(_FILES, _CHANGE, record, others=[older])
    assert found.recorded["node_ids_total"] == len(ids) + (not is_gone)
    assert selected(found) == (ids if is_gone else [_ONE, *ids])
