"""A community's outline and its own word of how it fares; days side by side; trends that hide; two recounts at once."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.db.utils import DatabaseError
from django.utils import timezone

from kernel.indicators.catalogue import Declared, declared_named
from kernel.indicators.crossing import push_outline
from kernel.indicators.kinds import Count
from kernel.maps.boundary import set_boundary
from kernel.maps.models import Boundary
from kernel.registers.registry import register_named
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.actor import Actor
from shared_apps.console.asking import district_words
from shared_apps.console.outlines import region_map
from shared_apps.reference.models import TerritorialUnit
from shared_apps.rollups.models import Kept, Outline, Pass, Vitals
from shared_apps.rollups.outlines import rings_of, tell_vitals
from shared_apps.rollups.pushing import recount
from shared_apps.rollups.reading import read, read_on, total, trend
from shared_apps.rollups.snapshots import take_snapshot
from tests.rollups.conftest import STOPS, communities, count_in, kept

BY = Actor("job", name="тести")


def square(left: float, top: float, side: float = 1.0) -> Polygon:
    return Polygon.from_bbox((left, top - side, left + side, top))


def test_a_boundary_is_on_the_region_s_map_at_once_and_leaves_it(alpha, beta, platform):
    with tenant_context(alpha):
        set_boundary(MultiPolygon(square(25, 50), srid=4326), source="Рішення 1", by=BY)
    found = communities(alpha, beta)
    with platform_context():
        assert Outline.objects.get().community_id == alpha.id
        one = declared_named(f"{STOPS}.total")
        region = region_map(read(one, "", found), one)
    assert region.drawn and [name for name, _path, _value in region.shapes] == ["Альфівська", "Бетинська"]
    with tenant_context(alpha):
        Boundary.objects.first().delete()
    with platform_context():
        assert not Outline.objects.exists()
        assert not region_map(read(one, "", found), one).drawn, "tiles stay when nobody has an outline"


def test_an_outline_is_coarse_and_keeps_its_holes():
    many = [(25 + step / 1000, 50) for step in range(1000)]
    piece = Polygon([*many, (26, 49), (25, 49), many[0]], [(25.2, 49.8), (25.4, 49.8), (25.4, 49.6), (25.2, 49.8)])
    outer, hole = rings_of(MultiPolygon(piece))
    assert len(outer) < 10 and len(hole) == 4
    assert rings_of(None) == []


def test_nobody_draws_for_another(platform):
    with pytest.raises(DatabaseError):
        push_outline([[[25, 50], [26, 50], [26, 49], [25, 50]]])


def test_a_tenant_tells_how_it_fares(alpha, platform):
    with tenant_context(alpha):
        tell_vitals()
    with platform_context():
        assert Vitals.objects.get(community_id=alpha.id).failed_jobs == 0


def test_two_days_show_what_was_seen_then(alpha, stop, platform):
    today = timezone.localdate()
    with tenant_context(alpha):
        stop("ЗП-1")
    count_in(alpha)
    with platform_context():
        take_snapshot(alpha.id, today - timedelta(days=7))
    with tenant_context(alpha):
        stop("ЗП-2")
    count_in(alpha)
    with platform_context():
        take_snapshot(alpha.id, today)
        one, found = declared_named(f"{STOPS}.total"), communities(alpha)
        values = [total(one, read_on(one, "", found, today - timedelta(days=back))).shown for back in (8, 7, 3, 0)]
    assert values == [None, 1, 1, 2]


def test_a_trend_hides_what_its_map_hides(alpha, beta, gamma, platform):
    """Two people in alpha: beta, the smallest of the rest, would give them away, and so would its own line."""
    one = Declared(register_named(STOPS), Count("people", "Люди", on="opened_on", people=True))
    found = communities(alpha, beta, gamma)
    with platform_context():
        for community, people in zip(found, (2, 9, 30), strict=True):
            Pass.objects.create(community=community, register=STOPS, data_at=timezone.now(), formulas="x")
            for month in ("2026-09", "2026-10"):
                Kept.objects.create(
                    community=community, indicator=one.code, period=month, value=people if month > "2026-09" else 20,
                    above=people if month > "2026-09" else 20, counted=people if month > "2026-09" else 20,
                )  # fmt: skip
        months = ["2026-09", "2026-10"]
        lines = [trend(one, months, found, of=community.pk) for community in found]
        whole = trend(one, months, found)
    assert lines == [[20, None], [20, None], [20, 30]]
    assert whole == [60, 41]


def test_no_part_of_the_region_tells_what_the_whole_of_it_hides(alpha, beta, gamma, platform):
    """Three people in alpha, ten in beta, thirty in gamma: a filter that leaves alpha out must not open beta."""
    one = Declared(register_named(STOPS), Count("people", "Люди", people=True))
    everyone = communities(alpha, beta, gamma)
    with platform_context():
        for community, people in zip(everyone, (3, 10, 30), strict=True):
            Pass.objects.create(community=community, register=STOPS, data_at=timezone.now(), formulas="x")
            Kept.objects.create(
                community=community, indicator=one.code, period="", value=people, above=people, counted=people
            )

        def seen(*part):
            found = read(one, "", part, among=everyone)
            return [told.shown for told in found], total(one, found).shown

        a, b, c = everyone
        assert seen(a, b, c) == ([None, None, 30], 43)
        assert seen(b, c) == ([None, 30], None), "43 less 40 would be the three"
        assert seen(a, c) == ([None, 30], None)
        assert seen(a, b) == ([None, None], None)
        assert seen(c) == ([30], 30)
        assert trend(one, [""], [b, c], among=everyone) == [None]
        # What speaks of no people is told by any part.
        plain = Declared(register_named(STOPS), Count("people", "Люди"))
        assert total(plain, read(plain, "", [b, c], among=everyone)).shown == 40


def test_two_recounts_at_once_come_to_one_value(transactional_db, alpha, stop):
    with tenant_context(alpha):
        for number in range(5):
            stop(f"ЗП-{number}", opened=date(2026, 10, 1))
    failed: list[Exception] = []

    def count() -> None:
        try:
            with tenant_context(alpha):
                recount(register_named(STOPS))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=count) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == [] and kept(alpha, "total") == Decimal(5)
    with platform_context():
        assert Pass.objects.filter(community_id=alpha.id, register=STOPS).count() == 1


def test_a_district_closed_by_a_new_edition_keeps_its_name(db, platform):
    with platform_context():
        TerritorialUnit.objects.create(
            code="UA98010000000000001", category="P", name="Закритий", source_act="Наказ 1", valid_from=date(2020, 1, 1), valid_to=date(2025, 1, 1)
        )  # fmt: skip
        assert "Закритий" in district_words("UA9801")
        assert district_words("UA9802") == "UA9802", "a code nobody knows is shown as it is"
