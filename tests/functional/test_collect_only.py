"""Test files are those that ``pytest --collect-only`` names, on made-up projects and on packages from the index."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from hashlib import sha1
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from impactgraph.analysis.layout import Layout, place
from impactgraph.model import FileEntry, Tree
from tests.sdists import unpacked

TEST = "def test_it():\n    assert True\n"
DOCTEST = '"""\n>>> 1\n1\n"""\n'
TEXT = ">>> 1\n1\n"

# Each is a checkout by path and content. Every file that could be a test holds one, so equality is exact.
CHECKOUTS = {
    "defaults": {"test_a.py": TEST, "a_test.py": TEST, "tests/test_b.py": TEST, "tests/helper.py": TEST, "testing.py": TEST},
    "names that are never entered": {
        **{f"{name}/test_{number}.py": TEST for number, name in enumerate(["build", "dist", ".tox", "venv", "x.egg", "node_modules"])},
        "deep/env/pyvenv.cfg": "",
        "deep/env/test_env.py": TEST,
        "conda/conda-meta/history": "",
        "conda/test_conda.py": TEST,
        "ok/test_ok.py": TEST,
    },
    "testpaths as an ini string": {
        "pytest.ini": "[pytest]\ntestpaths = a 'b c'\n",
        "a/test_1.py": TEST,
        "b c/test_2.py": TEST,
        "test_3.py": TEST,
    },
    "testpaths as globs": {
        "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["*/tests", "src/**/check", "one/*.py"]\n',
        "a/tests/test_1.py": TEST,
        "src/check/test_2.py": TEST,
        "src/x/y/check/test_3.py": TEST,
        "src/.hidden/check/test_4.py": TEST,
        "one/anything.py": TEST,
        "b/test_5.py": TEST,
    },
    "testpaths that match nothing": {"tox.ini": "[pytest]\ntestpaths = nowhere\n", "a/test_1.py": TEST},
    "testpaths into a directory that is not entered otherwise": {
        "setup.cfg": "[tool:pytest]\ntestpaths = build/tests\n",
        "build/tests/test_1.py": TEST,
        "test_2.py": TEST,
    },
    "python_files for everything": {
        "pytest.ini": "[pytest]\npython_files = *.py\n",
        "a.py": TEST,
        "p/__init__.py": TEST,
        "p/conftest.py": TEST,
    },
    "python_files the Django way": {
        "setup.cfg": "[tool:pytest]\npython_files = tests.py test_*.py *_tests.py\n",
        "shop/tests.py": TEST,
        "shop/cart_tests.py": TEST,
        "shop/cart_test.py": TEST,
        "shop/models.py": TEST,
    },
    "python_files with a path": {
        "pytest.toml": '[pytest]\npython_files = ["checks/*.py", "test_*/__init__.py"]\n',
        "checks/one.py": TEST,
        "x/checks/deep/two.py": TEST,
        "x/test_p/__init__.py": TEST,
        "x/test_p/test_q.py": TEST,
    },
    "norecursedirs replaced": {
        "pyproject.toml": '[tool.pytest]\nnorecursedirs = ["data", "a/skip"]\n',
        "data/test_1.py": TEST,
        "a/skip/test_2.py": TEST,
        "b/skip/test_3.py": TEST,
        "build/test_4.py": TEST,
        "x/a/skip/test_5.py": TEST,
    },
    "the first configuration wins": {
        ".pytest.ini": "[pytest]\npython_files = b_*.py\n",
        "pyproject.toml": '[tool.pytest.ini_options]\npython_files = "c_*.py"\n',
        "tox.ini": "[pytest]\npython_files = d_*.py\n",
        "b_1.py": TEST,
        "c_1.py": TEST,
        "d_1.py": TEST,
    },
    "an empty pytest.ini hides what follows": {
        "pytest.ini": "",
        "tox.ini": "[pytest]\npython_files = d_*.py\n",
        "d_1.py": TEST,
        "test_1.py": TEST,
    },
    "tox.ini without a section hides nothing": {
        "tox.ini": "[tox]\nenvlist = x\n",
        "setup.cfg": "[tool:pytest]\npython_files = d_*.py\n",
        "d_1.py": TEST,
        "test_1.py": TEST,
    },
    "collect_ignore": {
        "conftest.py": 'collect_ignore = ["setup.py", "a/test_no.py"]\ncollect_ignore += ["b"]\ncollect_ignore_glob = ["*_slow.py"]\n',
        "a/test_no.py": TEST,
        "a/test_yes.py": TEST,
        "b/test_no.py": TEST,
        "c/test_x_slow.py": TEST,
        "c/conftest.py": "collect_ignore = []\n",
        "c/b/test_yes.py": TEST,
    },
    "a nearer collect_ignore replaces the one above": {
        "conftest.py": 'collect_ignore = ["p/test_1.py", "test_0.py"]\n',
        "test_0.py": TEST,
        "p/conftest.py": 'collect_ignore = ["test_2.py", "../q/test_3.py"]\n',
        "p/test_1.py": TEST,
        "p/test_2.py": TEST,
        "q/test_3.py": TEST,
    },
    "ignored and deselected in addopts": {
        "pytest.ini": "[pytest]\naddopts = -ra --ignore=a --ignore b/test_b1.py "
        "--ignore-glob='c/*_x.py' --deselect d/test_d1.py -pno:cacheprovider\n",
        **{f"{name}/test_{name}{number}.py": TEST for name in "abcd" for number in (1, 2)},
        "c/sub/test_x.py": TEST,
    },
    "paths in addopts": {
        "pytest.ini": "[pytest]\naddopts = -ra b a/run.py\ntestpaths = c\n",
        "a/run.py": TEST,
        "b/test_1.py": TEST,
        "c/test_2.py": TEST,
    },
    "overrides in addopts": {"pytest.ini": "[pytest]\naddopts = -o python_files=check_*.py\n", "check_1.py": TEST, "test_1.py": TEST},
    "doctest-modules": {
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--doctest-modules"\ntestpaths = ["src", "tests"]\n',
        "src/pkg/__init__.py": DOCTEST,
        "src/pkg/__main__.py": DOCTEST,
        "src/pkg/mod.py": DOCTEST,
        "src/setup.py": f"{DOCTEST}if 0:\n    import setuptools\n",
        "tests/test_a.py": TEST,
        "other.py": DOCTEST,
    },
    "text files with doctests": {
        "test_a.txt": TEXT,
        "tests.txt": TEXT,
        "a.txt": TEXT,
        "docs/a.rst": TEXT,
        "requirements/test.txt": "pytest\n",
    },
    "doctest-glob": {
        "tox.ini": "[pytest]\naddopts = --doctest-glob=*.rst --doctest-glob='docs/*.md'\n",
        "README.rst": TEXT,
        "a.md": TEXT,
        "docs/b.md": TEXT,
        "test_a.txt": TEXT,
    },
    "doctests off": {"pytest.ini": "[pytest]\naddopts = -p no:doctest\n", "test_a.txt": TEXT, "test_a.py": TEST},
    "a virtual environment on purpose": {
        "pytest.ini": "[pytest]\naddopts = --collect-in-virtualenv\n",
        "env/pyvenv.cfg": "",
        "env/test_1.py": TEST,
    },
    "names with dashes": {"my-app/tests/test-dash.py": TEST, "my-app/tests/test_ok.py": TEST, "my-app/x-test.py": TEST},
    "tests in packages with and without __init__": {
        "pkg/__init__.py": "",
        "pkg/tests/test_a.py": TEST,
        "pkg/sub/__init__.py": "",
        "pkg/sub/tests/__init__.py": "",
        "pkg/sub/tests/test_b.py": TEST,
    },
    "a configuration below the top is not read": {
        "a/pytest.ini": "[pytest]\npython_files = x.py\n",
        "b/test_1.py": TEST,
        "pytest.ini": "[pytest]\n",
        "a/x.py": TEST,
    },
    "confcutdir and noconftest": {
        "pytest.ini": "[pytest]\naddopts = --noconftest\n",
        "conftest.py": "collect_ignore = ['test_1.py']\n",
        "test_1.py": TEST,
    },
    "an unimportable module is named too": {"test_bad.py": "import nothing_like_this\n", "tests/test_syntax.py": "def (:\n"},
}


def tree_of(directory: Path) -> Tree:
    """Every file of a directory, without caches."""
    paths = sorted(path for path in directory.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    contents = {path.relative_to(directory).as_posix(): path.read_bytes() for path in paths}
    files = {path: FileEntry("100644", sha1(b"blob %d\0" % len(data) + data).hexdigest()) for path, data in contents.items()}  # noqa: S324 - git's
    return Tree(files, lambda wanted: {path: contents[path] for path in wanted}, label="directory")


def write(directory: Path, files: dict[str, str]) -> None:
    for path, content in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(content, encoding="utf-8")


def collected(directory: Path) -> set[str]:
    """Files that ``pytest --collect-only -q`` names, those that can't be imported included."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "PYTHONPATH"))}
    environment |= {"PYTHONPATH": str(directory / "src"), "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "--color=no"]
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 2, 5), done.stdout + done.stderr
    lines = [line.removeprefix("ERROR ") for line in done.stdout.splitlines() if "::" in line or line.startswith("ERROR ")]
    named = {line.split("::")[0].split(" - ")[0] for line in lines}
    return {path for path in named if (directory / path).is_file()}


