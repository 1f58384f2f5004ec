"""Sheets on paper: a ruler laid on them, the day they show, the annex behind them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.cache import cache
from pypdf import PdfReader
from pypdf.generic import ContentStream

from kernel.access.levels import Level
from kernel.maps.models import Boundary
from tenant_apps.territory.bus_stops.models import BusStop
from tests.registers.conftest import at_work, lived_in, worker

__all__ = ["at_work", "lived_in", "worker"]
SHEET = "/maps/print/?lon=33.62&lat=49.23&layers=bus_stops.bus-stops"
MILLIMETRE = 72 / 25.4
# Of the ground within the community's line, as shares of one.
GROUND = tuple(round(one / 255, 2) for one in (0xF4, 0xF7, 0xF8))
Matrix = tuple[float, float, float, float, float, float]


@pytest.fixture
def clerk(at_work: Any) -> Any:
    return at_work("bus_stops", Level.EDIT)


def words(answer: Any, page: int = 0) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return str(PdfReader(BytesIO(answer.content)).pages[page].extract_text()).replace("\xa0", " ")


def joined(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    return (
        a * other[0] + b * other[2], a * other[1] + b * other[3], c * other[0] + d * other[2],
        c * other[1] + d * other[3], e * other[0] + f * other[2] + other[4], e * other[1] + f * other[3] + other[5],
    )  # fmt: skip


def filled(source: Any, resources: Any, pdf: PdfReader, at: Matrix) -> list[tuple[Any, list[tuple[float, float]]]]:
    """(colour, corners in points of the sheet) of what is filled, drawings within drawings too."""
    found: list[tuple[Any, list[tuple[float, float]]]] = []
    kept: list[tuple[Matrix, Any]] = []
    colour: Any = None
    path: list[tuple[float, float]] = []
    for operands, code in ContentStream(source, pdf).operations:
        given = [float(one) for one in operands if isinstance(one, int | float)]
        match code:
            case b"q":
                kept.append((at, colour))
            case b"Q":
                at, colour = kept.pop()
            case b"cm":
                at = joined(tuple(given), at)  # type: ignore[arg-type]
            case b"rg" | b"scn" | b"sc" | b"g":
                colour = tuple(round(one, 2) for one in given)
            case b"m" | b"l":
                x, y = given
                path.append((x * at[0] + y * at[2] + at[4], x * at[1] + y * at[3] + at[5]))
            case b"Do":
                form = resources["/XObject"][operands[0]].get_object()
                own = tuple(float(one) for one in form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
                inside = form.get("/Resources", resources).get_object()
                found += filled(form, inside, pdf, joined(own, at))  # type: ignore[arg-type]
            case b"f" | b"f*" | b"B" | b"B*" | b"b" | b"b*":
                found.append((colour, path))
                path = []
            case b"S" | b"s" | b"n":
                path = []
    return found


def test_a_kilometre_is_as_long_as_the_scale_says(clerk: Any) -> None:
    """A square of a kilometre in metres of the zone, measured where it lies on the paper."""
    middle = Point(33.62, 49.23, srid=4326)
    middle.transform(5564)
    square = Polygon.from_bbox((middle.x - 500, middle.y - 500, middle.x + 500, middle.y + 500))
    square.srid = 5564
    square.transform(4326)
    Boundary.objects.create(shape=MultiPolygon(square, srid=4326), source="Рішення № 1")
    cache.clear()
    answer = clerk.get("/maps/print/?lon=33.62&lat=49.23&layers=-&scale=10000&paper=a4&title=Квадрат")
    pdf = PdfReader(BytesIO(answer.content))
    page = pdf.pages[0]
    pieces = filled(page.get_contents(), page["/Resources"], pdf, (1, 0, 0, 1, 0, 0))
    (corners,) = [path for colour, path in pieces if colour == GROUND]
    xs, ys = [x / MILLIMETRE for x, _y in corners], [y / MILLIMETRE for _x, y in corners]
    assert max(xs) - min(xs) == pytest.approx(100, abs=0.05)
    assert max(ys) - min(ys) == pytest.approx(100, abs=0.05)
    # In the middle of the map, which is 277 by 164 millimetres and ten from the edges.
    assert (max(xs) + min(xs)) / 2 == pytest.approx(10 + 277 / 2, abs=0.05)
    assert (max(ys) + min(ys)) / 2 == pytest.approx(210 - 10 - 164 / 2, abs=0.05)


def test_the_annex_lists_corners_in_metres(clerk: Any) -> None:
    answer = clerk.get(f"{SHEET}&scale=25000&annex=1")
    assert len(PdfReader(BytesIO(answer.content)).pages) >= 2
    told = words(answer, 1)
    stop = BusStop.objects.order_by("name").filter(location__bboverlaps=Point(33.62, 49.23).buffer(0.01)).first()
    assert stop is not None
    assert stop.location is not None
    place: Any = stop.location.transform(5564, clone=True)
    for one in ("Додаток", "X, м", "Y, м", f"{place.y:.2f}".replace(".", ","), f"{place.x:.2f}".replace(".", ",")):
        assert one in told
    assert len(PdfReader(BytesIO(clerk.get(f"{SHEET}&scale=25000").content)).pages) == 1


def test_a_sheet_says_the_day_it_shows(clerk: Any, client_for: Any) -> None:
    answer = clerk.get(f"{SHEET}&scale=25000&annex=1&on=2020-01-31")
    assert "Стан на 31.01.2020" in words(answer)
    # No stop was written down in those days.
    assert "жодного обʼєкта" in words(answer, 1)
    assert clerk.get(f"{SHEET}&on=учора").status_code == 400
    residents = client_for("gamma").get("/open/maps/print/?lon=33.62&lat=49.23&scale=25000&on=2020-01-31")
    assert "Стан на" not in words(residents)
