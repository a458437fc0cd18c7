"""Where packaging metadata says that import packages lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from impactgraph.analysis.layout.directories import join, parent, resolve
from impactgraph.analysis.layout.documents import strings, table
from impactgraph.model import Warning_

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from impactgraph.analysis.layout.directories import Directories
    from impactgraph.analysis.layout.documents import Documents

PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
# Import roots if they hold packages or modules: what build backends find by themselves, and custom.
_SOURCE_DIRECTORIES = ("src", "lib", "python", "source", "sources")
_FINDERS = frozenset({"find_packages", "find_namespace_packages", "find", "find_namespace"})


class Mapped(NamedTuple):
    """Modules below `directory` are imported as `package`; an empty package: the directory is an import root."""

    directory: str
    package: str


def mapped_directories(project: str, documents: Documents, directories: Directories) -> list[Mapped]:
    """What the metadata in the directory `project` and custom map to import names; its own directory where nothing else is found."""
    declared = list(_declared(project, documents))
    inside = ((resolve(project, directory), package) for directory, package in declared)
    found = {_as_root(Mapped(directory, package)) for directory, package in inside if directory is not None and directory in directories}
    found.update(Mapped(path, "") for path in _conventional_roots(project, directories))
    return sorted(found or {Mapped(project, "")})


def _conventional_roots(project: str, directories: Directories) -> list[str]:
    """Directories such as ``src`` in `project` that hold packages (namespaces too) or modules and are none themselves."""
    names = [name for name in _SOURCE_DIRECTORIES if name in directories.subdirectories[project]]
    return [path for path in (join(project, name) for name in names) if _holds_modules(path, directories)]


def _holds_modules(path: str, directories: Directories) -> bool:
    if directories.has_init(path):
        return False
    return any(name.endswith(".py") for directory in directories.below(path) for name in directories.files[directory])


def _as_root(mapped: Mapped) -> Mapped:
    """A package that lies where its name says is the same as an import root above it."""
    root = mapped.directory
    for part in reversed(mapped.package.split(".") if mapped.package else []):
        above, _, name = root.rpartition("/")
        if name != part:
            return mapped
        root = above
    return Mapped(root, "")


def _declared(project: str, documents: Documents) -> Iterator[tuple[str, str]]:
    yield from _from_pyproject(documents.toml(join(project, "pyproject.toml")))
    yield from _from_setup_cfg(documents.ini(join(project, "setup.cfg")))
    yield from _from_setup_py(join(project, "setup.py"), documents)


def _from_pyproject(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    tool = table(document, "tool")
    yield from _pairs(table(tool, "setuptools", "package-dir"))
    for where in strings(table(tool, "setuptools", "packages", "find").get("where")):
        yield where, ""
    yield from _from_poetry(table(tool, "poetry"))
    yield from _from_hatch(tool)
    yield from _from_scikit_build(table(tool, "scikit-build", "wheel").get("packages"))
    for keys, key in (
        (("pdm", "build"), "package-dir"),
        (("maturin",), "python-source"),
        (("uv", "build-backend"), "module-root"),
        (("pdm",), "package-dir"),
    ):
        for directory in strings(table(tool, *keys).get(key)):
            yield directory or ".", ""


def _pairs(package_dir: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Read setuptools' ``{package: directory}``; the empty package stands for all."""
    for package, directory in package_dir.items():
        if isinstance(directory, str):
            yield directory or ".", package


def _from_poetry(poetry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    packages = poetry.get("packages")
    for package in packages if isinstance(packages, list) else []:
        if isinstance(package, dict):
            source = package.get("from")
            yield source if isinstance(source, str) else ".", ""


def _from_hatch(tool: dict[str, Any]) -> Iterator[tuple[str, str]]:
    build = table(tool, "hatch", "build")
    for part in (build, table(build, "targets", "wheel"), table(build, "targets", "sdist")):
        for package in strings(part.get("packages")):
            yield parent(package.strip("/")) or ".", ""
        sources = part.get("sources")
        if isinstance(sources, dict):
            yield from ((directory, name.strip("/").replace("/", ".")) for directory, name in sources.items() if isinstance(name, str))
        else:
            yield from ((directory, "") for directory in strings(sources))
    for directory in strings(build.get("dev-mode-dirs")):
        yield directory, ""


def _from_scikit_build(packages: object) -> Iterator[tuple[str, str]]:
    if isinstance(packages, dict):
        yield from ((directory, name.replace("/", ".")) for name, directory in packages.items() if isinstance(directory, str))
    for package in strings(packages):
        yield parent(package.strip("/")) or ".", ""


def _from_setup_cfg(sections: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    lines = sections.get("options", {}).get("package_dir", "").replace(",", "\n").splitlines()
    for package, equals, directory in (line.partition("=") for line in lines):
        if equals:
            yield directory.strip() or ".", package.strip()
    where = sections.get("options.packages.find", {}).get("where", "").strip()
    if where:
        yield where, ""


def _from_setup_py(path: str, documents: Documents) -> Iterator[tuple[str, str]]:
    source = documents.contents.get(path, b"")
    if b"package_dir" not in source and b"find_" not in source and b"find(" not in source:
        return
    import ast  # few checkouts still have such a file

    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        documents.warnings.append(Warning_("unparsed-setup-py", path, getattr(error, "lineno", None), "read by patterns instead"))
        yield from _from_text(documents.text(path))
        return
    for node in ast.walk(module):
        yield from _from_node(node)


def _from_text(text: str) -> Iterator[tuple[str, str]]:
    import re  # compiled only for a file of another Python's syntax

    for entries in re.findall(r"package_dir\s*=\s*\{([^{}]*)\}", text):
        yield from ((directory, package) for package, directory in re.findall(r"""["']([\w.]*)["']\s*:\s*["']([\w./-]+)["']""", entries))
    yield from ((where, "") for where in re.findall(r"""find(?:_namespace)?_packages\(\s*(?:where\s*=\s*)?["']([\w./-]+)["']""", text))


def _from_node(node: ast.AST) -> Iterator[tuple[str, str]]:
    import ast

    match node:
        case ast.keyword(arg="package_dir", value=ast.Dict() as literal):
            yield from _from_dict(literal)
        case ast.Assign(targets=[ast.Name(id="package_dir")], value=ast.Dict() as literal):
            yield from _from_dict(literal)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _FINDERS:
            first = node.args[0] if node.args else next((word.value for word in node.keywords if word.arg == "where"), None)
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, ""


def _from_dict(literal: ast.Dict) -> Iterator[tuple[str, str]]:
    import ast

    for key, value in zip(literal.keys, literal.values, strict=True):
        match key, value:
            case ast.Constant(value=str(package)), ast.Constant(value=str(directory)):
                yield directory or ".", package
