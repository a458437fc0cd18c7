"""Places with more than one name: symlinks to directories, and packages that metadata maps to a directory.

Names are followed when they are asked for. Written out beforehand, a few dozen links that lead to each other are more names than memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Numbers = tuple[int, ...]

Default = TypeVar("Default")

# Names of one place that are followed: a link that leads into itself has no end.
_MOST_PLACES = 100


class Modules(dict[str, "Numbers"]):
    """Path without suffix -> the files that an import of it may run; looked up, a path may lead through `aliases`: (path, stands for)."""

    def __init__(self, found: Mapping[str, Numbers], aliases: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(found)
        self._targets: dict[str, list[str]] = {}
        for alias, target in aliases:
            self._targets.setdefault(alias, []).append(target)
        self._led: dict[str, bool] = {}

    def get(self, stem: str, default: Default = (), /) -> Numbers | Default:  # type: ignore[assignment]
        """The modules at `stem` and at every place that it stands for."""
        if not self._is_led(stem):
            return super().get(stem, default)
        found = dict.fromkeys(number for place in self.places(stem) for number in super(Modules, self).get(place, ()))
        return tuple(found) or default

    def __contains__(self, stem: object) -> bool:
        return any(super(Modules, self).__contains__(place) for place in self.places(str(stem)))

    def places(self, path: str) -> list[str]:
        """`path`, and what it stands for when the aliases among its first directories are followed."""
        if not self._is_led(path):
            return [path]
        found = {path: None}
        waiting = [path]
        for place in waiting:  # grows while it is read
            for other in self._followed(place):
                if other not in found and len(found) < _MOST_PLACES:
                    found[other] = None
                    waiting.append(other)
        return waiting

    def _is_led(self, path: str) -> bool:
        """Whether an alias is among the first directories of `path`, itself included. Most paths have none; directories are asked again."""
        if not self._targets or path in self._targets:
            return bool(self._targets)
        directory = path.rpartition("/")[0]
        known = self._led.get(directory)
        if known is None:
            known = self._led[directory] = bool(directory) and self._is_led(directory)
        return known

    def _followed(self, path: str) -> Iterator[str]:
        for way in (*(path[:end] for end in range(len(path)) if path[end] == "/"), path):
            for target in self._targets.get(way, ()):
                yield (target + path[len(way) :]).lstrip("/")
