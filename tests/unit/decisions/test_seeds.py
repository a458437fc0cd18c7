from __future__ import annotations

import pytest

from impactgraph.config import Config
from impactgraph.decisions.seeds import Judge
from impactgraph.decisions.surroundings import Place
from impactgraph.model import FileChange, FileEntry, Tree
from impactgraph.questions.environment import environment
from tests.memory import tree_of
from tests.unit.decisions.deciding import ALL_TESTS, PROJECT, TEST, decided, listed


@pytest.mark.parametrize(
    ("path", "text", "klass", "effect", "reason"),
    [
        ("shop/price.py", "import yaml\n\n\ndef total():  # why\n    return 1\n", "module", "inert", "syntax-unchanged"),
        ("shop/price.py", "import yaml\n\ndef total():\n    return 2\n", "module", "seeds", "changed"),
        ("shop/new.py", "", "module", "seeds", "added"),
        ("shop/price.py", None, "module", "seeds", "deleted"),
        ("tests/test_cart.py", "import shop.cart\n" + TEST, "test", "inert", "syntax-unchanged"),
        ("tests/test_cart.py", "import shop.price" + TEST, "test", "seeds", "changed"),
        ("tests/test_new.py", TEST, "test", "seeds", "added"),
        ("tests/conftest.py", "x = 1\n", "conftest", "seeds", "changed"),
        ("tests/conftest.py", None, "conftest", "seeds", "deleted"),
        ("setup.py", "x = 1\n", "configuration", "all", "global-input"),
        ("sitecustomize.py", "x = 1\n", "configuration", "all", "global-input"),
        ("shop/templates/mail.txt", "Dear all", "data", "seeds", "data-file"),
        ("README.md", "# Shop\n", "documentation", "inert", "documentation"),
        (".github/workflows/ci.yml", "on: push\n", "configuration", "inert", "ci-configuration"),
        ("strange.bin", b"\x00", "unknown", "all", "unplaced-file"),
    ],
)
def test_a_change_has_its_class_its_effect_and_its_reason(path: str, text: str | None, klass: str, effect: str, reason: str) -> None:
    item = decided({path: text}).one
    assert (item.change.path, item.klass, item.effect, item.reason) == (path, klass, effect, reason) or (
        # How the comparison words it is its own affair.
        reason == "changed" and (item.klass, item.effect) == (klass, effect)
    )


def test_an_inert_change_still_says_which_units_it_looked_at() -> None:
    assert decided({"shop/price.py": "import yaml\ndef total(): return 1\n"}).one.units == ()


def test_what_changed_in_a_module_is_kept_and_told() -> None:
    item = decided({"shop/price.py": "import yaml\n\ndef total():\n    return 2\n\ndef a(): ...\ndef b(): ...\ndef c(): ...\n"}).one
    assert item.units is not None
    assert {unit.name for unit in item.units} >= {"total", "a", "b", "c"}
    assert item.detail is not None
    assert item.detail.endswith(" more")


def test_docstrings_are_code_unless_the_project_says_otherwise() -> None:
    changed = {"shop/price.py": "import yaml\n\ndef total():\n    'Sum.'\n    return 1\n"}
    assert decided(changed).one.effect == "seeds"
    assert decided(changed, Config(docstrings="inert")).one.effect == "inert"


def test_a_renamed_file_is_judged_in_both_states() -> None:
    item = decided({"shop/price.py": None, "shop/cost.py": PROJECT["shop/price.py"]}).one
    assert (item.change.status, item.effect, item.seeds) == ("R", "seeds", ("shop/cost.py", "shop/price.py"))


def test_a_deleted_module_reaches_those_who_still_import_it() -> None:
    assert decided({"shop/price.py": None}).tests == ["tests/test_cart.py"]


def test_a_deleted_test_reaches_nobody() -> None:
    found = decided({"apart/test_apart.py": None})
    assert (found.tests, found.selection.decision) == ([], "none")


def test_a_file_that_becomes_a_link_is_a_change() -> None:
    before, after = tree_of(PROJECT), tree_of({**PROJECT, "shop/price.py": ""}, {"shop/price.py": "cart.py"})
    change = FileChange("shop/price.py", "T")
    judge = Judge(before, after, _place(after), environment(before, after, dict), Config())
    assert [(item.effect, item.reason) for item in judge.judge([change])] == [("seeds", "type-changed")]


def _place(tree: Tree) -> Place:
    from impactgraph.analysis.assemble import assemble

    return Place(assemble(tree, Config()).graph)


def test_a_changed_submodule_is_everything() -> None:
    before = tree_of(PROJECT)
    entry = {"vendored": FileEntry("160000", "1" * 40)}
    after = Tree({**before.files, **entry}, before.read, label="made up")
    judge = Judge(before, after, _place(after), environment(before, after, dict), Config())
    for status in ("S", "A", "T"):
        item = judge.judge([FileChange("vendored", status)])[0]  # type: ignore[arg-type]  # they are statuses
        assert (item.klass, item.effect, item.reason) == ("submodule", "all", "submodule")


def test_a_module_that_can_not_be_read_counts_as_changed() -> None:
    before = tree_of(PROJECT)
    after = Tree(before.files, lambda _: {}, label="made up")
    judge = Judge(before, after, _place(before), environment(before, after, dict), Config())
    item = judge.judge([FileChange("shop/price.py", "M")])[0]
    assert (item.effect, item.seeds) == ("seeds", ("shop/price.py",))


CHANGE: dict[str, str | bytes | None] = {"shop/price.py": "x = 1\n"}


