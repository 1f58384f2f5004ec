"""The words of a PDF as a reader copies them: through each font's own map to Unicode."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_FONT = re.compile(rb"/(f\d+)\s+[\d.]+\s+Tf")
_CODES = re.compile(rb"<([0-9a-fA-F]+)>")


def _stream(body: bytes) -> bytes:
    head, _mark, rest = body.partition(b"stream")
    rest = rest.lstrip(b"\r\n").rpartition(b"endstream")[0].rstrip(b"\r\n")
    return zlib.decompress(rest) if b"FlateDecode" in head else rest


def _characters(cmap: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(text, 16) + step)
    return found


def _literal(raw: bytes) -> bytes:
    def plain(match: re.Match[bytes]) -> bytes:
        sign = match[1]
        return bytes([int(sign, 8)]) if sign[:1].isdigit() else _NAMED.get(sign, sign)

    return _ESCAPE.sub(plain, raw)


def _shown(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name of a font, nothing) or (nothing, bytes shown); brackets inside a literal may stand in pairs."""
    at = 0
    while at < len(content):
        if font := _FONT.match(content, at):
            yield font[1], b""
            at = font.end()
        elif codes := _CODES.match(content, at):
            yield b"", bytes.fromhex(codes[1].decode())
            at = codes.end()
        elif content[at : at + 1] == b"(":
            end, depth = at + 1, 1
            while depth:
                sign = content[end : end + 1]
                depth += {b"(": 1, b")": -1}.get(sign, 0)
                end += 2 if sign == b"\\" else 1
            yield b"", _literal(content[at + 1 : end - 1])
            at = end
        else:
            at += 1


def pages_of(content: bytes) -> list[str]:
    """The text of each page, without anything between its pieces."""
    assert content.startswith(b"%PDF-")
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    fonts = {
        number: _characters(_stream(objects[int(found[1])]).decode("latin-1"))
        for number, body in objects.items()
        if (found := re.search(rb"/ToUnicode (\d+) 0 R", body))
    }
    pages = []
    for body in objects.values():
        if not re.search(rb"/Type/Page\b(?!s)", body):
            continue
        resources = objects[int(re.search(rb"/Resources (\d+) 0 R", body)[1])]  # type: ignore[index]
        names = {name: fonts[int(number)] for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)}
        letters: dict[int, str] = {}
        text = ""
        contents = _stream(objects[int(re.search(rb"/Contents (\d+) 0 R", body)[1])])  # type: ignore[index]
        for name, raw in _shown(contents):
            letters = names[name] if name else letters
            text += "".join(letters.get(int.from_bytes(raw[at : at + 2]), "") for at in range(0, len(raw), 2))
        pages.append(text)
    return pages
