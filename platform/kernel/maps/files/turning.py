"""A map file turned into GeoJSON by a process of its own: what a hostile file can break is only that process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext as _

from kernel.maps.coordinates import System
from kernel.maps.files import cell
from kernel.registers.importing.reading.problems import Unreadable
from kernel.tenancy.log import get_logger

log = get_logger("maps.files")
# A little past what the process allows itself.
PATIENCE = cell.SECONDS + 15


class SystemAsked(Unreadable):
    """The file does not say which system its coordinates are in."""


def as_geojson(
    source: Path, driver: str, *, system: System | None = None, encoding: str = ""
) -> tuple[bytes, list[str]]:
    """(GeoJSON in WGS 84, what is worth knowing)"""
    result = source.parent / "result.geojson"
    told = turn(source, result, driver, "GeoJSON", system=system, encoding=encoding)
    layers, _space, name = told.partition(" ")
    notes = []
    if layers.isdecimal() and int(layers) > 1:
        notes.append(_("У файлі %(count)s шарів, прочитано перший: «%(name)s».") % {"count": layers, "name": name[:80]})
    return result.read_bytes(), notes


def turn(
    source: Path, result: Path, driver: str, target: str, *, system: System | None = None, encoding: str = ""
) -> str:
    """What the process told of the source."""
    definition = (system.definition or f"EPSG:{system.srid}") if system else ""
    # Of the surroundings only what the libraries are found by.
    kept = ("PATH", "LD_LIBRARY_PATH", "PROJ_LIB", "GDAL_DATA")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    command = [sys.executable, "-I", cell.__file__, str(source), str(result), driver, definition, encoding, target]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter over our own file
            command,
            env={**environment, "LC_ALL": "C.UTF-8"},
            cwd=source.parent,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(_("Файл мапи читався надто довго. Поділіть його на менші й завантажте частинами.")) from None
    if done.returncode:
        complaint = done.stderr[-500:].decode("utf-8", "replace")
        log.warning("map_file_refused", code=done.returncode, driver=driver, told=complaint)
        raise _refusal(done.returncode)
    return done.stdout.decode("utf-8", "replace").strip()


def _refusal(code: int) -> Unreadable:
    if code == cell.NO_SYSTEM:
        return SystemAsked(
            _(
                "Файл не каже, у якій системі координат обʼєкти (немає .prj). Оберіть систему зі списку поруч і завантажте "
                "ще раз, напр. УСК-2000, зона 6."
            )
        )
    if code == cell.NO_LAYER:
        return Unreadable(_("У файлі немає шару з обʼєктами мапи. Вивантажте його з мапи ще раз."))
    if code == cell.UNTURNED:
        return Unreadable(_("Координати файлу не належать названій системі. Перевірте систему координат і повторіть."))
    if code < 0:
        return Unreadable(_("Файл мапи завеликий або зіпсований: його читання спинено. Поділіть його на частини."))
    return Unreadable(_("Файл мапи не читається: він пошкоджений або іншого виду. Вивантажте його з мапи ще раз."))
