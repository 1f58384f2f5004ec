"""Files of maps as tables: what GDAL reads in its cell, what is refused before it."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.maps.files import archives, cell, turning
from kernel.registers.exporting.formats import FORMATS
from kernel.registers.exporting.keeping import written
from kernel.registers.exporting.selection import Selection
from kernel.registers.importing.models import ImportRun
from kernel.registers.importing.reading import Unreadable, open_table
from kernel.registers.registry import register_named
from tenant_apps.territory.bus_stops.models import BusStop
from tests.maps.conftest import stop

SQUARE = [[33.6, 49.2], [33.62, 49.2], [33.62, 49.22], [33.6, 49.2]]
CONTOUR = {"type": "Polygon", "coordinates": [SQUARE]}


def made(folder, kind, driver, *options, geometry=CONTOUR, encoding="CP1251"):
    """A file as another program would have written it."""
    source = folder / "source.geojson"
    feature = {"type": "Feature", "properties": {"назва": "Парк «Їжачок»", "no": 7}, "geometry": geometry}
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    target = folder / f"made.{kind}"
    extra = ["-lco", f"ENCODING={encoding}"] if kind == "shp" else []
    skip = ["-select", ""] if kind == "dxf" else []
    command = ["ogr2ogr", "-f", driver, "-t_srs", "EPSG:5564", *extra, *skip, *options, str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return target


def zipped(folder, *leave, inside=""):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            place = folder / f"made{part}"
            if part not in leave and place.exists():
                archive.write(place, f"{inside}ділянки{part}")
        archive.writestr("__MACOSX/._ділянки.shp", b"shadow")
    return stream


def contour_of(text):
    geometry = json.loads(text)
    (ring,) = geometry["coordinates"]
    return sorted({(round(lon, 6), round(lat, 6)) for lon, lat in ring})


WANTED = sorted({(33.6, 49.2), (33.62, 49.2), (33.62, 49.22)})


@pytest.mark.parametrize("leave", [(), (".cpg",)], ids=["with cpg", "without cpg"])
def test_a_shapefile_with_words_in_cp1251(in_alpha, tmp_path, leave):
    made(tmp_path, "shp", "ESRI Shapefile")
    table = open_table(zipped(tmp_path, *leave, inside="тека/"), "ділянки.zip")
    ((number, row),) = table.rows
    assert dict(zip(table.header, row, strict=True)) | {"геометрія": ""} == {
        "назва": "Парк «Їжачок»",
        "no": "7",
        "геометрія": "",
    }
    assert number == 1 and contour_of(row[-1]) == WANTED


def test_without_prj_the_system_is_asked_and_may_be_told(in_alpha, tmp_path):
    made(tmp_path, "shp", "ESRI Shapefile")
    with pytest.raises(turning.SystemAsked, match=r"немає \.prj"):
        open_table(zipped(tmp_path, ".prj"), "ділянки.zip")
    table = open_table(zipped(tmp_path, ".prj"), "ділянки EPSG5564.zip")
    assert contour_of(next(iter(table.rows))[1][-1]) == WANTED


def test_a_geopackage_and_a_drawing(in_alpha, tmp_path):
    with made(tmp_path, "gpkg", "GPKG").open("rb") as file:
        table = open_table(file, "парк.gpkg")
        assert contour_of(next(iter(table.rows))[1][-1]) == WANTED and "назва" in table.header
    drawing = made(tmp_path, "dxf", "DXF", geometry={"type": "LineString", "coordinates": SQUARE})
    with drawing.open("rb") as file:
        with pytest.raises(turning.SystemAsked):
            open_table(file, "план.dxf")
        table = open_table(file, "план EPSG 5564.dxf")
        assert contour_of(next(iter(table.rows))[1][-1]) == WANTED


@pytest.mark.parametrize(("part", "word"), [(".dbf", ".dbf"), (".shx", ".shx")])
def test_a_shapefile_without_its_parts(in_alpha, tmp_path, part, word):
    made(tmp_path, "shp", "ESRI Shapefile")
    with pytest.raises(Unreadable, match=f"бракує {word}"):
        open_table(zipped(tmp_path, part), "ділянки.zip")


def test_bombs_are_refused_before_they_open(in_alpha, tmp_path, monkeypatch):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", b"\x00" * (40 << 20))
    with pytest.raises(Unreadable, match="розпаковується"):
        open_table(stream, "бомба.zip")
    made(tmp_path, "shp", "ESRI Shapefile")
    monkeypatch.setattr(archives, "MOST_UNPACKED", 50)
    with pytest.raises(Unreadable, match="розпаковується понад"):
        open_table(zipped(tmp_path), "ділянки.zip")


def test_what_pretends_to_be_a_map(in_alpha, tmp_path):
    with pytest.raises(Unreadable, match="не читається"):
        open_table(io.BytesIO(b"SQLite format 3\x00" + b"\xff" * 5000), "зле.gpkg")
    made(tmp_path, "shp", "ESRI Shapefile")
    (tmp_path / "made.shp").write_bytes(
        b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
    )
    with pytest.raises(Unreadable, match="не читається"):
        open_table(zipped(tmp_path), "ділянки.zip")


def test_the_cell_is_bounded(tmp_path):
    """A driver it was not told is not tried, and neither the network nor much memory is there."""
    target = made(tmp_path, "gpkg", "GPKG")
    with pytest.raises(Unreadable):
        turning.as_geojson(target, "ESRI Shapefile")
    probe = tmp_path / "probe.py"
    probe.write_text(
        f"import runpy, socket\nspace = runpy.run_path({cell.__file__!r})\nspace['give_up_the_world']()\n"
        "try: bytearray(2 << 30)\nexcept MemoryError: print('memory')\n"
        "try: socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError as refused: print(refused.errno)\n"
    )
    done = subprocess.run(["python3", str(probe)], capture_output=True, text=True, check=True)
    memory, _network = done.stdout.split()
    assert memory == "memory"


# -- the land cadastre ----------------------------------------------------------------------------------

EXCHANGE = """<?xml version="1.0" encoding="utf-8"?>
<UkrainianCadastralExchangeFile><InfoPart><MetricInfo><PointInfo>
<Point><UIDP>1</UIDP><X>5455499.68</X><Y>6545271.83</Y></Point><Point><UIDP>2</UIDP><X>5455599.68</X><Y>6545271.83</Y></Point>
<Point><UIDP>3</UIDP><X>5455599.68</X><Y>6545371.83</Y></Point><Point><UIDP>4</UIDP><X>5455499.68</X><Y>6545371.83</Y></Point>
</PointInfo><Polyline><PL><ULID>1</ULID><Points><P>1</P><P>2</P><P>3</P></Points></PL>
<PL><ULID>2</ULID><Points><P>1</P><P>4</P><P>3</P></Points></PL></Polyline></MetricInfo>
<CadastralZoneInfo><KOATUU>5310100000</KOATUU><CadastralZoneNumber>1</CadastralZoneNumber><CadastralQuarters><CadastralQuarterInfo>
<CadastralQuarterNumber>12</CadastralQuarterNumber><Parcels><ParcelInfo><ParcelMetricInfo><ParcelID>34</ParcelID>
<Area><MeasurementUnit>кв.м</MeasurementUnit><Size>10000</Size></Area>
<Externals><Boundary><Lines><Line><ULID>1</ULID></Line><Line><ULID>2</ULID></Line></Lines></Boundary></Externals></ParcelMetricInfo>
<CategoryPurposeInfo><Category>100</Category><Purpose>02.01</Purpose><Use>для будівництва</Use></CategoryPurposeInfo>
</ParcelInfo></Parcels></CadastralQuarterInfo></CadastralQuarters></CadastralZoneInfo></InfoPart></UkrainianCadastralExchangeFile>"""


def exchanged(text=EXCHANGE, name="обмін.xml"):
    return open_table(io.BytesIO(text.encode()), name)


def test_parcels_of_the_exchange_file(in_alpha):
    table = exchanged()
    ((_number, row),) = table.rows
    assert row[:5] == ["5310100000:01:012:0034", "1.0000", "100", "02.01", "для будівництва"]
    ring = json.loads(row[-1])["coordinates"][0]
    assert len(ring) == 5 and min(ring, key=sum) == pytest.approx([33.62, 49.23], abs=1e-6)
    assert any("зона 6" in note for note in table.notes)


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("5455499.68", "десь", "не числа"),
        ("<X>5455499.68", "<X>123.0", "СК-63"),
        ("ParcelInfo>", "Parcel>", "жодної ділянки"),
        ("</InfoPart>", "", "рядок"),
        ("<UkrainianCadastral", '<!DOCTYPE a [<!ENTITY b "c">]><UkrainianCadastral', "DOCTYPE"),
    ],
)
def test_exchange_files_that_are_not_taken(in_alpha, was, now, words):
    text = EXCHANGE.replace(was, now, 1 if was.startswith("<U") else -1)
    with pytest.raises(Unreadable, match=words):
        list(exchanged(text).rows)


def test_a_contour_that_does_not_close_is_told_of(in_alpha):
    table = exchanged(EXCHANGE.replace("<P>1</P><P>4</P><P>3</P>", "<P>4</P><P>2</P>"))
    ((_number, row),) = table.rows
    assert row[-1] == "" and any("не складається" in note for note in table.notes)


def test_a_shapefile_goes_through_the_import_of_a_register(office, tmp_path, settings):
    """Read, matched, tried and loaded as any table is."""
    settings.MEDIA_ROOT = tmp_path / "media"
    made(tmp_path, "shp", "ESRI Shapefile", geometry={"type": "Point", "coordinates": [33.62, 49.23]})
    file = SimpleUploadedFile("зупинки.zip", zipped(tmp_path).getvalue())
    assert office.post("/bus-stops/import/", {"file": file}).status_code == 302
    run = ImportRun.objects.latest("pk")
    fields = ["name", "code", "location"]
    assert run.header == ["назва", "no", "геометрія"]
    given = {f"c{place}": name for place, name in enumerate(fields)}
    assert office.post(f"/bus-stops/import/{run.pk}/match/", {**given, "mode": "both"}).status_code == 302
    assert office.post(f"/bus-stops/import/{run.pk}/load/").status_code == 302
    stop = BusStop.objects.get()
    assert (stop.code, stop.name) == ("7", "Парк «Їжачок»")
    assert (stop.location.x, stop.location.y) == pytest.approx((33.62, 49.23), abs=1e-6)


@pytest.mark.parametrize("code", ["gpkg", "shp"])
def test_a_list_as_a_file_of_other_programs(in_alpha, keeper, tmp_path, code):
    """Written out and read back by the other side of the same cell."""
    stop(1, shelter="canopy")
    stop(2)
    selection = Selection(register_named("bus_stops.bus-stops"), keeper, "", ("code", "name", "location"))
    with written(selection, FORMATS[code]) as file:
        table = open_table(file, f"зупинки.{code}")
        rows = {row[0]: json.loads(row[-1])["coordinates"] for _number, row in table.rows}
    assert rows == {"ЗП-1": [33.62, 49.23], "ЗП-2": [33.62, 49.23]}


def test_the_import_page_asks_for_the_system_and_takes_it(office, tmp_path):
    made(tmp_path, "shp", "ESRI Shapefile")
    content = zipped(tmp_path, ".prj").getvalue()

    def sent(**more):
        return office.post("/bus-stops/import/", {"file": SimpleUploadedFile("ділянки.zip", content), **more})

    refused = sent()
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "Оберіть систему" in text and 'name="crs"' in text and "УСК-2000, зона 6" in text
    assert not ImportRun.objects.exists()
    assert sent(crs="EPSG:5564").status_code == 302
    run = ImportRun.objects.get()
    assert run.file_name == "ділянки EPSG5564.zip"
    assert contour_of(run.samples[0][-1]) == WANTED


@pytest.mark.parametrize(
    ("kind", "driver", "crs"),
    [("shp", "ESRI Shapefile", "EPSG:5564"), ("gpkg", "GPKG", ""), ("dxf", "DXF", "EPSG:5564")],
)
def test_a_file_is_taken_into_a_form(office, tmp_path, kind, driver, crs):
    made(tmp_path, kind, driver)
    content = zipped(tmp_path, ".prj").getvalue() if kind == "shp" else (tmp_path / f"made.{kind}").read_bytes()
    name = "ділянка.zip" if kind == "shp" else f"ділянка.{kind}"

    def sent(**more):
        return office.post("/maps/shapes", {"file": SimpleUploadedFile(name, content), "kinds": "polygon", **more})

    if crs:
        asked = sent()
        assert asked.status_code == 422 and asked.json()["code"] == "crs"
    taken = sent(crs=crs, multi="1").json()
    assert taken["geometry"]["type"] == "MultiPolygon"
    (rings,) = taken["geometry"]["coordinates"]
    assert sorted({(round(lon, 6), round(lat, 6)) for lon, lat in rings[0]}) == WANTED


def test_neighbours_come_whole_and_to_the_last_digit(office, keeper):
    one = stop(1, 33.605400000000006, 49.215390000000006)
    told = office.get("/maps/shapes/near?layers=bus_stops.bus-stops&box=33.6,49.2,33.61,49.22").json()
    assert told["features"][0]["geometry"]["coordinates"] == [33.605400000000006, 49.215390000000006]
    address = f"/maps/shapes/near?layers=bus_stops.bus-stops&box=33.6,49.2,33.61,49.22&own={one.pk}"
    assert office.get(address).json()["features"] == []
    assert office.get("/maps/shapes/near?layers=land.parcels&box=33,49,34,50").status_code == 400
    assert office.get("/maps/shapes/near?layers=land.parcels&box=хутір").status_code == 400