def layout_of(directory: Path) -> Layout:
    return place(tree_of(directory))


@pytest.mark.parametrize("name", CHECKOUTS)
def test_test_files_are_those_that_pytest_collects(name: str, tmp_path: Path) -> None:
    write(tmp_path, CHECKOUTS[name])
    assert set(layout_of(tmp_path).test_files) == collected(tmp_path)


def test_tests_behind_a_symlinked_directory_count_under_their_own_path(tmp_path: Path) -> None:
    write(tmp_path, {"pytest.ini": "[pytest]\ntestpaths = tests\n", "shared/test_a.py": TEST, "tests/test_b.py": TEST})
    (tmp_path / "tests/more").symlink_to("../shared", target_is_directory=True)
    tree = tree_of(tmp_path)
    files = {path: entry for path, entry in tree.files.items() if not path.startswith("tests/more/")}
    files["tests/more"] = FileEntry("120000", "0" * 40)
    linked = Tree(files, lambda wanted: {path: b"../shared" if path == "tests/more" else b"" for path in wanted}, label="linked")
    shown = {path.replace("tests/more/", "shared/") for path in collected(tmp_path)}
    assert set(place(linked).test_files) == shown | {"tests/test_b.py"}


def test_nested_projects_are_joined_where_the_top_has_no_configuration(tmp_path: Path) -> None:
    own = "[pytest]\npython_files = check_*.py\ntestpaths = t\n"
    write(tmp_path, {"a/pytest.ini": own, "a/t/check_a.py": TEST, "a/u/check_u.py": TEST, "b/tox.ini": "[pytest]\n", "b/test_b.py": TEST})
    layout = layout_of(tmp_path)
    assert set(layout.test_files) == collected(tmp_path) | {"a/t/check_a.py"}
    assert {warning.code for warning in layout.warnings} == {"nested-pytest-configurations"}


