"""A list on the map as files of other programs: GPKG, and SHP in a zip; written as GeoJSON first, turned in the cell."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.maps.files.turning import turn
from kernel.operations import Denied
from kernel.registers.exporting.formats import FORMATS, FileFormat
from kernel.registers.exporting.rows import Columns
from kernel.registers.exporting.selection import Selection
from kernel.registers.importing.reading.problems import Unreadable

MOST = 200_000
Write = Callable[[Selection, Iterable[Columns], BinaryIO], None]


def _turned(target: str, extension: str) -> Write:
    def write(selection: Selection, portions: Iterable[Columns], file: BinaryIO) -> None:
        with tempfile.TemporaryDirectory(prefix="hromada-map-") as made:
            folder = Path(made)
            source, result = folder / "source.geojson", folder / f"{selection.register.code}.{extension}"
            with source.open("wb") as plain:
                FORMATS["geojson"].write(selection, portions, plain)
            try:
                turn(source, result, "GeoJSON", target)
            except Unreadable:
                raise Denied(_("Цей формат не вмістив переліку. Звузьте умови або візьміть GeoJSON.")) from None
            if extension == "shp":
                _packed(folder, result.stem, file)
            else:
                with result.open("rb") as whole:
                    shutil.copyfileobj(whole, file)

    return write


def _packed(folder: Path, stem: str, file: BinaryIO) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob(f"{stem}.*")):
            archive.write(part, part.name)


FORMATS["gpkg"] = FileFormat(
    "gpkg", "GeoPackage", gettext_lazy("для QGIS та інших геоінформаційних систем"),
    "application/geopackage+sqlite3", _turned("GPKG", "gpkg"), "gpkg", most=MOST, wants_place=True,
)  # fmt: skip
FORMATS["shp"] = FileFormat(
    "shp", "SHP (ZIP)", gettext_lazy("для старіших програм: назви стовпців до 10 знаків"),
    "application/zip", _turned("ESRI Shapefile", "shp"), "zip", most=MOST, wants_place=True,
)  # fmt: skip
