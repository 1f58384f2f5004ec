"""Runs alone, as a process of its own: opens a map file by one named driver and writes it by another, in WGS 84.

Nothing of this house is imported. The process has no network where the system lets it give the network up, a bound on
memory, time and what it writes, and no other driver than the one it was told.

    cell.py SOURCE RESULT DRIVER SYSTEM ENCODING TARGET
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import os
import resource
import sys

MEMORY, SECONDS, WRITTEN = 1536 << 20, 60, 256 << 20
READ_ONLY_VECTOR = 0x04
LAYER_OPTIONS = {"GeoJSON": "COORDINATE_PRECISION=8", "ESRI Shapefile": "ENCODING=UTF-8"}
# Answers told by the code of exit.
UNOPENED, NO_LAYER, NO_SYSTEM, UNTURNED = 3, 4, 5, 6


def give_up_the_world() -> None:
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, WRITTEN)):
        resource.setrlimit(limit, (most, most))
    # A namespace without a network; where the system forbids making one, drivers of local files still ask for none.
    with contextlib.suppress(OSError, AttributeError):
        os.unshare(os.CLONE_NEWNET if os.geteuid() == 0 else os.CLONE_NEWUSER | os.CLONE_NEWNET)


def texts(*parts: str) -> ctypes.Array[ctypes.c_char_p]:
    return (ctypes.c_char_p * (len(parts) + 1))(*(part.encode() for part in parts), None)


def main(source: str, result: str, driver: str, system: str, encoding: str, target: str) -> int:
    gdal = ctypes.CDLL(ctypes.util.find_library("gdal") or "libgdal.so")
    for name in (
        "GDALOpenEx",
        "GDALDatasetGetLayer",
        "OGR_L_GetSpatialRef",
        "GDALVectorTranslateOptionsNew",
        "GDALVectorTranslate",
    ):
        getattr(gdal, name).restype = ctypes.c_void_p
    gdal.OGR_L_GetName.restype = ctypes.c_char_p
    for key, value in (
        ("OGR_ENABLE_PARTIAL_REPROJECTION", "NO"),
        ("CPL_CURL_ENABLE_VSIMEM", "NO"),
        ("DXF_MAX_BSPLINE_CONTROL_POINTS", "2000"),
    ):
        gdal.CPLSetConfigOption(key.encode(), value.encode())
    gdal.GDALAllRegister()
    options = texts(f"ENCODING={encoding}") if encoding else texts()
    opened = gdal.GDALOpenEx(source.encode(), READ_ONLY_VECTOR, texts(driver), options, None)
    if not opened:
        return UNOPENED
    dataset = ctypes.c_void_p(opened)
    layer = None
    for place in range(gdal.GDALDatasetGetLayerCount(dataset)):
        found = ctypes.c_void_p(gdal.GDALDatasetGetLayer(dataset, place))
        if gdal.OGR_L_GetGeomType(found) != 100:
            layer = found
            break
    if layer is None:
        return NO_LAYER
    if not system and not gdal.OGR_L_GetSpatialRef(layer):
        return NO_SYSTEM
    name = gdal.OGR_L_GetName(layer).decode()
    asked = ["-f", target, "-t_srs", "EPSG:4326", "-dim", "XY"]
    asked += ["-lco", LAYER_OPTIONS[target]] if target in LAYER_OPTIONS else []
    asked += ["-s_srs", system] if system else []
    arguments = ctypes.c_void_p(gdal.GDALVectorTranslateOptionsNew(texts(*asked, name), None))
    failed = ctypes.c_int(0)
    sources = (ctypes.c_void_p * 1)(dataset)
    made = gdal.GDALVectorTranslate(result.encode(), None, 1, sources, arguments, ctypes.byref(failed))
    if not made:
        return UNTURNED
    gdal.GDALClose(ctypes.c_void_p(made))
    print(gdal.GDALDatasetGetLayerCount(dataset), name)  # noqa: T201 - how this process answers
    return UNTURNED if failed.value else 0


if __name__ == "__main__":
    give_up_the_world()
    raise SystemExit(main(*sys.argv[1:7]))
