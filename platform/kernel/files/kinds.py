"""What kinds of files are taken, and how each is known by its content; a name proves nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    media_type: str
    title: str | Promise
    extensions: tuple[str, ...]


PDF = Kind("application/pdf", _("документ PDF"), ("pdf",))
PNG = Kind("image/png", _("зображення PNG"), ("png",))
JPEG = Kind("image/jpeg", _("зображення JPEG"), ("jpg", "jpeg", "jpe", "jfif"))
WEBP = Kind("image/webp", _("зображення WebP"), ("webp",))
GIF = Kind("image/gif", _("зображення GIF"), ("gif",))
TIFF = Kind("image/tiff", _("зображення TIFF"), ("tif", "tiff"))
HEIC = Kind("image/heic", _("зображення HEIC"), ("heic", "heif"))
DOCX = Kind(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _("документ Word"), ("docx", "dotx")
)
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _("таблиця Excel"), ("xlsx", "xltx"))
PPTX = Kind(
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    _("презентація PowerPoint"),
    ("pptx", "ppsx"),
)
ODT = Kind("application/vnd.oasis.opendocument.text", _("документ LibreOffice"), ("odt",))
ODS = Kind("application/vnd.oasis.opendocument.spreadsheet", _("таблиця LibreOffice"), ("ods",))
DOC = Kind("application/msword", _("документ Word 97–2003"), ("doc", "dot"))
XLS = Kind("application/vnd.ms-excel", _("таблиця Excel 97–2003"), ("xls", "xlt"))
ZIP = Kind("application/zip", _("архів ZIP"), ("zip",))
ASICE = Kind("application/vnd.etsi.asic-e+zip", _("контейнер підпису ASiC-E"), ("asice", "sce"))
P7S = Kind("application/pkcs7-signature", _("файл із підписом"), ("p7s", "p7m", "p7b", "sig"))
MP4 = Kind("video/mp4", _("відео MP4"), ("mp4", "m4v", "mov", "3gp"))
MP3 = Kind("audio/mpeg", _("звук MP3"), ("mp3",))
TEXT = Kind("text/plain", _("текст"), ("txt", "csv", "tsv", "md", "json", "geojson"))
XML = Kind("application/xml", _("документ XML"), ("xml", "gpx", "kml", "gml"))

SHOWN_BY_BROWSERS = frozenset(kind.media_type for kind in (PNG, JPEG, WEBP, GIF, PDF))
PICTURES = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP", GIF: "GIF", TIFF: "TIFF"}
THUMBED = frozenset(kind.media_type for kind in PICTURES)

# Never taken, whatever is inside: a double click on such a file runs it.
PROGRAMS = frozenset(
    "exe com scr pif msi msp dll sys cpl bat cmd ps1 psm1 vbs vbe js jse mjs wsf wsh hta jar apk lnk reg scf inf sh "
    "bash run app dmg pkg deb rpm iso img vhd ade mdb chm docm dotm xlsm xltm xlam pptm ppsm xll url desktop".split()
)
MARKUP = frozenset("svg svgz html htm xhtml shtml mht mhtml xht xsl xslt php phtml asp aspx jsp".split())

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06")
SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
PROGRAM_HEADS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
MP4_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"qt  ", b"3gp4", b"3gp5",
              b"dash", b"mmp4", b"MSNV")  # fmt: skip

BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"ID3", MP3),
    (b"-----BEGIN PKCS7-----", P7S),
    (b"-----BEGIN CMS-----", P7S),
)


def kind_by_head(head: bytes) -> Kind | None:
    """By the first bytes alone; containers (ZIP, OLE) and text need a closer look."""
    for beginning, kind in BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return HEIC if head[8:12] in HEIC_BRANDS else MP4 if head[8:12] in MP4_BRANDS else None
    if head[:1] == b"\x30" and SIGNED_DATA in head[:32]:
        return P7S
    # An MPEG frame: eleven set bits, a version and a layer that exist, a rate that is not «bad».
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08 and head[2] >> 4 != 15:
        return MP3
    return None
