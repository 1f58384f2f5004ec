"""Small files of every kind, honest and not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    made = SimpleUploadedFile("x", content)
    # Django would cut the name at its last slash; other ways in do not.
    made._name = name
    return made


def picture(format: str = "PNG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (20, 120, 120)).save(out, format, **options)
    return out.getvalue()


def field_photo() -> bytes:
    """Held upright (turned by EXIF), taken in Dubohir at 10:15 summer time."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[36867] = "2026:07:14 10:15:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (49.0, 30.0, 36.0), 3: "E", 4: (34.0, 15.0, 0.0)})
    out = io.BytesIO()
    Image.new("RGB", (800, 400), (200, 30, 30)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(part: str, **more: bytes) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", part: b"<x/>", **more})


def open_document(mimetype: bytes) -> bytes:
    return zipped({"mimetype": mimetype, "content.xml": b"<x/>"}, zipfile.ZIP_STORED)


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 600


def pdf(body: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + body + b"\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def packed_pdf(hidden: bytes) -> bytes:
    packed = zlib.compress(hidden)
    return pdf(b"2 0 obj << /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream\nendobj")


def boxed(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\0\0" + brand + b"isom" + b"\0" * 64


def png_of_declared_size(width: int, height: int) -> bytes:
    """A few bytes that promise a wall of pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


SIGNED = b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0" + b"\x01" * 64
