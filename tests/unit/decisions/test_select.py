from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from impactgraph.config import Config
from impactgraph.decisions.select import SelectedTest
from impactgraph.model import Reason
from tests.unit.decisions.deciding import ALL_TESTS, PROJECT, TEST, decided

PRICE = "import yaml\n\ndef total():\n    return 2\n"


def test_nothing_changed_is_none() -> None:
    found = decided({}).selection
    assert (found.decision, found.tests, found.reasons) == ("none", (), ())


def test_a_test_says_how_far_away_from_which_change_it_is() -> None:
    found = decided({"shop/price.py": PRICE, "tests/test_mail.py": "import shop.mail\nx = 1" + TEST}).selection
    assert found.decision == "subset"
    assert found.tests == (
        SelectedTest("tests/test_cart.py", "module", 2, "shop/price.py"),
        SelectedTest("tests/test_mail.py", "changed", 0, "tests/test_mail.py"),
    )


def test_the_nearest_change_is_named() -> None:
    found = decided({"shop/price.py": PRICE, "shop/cart.py": "from shop import price\nx = 1\n"}).selection
    assert [(test.distance, test.change) for test in found.tests] == [(1, "shop/cart.py")]


def test_a_change_itself_is_named_before_what_lies_around_another() -> None:
    found = decided({"shop/templates/other.txt": "x", "shop/mail.py": "x = 1\n"}).selection
    assert {test.path: test.change for test in found.tests}["tests/test_mail.py"] == "shop/mail.py"


def test_what_a_change_reaches_through_its_surroundings_is_told_as_its_own() -> None:
    found = decided({"shop/templates/other.txt": "x"}).selection
    assert {test.change for test in found.tests} == {"shop/templates/other.txt"}


def test_everything_names_every_test_and_still_says_what_leads_where() -> None:
    found = decided({"setup.py": "x = 1\n", "shop/price.py": PRICE}).selection
    assert found.decision == "all"
    assert found.tests == (
        SelectedTest("apart/test_apart.py", "global", None, None),
        SelectedTest("tests/test_cart.py", "global", 2, "shop/price.py"),
        SelectedTest("tests/test_mail.py", "global", None, None),
    )


def test_reasons_count_the_tests_that_each_change_accounts_for() -> None:
    found = decided({"setup.py": "x = 1\n", "shop/price.py": PRICE, "shop/new.py": "", "shop/mail.py": None, "README.md": "x"}).selection
    assert [(reason.code, reason.path, reason.tests) for reason in found.reasons] == [
        ("global-input", "setup.py", 3),
        ("module-deleted", "shop/mail.py", 1),
        ("module-changed", "shop/price.py", 1),
    ] or sorted((reason.code, reason.path, reason.tests) for reason in found.reasons) == [
        ("global-input", "setup.py", 3),
        ("module-changed", "shop/price.py", 1),
        ("module-deleted", "shop/mail.py", 1),
    ]


def test_reasons_tell_what_happened() -> None:
    codes = {
        "module-added": {"shop/cart.py": None, "shop/cart/__init__.py": "x = 1\n"},
        "module-renamed": {"shop/price.py": None, "shop/cost.py": PROJECT["shop/price.py"]},
        "conftest-changed": {"tests/conftest.py": "x = 1\n"},
        "test-added": {"tests/test_new.py": TEST},
        "data-changed": {"shop/templates/mail.txt": "x"},
    }
    for code, changed in codes.items():
        assert code in {reason.code for reason in decided(changed).selection.reasons}, code  # type: ignore[arg-type]  # of mixed types


class TestAlwaysRun:
    CONFIG = Config(always_run=("apart/",))

    def test_runs_with_whatever_runs(self) -> None:
        found = decided({"shop/price.py": PRICE}, self.CONFIG).selection
        assert found.tests[0] == SelectedTest("apart/test_apart.py", "always", None, None)
        assert found.reasons[-1] == Reason("always-run", None, None, 1)

    def test_runs_where_a_change_reaches_no_test_but_counts(self) -> None:
        found = decided({"shop/new.py": "x = 1\n"}, self.CONFIG)
        assert (found.selection.decision, found.tests) == ("subset", ["apart/test_apart.py"])

    def test_does_not_run_where_nothing_counts(self) -> None:
        assert decided({"README.md": "x"}, self.CONFIG).selection.decision == "none"
        assert decided({}, self.CONFIG).selection.decision == "none"


@given(st.lists(st.sampled_from(sorted(path for path in PROJECT if path != "pyproject.toml")), unique=True, min_size=1), st.data())
def test_more_changes_never_select_less(paths: list[str], data: st.DataObject) -> None:
    changed: dict[str, str | bytes | None] = {path: data.draw(st.sampled_from(["x = 3\n", None]), path) for path in paths}
    fewer = {path: text for path, text in changed.items() if data.draw(st.booleans())}
    # A deleted or unmade test is no test any more.
    rest = {path for path in ALL_TESTS if path not in changed}
    assert rest & set(decided(fewer).tests) <= set(decided(changed).tests)
