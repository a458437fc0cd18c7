"""Modules that are imported by a name that is a value: import calls, lazy loaders, pytest's plugins, walks over a package."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator

from impactgraph.analysis.implicit.strings import Found, module_name
from impactgraph.analysis.implicit.syntax import IMPORTERS, LAZY_LOADERS, LISTERS, WALKERS, Parsed, assigned_to, listed_paths
from impactgraph.analysis.implicit.values import OWN, TOP, UNKNOWN, callee, elements, is_display, normal, own, top_path

#: Calls that import what they are given; the other importers may as well do something else, so what they don't say is no warning.
_CERTAIN = frozenset({"import_module", "__import__", "importorskip", "run_module", "import_string", "symbol_by_name"})
# `import_module` finds a file of any name, also one that no import statement can spell.
_IMPORTABLE = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_RELATIVE = re.compile(r"\.+[^\W\d]\w*(?:\.[^\W\d]\w*)*")

Line = tuple[Found, int]


def name_target(value: str) -> str | None:
    """The target of a value that is a module's name: "a.b", "a.*", "@dir:b", "?"; None if it can't be a name or is its own package."""
    prefix, varying, _ = value.partition(UNKNOWN)
    head, rest = "", prefix
    if prefix.startswith(OWN):
        directory, _, rest = prefix[1:].partition(OWN)
        head, rest = f"@{directory}:", rest.removeprefix(".")
    if OWN in rest or TOP in rest:
        return None
    if varying:
        return _varying_target(head, rest)
    name = module_name(rest) or (rest if _IMPORTABLE.fullmatch(rest) else None)
    return head + name if name else None


def _varying_target(head: str, rest: str) -> str | None:
    stem, dot, last = rest.rpartition(".")
    if dot and not module_name(stem):
        return None
    if dot or head:
        return f"{head}{stem}{dot}*"
    if not last:
        return "?"
    return f"{last}*" if module_name(last) else None


def import_calls(parsed: Parsed) -> Iterator[Line]:
    """What `import_module`, `__import__` and their like are given."""
    for node in parsed.calls:
        if callee(node) not in IMPORTERS:
            continue
        argument = node.args[0] if node.args else next((word.value for word in node.keywords if word.arg in ("name", "modname")), None)
        if argument is None or isinstance(argument, ast.Starred):
            continue
        for value in parsed.evaluator.values(argument):
            for target in _call_targets(parsed, node, value):
                if target is not None and (target != "?" or callee(node) in _CERTAIN):
                    yield ("dynamic-import", target), node.lineno


def _call_targets(parsed: Parsed, call: ast.Call, value: str) -> Iterator[str | None]:
    if not value.startswith("."):
        yield name_target(value)
        return
    package = call.args[1] if len(call.args) > 1 else next((word.value for word in call.keywords if word.arg == "package"), None)
    for base in parsed.evaluator.values(package) if package is not None else (UNKNOWN,):
        yield _relative_target(value, base, parsed.directory)


def _relative_target(name: str, package: str, directory: str) -> str | None:
    """The target of a name that starts with dots; a package that isn't known is the file's own."""
    rest = name.lstrip(".")
    ups = len(name) - len(rest) - 1
    if package.startswith(OWN) or UNKNOWN in package:
        base = package[1:].partition(OWN)[0] if package.startswith(OWN) else directory
        for _ in range(ups):
            base = posixpath.dirname(base)
        return name_target(f"{own(base)}.{rest}") if rest else None
    parts = package.split(".")
    return name_target(".".join([*parts[: max(len(parts) - ups, 0)], rest]))


def name_prefixes(parsed: Parsed) -> Iterator[Line]:
    """Where a file imports by name: every text in it with a constant part that ends in a dot, and every relative name.

    A name is often built in one function and imported in another, so what flows where is not asked.
    """
    if not parsed.imports_by_name and "pytest_plugins" not in parsed.triggers:
        return
    for node in (*parsed.texts, *(call for call in parsed.calls if callee(call) == "format")):
        for value in parsed.evaluator.values(node):
            target = name_target(value) if UNKNOWN in value and not value.startswith(UNKNOWN) else None
            if target is not None and target.endswith((".*", ":*")):
                yield ("dynamic-import", target), node.lineno
    pieces = {id(part) for text in parsed.texts if isinstance(text, ast.JoinedStr) for part in text.values}
    for constant in parsed.constants:
        if id(constant) not in pieces and isinstance(constant.value, str) and _RELATIVE.fullmatch(constant.value):
            target = _relative_target(constant.value, own(parsed.directory), parsed.directory)
            if target is not None:
                yield ("dynamic-import", target), constant.lineno


def lazy_modules(parsed: Parsed) -> Iterator[Line]:
    """Submodules that a module hands out on demand: lazy_loader's `attach`, `LazyModule`, `recreate_module`, `_import_structure`."""
    if LAZY_LOADERS.isdisjoint(parsed.triggers):
        return
    for call in parsed.calls:
        if callee(call) in LAZY_LOADERS and call.args and _is_own_name(call.args[0]):
            if callee(call) == "attach_stub":
                yield ("dynamic-import", f"@{parsed.directory}:*"), call.lineno
            for argument in (*call.args[1:], *(word.value for word in call.keywords)):
                yield from _own_names(parsed, argument)
    for node in parsed.assignments:
        for target in assigned_to(node):
            yield from _import_structure(parsed, target, node.value)


