"""What a conftest.py says about collection, read from its syntax alone.

Only what is certain narrows: an ignored path counts if it stands there as a literal at module level. Everything else is collected.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ast

_NAMES = ("collect_ignore", "collect_ignore_glob")
_HOOKS = (b"pytest_ignore_collect", b"pytest_collect_file")
_ADDING = frozenset({"append", "extend", "insert"})
# Of limited length, as what is searched may be megabytes of anything.
_FILE_PATTERN = re.compile(r"(?:\*|\.)[\w.*?\[\]-]{0,100}\w\*?|[\w*?-]{1,100}\.\w{1,8}")


class ConftestRules(NamedTuple):
    """Collection rules of one conftest.py.

    `ignore` and `ignore_glob` are relative to its directory; None: the name isn't bound, so that of a conftest.py above holds.
    """

    ignore: tuple[str, ...] | None = None
    ignore_glob: tuple[str, ...] | None = None
    collects: tuple[str, ...] = ()  # name patterns that its own collector may take
    may_unignore: bool = False  # its pytest_ignore_collect may say that something is not to be ignored
    complete: bool = True  # nothing was left out of the above


def read_conftest(source: bytes) -> ConftestRules | None:
    """The rules in `source`, None where there are none. Never raises: what can't be parsed ignores nothing."""
    if b"collect_ignore" not in source and not any(hook in source for hook in _HOOKS) and b"import *" not in source:
        return None
    import ast  # most checkouts have no conftest.py that gets here

    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _unparsed(source)
    paths = [_bound_paths(module, name) for name in _NAMES]
    collects = tuple(sorted(_patterns(module))) if _HOOKS[1] in source or b"sybil" in source.lower() else ()
    return ConftestRules(
        ignore=paths[0][0],
        ignore_glob=paths[1][0],
        collects=collects,
        may_unignore=_HOOKS[0] in source and _may_unignore(module),
        complete=(paths[0][1] and paths[1][1] and not any(hook in source for hook in _HOOKS)) or _only_star_imports(source),
    )


def _only_star_imports(source: bytes) -> bool:
    """Whether nothing but a star import made the file worth reading; too common to warn of."""
    return b"collect_ignore" not in source and not any(hook in source for hook in _HOOKS)


def _unparsed(source: bytes) -> ConftestRules:
    """Rules for a file that this Python can't parse: nothing ignored, every file that might be collected."""
    collects = _FILE_PATTERN.findall(source.decode("latin-1")) if _HOOKS[1] in source else ()
    return ConftestRules((), (), tuple(sorted(set(collects))), may_unignore=_HOOKS[0] in source, complete=False)


def _bound_paths(module: ast.Module, name: str) -> tuple[tuple[str, ...] | None, bool]:
    """Paths that the module certainly binds to `name`, and whether they are all; None where it doesn't bind it."""
    paths: list[str] | None = None
    complete = True
    understood: set[ast.Name] = set()
    for statement in module.body:
        found = _extension(statement, name)
        if found is None:
            continue
        target, values, replaces = found
        literals, whole = _literals(values)
        paths = literals if replaces else [*(paths or ()), *literals]
        complete = complete and whole
        understood.add(target)
    certain, mentioned_elsewhere = _verdict(module, name, paths, understood)
    return certain, complete and not mentioned_elsewhere


def _verdict(module: ast.Module, name: str, paths: list[str] | None, understood: set[ast.Name]) -> tuple[tuple[str, ...] | None, bool]:
    """`paths` unless another statement may take some of them away, and whether there is any other statement about them."""
    import ast

    mentions = {node for node in ast.walk(module) if isinstance(node, ast.Name) and node.id == name}
    defined = max((target.lineno for target in understood), default=0)
    if _imports(module, name) or any(line > defined for line in _star_imports(module)):
        return (), True
    if paths is None and not mentions:
        return None, False
    additions = {
        found[0] for node in ast.walk(module) if isinstance(node, ast.stmt) for found in [_extension(node, name)] if found and not found[2]
    }
    if paths is None or mentions - understood - additions:
        return (), True
    return tuple(paths), mentions != understood


def _extension(statement: ast.stmt, name: str) -> tuple[ast.Name, ast.expr, bool] | None:
    """The mention of `name`, what is assigned or added to it, and whether it is replaced; None for other statements."""
    import ast

    match statement:
        case ast.Assign(targets=[ast.Name(id=found) as target], value=value) if found == name:
            return target, value, True
        case ast.AnnAssign(target=ast.Name(id=found) as target, value=ast.expr() as value) if found == name:
            return target, value, True
        case ast.AugAssign(target=ast.Name(id=found) as target, op=ast.Add(), value=value) if found == name:
            return target, value, False
        case ast.Expr(ast.Call(func=ast.Attribute(value=ast.Name(id=found) as target, attr=method), args=[*_, value])) if (
            found == name and method in _ADDING
        ):
            return target, value if method == "extend" else ast.List([value]), False
    return None


def _literals(value: ast.expr) -> tuple[list[str], bool]:
    """The string literals that are certainly items of `value`, and whether these are all of its items."""
    import ast

    match value:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            found = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            return found, len(found) == len(items)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            (before, first), (after, second) = _literals(left), _literals(right)
            return before + after, first and second
    return [], False


def _imports(module: ast.Module, name: str) -> bool:
    import ast

    imports = (node for node in ast.walk(module) if isinstance(node, ast.ImportFrom))
    return any((alias.asname or alias.name) == name for node in imports for alias in node.names)


def _star_imports(module: ast.Module) -> list[int]:
    """Lines of star imports: each may bind any name."""
    import ast

    return [node.lineno for node in ast.walk(module) if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"]


def _may_unignore(module: ast.Module) -> bool:
    """Whether a pytest_ignore_collect may return something else than None (no opinion) or True."""
    import ast

    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "pytest_ignore_collect":
            returned = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return) and inner.value is not None]
            if any(not (isinstance(value, ast.Constant) and value.value in (None, True)) for value in returned):
                return True
    return "pytest_ignore_collect" not in {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}


def _patterns(module: ast.Module) -> set[str]:
    """Strings that look like file names, suffixes or patterns, as patterns for names."""
    import ast

    texts = (node.value for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    found = {text.rpartition("/")[2] for text in texts if _FILE_PATTERN.fullmatch(text.rpartition("/")[2])}
    return {f"*{text}" if text.startswith(".") else text for text in found}
