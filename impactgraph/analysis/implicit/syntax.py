"""One parsed file, as the finders of this package look at it."""

from __future__ import annotations

import ast
import posixpath
import warnings
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from impactgraph.analysis.implicit.values import BINDING, Evaluator, joined, own

#: Bytes; parsing takes about a hundred times as much memory, and what is larger was written by a program.
LARGEST_PARSED = 2_000_000

IMPORTERS = frozenset(
    """
    import_module __import__ import_string import_object import_by_path import_from_cwd import_class import_from_string
    symbol_by_name load_object load_class load_module locate resolve_name instantiate run_module find_spec
    from_object config_from_object
    """.split()
)
_PLAIN_FIELDS = frozenset({"ctx", "op", "ops", "type_comment", "id", "attr", "lineno", "kind", "type_ignores", "conversion"})

Assignment = ast.Assign | ast.AnnAssign | ast.AugAssign
LAZY_LOADERS = frozenset({"attach", "attach_stub", "LazyModule", "_LazyModule", "recreate_module", "_import_structure"})
LISTERS = frozenset({"listdir", "glob", "iglob", "iterdir", "rglob", "scandir", "walk"})
ENTRY_POINTS = frozenset({"entry_points", "iter_entry_points", "load_entry_point", "get_entry_points"})
STARTERS = frozenset({"subprocess", "create_subprocess_exec", "create_subprocess_shell", "which", "script_runner", "pexpect"})
PATH_EDITORS = frozenset({"path", "syspath_prepend", "addsitedir", "PYTHONPATH"})
WALKERS = frozenset(
    """
    iter_modules walk_packages walk_modules walk_modules_iter find_modules
    import_submodules import_all_modules iter_submodules find_submodules load_submodules
    """.split()
)


class Parsed(NamedTuple):
    """What the finders ask for, each outer before inner; `texts` are expressions that can put a text together.

    `aliases` maps a local name to what it is imported as.
    """

    path: str
    directory: str
    calls: list[ast.Call]
    assignments: list[Assignment]
    texts: list[ast.expr]
    references: list[ast.expr]
    constants: list[ast.Constant]
    dicts: list[ast.Dict]
    evaluator: Evaluator
    aliases: dict[str, str]
    triggers: frozenset[str]

    @property
    def imports_by_name(self) -> bool:
        """Whether the file mentions any of `IMPORTERS`."""
        return not IMPORTERS.isdisjoint(self.triggers)


def parse(path: str, source: bytes, triggers: frozenset[str]) -> Parsed | None:
    """The file's syntax, None if this Python can't read it."""
    if len(source) > LARGEST_PARSED:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kinds = _by_type(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    directory = posixpath.dirname(path)
    return Parsed(
        path,
        directory,
        calls=kinds[ast.Call],
        assignments=kinds[ast.Assign] + kinds[ast.AnnAssign] + kinds[ast.AugAssign],
        texts=kinds[ast.BinOp] + kinds[ast.JoinedStr],
        references=kinds[ast.Attribute] + kinds[ast.Subscript],
        constants=kinds[ast.Constant],
        dicts=kinds[ast.Dict],
        evaluator=Evaluator(path, chain.from_iterable(kinds[kind] for kind in BINDING)),
        aliases=_aliases(kinds[ast.Import], kinds[ast.ImportFrom], directory),
        triggers=triggers,
    )


def assigned_to(node: Assignment) -> list[ast.expr]:
    """The targets of an assignment of any form."""
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def listed_paths(parsed: Parsed, call: ast.Call) -> Iterator[str]:
    """Values of the paths or glob patterns whose files a call of one of `LISTERS` goes through."""
    patterns = parsed.evaluator.values(call.args[0]) if call.args else ("",)
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if receiver is None or (isinstance(receiver, ast.Name) and receiver.id in ("os", "glob")):
        yield from patterns
        return
    for directory in parsed.evaluator.values(receiver):
        yield from (joined(directory, pattern) for pattern in patterns)


def _by_type(tree: ast.AST) -> defaultdict[type, list[Any]]:
    """All nodes by their type, outer before inner. `ast.walk` takes three times as long."""
    found: defaultdict[type, list[Any]] = defaultdict(list)
    queue = [tree]
    for node in queue:  # grows while it is read
        kind = node.__class__
        found[kind].append(node)
        for field in _fields(kind):  # type: ignore[arg-type]  # a class is hashable
            value = getattr(node, field, None)
            if value.__class__ is list:
                queue += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                queue.append(value)
    return found


@cache
def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields that hold nodes worth a visit: operators, contexts and plain values are not."""
    return tuple(field for field in kind._fields if field not in _PLAIN_FIELDS)


def _aliases(imports: list[ast.Import], froms: list[ast.ImportFrom], directory: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in imports:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            found[alias.asname or top] = alias.name if alias.asname else top
    for origin in froms:
        base = _base(origin, directory)
        for alias in origin.names:
            found[alias.asname or alias.name] = f"{base}.{alias.name}"
    return found


def _base(node: ast.ImportFrom, directory: str) -> str:
    """The value of the name that an import starts from."""
    if not node.level:
        return node.module or ""
    for _ in range(node.level - 1):
        directory = posixpath.dirname(directory)
    return own(directory) + (f".{node.module}" if node.module else "")
