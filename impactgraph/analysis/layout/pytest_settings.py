"""pytest's own configuration: which file holds it, and what it says about collection.

Follows pytest 9 (`_pytest/config/findpaths.py`): the first file in `CONFIG_NAMES` with a section for pytest wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.layout.directories import join, resolve
from impactgraph.analysis.layout.documents import table
from impactgraph.analysis.layout.options import Options, read_options, split_arguments
from impactgraph.analysis.layout.patterns import expand
from impactgraph.model import Warning_

if TYPE_CHECKING:
    from impactgraph.analysis.layout.directories import Directories
    from impactgraph.analysis.layout.documents import Documents

CONFIG_NAMES = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
_DEDICATED = frozenset(CONFIG_NAMES[:4])
_PYTHON_FILES = ("test_*.py", "*_test.py")
# Where the setting can't be understood: every usual convention at once.
_GENEROUS_PYTHON_FILES = ("test*.py", "*test.py", "*tests.py")
_NORECURSEDIRS = ("*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}")


class PytestSettings(NamedTuple):
    """What one pytest configuration says. Directories are relative to the checkout's top; patterns are as written."""

    source: str | None = None  # the configuration file; None: there is none
    configured: bool = False  # whether the file has a section for pytest
    rootdir: str = ""
    testpaths: tuple[str, ...] = ()
    python_files: tuple[str, ...] = _PYTHON_FILES
    python_classes: tuple[str, ...] = ("Test",)
    python_functions: tuple[str, ...] = ("test",)
    norecursedirs: tuple[str, ...] = _NORECURSEDIRS
    pythonpath: tuple[str, ...] = ()
    options: Options = Options()
    collect_ignore: tuple[str, ...] = ()  # paths and globs that conftest.py files certainly ignore
    collect_ignore_glob: tuple[str, ...] = ()
    conftest_unread: tuple[str, ...] = ()  # conftest.py files that may ignore more, or less, than could be read

    @property
    def confcutdir(self) -> str:
        """conftest.py files in the directories above this one are not loaded."""
        cut = resolve(self.rootdir, self.options.confcutdir) if self.options.confcutdir else None
        return self.rootdir if cut is None else cut


def read_settings(documents: Documents, directories: Directories, directory: str = "") -> PytestSettings:
    """The settings of ``pytest`` started in `directory`, from the files in it; problems go to ``documents.warnings``."""
    unparsed: list[str] = []
    for name in CONFIG_NAMES:
        path = join(directory, name)
        if path in documents.contents:
            values = _section(documents, path, name)
            if path in documents.broken:
                unparsed.append(path)
            elif values is not None:
                return _settings(values, path, directory, documents, directories)
    project = join(directory, "pyproject.toml")
    settings = PytestSettings(source=project if project in documents.contents else None, rootdir=directory)
    return _generous(settings, documents, unparsed) if unparsed else settings


def _section(documents: Documents, path: str, name: str) -> dict[str, Any] | None:
    """Section for pytest in the file at `path`; None where the file is not pytest's configuration."""
    if name == "pyproject.toml":
        tool = table(documents.toml(path), "tool", "pytest")
        if "ini_options" in tool:
            return table(tool, "ini_options")
        return tool or None
    if name.endswith(".toml"):
        return table(documents.toml(path), "pytest")
    section = documents.ini(path).get("tool:pytest" if name == "setup.cfg" else "pytest")
    return {**section} if section is not None else ({} if name in _DEDICATED else None)


def _generous(settings: PytestSettings, documents: Documents, unparsed: list[str]) -> PytestSettings:
    text = "".join(documents.text(path) for path in unparsed)
    options = Options(every_module="--doctest-modules" in text or "--doctest-plus" in text)
    return settings._replace(source=unparsed[0], python_files=_GENEROUS_PYTHON_FILES, norecursedirs=(), options=options)


def _settings(values: dict[str, Any], path: str, directory: str, documents: Documents, directories: Directories) -> PytestSettings:
    reader = _Reader(values, path, documents)

    def exists(word: str) -> bool:
        return any(True for _ in expand(directories, directory, word.partition("::")[0]))

    options = read_options(reader.arguments("addopts", ()), exists)
    for override in options.overrides:
        key, _, value = override.partition("=")
        reader.values[key] = value
    if str(values.get("doctest_plus", "")).lower() in ("enabled", "true") or str(values.get("doctest_rst", "")).lower() == "true":
        options = options._replace(every_module=True, extra_globs=tuple(sorted({*options.extra_globs, "*.rst"})))
    python_path = (resolve(directory, item) for item in reader.arguments("pythonpath", ()))
    return PytestSettings(
        source=path,
        configured=True,
        rootdir=directory,
        testpaths=reader.arguments("testpaths", ()),
        python_files=reader.arguments("python_files", _PYTHON_FILES, _GENEROUS_PYTHON_FILES),
        python_classes=reader.arguments("python_classes", ("Test",)),
        python_functions=reader.arguments("python_functions", ("test",)),
        norecursedirs=reader.arguments("norecursedirs", _NORECURSEDIRS, ()),
        pythonpath=tuple(item for item in python_path if item is not None and item in directories),
        options=options,
    )


class _Reader:
    """Reads values of type "args", whether they came as strings (ini) or as lists (TOML)."""

    def __init__(self, values: dict[str, Any], path: str, documents: Documents) -> None:
        self.values = dict(values)
        self._path = path
        self._documents = documents

    def arguments(self, key: str, default: tuple[str, ...], doubtful: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """The value of `key`, `default` where it isn't set, `doubtful` (or else `default`) where it can't be understood."""
        if key not in self.values:
            return default
        value = self.values[key]
        if isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            try:
                return tuple(split_arguments(value))
            except ValueError as error:
                return self._doubt(key, str(error), default, doubtful)
        return self._doubt(key, f"is {type(value).__name__}, not a list of strings", default, doubtful)

    def _doubt(self, key: str, message: str, default: tuple[str, ...], doubtful: tuple[str, ...] | None) -> tuple[str, ...]:
        self._documents.warnings.append(Warning_("pytest-setting", self._path, None, f"{key}: {message}; defaults are used"))
        return default if doubtful is None else doubtful