class TestConfigured:
    def test_a_global_input_is_everything(self) -> None:
        found = decided(CHANGE, Config(global_inputs=("shop/*",)))
        assert (found.one.effect, found.one.reason, found.one.detail) == ("all", "global-input", "configured: shop/*")
        assert found.tests == ALL_TESTS

    def test_an_inert_file_is_nothing(self) -> None:
        found = decided(CHANGE, Config(inert=("shop/*",)))
        assert (found.one.effect, found.one.reason, found.selection.decision) == ("inert", "configured-inert", "none")

    def test_the_safe_of_two_contradicting_wishes_wins(self) -> None:
        assert decided(CHANGE, Config(inert=("shop/*",), global_inputs=("price.py",))).one.effect == "all"

    def test_a_file_that_leaves_an_inert_place_is_not_inert(self) -> None:
        moved = {"shop/price.py": None, "notes/price.py": PROJECT["shop/price.py"]}
        assert decided(moved, Config(inert=("notes/",))).one.effect == "seeds"
        assert decided(moved, Config(inert=("notes/", "shop/"))).one.effect == "inert"

    def test_a_file_that_enters_or_leaves_a_global_place_is_global(self) -> None:
        moved = {"shop/price.py": None, "notes/price.py": PROJECT["shop/price.py"]}
        assert decided(moved, Config(global_inputs=("shop/",))).one.effect == "all"
        assert decided(moved, Config(global_inputs=("notes/",))).one.effect == "all"


class TestData:
    def test_a_file_that_is_opened_nearby_reaches_those_who_open_it(self) -> None:
        found = decided({"shop/templates/mail.txt": "Hello"})
        assert found.one.seeds == ("shop/templates/mail.txt",)
        assert found.tests == ["tests/test_mail.py"]

    def test_a_file_that_nobody_opens_reaches_what_lies_around_it(self) -> None:
        found = decided({"shop/templates/other.txt": "Hello"})
        assert set(found.one.seeds) == {
            "shop/templates/other.txt",
            *(path for path in PROJECT if path.startswith("shop/") and path.endswith(".py")),
        }
        assert found.tests == ["tests/test_cart.py", "tests/test_mail.py"]

    def test_a_file_among_the_tests_reaches_the_tests_around_it(self) -> None:
        assert decided({"tests/data/a.json": "[]"}).tests == ["tests/test_cart.py", "tests/test_mail.py"]

    def test_who_opens_it_from_afar_comes_on_top_of_what_lies_around_it(self) -> None:
        before = {**PROJECT, "apart/test_apart.py": "open('shop/templates/other.txt')" + TEST}
        assert decided({"shop/templates/other.txt": "Hello"}, before=before).tests == ALL_TESTS

    def test_a_file_with_nothing_around_it_is_everything(self) -> None:
        found = decided({"assets/logo.dat": b"\x01"})
        assert (found.one.effect, found.one.reason) == ("all", "data-file")

    def test_a_deleted_file_still_reaches_those_who_open_it(self) -> None:
        assert decided({"shop/templates/mail.txt": None}).tests == ["tests/test_mail.py"]

    def test_a_moved_file_reaches_both_places(self) -> None:
        found = decided({"tests/data/a.json": None, "apart/a.json": PROJECT["tests/data/a.json"]})
        assert found.tests == ALL_TESTS


COMPILED = {**PROJECT, "shop/_fast.pyx": "x = 1\n", "shop/cart.py": "from shop._fast import f\n"}


class TestCompiled:
    def test_a_source_that_is_imported_by_name_reaches_its_importers(self) -> None:
        assert decided({"shop/_fast.pyx": "x = 2\n"}, before=COMPILED).tests == ["tests/test_cart.py"]

    def test_a_source_that_nobody_imports_by_name_is_everything(self) -> None:
        found = decided({"shop/_other.pyx": "x = 2\n"}, before=COMPILED)
        assert (found.one.effect, found.one.detail) == ("all", "no module imports it by name")


class TestPackages:
    def test_a_changed_requirement_reaches_its_importers(self) -> None:
        changed = str(PROJECT["pyproject.toml"]).replace("pyyaml", "pyyaml>=6")
        found = decided({"pyproject.toml": changed})
        assert (found.one.effect, found.one.seeds, found.tests) == ("seeds", ("shop/price.py",), ["tests/test_cart.py"])

    def test_a_requirement_that_no_one_can_place_is_everything(self) -> None:
        changed = str(PROJECT["pyproject.toml"]).replace("pyyaml", "pyyaml', 'no-such-thing")
        found = decided({"pyproject.toml": changed})
        assert (found.one.effect, found.one.detail) == ("all", "no-such-thing")


class TestListed:
    """Without an earlier state, a file that is named counts as changed, whatever is in it."""

    def test_a_module(self) -> None:
        found = listed(["shop/price.py"])
        assert (found.one.effect, found.one.reason, found.one.units, found.tests) == ("seeds", "listed", None, ["tests/test_cart.py"])

    def test_a_file_that_is_gone(self) -> None:
        assert listed(["shop/gone.py"]).selection.decision == "none"
        assert listed(["tests/conftest_gone/conftest.py"]).selection.decision == "none"
        assert listed(["conftest.py"]).tests == ALL_TESTS

    def test_settings(self) -> None:
        assert listed(["pyproject.toml"]).selection.decision == "all"

    def test_data(self) -> None:
        assert listed(["shop/templates/mail.txt"]).tests == ["tests/test_mail.py"]
