"""The state of a repository as text: parsed, applied on top of another state, written to disk."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

HEADER = re.compile(r"^-- (?P<path>\S.*?) --(?: (?P<note>\S.*))?$")


class Item(NamedTuple):
    """One file: `kind` is file, executable, link or commit; `data` is its content, its target or its object id."""

    kind: str
    data: bytes


State = dict[str, Item]


def apply(state: State, text: str) -> State:
    """The state after `text`: files named there are new or replaced, the others stay."""
    result = dict(state)
    for path, note, body in sections(text):
        verb, _, rest = note.partition(" ")
        if verb == "deleted":
            del result[path]
        elif verb == "moved":
            moved = result.pop(rest.removeprefix("from "))
            result[path] = moved._replace(data=body.encode()) if body else moved
        else:
            result[path] = item(verb, rest, body)
    return result


def sections(text: str) -> list[tuple[str, str, str]]:
    r"""(path, note, body) of each part of a text; a ``\\n`` written in a path stands for a line end."""
    found: list[tuple[str, str, list[str]]] = []
    for line in text.strip("\n").splitlines():
        match = HEADER.match(line)
        if match:
            found.append((match["path"].replace("\\n", "\n"), match["note"] or "", []))
        elif found:
            found[-1][2].append(line + "\n")
        else:
            message = f"text before the first header: {line!r}"
            raise ValueError(message)
    return [(path, note, "".join(body)) for path, note, body in found]


def item(verb: str, rest: str, body: str) -> Item:
    """One file as its note describes it."""
    match verb:
        case "":
            return Item("file", body.encode())
        case "executable":
            return Item("executable", body.encode())
        case "link":
            return Item("link", rest.removeprefix("to ").encode())
        case "commit":
            return Item("commit", rest.encode())
        case "in":
            return Item("file", body.encode(rest))
        case "with":
            return Item("file", body.replace("\n", "\r\n").encode())
    message = f"unknown note: {verb!r}"
    raise ValueError(message)


def write(state: State, directory: Path, previous: State | None = None) -> None:
    """Make `directory` hold `state`; what only `previous` had is removed."""
    for path in (previous or {}).keys() - state.keys():
        (directory / path).unlink(missing_ok=True)
    if previous:
        remove_empty(directory)
    for path, (kind, data) in state.items():
        if previous is None or previous.get(path) != state[path]:
            write_one(directory / path, kind, data)


def write_one(target: Path, kind: str, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink():
        target.unlink()
    if kind == "link":
        target.unlink(missing_ok=True)
        target.symlink_to(data.decode())
    elif kind == "commit":
        target.mkdir(exist_ok=True)
    else:
        target.write_bytes(data)
        target.chmod(0o755 if kind == "executable" else 0o644)


def remove_empty(directory: Path) -> None:
    """Git keeps no empty directories, and Python would take one for a namespace package."""
    for folder in sorted((path for path in directory.rglob("*") if path.is_dir() and not path.is_symlink()), reverse=True):
        if ".git" not in folder.parts and not any(folder.iterdir()):
            shutil.rmtree(folder)
