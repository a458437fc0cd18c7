"""Source text of a blob, the way Python reads it (PEP 263), and never an exception that stops a run."""

from __future__ import annotations

from io import BytesIO

_BOM = b"\xef\xbb\xbf"
# What two lines that declare an encoding may take up.
_HEAD = 400


def cookie(source: bytes) -> str | None:
    """The encoding that `source` declares, by Python's name for it where it has one; None where it declares none."""
    if b"coding" not in source[:_HEAD]:
        return None
    from tokenize import detect_encoding  # few files declare one

    try:
        encoding, lines = detect_encoding(BytesIO(source.removeprefix(_BOM)).readline)
    except SyntaxError:  # unknown, or the first two lines don't keep to it
        return "unknown"
    return encoding if any(b"coding" in line for line in lines) else None


def decode(source: bytes) -> tuple[str, str | None]:
    """Text and, where the bytes are not what they declare to be, the reason (the text is then Latin-1, which never fails).

    The byte order mark is no part of the text.
    """
    encoding = cookie(source)
    try:
        text = source.removeprefix(_BOM).decode(encoding or "utf-8")
        if encoding:
            text.encode()  # some encodings make surrogates, which no other program takes
    except (LookupError, ValueError) as error:
        return source.decode("latin-1"), f"can't be decoded: {error}"
    return text, None


def lines_of(text: str) -> list[str]:
    """Lines as Python counts them: form feeds and other separators end none."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
