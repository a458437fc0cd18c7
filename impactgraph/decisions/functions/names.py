"""What the names in a file can mean, among the files of a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from impactgraph.analysis.mentions import Mention, Mentions

# Names of variables, and calls, by which a module's name is handed to who reads all the settings in it.
_SETTINGS = ("DJANGO_SETTINGS_MODULE", "SCRAPY_SETTINGS_MODULE", "CELERY_CONFIG_MODULE", "config_from_object", "from_object")
_WHOLE = frozenset({"value", "given"})
#: The module goes where anybody may look through all of its names.
GIVEN = frozenset({"given"})


class Book(Protocol):
    """Mentions of every Python file of a checkout."""

    def __getitem__(self, path: str) -> Mentions:
        """The mentions of the file at `path`; none of a file that is not there."""

    def paths(self) -> Iterable[str]:
        """Paths of all files, sorted."""

    def having(self, name: str) -> Iterable[str]:
        """Paths of the files in which the word `name` occurs, sorted."""


class Names:
    """Resolves module references; `lookup` gives the files of the longest prefix of a reference, for the file that has it."""

    def __init__(self, book: Book, lookup: Callable[[str, str], Iterable[str]], tests: frozenset[str]) -> None:
        self.book = book
        self._lookup = lookup
        self._tests = tests
        self._known = frozenset(book.paths())
        self._held: dict[str, frozenset[str]] = {}
        self._exact: dict[tuple[str, str], frozenset[str]] = {}
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}
        self._escaped: dict[str, bool] = {}
        self._settings: frozenset[str] | None = None

    def exact(self, path: str, module: str) -> frozenset[str]:
        """Files that `module` names as a whole, for the file at `path`; none where only a part of it is a module."""
        key = (path.rpartition("/")[0], module)
        known = self._exact.get(key)
        if known is None:
            end = "/" + module.lstrip("@").replace(":", "/").replace(".", "/").strip("/")
            known = self._exact[key] = frozenset(each for each in self._prefix(path, module) if f"/{stem(each)}".endswith(end.rstrip("/")))
        return known

    def _prefix(self, path: str, module: str) -> tuple[str, ...]:
        key = (path.rpartition("/")[0], module)
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = tuple(self._lookup(path, module)) if module else ()
        return known

    def is_inside(self, path: str, module: str) -> bool:
        """Whether `module` begins with a module of the checkout, for the file at `path`."""
        return bool(self._prefix(path, module))

    def counts(self, mention: Mention, path: str, module: str, name: str) -> bool:
        """Whether `mention` of `name`, in the file at `path`, can mean that name of the file at `module`."""
        form, base = mention.form, mention.base
        if form == "name" or form in _WHOLE:
            return form == "name" and path == module
        if not base and form in {"parameter", "string"} and self._is_fixture(module, name) and self._serves(module, path):
            return True
        if base:
            return self._reaches(path, base, module, name, is_string=form == "string")
        return form != "parameter" and self._may_mean(path, module, is_string=form == "string")

    def _may_mean(self, path: str, module: str, *, is_string: bool) -> bool:
        """Whether a name of which nothing more is known may be one of the module's."""
        if path == module or module in self.held(path):
            return True
        # A string that is given to somebody who has the module says little by itself, so the file has to name the module in some way.
        return self._may_hold(path, module) and (not is_string or last_name(module) in self.book[path].words)

    def _is_fixture(self, module: str, name: str) -> bool:
        """Whether pytest may hand the value of `name` to who asks for it by its name; one that is gone may have been such."""
        decorators = self.book[module].decorators.get(name)
        if decorators is None:
            return last_name(module) == "conftest" or module in self._tests
        return any("fixture" in each for each in decorators)

    def _serves(self, module: str, path: str) -> bool:
        """Whether fixtures of `module` are for the file at `path`: a conftest's for what lies below, a test file's for itself, else all."""
        if path == module or last_name(module) != "conftest":
            return path == module or module not in self._tests
        directory = module.rpartition("/")[0]
        return not directory or path.startswith(f"{directory}/")

    def _reaches(self, path: str, base: str, module: str, name: str, *, is_string: bool) -> bool:
        """Whether `base.name` can be the name of `module`: it is that module, or holds or hands out what nobody can tell."""
        found = self.exact(path, base)
        if found:
            return module in found or any(self._hands_out(each, name) for each in found)
        if self._prefix(path, base) or is_string:
            return self._may_hold(path, module)  # of a class, or of a module under another name
        return False

    def _hands_out(self, path: str, name: str) -> bool:
        """Whether the module at `path` may have a `name` that it does not bind."""
        mentions = self.book[path]
        return mentions.opaque or (mentions.is_dynamic and name not in mentions.bound)

    def _may_hold(self, path: str, module: str) -> bool:
        """Whether an object of unknown origin, in the file at `path`, may be the module."""
        if module in self.held(path) or self.escapes(module):
            return True
        package = last_name(stem(module).rpartition("/")[0])
        return self.book[path].is_dynamic and package in self.book[path].words

    def may_be_member(self, mention: Mention, path: str) -> bool:
        """Whether `mention` can be of a member of a class: behind a dot, or by a string, and not a name of a module."""
        if mention.form not in {"attribute", "string"}:
            return False
        return not mention.base or (
            not self.exact(path, mention.base) and (mention.form == "string" or bool(self._prefix(path, mention.base)))
        )

    def held(self, path: str) -> frozenset[str]:
        """Modules that the code of the file at `path` gets hold of, by an import or by a name in a string."""
        known = self._held.get(path)
        if known is None:
            known = self._held[path] = frozenset(each for module in self.book[path].modules for each in self.exact(path, module))
        return known

    def escapes(self, module: str) -> bool:
        """Whether the module itself is handed on as a value anywhere, so that anybody may have it."""
        known = self._escaped.get(module)
        if known is None:
            known = self._escaped[module] = any(True for _ in self.values(module, _WHOLE))
        return known

    def is_test(self, path: str) -> bool:
        """Whether the file at `path` is one of tests, or says what tests share."""
        return path in self._tests or last_name(path) == "conftest"

    def is_setting(self, path: str, name: str) -> bool:
        """Whether code from outside may read the name, as it does all those of a module of settings."""
        if not name.isupper():
            return False
        if "settings" in stem(path).rpartition("/")[2] or f"/{stem(path)}".rpartition("/")[0].endswith("/settings"):
            return True
        if self._settings is None:
            self._settings = frozenset(filter(self._is_plain, self._in_strings(_SETTINGS)))
        return path in self._settings

    def _is_plain(self, path: str) -> bool:
        """Whether the module binds values alone: no functions, no classes."""
        return not self.book[path].decorators

    def _in_strings(self, words: Iterable[str]) -> Iterable[str]:
        """Modules that strings name in the files that have one of `words`."""
        for path in {path for word in words for path in self.book.having(word)}:
            mentions = self.book[path]
            for module in mentions.modules - {module for module, _ in mentions.imports.values()}:
                yield from self.exact(path, module)

    def values(self, module: str, forms: frozenset[str]) -> Iterable[tuple[str, int]]:
        """Places (file, place) where the module itself is used as a whole, in one of the `forms` of a mention."""
        for path in self.book.having(last_name(module)):
            for mention in self.book[path].of(last_name(module)):
                if mention.form in forms and module in self.exact(path, mention.base):
                    yield path, mention.place

    def has_effects(self, path: str) -> bool:
        """Whether importing the file does more than to bind names; one that is not there now may have done anything."""
        return path not in self._known or self.book[path].has_effects

    def loads(self, path: str) -> frozenset[str]:
        """Modules that importing the one at `path` imports, itself included, at any depth."""
        found = {path}
        waiting = [path]
        while waiting:
            each = waiting.pop()
            new = {other for module in self.book[each].loaded for other in self.exact(each, module)} - found
            found |= new
            waiting.extend(new)
        return frozenset(found)


def stem(path: str) -> str:
    """The path without its suffix; that of a package for its ``__init__``."""
    return path.removesuffix(".py").removesuffix("__init__").rstrip("/")


def last_name(path: str) -> str:
    """The last name of the module at `path`."""
    return stem(path).rpartition("/")[2]
