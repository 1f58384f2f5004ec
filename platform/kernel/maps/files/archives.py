"""A zip with one shapefile: only its own parts are taken out, measured as they come."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from kernel.registers.importing.reading import guards, plain
from kernel.registers.importing.reading.problems import Unreadable

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
MOST_UNPACKED = 256 * 1024 * 1024
_PIECE = 1 << 20
_ENCODINGS = {
    "1251": "CP1251",
    "cp1251": "CP1251",
    "ansi 1251": "CP1251",
    "windows-1251": "CP1251",
    "utf-8": "UTF-8",
    "utf8": "UTF-8",
}
_TO_GDAL = {"cp1251": "CP1251", "koi8-u": "KOI8-U", "cp866": "CP866"}


def holds_shapefile(stream: BinaryIO) -> bool:
    try:
        with zipfile.ZipFile(stream) as archive:
            return any(name.lower().endswith(".shp") for name in archive.namelist()[: guards.MOST_ENTRIES])
    except (zipfile.BadZipFile, OSError):
        return False
    finally:
        stream.seek(0)


def unpack_shapefile(stream: BinaryIO, folder: Path) -> tuple[Path, str]:
    """(the shapefile under a name of ours, the encoding of its words)"""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            guards.refuse_bomb(entries)
            if any(entry.flag_bits & 1 for entry in entries):
                raise Unreadable(_("Архів захищено паролем. Зніміть пароль і завантажте ще раз."))
            # Beginnings with a dot and __MACOSX are shadows that another system leaves in archives.
            shapes = [one for one in entries if one.filename.lower().endswith(".shp") and not _shadow(one.filename)]
            if len(shapes) != 1:
                raise Unreadable(
                    _("В архіві має бути один шар SHP, а тут їх %(count)d. Залиште потрібний.") % {"count": len(shapes)}
                )
            stem = shapes[0].filename[:-4].lower()
            for entry in entries:
                name = entry.filename.lower()
                if name[:-4] == stem and name[-4:] in PARTS:
                    _take(archive, entry, folder / f"layer{name[-4:]}")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError):
        raise Unreadable(_("Архів пошкоджено або завантажено не до кінця. Запакуйте шар ще раз.")) from None
    missing = [part for part in (".shx", ".dbf") if not (folder / f"layer{part}").exists()]
    if missing:
        raise Unreadable(
            _("В архіві бракує %(parts)s. Запакуйте разом усі файли шару: .shp, .shx, .dbf, .prj.")
            % {"parts": ", ".join(missing)}
        )
    return folder / "layer.shp", _encoding(folder)


def _shadow(name: str) -> bool:
    path = PurePosixPath(name)
    return path.name.startswith(".") or "__MACOSX" in path.parts


def _take(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path) -> None:
    taken = 0
    with archive.open(entry) as member, place.open("wb") as file:
        while piece := member.read(_PIECE):
            # Sizes in the directory of an archive are only promises.
            taken += len(piece)
            if taken > MOST_UNPACKED:
                raise Unreadable(
                    _("Шар розпаковується понад %(size)d МБ. Поділіть його на частини.") % {"size": MOST_UNPACKED >> 20}
                )
            file.write(piece)


def _encoding(folder: Path) -> str:
    """As .cpg says; without it, by what the words look like."""
    page = folder / "layer.cpg"
    if page.exists():
        said = page.read_bytes()[:40].decode("ascii", "replace").strip().lower()
        if said in _ENCODINGS:
            return _ENCODINGS[said]
    content = (folder / "layer.dbf").read_bytes()[: 4 << 20]
    letters = b" ".join(re.findall(rb"[\x80-\xff]{2,}", content[32:]))
    if not letters:
        return "UTF-8"
    try:
        _text, found = plain.decode(letters)
    except Unreadable:
        return "CP1251"
    return _TO_GDAL.get(found, "UTF-8")
