"""Import statements, by grimp's scanner over files of our own choosing.

grimp names modules by dotted name and finds files through ``sys.path``. Here every file is scanned under a *path name*, its path below a
root that no import can spell; relative imports then resolve by directory, and two files may share an import name. What is scanned comes
from memory, so a git blob and a file are the same thing. The names that absolute imports may mean are given as the universe.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.decoding import decode, lines_of
from impactgraph.analysis.nesting import LARGEST, may_nest_deeply, with_deep_stack
from impactgraph.model import Facts, Reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

# Eight levels that no identifier equals: a relative import may climb above the checkout's top without grimp running out of parents.
_ROOT_DEPTH = 8
_ROOT = ".".join("/" * _ROOT_DEPTH)
# grimp takes a missing module for an external one, and tells of the import, if it is in no package: so it is told another name.
_PACKAGE = ".".join("!" * _ROOT_DEPTH)
_DOT = "\u2024"  # stands for a dot inside a directory's or file's name
# Bytes that are not UTF-8, which Rust's strings don't hold, and what stands for them there.
_ESCAPED = {0xDC00 + byte: 0x10FF00 + byte for byte in range(0x80, 0x100)}
_UNESCAPED = {stand_in: code for code, stand_in in _ESCAPED.items()}
_CHUNK = 256
# Up to so many files, looking up the words in them is cheaper than giving grimp every name there is.
_FEW = 64
_WORD = re.compile(rb"[\w\x80-\xff]+")
#: In `Facts.externals`: the file has a relative import that resolves to nothing.
UNRESOLVED_RELATIVE = "."

_TYPE_CHECKING = b"TYPE_CHECKING"
_GUARD = re.compile(rb"[ ]*if (?:\w+\.)?TYPE_CHECKING:[ ]*(?:#.*)?$")
_IMPORTED_GUARD = re.compile(rb"(?:from [\w.]+ import [^#\"']*\bTYPE_CHECKING\b[^#\"']*|[ ]+TYPE_CHECKING,[ ]*)$")
_IMPORT_LINE = re.compile(r"^[ \t]*(?:from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import\b[ \t]*(.*)|import[ \t]+(.+))$")
_STATEMENT_END = re.compile(r"[;:]")
_DOTTED = re.compile(r"\w+(?:\.\w+)*")
_STAR = re.compile(r"import\s*(?:\*|\\$)|^\s*from\b(?:(?!\bimport\b).)*\\$")  # what follows a backslash may be one
# grimp panics, noisily, where an import climbs above all that there is.
_MANY_DOTS = b"." * (_ROOT_DEPTH + 1)
_CLIMBS_OUT = re.compile(rb"\bfrom[ \t]*\.{%d}" % (_ROOT_DEPTH + 1))


class Imported(NamedTuple):
    """One import as grimp saw it: `target` is a name of the universe, a path name or the root of something else."""

    target: str
    line: int
    text: str


def path_name(path: str) -> str:
    """The name under which the file at `path` is scanned; ``a/b.py`` and ``a/b/__init__.py`` share theirs.

    >>> path_name("src/app.py").lstrip("/.")
    'src.app'
    """
    if path == "__init__.py":
        return _ROOT
    return f"{_ROOT}.{_file_name(path).removesuffix('/__init__').replace('/', '.')}"


def _file_name(path: str) -> str:
    """The path without its suffix, in a spelling that is good as a name."""
    stem = path.removesuffix(".py").replace(".", _DOT)
    return stem if stem.isascii() else stem.translate(_ESCAPED)


def _module_path(name: str) -> str:
    """The inverse of `path_name`: a path without its suffix."""
    path = name[len(_ROOT) + 1 :].replace(".", "/").replace(_DOT, ".")
    return path if path.isascii() else path.translate(_UNESCAPED)


def scan(sources: Mapping[str, bytes], names: Collection[str], paths: Collection[str]) -> dict[str, Facts]:
    """Import facts of each Python file in `sources`.

    `names` are the dotted names that absolute imports may mean; `paths` what relative imports may mean, as if all were ``.py`` files (the
    scanned ones among them; ``a.py`` may stand for ``a/__init__.py``). Targets of the result are dotted names, or where an import was
    relative ``@<path without suffix>:``. A file that can't be parsed has its `error` set and the imports that its lines show.
    """
    tops = frozenset([name.partition(".")[0] for name in names])
    if len(sources) <= _FEW:
        names, paths = _spelled(sources, names, paths)
    universe = _Universe(names, {path_name(path) for path in paths}, tops)
    results: dict[str, Facts] = {}
    deep = {path for path, source in sources.items() if may_nest_deeply(source)}
    for batch in _without_shared_names(sorted(sources.keys() - deep)):
        scanner = _Scanner(universe, {path: sources[path] for path in batch})
        results.update(scanner.facts())
    for path in sorted(deep):  # grimp scans a file alone on the stack of its caller, several on small ones
        results.update(with_deep_stack(_Scanner(universe, {path: sources[path]}).facts))
    return results


def _spelled(sources: Mapping[str, bytes], names: Collection[str], paths: Collection[str]) -> tuple[list[str], set[str]]:
    """Those names and files that an import in `sources` can resolve to: it must spell their last part, or climb to a package above it."""
    words = {word.decode("utf-8", "replace") for source in sources.values() for word in _WORD.findall(source)}
    found = {path for path in paths if _last_part(path) in words}
    for path in sources:
        found.add(path)
        while path:
            path = path.rpartition("/")[0]  # noqa: PLW2901 - climbing
            found.add(f"{path}/__init__.py" if path else "__init__.py")
            found.add(f"{path}.py")
    return [name for name in names if name.rpartition(".")[2] in words], {*found.intersection(paths), *sources}


def _last_part(path: str) -> str:
    directory, _, name = path.rpartition("/")
    return directory.rpartition("/")[2] if name == "__init__.py" else name[:-3]


def _without_shared_names(paths: Sequence[str]) -> Iterator[list[str]]:
    """Batches in which no two files have one path name (a module beside a package of its name)."""
    rest = list(paths)
    while rest:
        batch: dict[str, str] = {}
        for path in rest:
            batch.setdefault(path_name(path), path)
        chosen = set(batch.values())
        yield sorted(chosen)
        rest = [path for path in rest if path not in chosen]


def guarded_lines(source: bytes) -> list[range] | None:
    """Line ranges of the blocks under ``if TYPE_CHECKING:``, by their indentation.

    None where more than indentation matters: other uses of the name, strings or statements over several lines. There grimp is asked a
    second time, for what is left without those blocks, which costs as much as scanning the file again.
    """
    lines = source.splitlines()
    guards = [number for number, line in enumerate(lines) if _GUARD.match(line)]
    imported = sum(_IMPORTED_GUARD.match(line) is not None for line in lines if _TYPE_CHECKING in line)
    if source.count(_TYPE_CHECKING) != len(guards) + imported or any(mark in source for mark in (b"\f", b"\v", b"\x1c", b"\x85")):
        return None
    blocks = []
    for guard in guards:
        end = _block_end(lines, guard)
        if end is None:
            return None
        blocks.append(range(guard + 2, end + 1))  # lines are counted from 1
    return blocks


def _block_end(lines: Sequence[bytes], guard: int) -> int | None:
    """The number of lines up to the end of the block that the line at `guard` opens; None where a line of it is not plain."""
    depth = len(lines[guard]) - len(lines[guard].lstrip())
    for number in range(guard + 1, len(lines)):
        text = lines[number].lstrip()
        if not text or text.startswith(b"#"):
            continue
        if len(lines[number]) - len(text) <= depth:
            return number
        if b"\t" in lines[number] or text.endswith(b"\\") or b"'''" in text or b'"""' in text:
            return None
    return len(lines)


