"""The annex to a decision of the executive committee: what is allotted to whom, maps to scale, corners in metres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.maps.coordinates import ZONES
from kernel.maps.drawing import Canvas
from kernel.maps.places import zone_of
from kernel.printforms.ports import community_facts
from kernel.registers.exporting.typesetting import typeset
from kernel.tenancy import current_tenant
from tenant_apps.territory.adjacent_territories.calc import corners, scale_for
from tenant_apps.territory.adjacent_territories.models import Allotment, AllotmentDecision
from tenant_apps.territory.adjacent_territories.operations import annexed

PAPERS = Path(__file__).parent / "papers"
# The maps on an A4 sheet, in millimetres.
WHOLE, ONE = (170, 190), (170, 120)
MOST_CORNERS = 5000
MINE = {"token": "accent", "shape": "circle"}
NEIGHBOUR = {"token": "idle-mark", "shape": "square"}
CORNER = {"token": "bad-mark", "shape": "ring"}


def draw_annex(decision: AllotmentDecision) -> bytes:
    """Its neighbours are drawn too, pale: who keeps clean what lies next to it."""
    allotments = annexed(decision)
    if not allotments:
        raise ValidationError(_("До рішення не додано жодної території. Оберіть його в картках територій і повторіть."))
    if sum(one.shape.num_coords for one in allotments) > MOST_CORNERS:
        raise ValidationError(
            _("Точок у межах понад %(most)s: таблиця координат буде непридатна. Спростіть межі або поділіть рішення.")
            % {"most": MOST_CORNERS}
        )
    zone = zone_of(allotments[0].shape.centroid.x)
    tenant = str(current_tenant().name)
    content = {
        "annex": _("Додаток %(annex)s") % {"annex": decision.annex},
        "to": _("до рішення виконавчого комітету"),
        "decision": str(decision) if decision.is_signed else _("(проєкт)"),
        "community": community_facts().get("full_name") or tenant,
        "title": _("ПЕРЕЛІК прилеглих територій, закріплених для утримання"),
        "subject": decision.title,
        "signatory": decision.signatory,
        "system": _("УСК-2000, зона %(zone)s (EPSG:%(code)s)") % {"zone": zone, "code": ZONES[zone]},
        "heads": [_("№"), _("Обʼєкт і місце"), _("За ким закріплено"), _("Площа, м²"), _("Обовʼязки")],
        "rows": [
            [one.number, f"{one.name}, {one.place}", str(one.holder), _figure(one.area, 1), one.duties]
            for one in allotments
        ],
        "total": _("Усього територій: %(count)s, площа %(area)s м²")
        % {"count": len(allotments), "area": _figure(sum(one.area for one in allotments), 1)},
        "scheme": _("Схема розташування"),
        "whole": _map_of(allotments, allotments, zone, WHOLE, numbered=False),
        "corner_heads": [_("Точка"), _("X (північ), м"), _("Y (схід), м"), _("Сторона"), _("Довжина, м")],
        "pages": [_page(one, allotments, zone) for one in allotments],
        "signs": _("Підпис"),
    }
    return typeset("annex", content, folder=PAPERS)


def _page(one: Allotment, everyone: list[Allotment], zone: int) -> dict[str, Any]:
    return {
        "title": _("Територія %(number)s: %(name)s") % {"number": one.number, "name": one.name},
        "place": one.place,
        "area": _("Площа %(area)s м²") % {"area": _figure(one.area, 1)},
        "map": _map_of([one], everyone, zone, ONE, numbered=True),
        "corners": [
            [
                str(corner.number),
                _figure(corner.north, 2),
                _figure(corner.east, 2),
                f"{corner.number}–{corner.following}",
                _figure(corner.length, 2),
            ]
            for corner in corners(_metres(one, zone).coords)
        ],
    }


def _map_of(
    chosen: list[Allotment], everyone: list[Allotment], zone: int, frame: tuple[int, int], *, numbered: bool
) -> dict[str, Any]:
    shapes = {one.pk: _metres(one, zone) for one in everyone}
    box = MultiPolygon([shapes[one.pk] for one in chosen], srid=ZONES[zone]).extent
    scale = scale_for(box, frame)
    canvas = Canvas(frame, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), scale)
    mine = {one.pk for one in chosen}
    for one in everyone:
        if one.pk not in mine:
            canvas.shape(shapes[one.pk], NEIGHBOUR, one.number)
    for one in chosen:
        canvas.shape(shapes[one.pk], MINE, "" if numbered else one.number)
        if numbered:
            for corner in corners(shapes[one.pk].coords):
                canvas.shape(Point(corner.east, corner.north, srid=ZONES[zone]), CORNER, str(corner.number))
    words = _("Масштаб 1:%(scale)s") % {"scale": f"{scale:,}".replace(",", "\N{NO-BREAK SPACE}")}
    return {"svg": canvas.svg(), "scale": words, "height": frame[1]}


def _metres(one: Allotment, zone: int) -> Polygon:
    shape = one.shape.transform(ZONES[zone], clone=True)
    assert isinstance(shape, Polygon)
    return shape


def _figure(value: Any, decimals: int) -> str:
    return f"{value:,.{decimals}f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
