"""Configuration files, each parsed once; what can't be parsed is a warning, not an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impactgraph.model import Warning_

if TYPE_CHECKING:
    from collections.abc import Mapping


class Documents:
    """Parsed TOML and INI files by path. `broken` holds the paths that could not be parsed; `warnings` says why."""

    __slots__ = ("_parsed", "broken", "contents", "warnings")

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self.contents = contents
        self.broken: set[str] = set()
        self.warnings: list[Warning_] = []
        self._parsed: dict[str, Any] = {}

    def text(self, path: str) -> str:
        """The file's text; bytes that are not UTF-8 are replaced."""
        return self.contents.get(path, b"").decode("utf-8-sig", "replace")

    def toml(self, path: str) -> dict[str, Any]:
        """The document at `path`, empty where there is none or it is broken."""
        if path not in self._parsed:
            self._parsed[path] = self._parse_toml(path) if path in self.contents else {}
        return self._parsed[path]  # type: ignore[no-any-return]

    def ini(self, path: str) -> dict[str, dict[str, str]]:
        """The sections at `path`, as iniconfig (pytest's reader) sees them; empty where there is none or it is broken."""
        if path not in self._parsed:
            self._parsed[path] = self._parse_ini(path) if path in self.contents else {}
        return self._parsed[path]  # type: ignore[no-any-return]

    def _parse_toml(self, path: str) -> dict[str, Any]:
        import tomllib  # costs milliseconds, and setup.py projects don't need it

        try:
            return tomllib.loads(self.text(path).replace("\r\n", "\n"))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            self._break(path, str(error))
            return {}

    def _parse_ini(self, path: str) -> dict[str, dict[str, str]]:
        import iniconfig  # as above

        try:
            config = iniconfig.IniConfig(path, data=self.text(path))
        except iniconfig.ParseError as error:
            self._break(path, f"line {error.lineno + 1}: {error.msg}", error.lineno + 1)
            return {}
        return {section.name: dict(section.items()) for section in config}

    def _break(self, path: str, message: str, line: int | None = None) -> None:
        self.broken.add(path)
        self.warnings.append(Warning_("unreadable-configuration", path, line, f"not parsed, defaults are used: {message}"))


def table(document: object, *keys: str) -> dict[str, Any]:
    """The table below `keys`, empty where it is missing or no table."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def strings(value: object) -> list[str]:
    """The strings in a list or a string alone; nothing else."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