COLLECTS_CASES = """
import pytest

def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".case":
        return pytest.Module.from_parent(parent, path=file_path)
"""


@pytest.mark.parametrize(
    "conftest",
    [
        'import sys\ncollect_ignore = ["test_a.py"]\nif sys.version_info > (3,):\n    collect_ignore.remove("test_a.py")\n',
        "collect_ignore = [name for name in ()]\n",
        'collect_ignore = ["test_a.py"]\ncollect_ignore = []\n',
        "def pytest_ignore_collect(collection_path):\n    return False\n",
        COLLECTS_CASES,
    ],
)
def test_what_a_conftest_computes_never_loses_a_test(conftest: str, tmp_path: Path) -> None:
    write(tmp_path, {"conftest.py": conftest, "test_a.py": TEST, "build/test_b.py": TEST, "data/one.case": TEST, "data/two.txt": ""})
    assert set(layout_of(tmp_path).test_files) >= collected(tmp_path)


_directories = st.sampled_from(["", "a", "b", "a/tests", "tests", "tests/unit", "build", "a/build/t", ".hid", "my-x"])
_settings = st.fixed_dictionaries(
    {},
    optional={
        "testpaths": st.sampled_from(["tests", "a b", "*/tests", "build", "nowhere"]),
        "python_files": st.sampled_from(["*.py", "test*.py", "tests/*.py", "x_?.py test_*"]),
        "norecursedirs": st.sampled_from(["a", "tests/unit", "b build", "*"]),
        "addopts": st.sampled_from(["--ignore=a/tests", "--doctest-modules", "--ignore-glob=*x*", "--import-mode=append", "."]),
    },
)
_conftests = st.dictionaries(
    _directories, st.sampled_from(['collect_ignore = ["tests", "x_1.py"]', 'collect_ignore_glob = ["*t_0.py"]']), max_size=2
)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    st.sets(st.tuples(_directories, st.sampled_from(["test_{}.py", "x_{}.py", "{}_test.py", "test_{}.txt"])), min_size=3),
    _settings,
    _conftests,
)
def test_on_random_checkouts_no_test_is_lost_and_none_invented(
    names: set[tuple[str, str]], ini: dict[str, str], conftests: dict[str, str]
) -> None:
    files = {str(Path(directory, name.format(number))): DOCTEST + TEST for number, (directory, name) in enumerate(sorted(names))}
    files |= {str(Path(directory, "conftest.py")): text for directory, text in conftests.items()}
    files["pytest.ini"] = "[pytest]\n" + "".join(f"{key} = {value}\n" for key, value in ini.items())
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), files)
        expected = collected(Path(name))
        found = set(layout_of(Path(name)).test_files)
    assert expected <= found
    # A conftest.py may match python_files too; pytest names it only if importing it fails, as here with two of one name.
    assert all(path.endswith("conftest.py") for path in found - expected)


PACKAGES = ["MarkupSafe==2.1.5", "click==8.1.7", "itsdangerous==2.2.0", "more-itertools==10.5.0", "pluggy==1.5.0", "toolz==0.12.1"]


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize("requirement", PACKAGES)
def test_a_real_package_has_the_test_files_that_pytest_names(requirement: str, tmp_path: Path) -> None:
    checkout = unpacked(requirement, tmp_path)
    named = collected(checkout)
    found = set(layout_of(checkout).test_files)
    assert len(named) > 1
    assert found == named
