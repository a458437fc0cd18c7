"""What no import statement says: references to modules and files in strings, calls and assignments, as facts of one file.

`scan` looks at one file alone and never asks which other files exist, so its result can be kept per path and content. Whoever links
the references knows the checkout, and drops those that name nothing of it. The kinds and what their targets look like:

================ ======================================================================================================
string           "a.b.c": the name of a module, or of something in one ("pkg.mod:attr" becomes "pkg.mod.attr"). At least two
                 parts, but for the names that a command line (`python -m name`, `-p name`), a settings variable or an import
                 statement within a string or a doctest give, which may be one word.
dynamic-import   "a.b", "a.*" (any module below `a`), "ab*" (any top-level module whose name starts so), "@dir:b", "@dir:*",
                 or "?" for an import of which the file says nothing.
pytest-plugin    as dynamic-import.
package-walk     "a.b.*", "@dir:*", or "?": all modules below a package.
path-insertion   a directory relative to the checkout's top, '' for the top; "?" if the file does not say which.
entry-point      "group:NAME" and "script:NAME" of installed metadata, "*" for any group.
data-file        "/tests/data/x.json": relative to the top, worked out from `__file__` or the working directory.
                 "data/x.json", "../x.txt", "x.json": as the literal says, relative to whatever the reader may mean.
                 With a final "/": any file below the directory; with "/*.py": any module below it.
================ ======================================================================================================

"@dir:rest" names a module by place: `rest` is a dotted name below the directory `dir` ('' for the top). It stands for names that are
relative to the file's own package, whose import name depends on other files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from impactgraph import _scan
from impactgraph.analysis.implicit.strings import PROMPT, Found, decoded, imported_names, literal_references, module_name
from impactgraph.model import Reference

__all__ = ["scan", "scan_text"]

_WORD = re.compile(r"[\w.:]+")


def scan(path: str, source: bytes, *, broken: bool = False) -> tuple[Reference, ...]:
    """The references of the Python file `path` with the content `source`: sorted, each (kind, target) once, at its first line.

    Never raises, whatever the bytes are: what can't be parsed is read more broadly; that it can't, `broken` says where it is known.
    Line 0 stands for the file as a whole.
    """
    literals, triggers = _scan.scan_literals(source)
    found: dict[Found, int] = {}
    for reference, line in literal_references(literals):
        if line < found.get(reference, line + 1):
            found[reference] = line
    if b"INSTALLED_APPS" in source:  # Django imports these two of every application that settings name
        named = [(name, line) for (kind, name), line in found.items() if kind == "string"]
        found.update((("string", f"{name}.{module}"), line) for name, line in named for module in ("apps", "models"))
    names = _names(source, triggers)
    if names:
        for reference, line in _from_code(path, source, names, broken=broken):
            if line < found.get(reference, line + 1):
                found[reference] = line
    return tuple(sorted(Reference(kind, target, line) for (kind, target), line in found.items()))


def is_plain(source: bytes) -> bool:
    """Whether `scan` goes by the characters of a Python file and asks no parser, so that it can't know by itself that none takes it."""
    from impactgraph.analysis.implicit import plain  # as below

    names = _names(source, _scan.scan_literals(source)[1])
    return bool(names) and plain.plain_references(source, names) is not None


def _names(source: bytes, triggers: Collection[bytes]) -> frozenset[str]:
    """What in a file has to be looked at as code."""
    found = {name.decode() for name in triggers}
    if b"resolve_name" in source and b"pkgutil" in source:  # without pkgutil it is a method of somebody's own
        found.add("resolve_name")
    return frozenset(found)


def scan_text(source: bytes) -> tuple[Reference, ...]:
    """The references of a text file with doctests: what its prompts import, and the dotted names in it, as of a program's settings."""
    text = decoded(source)
    found = {("string", name) for name in imported_names(text, PROMPT)}
    found.update(("string", name) for word in _WORD.findall(text) if (name := module_name(word)) and "." in name)
    return tuple(sorted(Reference(kind, target, 0) for kind, target in found))


def _from_code(path: str, source: bytes, triggers: frozenset[str], *, broken: bool) -> Iterator[tuple[Found, int]]:
    # Few files get here, and none in a warm run: `ast` and what works on it are not worth the start-up time of all runs.
    from impactgraph.analysis.implicit import files, metadata, names, plain, syntax, unparsed

    plainly = None if broken else plain.plain_references(source, triggers)
    if plainly is not None:
        yield from plainly
        return
    parsed = syntax.parse(path, source, triggers)
    if parsed is None:
        yield from unparsed.unparsed_references(path, source, triggers)
        return
    for finder in (
        names.pytest_plugins,
        names.import_calls,
        names.name_prefixes,
        names.lazy_modules,
        names.package_walks,
        files.path_insertions,
        files.data_files,
        metadata.entry_points,
        metadata.commands,
    ):
        yield from finder(parsed)
