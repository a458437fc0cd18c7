"""What differs between two trees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from impactgraph.model import EMPTY_OIDS, FileChange, FileEntry, Status, Tree

#: A pair of a deleted and an added file with at least this share of lines in common is a rename.
_SIMILARITY = 0.5
#: Bounds on the work: pairs whose lines are compared, and bytes of a file whose lines are.
_MOST_PAIRS = 10_000
_LARGEST = 1 << 20
#: Empty files are alike without having to do with each other.


def compare(base: Tree, head: Tree) -> tuple[FileChange, ...]:
    """The files that differ, sorted by path: A(dded), D(eleted), M(odified, mode included), R(enamed), T(ype), S(ubmodule's commit)."""
    added = []
    changes = []
    for path, entry in head.files.items():
        old = base.files.get(path)
        if old is None:
            added.append(path)
        elif old != entry:
            changes.append(FileChange(path, _status(old, entry)))
    deleted = [path for path in base.files if path not in head.files]
    renames = _renames(base, head, deleted, added)
    moved = set(renames.values())
    changes.extend(FileChange(path, "R", renames[path]) if path in renames else FileChange(path, "A") for path in added)
    changes.extend(FileChange(path, "D") for path in deleted if path not in moved)
    return tuple(sorted(changes))


def _status(old: FileEntry, new: FileEntry) -> Status:
    if _type(old) != _type(new):
        return "T"
    return "S" if new.is_submodule else "M"


def _type(entry: FileEntry) -> str:
    # 100 regular, 120 symlink, 160 submodule
    return entry.mode[:3]


def _renames(base: Tree, head: Tree, deleted: Sequence[str], added: Sequence[str]) -> dict[str, str]:
    """New path -> old path. A path is used once; equal content goes before similar content."""
    old = [path for path in deleted if _may_move(base.files[path])]
    new = [path for path in added if _may_move(head.files[path])]
    if not old or not new:
        return {}
    renames = _equal(base, head, old, new)
    moved = set(renames.values())
    old = [path for path in old if path not in moved]
    new = [path for path in new if path not in renames]
    renames.update(_similar(base, head, old, new))
    return renames


def _may_move(entry: FileEntry) -> bool:
    return _type(entry) == "100" and entry.oid not in EMPTY_OIDS and entry.oid.strip("0") != ""


def _equal(base: Tree, head: Tree, old: Iterable[str], new: Iterable[str]) -> dict[str, str]:
    by_oid: dict[str, list[str]] = {}
    for path in old:
        by_oid.setdefault(base.files[path].oid, []).append(path)
    renames = {}
    for path in new:
        candidates = by_oid.get(head.files[path].oid)
        if candidates:
            best = min(candidates, key=lambda candidate: (_name(candidate) != _name(path), candidate))
            candidates.remove(best)
            renames[path] = best
    return renames


def _similar(base: Tree, head: Tree, old: Sequence[str], new: Sequence[str]) -> dict[str, str]:
    pairs = _pairs(old, new)
    if not pairs:
        return {}
    old_lines = _count_lines(base.read(sorted({source for source, _ in pairs})))
    new_lines = _count_lines(head.read(sorted({target for _, target in pairs})))
    scored = sorted(
        (-similarity, _name(source) != _name(target), source, target)
        for source, target in pairs
        if source in old_lines and target in new_lines and (similarity := _similarity(old_lines[source], new_lines[target])) >= _SIMILARITY
    )
    renames: dict[str, str] = {}
    taken = set()
    for _, _, source, target in scored:
        if source not in taken and target not in renames:
            renames[target] = source
            taken.add(source)
    return renames


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs worth a look: the same suffix, and where those are too many, the same name."""
    for key in (_suffix, _name):
        by_key = _group(new, key)
        number = sum(len(by_key.get(key(source), ())) for source in old)
        if number <= _MOST_PAIRS:
            return [(source, target) for source in old for target in by_key.get(key(source), ())]
    return []


def _group(paths: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(key(path), []).append(path)
    return groups


class _Lines(NamedTuple):
    """How often each line is in a file, and how many lines there are."""

    counts: dict[bytes, int]
    total: int


def _count_lines(contents: dict[str, bytes]) -> dict[str, _Lines]:
    return {path: _lines(content) for path, content in contents.items() if len(content) <= _LARGEST}


def _lines(content: bytes) -> _Lines:
    lines = content.splitlines()
    counts: dict[bytes, int] = {}
    for line in lines:
        counts[line] = counts.get(line, 0) + 1
    return _Lines(counts, len(lines))


def _similarity(one: _Lines, other: _Lines) -> float:
    """Lines in common over the lines of the longer file; 0 where their lengths alone rule out a rename."""
    shorter, longer = sorted((one.total, other.total))
    if shorter < _SIMILARITY * longer:
        return 0.0
    common = one.counts.keys() & other.counts.keys()
    return sum(min(one.counts[line], other.counts[line]) for line in common) / max(longer, 1)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _suffix(path: str) -> str:
    name = _name(path)
    return name.rpartition(".")[2] if "." in name else name
