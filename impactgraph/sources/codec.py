"""Graphs and facts as bytes. Not an interchange format: `FORMAT` changes whenever what is stored, or how it is found, changes."""

from __future__ import annotations

import marshal
from array import array
from typing import TYPE_CHECKING, Any

from impactgraph.model import EDGE_KINDS, Facts, ImpactGraph, Reference, Rows, Warning_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORMAT = 7
_INT = "i"
_MARSHAL = 4  # the format of every Python since 3.4


def encode_graph(graph: ImpactGraph) -> bytes:
    """What `decode_graph` reads."""
    rows = graph.rows
    warnings = [(warning.code, warning.path or "", str(warning.line or ""), warning.message) for warning in graph.warnings]
    sections = [
        *map(_strings, (graph.paths, graph.oids, graph.test_files, graph.roots, graph.names, graph.read, graph.default_arguments)),
        *map(_strings, (_flat(graph.inserted), _flat(graph.aliases), _flat(graph.unparsed), _flat(warnings))),
        *(rows.importer.tobytes(), rows.imported.tobytes(), bytes(rows.kind), rows.line.tobytes()),
    ]
    sizes = array("q", map(len, sections))
    return b"".join((len(sections).to_bytes(4, "little"), sizes.tobytes(), *sections))


def decode_graph(payload: bytes) -> ImpactGraph | None:
    """The graph, or None where the bytes are not one."""
    try:
        sections = _sections(payload)
        return None if sections is None else _graph(sections)
    except ValueError:  # text that isn't UTF-8, numbers that are none, pairs with a half missing
        return None


def _graph(sections: Sequence[bytes]) -> ImpactGraph | None:
    paths, oids, test_files, roots, names, read, default_arguments, inserted, aliases, unparsed, warnings = map(_split, sections[:11])
    rows = _rows(sections[11:], len(paths))
    if rows is None or len(oids) != len(paths) or not set(test_files) <= set(paths):
        return None
    return ImpactGraph(
        paths=paths,
        oids=oids,
        rows=rows,
        test_files=test_files,
        roots=roots,
        inserted=_pairs(inserted),
        names=names,
        aliases=_pairs(aliases),
        read=read,
        unparsed=_pairs(unparsed),
        warnings=tuple(
            Warning_(code, path or None, int(line) if line else None, message)
            for code, path, line, message in zip(*(iter(warnings),) * 4, strict=True)
        ),
        default_arguments=default_arguments,
    )


def _sections(payload: bytes) -> list[bytes] | None:
    count = int.from_bytes(payload[:4], "little")
    start = 4 + 8 * count
    if count != 15 or len(payload) < start:  # noqa: PLR2004 - as many as encode_graph writes
        return None
    sections = []
    for size in array("q", payload[4:start]):
        sections.append(payload[start : start + size])
        start += size
    return sections if start == len(payload) else None


def _rows(sections: Sequence[bytes], nodes: int) -> Rows | None:
    """The rows, if they are what the kernel may be given: as many of each, every node one of `nodes`."""
    importer, imported, line = array(_INT, sections[0]), array(_INT, sections[1]), array(_INT, sections[3])
    kind = bytearray(sections[2])
    if not len(importer) == len(imported) == len(kind) == len(line):
        return None
    if kind and (
        max(kind) >= len(EDGE_KINDS) or min(importer) < 0 or min(imported) < 0 or max(importer) >= nodes or max(imported) >= nodes
    ):
        return None
    return Rows(importer, imported, kind, line)


def _strings(items: Iterable[str]) -> bytes:
    """Each with a NUL behind it, which no path, name or message holds."""
    return "".join([item.replace("\0", " ") + "\0" for item in items]).encode("utf-8", "surrogateescape")


def _split(section: bytes) -> tuple[str, ...]:
    return tuple(section.decode("utf-8", "surrogateescape").split("\0")[:-1])


def _flat(rows: Iterable[Iterable[str]]) -> list[str]:
    return [item for row in rows for item in row]


def _pairs(items: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(items[::2], items[1::2], strict=True))


def encode_facts(names: Iterable[str], facts: dict[str, tuple[str, Facts]]) -> bytes:
    """What `decode_facts` reads."""
    import orjson  # graphs, which most runs read, are stored without it

    rows = {path: [oid, fact.error, fact.externals, list(map(tuple, fact.references))] for path, (oid, fact) in facts.items()}
    try:
        return orjson.dumps({"names": sorted(names), "facts": rows})
    except TypeError:  # a name that is not UTF-8: whoever has one pays for it, file by file
        kept = {path: row for path, row in rows.items() if _is_text((path, row))}
        return orjson.dumps({"names": sorted(filter(_is_text, names)), "facts": kept})


def _is_text(value: object) -> bool:
    return "\\ud" not in ascii(value)


def decode_facts(payload: bytes) -> tuple[frozenset[str], dict[str, tuple[str, Facts]]] | None:
    """Names and facts by path, or None where the bytes are not that; without what is named by bytes that are not UTF-8."""
    import orjson  # as above

    try:
        stored = orjson.loads(payload)
        facts = {
            path: (oid, Facts(tuple([Reference(*reference) for reference in references]), tuple(externals), error))
            for path, (oid, error, externals, references) in stored["facts"].items()
        }
        return frozenset(stored["names"]), facts
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def encode_plain(value: Any) -> bytes:
    """A value made of dictionaries, lists, texts and numbers; `decode_plain` reads it.

    Not JSON: loading a library for that takes a tenth of a run that finds its answer here, and JSON has no names that are not UTF-8.
    """
    return marshal.dumps(value, _MARSHAL)


def decode_plain(payload: bytes) -> Any:
    """The value, or None where the bytes are not one."""
    try:
        return marshal.loads(payload)  # noqa: S302 - written by `encode_plain`, in a directory that is ours, with a checksum
    except (EOFError, TypeError, ValueError):
        return None
