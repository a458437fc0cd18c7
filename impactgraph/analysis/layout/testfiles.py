"""The test files of a checkout: those of the pytest run that its configuration means, and what the user names besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from impactgraph.analysis.layout.collection import Collector, resolved, starting_points, without_deselected
from impactgraph.analysis.layout.conftests import read_conftest
from impactgraph.analysis.layout.directories import join, parent
from impactgraph.analysis.layout.patterns import expand
from impactgraph.analysis.layout.pytest_settings import CONFIG_NAMES, PytestSettings, read_settings
from impactgraph.model import EMPTY_OIDS, Warning_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impactgraph.analysis.layout.conftests import ConftestRules
    from impactgraph.analysis.layout.directories import Directories
    from impactgraph.analysis.layout.documents import Documents
    from impactgraph.model import Tree

_SHOWN = 5  # configuration files named in a warning: enough to see what is meant


class TestFiles(NamedTuple):
    """`tests`: paths, sorted. `runs`: the settings of each pytest run they come from, the one in the top first."""

    tests: tuple[str, ...]
    runs: tuple[PytestSettings, ...]


def find_tests(tree: Tree, directories: Directories, documents: Documents, extra: Sequence[str], warnings: list[Warning_]) -> TestFiles:
    """Test files of the run in the top; where only nested projects configure pytest, those of their runs too."""
    rules = _conftest_rules(documents)
    runs = _runs(documents, directories, warnings)
    setup_scripts = {path for path, source in documents.contents.items() if _is_setup_script(path, source)}
    tests: set[str] = set()
    for number, run in enumerate(runs):
        collected = Collector(directories, run, rules, setup_scripts).collect(starting_points(directories, run))
        tests |= without_deselected(collected.tests | _with_doctests(tree, collected.texts), run)
        runs[number] = _with_ignored(run, {directory: rule for directory, rule in rules.items() if directory in collected.searched})
        _warn_of_run(runs[number], warnings)
    _warn_of_outside(directories, runs[0], rules, tests, warnings)
    _warn_of_unsearched(tree, directories, warnings)
    tests |= _named_tests(directories, extra, warnings)
    # A file matched by name that is empty, such as an __init__.py, certainly holds no test.
    tests = {path for path in tests if tree.files[path].oid not in EMPTY_OIDS}
    return TestFiles(tuple(sorted(tests)), tuple(runs))


def _runs(documents: Documents, directories: Directories, warnings: list[Warning_]) -> list[PytestSettings]:
    top = read_settings(documents, directories)
    places = {parent(path) for path in documents.contents if path.rpartition("/")[2] in CONFIG_NAMES} - {""}
    nested = [run for run in (read_settings(documents, directories, place) for place in sorted(places)) if run.configured]
    if not nested:
        return [top]
    names = ", ".join(str(run.source) for run in nested[:_SHOWN]) + (", ..." if len(nested) > _SHOWN else "")
    if top.configured:
        warnings.append(Warning_("other-pytest-configurations", top.source, None, f"only this file is followed, not {names}"))
        return [top]
    message = f"pytest is not configured in the top: tests are those of a run there and of {len(nested)} nested projects: {names}"
    warnings.append(Warning_("nested-pytest-configurations", None, None, message))
    return [top, *nested]


def _conftest_rules(documents: Documents) -> dict[str, ConftestRules]:
    """By directory, for the conftest.py files that have any."""
    sources = {path: source for path, source in documents.contents.items() if path.rpartition("/")[2] == "conftest.py"}
    found = {parent(path): read_conftest(source) for path, source in sources.items()}
    return {directory: rules for directory, rules in sorted(found.items()) if rules is not None}


def _with_ignored(run: PytestSettings, rules: Mapping[str, ConftestRules]) -> PytestSettings:
    """`run` with what the conftest.py files of the directories that it searches say."""
    return run._replace(
        collect_ignore=_sorted(resolved(directory, rule.ignore or ()) for directory, rule in rules.items()),
        collect_ignore_glob=_sorted(resolved(directory, rule.ignore_glob or ()) for directory, rule in rules.items()),
        conftest_unread=tuple(join(directory, "conftest.py") for directory, rule in rules.items() if not rule.complete),
    )


def _sorted(lists: Iterable[list[str]]) -> tuple[str, ...]:
    return tuple(sorted({path for paths in lists for path in paths}))


def _is_setup_script(path: str, source: bytes) -> bool:
    return path.rpartition("/")[2] == "setup.py" and (b"setuptools" in source or b"distutils" in source)


def _with_doctests(tree: Tree, texts: Iterable[str]) -> set[str]:
    """Those text files that hold an example; an unreadable one counts."""
    wanted = sorted(texts)
    contents = tree.read(wanted)
    return {path for path in wanted if b">>>" in contents.get(path, b">>>")}


def _named_tests(directories: Directories, globs: Sequence[str], warnings: list[Warning_]) -> set[str]:
    """Files that the user's globs name; a glob without a slash holds at any depth."""
    found: set[str] = set()
    for glob in globs:
        paths = set(expand(directories, "", glob if "/" in glob else f"**/{glob}"))
        if not paths:
            warnings.append(Warning_("no-such-tests", glob, None, "configured as tests, but nothing in the checkout matches"))
        for path in (directories.links.get(path, path) for path in paths):
            found.update(_python_files(directories, path) if path in directories else [path])
    return found


def _python_files(directories: Directories, directory: str) -> list[str]:
    return [join(place, name) for place in directories.below(directory) for name in directories.files[place] if name.endswith(".py")]


def _warn_of_run(run: PytestSettings, warnings: list[Warning_]) -> None:
    for path in run.conftest_unread:
        message = "what it ignores or collects is computed: every file that may be a test counts as one"
        warnings.append(Warning_("computed-collection", path, None, message))
    if run.options.maybe_paths:
        words = " ".join(run.options.maybe_paths)
        warnings.append(Warning_("unknown-option", run.source, None, f"addopts: {words} may be where to search for tests, or not"))


def _warn_of_outside(
    directories: Directories, run: PytestSettings, rules: Mapping[str, ConftestRules], tests: set[str], warnings: list[Warning_]
) -> None:
    if not run.testpaths and not run.options.paths:
        return
    if not (run.options.paths or any(True for pattern in run.testpaths for _ in expand(directories, run.rootdir, pattern))):
        message = f"testpaths: no file matches {' '.join(run.testpaths)}, the whole checkout is searched"
        warnings.append(Warning_("no-testpaths", run.source, None, message))
        return
    by_name = run._replace(options=run.options._replace(every_module=False))
    outside = Collector(directories, by_name, rules).collect([run.rootdir]).tests - tests
    if outside:
        message = f"{len(outside)} files with names of tests lie outside of what pytest searches by default, such as {min(outside)}"
        warnings.append(Warning_("tests-outside-testpaths", run.source, None, message))


def _warn_of_unsearched(tree: Tree, directories: Directories, warnings: list[Warning_]) -> None:
    for path, entry in tree.files.items():
        if entry.is_submodule:
            warnings.append(Warning_("submodule", path, None, "its files are not part of this checkout: tests in it are not found"))
    for path, target in directories.links.items():
        warnings.append(Warning_("linked-directory", path, None, f"a symlink: its files are taken for those of {target}"))
