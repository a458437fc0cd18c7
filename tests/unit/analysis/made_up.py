"""Random small checkouts and edits of them, in which everything that leads from file to file occurs."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from impactgraph.model import Tree
from tests.memory import tree_of

LINES = st.sampled_from(
    [
        *(
            "import a",
            "import b.c",
            "import p",
            "from p import m",
            "from p import n",
            "from p.q import m",
            "from p import *",
            "import helper",
        ),
        *("from . import m", "from .m import x", "from .q import n", "from .. import n", "from ..m import x", "from .gone import *"),
        *("if TYPE_CHECKING:\n    import p.m", "NAME = 'p.q.m'", "mock.patch('p.m.x')", "pytest_plugins = ['p.m']", "print 'x'", "def f(:"),
        *(
            "import importlib; importlib.import_module(f'p.{x}')",
            "import importlib; importlib.import_module('p.' + x)",
            "import yaml.nodes",
        ),
        *("open('data.json')", "open('p/data.json')", "import sys; sys.path.insert(0, 'p')", "collect_ignore = ['test_a.py']"),
        *("import pkgutil, p; pkgutil.walk_packages(p.__path__)", "import sys, os; sys.path.append(os.path.dirname(__file__))"),
        *("def __getattr__(name): import_module('.' + name, __name__)", "def test_it(): pass", "from os import path"),
    ]
)
PATHS = st.sampled_from(
    [
        *("a.py", "b/c.py", "p/__init__.py", "p/m.py", "p/n.py", "p/q/__init__.py", "p/q/m.py", "p/q.py", "p/gone.py", "m.py", "helper.py"),
        *("conftest.py", "tests/conftest.py", "tests/test_a.py", "tests/helper.py", "test_b.py", "p/tests/test_m.py", "tests/__init__.py"),
        *("data.json", "p/data.json", "yaml/nodes.py", "p/_c.pyx"),
    ]
)
LINKS = st.tuples(
    st.sampled_from(["l", "l.py", "p/l.py", "tests/l"]), st.sampled_from(["p", "a.py", "m.py", "../p", "../m.py", "l", "..", "nowhere.py"])
)
CONTENTS = st.lists(LINES, max_size=3).map("\n".join)


class State(NamedTuple):
    """Contents and link targets by path."""

    files: dict[str, str]
    links: dict[str, str]

    def tree(self) -> Tree:
        return tree_of({path: text for path, text in self.files.items() if path not in self.links}, self.links)


STATES = st.builds(State, st.dictionaries(PATHS, CONTENTS, max_size=8), st.lists(LINKS, max_size=1).map(dict))


@st.composite
def edited(draw: st.DrawFn, state: State) -> State:
    """`state` after one edit: a file written, deleted or moved, or a link made, changed or replaced."""
    files, links = dict(state.files), dict(state.links)
    path = draw(PATHS if not files else st.one_of(st.sampled_from(sorted(files)), PATHS))
    match draw(st.sampled_from(["write", "write", "write", "delete", "move", "link", "unlink"])):
        case "write":
            files[path] = draw(CONTENTS)
        case "delete":
            files.pop(path, None)
        case "move" if path in files:
            files[draw(PATHS)] = files.pop(path)
        case "link":
            link, target = draw(LINKS)
            links[link] = target
        case "unlink" if links:
            link = draw(st.sampled_from(sorted(links)))
            target = links.pop(link)
            if draw(st.booleans()):
                files[link] = target
    return State({path: text for path, text in files.items() if path not in links}, links)


@st.composite
def histories(draw: st.DrawFn, most: int = 4) -> list[State]:
    states = [draw(STATES)]
    for _ in range(draw(st.integers(1, most))):
        states.append(draw(edited(states[-1])))
    return states
