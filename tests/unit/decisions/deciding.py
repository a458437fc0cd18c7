"""A change between two made-up trees, decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from impactgraph.analysis.assemble import assemble, former
from impactgraph.analysis.facts import outside
from impactgraph.config import Config
from impactgraph.decisions.dependencies import Dependencies
from impactgraph.decisions.seeds import Judge, Judged
from impactgraph.decisions.select import Selection, select
from impactgraph.decisions.surroundings import Place
from impactgraph.decisions.widen import widened
from impactgraph.graph.closure import Closure
from impactgraph.model import FileChange, Tree
from impactgraph.questions.environment import environment
from impactgraph.sources.changes import compare
from tests.memory import tree_of

Files = dict[str, str | bytes]
TEST = "\n\ndef test_it():\n    assert True\n"
#: A package, tests of its parts, and one that uses nothing of it.
PROJECT: Files = {
    "pyproject.toml": "[project]\nname = 'shop'\ndependencies = ['pyyaml', 'requests']\n",
    "shop/__init__.py": "",
    "shop/cart.py": "from shop import price\n",
    "shop/price.py": "import yaml\n\ndef total():\n    return 1\n",
    "shop/mail.py": "TEMPLATE = open('shop/templates/mail.txt')\n",
    "shop/templates/mail.txt": "Dear",
    "shop/templates/other.txt": "Dear",
    "tests/conftest.py": "",
    "tests/test_cart.py": "import shop.cart" + TEST,
    "tests/test_mail.py": "import shop.mail" + TEST,
    "tests/data/a.json": "{}",
    "apart/test_apart.py": "import requests" + TEST,
}
ALL_TESTS = ["apart/test_apart.py", "tests/test_cart.py", "tests/test_mail.py"]


class Decided(NamedTuple):
    judged: tuple[Judged, ...]
    selection: Selection

    @property
    def one(self) -> Judged:
        """The only change there is."""
        (only,) = self.judged
        return only

    @property
    def tests(self) -> list[str]:
        return [test.path for test in self.selection.tests]


class Scene(NamedTuple):
    """Two trees with all that is decided from them."""

    base: Tree
    head: Tree
    place: Place
    closure: Closure
    dependencies: Dependencies
    judged: tuple[Judged, ...]


def scene(old: Mapping[str, str | bytes], changed: Mapping[str, str | bytes | None], config: Config) -> Scene:
    """`old`, and what it is after files are written (None: deleted)."""
    new = {path: text for path, text in {**old, **changed}.items() if text is not None}
    base, head = tree_of(old), tree_of(new)
    changes = compare(base, head)
    assembled = assemble(head, config, base=former(base, head, changes))
    dependencies = environment(base, head, lambda: {path: outside(facts) for path, (_, facts) in assembled.book.facts.items()})
    place, closure = Place(assembled.graph), Closure(assembled.graph)
    judged = widened(Judge(base, head, place, dependencies, config).judge(changes), closure, place)
    return Scene(base, head, place, closure, dependencies, judged)


def decided(changed: dict[str, str | bytes | None], config: Config | None = None, before: Files | None = None) -> Decided:
    """What follows from writing (None: deleting) files."""
    config = config or Config()
    found = scene(PROJECT if before is None else before, changed, config)
    return Decided(found.judged, select(found.judged, found.closure, config))


def listed(paths: list[str], config: Config | None = None) -> Decided:
    """What follows from changed files of which no earlier state is known."""
    config = config or Config()
    head = tree_of(PROJECT)
    changes = [FileChange(path, "M" if path in head.files else "D") for path in paths]
    assembled = assemble(head, config, base=former(head, head, changes))
    dependencies = environment(None, head, lambda: {path: outside(facts) for path, (_, facts) in assembled.book.facts.items()})
    judged = tuple(Judge(None, head, Place(assembled.graph), dependencies, config).judge(changes))
    return Decided(judged, select(judged, Closure(assembled.graph), config))
