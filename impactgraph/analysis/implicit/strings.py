"""What the string literals of a file name: modules and their attributes, files, code and command lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from impactgraph import _scan

Found = tuple[str, str]

_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_DOTTED = re.compile(rf"{_NAME}(?::{_NAME})?\.?")
_SINGLE_SUFFIX = re.compile(r"[^/]*[^/.]\.[A-Za-z][A-Za-z0-9_]{0,9}")
#: Suffixes that make a file name of what could as well be an attribute of a module (`settings.json`).
FILE_SUFFIXES = frozenset(
    """
    bin bmp bz2 cfg conf cpp crt css csv dat db docx env eot gif graphql gz htm html ico in ini ipynb j2 jinja jinja2 jpeg jpg js json
    jsonl key log lock map mako md mo npy npz ods parquet pdf pem pickle pkl png po proto ps1 py pyi pyx rst sh sql sqlite sqlite3 svg
    tar tex text tgz tmpl toml tpl ts tsv ttf txt vcf webp whl woff woff2 xlsx xml xsd xsl xslt yaml yml zip zst
    """.split()
)
# Where a format string or a glob pattern varies.
_FIELD = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|%(?:\(\w*\))?[-+#0-9.]*[a-zA-Z]|[*?]+|\[[^\]]*\]")
# Possessive quantifiers (`*+`), because what is searched may be megabytes of anything.
_IMPORTED = rf"{_NAME}(?:[ \t]++as[ \t]++\w++)?"
_STATEMENT = (
    rf"(?:from[ \t]++(?P<module>{_NAME})[ \t]++import[ \t]*+\(?(?P<names>[\w \t,*]*+)"
    rf"|import[ \t]++(?P<modules>{_IMPORTED}(?:[ \t]*+,[ \t]*+{_IMPORTED})*)[ \t]*+(?=$|[;#\"')\\]))"
)
_CODE = re.compile(rf"(?:^|[;\"'(])[ \t]*+(?:(?:>>>|\.\.\.)[ \t]++)?{_STATEMENT}", re.MULTILINE)
PROMPT = re.compile(rf"^[ \t]*+(?:>>>|\.\.\.)[ \t]++{_STATEMENT}", re.MULTILINE)
_OPTION = re.compile(rf"(?:^|\s)-[mp][ \t]+({_NAME})")
# What other options of a command line are given may be a module if it has a dot.
_ANY_OPTION = re.compile(rf"(?:^|\s)--?[A-Za-z][\w-]*+[ =]++({_NAME}\.\w+)")


def literal_references(literals: Mapping[tuple[int, bytes], int]) -> Iterator[tuple[Found, int]]:
    """((kind, target), line) for each thing that a literal of `_scan.scan_literals` names."""
    for (form, content), line in literals.items():
        text = decoded(content)
        for found in _READERS[form](text):
            yield found, line


def decoded(content: bytes) -> str:
    """Text of a literal; what is not UTF-8 is read as Latin-1, the other encoding that old files use."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def module_name(text: str) -> str | None:
    """The dotted name that `text` spells, "pkg.mod:attr" included; None where it spells none."""
    if _DOTTED.fullmatch(text) is None:
        return None
    return text.replace(":", ".").rstrip(".")


def imported_names(text: str, pattern: re.Pattern[str] = _CODE) -> Iterator[str]:
    """The names that import statements within `text` mention: modules, and what is imported from them."""
    for match in pattern.finditer(text.replace("\\n", "\n")):
        if match["modules"]:
            for part in match["modules"].split(","):
                yield part.split()[0]
            continue
        yield match["module"]
        for part in match["names"].split(","):
            name = part.split()[0] if part.split() else ""
            if name.isidentifier():
                yield f"{match['module']}.{name}"


def _name_or_path(text: str) -> Iterator[Found]:
    parts = _FIELD.split(text)
    if " " in text:
        yield from _text(" ".join(parts))
    if len(parts) > 1:
        yield from _varying(parts)
        return
    name = module_name(text)
    if name is not None and "." in name:
        yield "string", name
    path = _literal_path(text, is_name=name is not None)
    if path is not None:
        yield "data-file", path


def _varying(parts: list[str]) -> Iterator[Found]:
    """A text with fields: the name or the directory before the first, and the path after the last."""
    head, tail = parts[0], parts[-1]
    if any("://" in part for part in parts):
        return
    name = module_name(head) if head.endswith(".") else None
    if name is not None and "." in name:
        yield "string", name
    # What starts with a slash is an address, or a path on somebody's machine.
    directory = head[: head.rfind("/") + 1]
    if directory and " " not in directory and not directory.startswith("/"):
        yield "data-file", directory
    path = _literal_path(tail, is_name=False) if tail.startswith("/") else None
    if path is not None:
        yield "data-file", path


def _literal_path(text: str, *, is_name: bool) -> str | None:
    """`text` as a relative path, None where it does not look like one."""
    if "://" in text:
        return None
    suffix = text.rpartition(".")[2].lower()
    if " " in text or is_name or ("@" in text and "/" not in text):
        return text if suffix in FILE_SUFFIXES else None
    if "/" not in text:
        return text if _SINGLE_SUFFIX.fullmatch(text) else None
    if text.startswith("/") and text.endswith("/"):  # part of an address, as in `base + "/docs/"`
        return None
    while text.startswith(("/", "./")):
        text = text.removeprefix("./").lstrip("/")
    return text if text.strip("./") else None


def _text(text: str) -> Iterator[Found]:
    for name in imported_names(text):
        yield "string", name
    for name in (*_OPTION.findall(text), *_ANY_OPTION.findall(text)):
        yield "string", name


def _doctest(text: str) -> Iterator[Found]:
    for name in imported_names(text, PROMPT):
        yield "string", name


def _named(text: str) -> Iterator[Found]:
    name = module_name(text)
    if name is not None and not text.startswith("no:"):  # `-p no:name` keeps a plugin out
        yield "string", name


_READERS = {
    _scan.DOTTED: _name_or_path,
    _scan.TEMPLATE: _name_or_path,
    _scan.TEXT: _text,
    _scan.DOCTEST: _doctest,
    _scan.NAMED: _named,
}