class _Universe:
    """What names may mean, in grimp's values. Building it is the fixed cost of a scan."""

    def __init__(self, names: Collection[str], path_names: Collection[str], tops: frozenset[str]) -> None:
        from grimp.application.ports.modulefinder import FoundPackage, ModuleFile  # 20 ms that a run without changes need not pay
        from grimp.domain.valueobjects import Module

        self._package, self._file, self._module = FoundPackage, ModuleFile, Module
        self.tops = tops
        self.importable = FoundPackage(
            name="//", directory="//", module_files=frozenset(self.file(name) for name in names if _is_text(name))
        )
        self.by_path = self.packages(path_names)

    def file(self, name: str) -> Any:
        return self._file(self._module(name), 0.0)

    def packages(self, path_names: Iterable[str]) -> Any:
        return self._package(name=_PACKAGE, directory="", module_files=frozenset(self.file(name) for name in path_names))


class _Scanner:
    """Scans one batch of files with distinct path names."""

    def __init__(self, universe: _Universe, sources: Mapping[str, bytes]) -> None:
        from grimp import _rustgrimp  # type: ignore[attr-defined]  # the scanner that reads from memory has no public name

        self._rust = _rustgrimp
        self._universe = universe
        self._sources = sources
        self._errors: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._files = _rustgrimp.FakeBasicFileSystem()
        for path, source in sources.items():
            text, error = decode(source)
            self._texts[path] = text
            if _MANY_DOTS in source and _CLIMBS_OUT.search(source):
                error = "relative import beyond the top"
            if len(source) > LARGEST:
                error = f"larger than {LARGEST:,} bytes"
            if error:
                self._errors[path] = error
            self._files.write(f"/{_file_name(path)}.py", text)

    def facts(self) -> dict[str, Facts]:
        everything = self._scan([path for path in self._sources if path not in self._errors], exclude=False)
        guarded = {path: guarded_lines(self._sources[path]) for path in everything if _TYPE_CHECKING in self._sources[path]}
        runtime = {
            path: [item for item in everything[path] if not any(item.line in lines for lines in blocks)]
            for path, blocks in guarded.items()
            if blocks is not None
        }
        runtime.update(self._scan([path for path, blocks in guarded.items() if blocks is None], exclude=True))
        return {path: self._facts_of(path, everything.get(path), runtime.get(path)) for path in self._sources}

    def _facts_of(self, path: str, everything: list[Imported] | None, runtime: list[Imported] | None) -> Facts:
        if everything is None:
            references, externals = _imports_by_line(path, self._texts[path])
            return Facts(references, externals, self._errors.get(path, "not scanned"))
        never_run = frozenset(everything).difference(runtime) if runtime is not None else frozenset()
        found, outside = set(), set()
        for item in everything:  # in no order: what comes out is sorted below
            kind = "type-checking" if item in never_run else "import"
            if item.target.startswith(_ROOT):
                found.add((item.line, _by_place(item), kind))
                continue
            for target, is_external in _targets(path, item):
                if is_external:
                    outside.add(target)
                if not is_external or target.partition(".")[0] in self._universe.tops:
                    found.add((item.line, target, kind))
        return Facts(tuple([Reference(kind, target, line) for line, target, kind in sorted(found)]), tuple(sorted(outside)))

    def _scan(self, paths: list[str], *, exclude: bool) -> dict[str, list[Imported]]:
        """All at once; where that fails, in chunks, and in a chunk that fails without the files that don't parse alone."""
        if not paths:
            return {}
        try:
            return self._call(paths, [self._universe.importable, self._universe.by_path], exclude=exclude)
        except BaseException as error:  # noqa: BLE001 - a panic of Rust's is no Exception
            _raise_unless_refusal(error)
        if len(paths) > _CHUNK:
            chunks = [paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK)]
            return {path: found for chunk in chunks for path, found in self._scan(chunk, exclude=exclude).items()}
        good = [path for path in paths if self._parses(path)]
        if len(good) == len(paths):  # none is refused alone, so the whole was refused for a reason we can't name: each on its own
            return {path: found for one in paths for path, found in self._scan_alone(one, exclude=exclude).items()}
        return self._scan(good, exclude=exclude)

    def _scan_alone(self, path: str, *, exclude: bool) -> dict[str, list[Imported]]:
        try:
            return self._call([path], [self._universe.importable, self._universe.by_path], exclude=exclude)
        except BaseException as error:  # noqa: BLE001 - a panic of Rust's is no Exception
            _raise_unless_refusal(error)
            self._errors[path] = str(error) or type(error).__name__
            return {}

    def _parses(self, path: str) -> bool:
        try:
            self._call([path], [self._universe.packages([path_name(path)])], exclude=False)
        except BaseException as error:  # noqa: BLE001 - a panic of Rust's is no Exception
            _raise_unless_refusal(error)
            self._errors[path] = _first_line(error)
            return False
        return True

    def _call(self, paths: list[str], packages: list[Any], *, exclude: bool) -> dict[str, list[Imported]]:
        files = {path: self._universe.file(path_name(path)) for path in paths}
        found = self._rust.scan_for_imports(
            module_files=tuple(files.values()),
            found_packages=set(packages),
            include_external_packages=True,
            exclude_type_checking_imports=exclude,
            file_system=self._files,
        )
        return {
            path: [Imported(item.imported.name, item.line_number, item.line_contents) for item in found[file.module]]
            for path, file in files.items()
        }


