"""Files of a checkout by directory and by name: what paths that code spells out lead to."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Names that every directory may have, so that a bare one means none of them.
_EVERYWHERE = frozenset({"__init__.py", "conftest.py", "setup.py"})


class FileIndex:
    """Look-ups by directory and by name, made when first asked for."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._directories: dict[str, list[int]] = {}
        self._sorted: list[str] = []
        self._names: dict[str, list[int]] = {}
        self._data: list[tuple[int, str]] = []

    def below(self, directory: str, *, deep: bool) -> list[int]:
        """Python modules in `directory`, with the packages in it, or with everything below it."""
        if not self._directories:
            for number, path in enumerate(self._paths):
                if path.endswith(".py"):
                    self._directories.setdefault(path.rpartition("/")[0], []).append(number)
            self._sorted = sorted(self._directories)
        inside = f"{directory}/" if directory else ""
        return [
            number
            for other in self._in_and_below(directory)
            for number in self._directories[other]
            if deep or other == directory or (self._paths[number] == f"{other}/__init__.py" and "/" not in other[len(inside) :])
        ]

    def _in_and_below(self, directory: str) -> list[str]:
        """Those directories with Python files that are `directory`, or are below it."""
        if not directory:
            return self._sorted
        start, end = (bisect_left(self._sorted, directory + character) for character in ("/", "0"))  # "0" comes next
        return [*([directory] if directory in self._directories else ()), *self._sorted[start:end]]

    def opened(self, path: str, target: str) -> list[int]:
        """Files that a literal path may open: from the top if it starts with a slash, else wherever a file's path ends like it."""
        if target.endswith("/"):
            return self._in_directory(path, target)
        if target.endswith("/*.py"):
            return self._listed_modules(path, target[: -len("*.py")])
        if not self._names:
            for number, other in enumerate(self._paths):
                self._names.setdefault(other.rpartition("/")[2], []).append(number)
        same_name = self._names.get(target.rpartition("/")[2], ())
        if target.startswith("/"):
            exact = [number for number in same_name if self._paths[number] == target[1:]]
            return exact or self._in_directory(path, f"{target}/")
        wanted = "/".join(part for part in target.split("/") if part not in {".", "..", ""})
        if "/" not in wanted and wanted.endswith(".py"):
            return self._scripts(path, wanted, same_name)
        return [number for number in same_name if self._paths[number] == wanted or self._paths[number].endswith("/" + wanted)]

    def _in_directory(self, path: str, target: str) -> list[int]:
        """What is below a directory: its data, and what is below a file's own directory, such as programs that a test starts, all of it.

        Other modules are imported by name; a listing of the whole checkout tells nothing.
        """
        if target == "/":
            return []
        if target.startswith(f"/{path.rpartition('/')[0]}/".replace("//", "/")) and len(target) > len(path.rpartition("/")[0]) + 2:
            return [number for number, other in enumerate(self._paths) if other.startswith(target[1:])]
        near = f"{path.rpartition('/')[0]}/{target}".lstrip("/")
        starts = (target[1:],) if target.startswith("/") else (near, target)
        if not self._data:
            self._data = [(number, other) for number, other in enumerate(self._paths) if not other.endswith(".py")]
        return [*self._programs(target), *(number for number, other in self._data if other.startswith(starts))]

    def _programs(self, target: str) -> list[int]:
        """Python files in a directory that is no package: programs, which are started by path."""
        inside = self._python_inside(target.strip("/")) if target.startswith("/") else []
        return [] if any(self._paths[number].endswith("/__init__.py") for number in inside) else inside

    def _python_inside(self, directory: str) -> list[int]:
        if not self._directories:
            self.below("", deep=True)
        return self._directories.get(directory, [])

    def _listed_modules(self, path: str, directory: str) -> list[int]:
        """Modules below a directory whose sources are gone through."""
        near = f"{path.rpartition('/')[0]}/{directory}".lstrip("/")
        starts = (directory[1:],) if directory.startswith("/") else (near, directory)
        return [number for number, other in enumerate(self._paths) if other.startswith(starts) and other.endswith(".py")]

    def _scripts(self, path: str, name: str, same_name: Sequence[int]) -> list[int]:
        """Scripts called `name` in and below the directory of the file at `path`; names that every directory has mean none of them."""
        inside = path.rpartition("/")[0] + "/"
        return (
            []
            if name in _EVERYWHERE
            else [number for number in same_name if ("/" + self._paths[number]).startswith("/" + inside.lstrip("/"))]
        )