def _is_own_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__name__"


def _import_structure(parsed: Parsed, target: ast.expr, value: ast.expr | None) -> Iterator[Line]:
    if isinstance(target, ast.Name) and target.id == "_import_structure" and value is not None:
        yield from _own_names(parsed, value)
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == "_import_structure":
        yield from _own_names(parsed, target.slice)


def _own_names(parsed: Parsed, node: ast.expr) -> Iterator[Line]:
    """Constants in `node`, or in what its name was assigned, as modules of the file's package."""
    sources = parsed.evaluator.assigned(node.id) if isinstance(node, ast.Name) else [node]
    for source in sources:
        for inner in ast.walk(source):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and module_name(inner.value):
                yield ("dynamic-import", f"@{parsed.directory}:{inner.value}"), inner.lineno


def pytest_plugins(parsed: Parsed) -> Iterator[Line]:
    """`pytest_plugins = …` in all its forms; "?" for what the file does not say."""
    for node in parsed.assignments if "pytest_plugins" in parsed.triggers else ():
        if node.value is None or not any(isinstance(target, ast.Name) and target.id == "pytest_plugins" for target in assigned_to(node)):
            continue
        for element in _plugin_names(node.value):
            for value in parsed.evaluator.values(element):
                target = name_target(value)
                if target is not None:
                    yield ("pytest-plugin", target), element.lineno


def _plugin_names(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        return [node.elt]
    return elements(node) if is_display(node) else [node]


def package_walks(parsed: Parsed) -> Iterator[Line]:
    """Every module of a package that a call goes through; where the call does not say which, of each package the file names."""
    for call in parsed.calls:
        if callee(call) in WALKERS:
            for target in _walked(parsed, call):
                yield ("package-walk", target), call.lineno
                if target == "?":
                    yield from _named_packages(parsed)
        elif callee(call) in LISTERS and (parsed.imports_by_name or "pytest_plugins" in parsed.triggers):
            for target in _listed(parsed, call):
                yield ("package-walk", target), call.lineno


def _named_packages(parsed: Parsed) -> Iterator[Line]:
    for constant in parsed.constants:
        name = module_name(constant.value) if isinstance(constant.value, str) else None
        if name is not None and "." in name:
            yield ("package-walk", f"{name}.*"), constant.lineno


def _walked(parsed: Parsed, call: ast.Call) -> Iterator[str]:
    argument = call.args[0] if call.args else next((word.value for word in call.keywords if word.arg in ("path", "import_path")), None)
    for element in elements(argument) or ([argument] if argument is not None else []):
        for value in _package_values(parsed, element):
            yield _below(value) or "?"


def _package_values(parsed: Parsed, node: ast.expr, seen: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Names or directories of the packages whose `__path__` (or name) `node` is. `seen`: the names that led here."""
    if isinstance(node, ast.Name) and node.id == "__path__":
        return (own(parsed.directory),)
    if isinstance(node, ast.Attribute) and node.attr in ("__path__", "__name__"):
        return _module_values(parsed, node.value)
    if isinstance(node, ast.Subscript):
        return _package_values(parsed, node.value, seen)
    named = parsed.evaluator.assigned(node.id) if isinstance(node, ast.Name) and node.id not in seen else []
    seen = seen | {node.id} if isinstance(node, ast.Name) else seen
    paths = [_package_values(parsed, source, seen) for source in named if isinstance(source, (ast.Attribute, ast.Subscript))]
    return tuple(value for values in paths for value in values) or parsed.evaluator.values(node)


def _module_values(parsed: Parsed, node: ast.expr) -> tuple[str, ...]:
    """The names of the module object that `node` is."""
    if isinstance(node, ast.Name) and node.id in parsed.aliases:
        return (parsed.aliases[node.id],)
    if isinstance(node, ast.Attribute):
        return tuple(f"{value}.{node.attr}" for value in _module_values(parsed, node.value) if value != UNKNOWN) or (UNKNOWN,)
    if isinstance(node, ast.Call) and callee(node) in IMPORTERS and node.args:
        return parsed.evaluator.values(node.args[0])
    sources = parsed.evaluator.assigned(node.id) if isinstance(node, ast.Name) else []
    return tuple(value for source in sources if isinstance(source, ast.Call) for value in _module_values(parsed, source)) or (UNKNOWN,)


def _below(value: str) -> str | None:
    """The target for all modules below a package given by name or by directory."""
    if value.startswith(TOP):
        directory = top_path(value)
        return f"@{directory.rstrip('/')}:*" if directory is not None else None
    return name_target(f"{value}.{UNKNOWN}") if UNKNOWN not in value else name_target(value)


def _listed(parsed: Parsed, call: ast.Call) -> Iterator[str]:
    """Packages whose files are listed, by the working directory where the path is relative."""
    for value in listed_paths(parsed, call):
        if value and not value.startswith(UNKNOWN):
            target = _below(normal(value))
            # The top is listed for other reasons than to import all that is in the checkout.
            if target is not None:
                yield "?" if target == "@:*" else target