def _by_line(reference: Reference) -> tuple[int, str, str]:
    return reference.line, reference.target, reference.kind


def _first_line(error: BaseException) -> str:
    line = getattr(error, "lineno", None)
    where = f" in line {line}" if line else ""
    return f"syntax error{where}" if type(error).__name__ == "SourceSyntaxError" else str(error).partition("\n")[0]


def _raise_unless_refusal(error: BaseException) -> None:
    """Refusals come as exceptions of several families; a Rust panic is a BaseException without an importable class."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error


def _is_text(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name)


def _star(text: str) -> bool:
    return ("*" in text or "\\" in text) and _STAR.search(text) is not None


def _by_place(item: Imported) -> str:
    """A relative import that found its file."""
    return f"@{_module_path(item.target)}:{'*' if _star(item.text) else ''}"


def _targets(path: str, item: Imported) -> Iterator[tuple[str, bool]]:
    """What an import names that led to no file by its place: (target, is it outside of what the universe holds)."""
    name, star = item.target, ".*" if _star(item.text) else ""
    if name.startswith("/"):
        yield UNRESOLVED_RELATIVE, True
        yield from ((target, False) for target, _ in _in_line(path.rpartition("/")[0], item.text))
    elif "." in name:
        yield name + star, False
    else:
        # grimp shortens what it can't resolve to its first component; the line says more, and the packages on the way are imported too.
        full = [word for word in _DOTTED.findall(item.text) if word == name or word.startswith(f"{name}.")]
        yield from ((module + star, True) for module in full or [name])


def _imports_by_line(path: str, text: str) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    """Imports of a file that no parser takes: Python 2, broken or binary. A name may also mean a sibling, as it did in Python 2."""
    references: set[Reference] = set()
    directory = path.rpartition("/")[0]
    for number, line in enumerate(_logical_lines(text), 1):
        for target, is_relative in _in_line(directory, line):
            references.add(Reference("import", target, number))
            if not is_relative:
                references.add(Reference("import", f"@{directory}:{target}", number))
    externals = {reference.target for reference in references if not reference.target.startswith("@")}
    return tuple(sorted(references, key=_by_line)), tuple(sorted(externals))


def _in_line(directory: str, line: str) -> Iterator[tuple[str, bool]]:
    """What the import statements in a line of a file in `directory` name: (target, is it relative)."""
    for statement in _STATEMENT_END.split(line):
        match = _IMPORT_LINE.match(statement)
        if match:
            dots, module, names, plain = match.groups()
            for name in _named(module or "", names or "", plain or ""):
                yield (_climb(directory, len(dots)) + name, True) if dots else (name, False)


def _climb(directory: str, dots: int) -> str:
    parts = directory.split("/") if directory else []
    return "@" + "/".join(parts[: max(len(parts) - dots + 1, 0)]) + ":"


def _named(module: str, names: str, plain: str) -> list[str]:
    if plain:
        return [part.split()[0] for part in plain.split(",") if part.split()]
    listed = [part.split()[0] for part in names.partition(";")[0].strip("() \\").split(",") if part.split()]
    return [f"{module}.{name}".strip(".") for name in listed] or [module]


def _logical_lines(text: str) -> Iterator[str]:
    """Physical lines, each import statement joined with its continuation lines (which are then blank, so that numbers stay right)."""
    pending, owed = "", 0
    for line in lines_of(text):
        pending = f"{pending} {line.split('#')[0].strip()}" if pending else line
        is_open = "import" in pending and (pending.rstrip().endswith("\\") or pending.count("(") > pending.count(")"))
        if is_open and owed < _CHUNK:
            pending, owed = pending.rstrip().rstrip("\\"), owed + 1
            continue
        yield pending
        yield from [""] * owed
        pending, owed = "", 0
