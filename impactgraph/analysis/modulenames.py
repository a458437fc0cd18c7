"""What a module is called in reports: one dotted name per file, and the packages around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def module_name(path: str, roots: Collection[str]) -> str:
    """The dotted name of the Python file at `path` below the nearest of the import `roots` above it; its path where it can have none.

    >>> module_name("src/shop/api/__init__.py", ["", "src"])
    'shop.api'
    """
    directory = path.rpartition("/")[0]
    root = directory
    while root and root not in roots:
        root = root.rpartition("/")[0]
    below = path[len(root) :].lstrip("/").removesuffix(".py").removesuffix("/__init__")
    return below.replace("/", ".") if all(part.isidentifier() for part in below.split("/")) else path


def package_of(path: str, roots: Collection[str], depth: int) -> str:
    """The first `depth` names of the package that the file is in; of a module in no package, the directory that it is in.

    >>> package_of("src/shop/api/views.py", ["src"], 1), package_of("src/shop/api/views.py", ["src"], 3)
    ('shop', 'shop.api')
    """
    name = module_name(path, roots)
    names = name.split(".")
    if not path.endswith("/__init__.py"):
        names.pop()
    if name == path or not names:
        return path.rpartition("/")[0] or name
    return ".".join(names[:depth])
