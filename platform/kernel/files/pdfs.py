"""What a PDF must not carry: a program, a command to start one, a page of another language in its head.

Object streams are looked into; what is encrypted or packed otherwise than by Flate is not. The reader that runs
such a document is the last wall; the file is always given out with a policy of its own.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from kernel.files.archives import Content

# A name may be spelt by hexadecimal codes: /J#61vaScript.
HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia)(?=[\s/<>\[\]()]|$)")
OBSCURED = re.compile(rb"/[A-Za-z]*#[0-9A-Fa-f]{2}[A-Za-z0-9#]*")
OBJECT_STREAM = re.compile(rb"/ObjStm\b")
STREAM = re.compile(rb"stream\r?\n")
MOST_UNPACKED = 8 * 1024**2
MOST_STREAMS = 5_000


def is_active(content: Content) -> bool:
    if ACTIVE.search(content):
        return True
    if any(ACTIVE.match(_plain(found[0])) for found in OBSCURED.finditer(content)):
        return True
    return any(ACTIVE.search(_plain(part)) for part in _object_streams(content))


def _plain(name: bytes) -> bytes:
    return HEX.sub(lambda code: bytes([int(code[1], 16)]), name)


def _object_streams(content: Content) -> Iterator[bytes]:
    for number, found in enumerate(OBJECT_STREAM.finditer(content)):
        if number >= MOST_STREAMS:
            return
        begins = STREAM.search(content, found.end(), found.end() + 1024)
        if begins is None:
            continue
        unpacker = zlib.decompressobj()
        try:
            yield unpacker.decompress(content[begins.end() : begins.end() + MOST_UNPACKED], MOST_UNPACKED)
        except zlib.error:
            continue
