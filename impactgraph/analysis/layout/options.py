"""The part of pytest's command line that decides what is collected, read from `addopts`.

Options of plugins are unknown: an unknown option followed by a word may or may not take it. If that word is a path of the checkout,
it counts as both, so more is collected, never less.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LETTERS_WITH_VALUE = frozenset("WcknmoprT")
_OPTIONS_WITH_VALUE = frozenset(
    """
    --allow-hosts --assert --asyncio-mode --basetemp --capture --code-highlight --color --confcutdir --config-file --cov-config
    --cov-context --cov-fail-under --cov-report --dc --deselect --dist --doctest-glob --doctest-report --ds --durations --durations-min
    --hypothesis-profile --hypothesis-seed --ignore --ignore-glob --import-mode --junit-prefix --junit-xml --junitprefix --junitxml
    --last-failed-no-failures --lfnf --log-auto-indent --log-cli-date-format --log-cli-format --log-cli-level --log-date-format
    --log-disable --log-file --log-file-date-format --log-file-format --log-file-level --log-file-mode --log-format --log-level
    --max-warnings --maxfail --maxprocesses --numprocesses --override-ini --pastebin --pdbcls --pythonwarnings --reruns --reruns-delay
    --rootdir --rsyncdir --show-capture --tb --timeout --timeout-method --tx --verbosity
    """.split()
)
_FLAGS = frozenset(
    """
    --allow-unix-socket --benchmark-disable --benchmark-skip --cache-clear --collect-in-virtualenv --continue-on-collection-errors
    --cov-branch --create-db --disable-socket --disable-warnings --doctest-continue-on-failure --doctest-ignore-import-errors
    --doctest-modules --doctest-plus --doctest-rst --exitfirst --failed-first --ff --fixtures --forked --full-trace
    --hypothesis-show-statistics --keep-duplicates --keepduplicates --last-failed --lf --new-first --nf --no-cov --no-header
    --no-migrations --no-summary --nomigrations --noconftest --pdb --pyargs --quiet --reuse-db --runxfail --setup-show --showlocals
    --stepwise --strict --strict-config --strict-markers --sw --trace --trace-config --verbose
    """.split()
)
# Plugins that make an item of every module, whatever its name.
_COLLECTS_EVERY_MODULE = frozenset(
    "--black --codestyle --doctest-modules --doctest-plus --flake8 --isort --mypy --pep8 --pycodestyle --pydocstyle --pyflakes --pylint "
    "--ruff --ruff-format".split()
)
_COLLECTS_FILES = {
    "--doctest-rst": "*.rst",
    "--markdown-docs": "*.md",
    "--nbmake": "*.ipynb",
    "--nbval": "*.ipynb",
    "--nbval-lax": "*.ipynb",
}


class Options(NamedTuple):
    """What `addopts` says about collection; paths as written, relative to where pytest is started."""

    paths: tuple[str, ...] = ()  # positional arguments: they replace `testpaths`
    maybe_paths: tuple[str, ...] = ()  # words after an unknown option
    ignore: tuple[str, ...] = ()
    ignore_glob: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()
    doctest_glob: tuple[str, ...] = ()
    extra_globs: tuple[str, ...] = ()  # files that plugins turn into tests
    plugins: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    every_module: bool = False
    pyargs: bool = False
    noconftest: bool = False
    collect_in_virtualenv: bool = False
    confcutdir: str | None = None
    import_mode: str = "prepend"

    @property
    def doctests(self) -> bool:
        """Whether text files are collected as doctests."""
        return "no:doctest" not in self.plugins


def split_arguments(value: object) -> list[str]:
    """An ini value of type "args": a list as it is, a string the way a shell splits it.

    Raises ValueError where a quote is not closed.
    """
    if isinstance(value, str):
        return shlex.split(value)
    return [str(item) for item in value] if isinstance(value, list) else []


def read_options(arguments: Sequence[str], exists: Callable[[str], bool]) -> Options:
    """The options in `arguments`; `exists` says whether a word is a path of the checkout."""
    given: dict[str, list[str]] = {}
    paths: list[str] = []
    maybe: list[str] = []
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word == "--" or not word.startswith("-") or word == "-":
            paths.extend(words if word == "--" else [word])
            words = [] if word == "--" else words
        elif word.startswith("--"):
            _take_long(word, words, given, maybe)
        else:
            _take_short(word[1:], words, given)
    return _options(given, [path for path in paths if exists(path)], [path for path in maybe if exists(path)])


def _take_long(word: str, words: list[str], given: dict[str, list[str]], maybe: list[str]) -> None:
    name, equals, value = word.partition("=")
    if not equals and name in _OPTIONS_WITH_VALUE:
        value = words.pop(0) if words else ""
    elif not equals and name not in _FLAGS and name not in _COLLECTS_EVERY_MODULE and words and not words[0].startswith("-"):
        value = words.pop(0)
        maybe.append(value)
    given.setdefault(name, []).append(value)


def _take_short(letters: str, words: list[str], given: dict[str, list[str]]) -> None:
    for position, letter in enumerate(letters):
        if letter in _LETTERS_WITH_VALUE:
            value = letters[position + 1 :] or (words.pop(0) if words else "")
            given.setdefault(f"-{letter}", []).append(value.removeprefix("="))
            return


def _options(given: dict[str, list[str]], paths: list[str], maybe: list[str]) -> Options:
    def values(*names: str) -> tuple[str, ...]:
        return tuple(value for name in names for value in given.get(name, ()))

    return Options(
        paths=tuple(paths),
        maybe_paths=tuple(maybe),
        ignore=values("--ignore"),
        ignore_glob=values("--ignore-glob"),
        deselect=values("--deselect"),
        doctest_glob=values("--doctest-glob"),
        extra_globs=tuple(sorted({glob for name, glob in _COLLECTS_FILES.items() if name in given})),
        plugins=tuple(plugin.strip() for plugin in values("-p")),
        overrides=values("-o", "--override-ini"),
        every_module=not _COLLECTS_EVERY_MODULE.isdisjoint(given),
        pyargs="--pyargs" in given,
        noconftest="--noconftest" in given,
        collect_in_virtualenv="--collect-in-virtualenv" in given,
        confcutdir=(values("--confcutdir") or (None,))[-1],
        import_mode=(values("--import-mode") or ("prepend",))[-1],
    )
