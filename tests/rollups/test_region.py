"""From tenants to the region: parts are added, ratios made again, what did not arrive is never a zero."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kernel.indicators.catalogue import declared_named
from kernel.registers.registry import register_named
from kernel.tenancy import platform_context, tenant_context
from shared_apps.communities.models import Community
from shared_apps.fleet.models import SchemaVersion
from shared_apps.rollups.models import Kept, Pass, Snapshot
from shared_apps.rollups.quality import Quality
from shared_apps.rollups.reading import by_district, communities_in, read, total, trend
from shared_apps.rollups.snapshots import KEPT_DAYS, forget_old, seen_on, take_snapshot
from shared_apps.rollups.stale import stale_tenants
from shared_apps.rollups.suppression import Persons, hidden, total_hidden
from tests.rollups.conftest import STOPS, count_in

TOTAL, ACCESSIBLE, OPENED = (f"{STOPS}.{code}" for code in ("total", "accessible", "opened"))


@pytest.fixture
def counted(alpha, beta, stop):
    """alpha: 1 of 4 accessible; beta: 1 of 1; gamma has never counted."""
    with tenant_context(alpha):
        for code in range(4):
            stop(str(code), date(2026, 3, 1), accessible=code == 0)
    with tenant_context(beta):
        stop("1", date(2026, 4, 1), accessible=True)
    count_in(alpha)
    count_in(beta)
    return alpha, beta


def told(code, period="", **narrowed):
    with platform_context():
        found = communities_in(Community.objects.filter(**narrowed))
        return read(declared_named(code), period, found)


def row(code, slug, period=""):
    return next(one for one in told(code, period) if one.community.slug == slug)


def test_parts_are_added_and_ratios_made_again(counted):
    rows = told(ACCESSIBLE)
    assert {one.community.slug: one.shown for one in rows} == {"alpha": 25, "beta": 100, "gamma": None}
    whole = total(declared_named(ACCESSIBLE), rows)
    assert whole.value == 40, "two of five, not the mean of 25 and 100"
    assert (whole.told, whole.of) == (2, 3)
    assert total(declared_named(TOTAL), told(TOTAL)).value == 5


def test_an_enterprise_counts_within_its_community(counted):
    alpha, beta = counted
    Community.objects.filter(pk=beta.id).update(kind="enterprise", parent_id=alpha.id)
    rows = told(ACCESSIBLE)
    assert {one.community.slug: one.shown for one in rows} == {"alpha": 40, "gamma": None}


def test_what_never_arrived_is_no_zero(counted):
    assert (row(TOTAL, "gamma").shown, row(TOTAL, "gamma").quality) == (None, Quality.NONE)


def test_a_dead_worker_shows_as_late(counted):
    Pass.objects.filter(community_id=counted[0].id).update(data_at=timezone.now() - timedelta(days=2))
    late = row(TOTAL, "alpha")
    assert (late.shown, late.quality) == (4, Quality.LATE)
    assert total(declared_named(TOTAL), told(TOTAL)).told == 1


def test_a_failed_recount_shows_and_keeps_the_last(counted):
    Pass.objects.filter(community_id=counted[0].id).update(error="RuntimeError: диск")
    assert (row(TOTAL, "alpha").shown, row(TOTAL, "alpha").quality) == (4, Quality.FAILED)


def test_a_suspended_tenant_is_named_so_and_is_in_no_total(counted):
    Community.objects.filter(pk=counted[0].id).update(state="suspended")
    assert (row(TOTAL, "alpha").shown, row(TOTAL, "alpha").quality) == (None, Quality.SUSPENDED)
    assert total(declared_named(TOTAL), told(TOTAL)).value == 1


def test_a_tenant_in_the_middle_of_a_migration(counted):
    SchemaVersion.objects.filter(schema_name=counted[0].schema).update(fingerprint="0" * 64)
    assert row(TOTAL, "alpha").quality == Quality.MIGRATING


def test_a_merged_or_moved_tenant_leaves_the_region(counted):
    Community.objects.filter(pk=counted[0].id).update(state="archived")
    assert {one.community.slug for one in told(TOTAL)} == {"beta", "gamma"}


def test_a_rename_changes_the_words_only(counted):
    Community.objects.filter(pk=counted[0].id).update(short_name="Нова громада", slug="nova")
    renamed = row(TOTAL, "nova")
    assert (str(renamed.community), renamed.shown) == ("Нова громада", 4)


def test_a_new_edition_of_katottg_moves_a_community_to_its_new_district(counted):
    Community.objects.filter(pk=counted[0].id).update(katottg="UA99020000000000020")
    districts = by_district(declared_named(TOTAL), told(TOTAL))
    assert {code: whole.value for code, whole in districts.items()}["UA9902"] == 4


def test_a_restored_tenant_is_due_at_once(counted):
    """It comes back under a new number: nothing was ever counted for it."""
    with platform_context():
        Pass.objects.filter(community_id=counted[0].id).delete()
        Kept.objects.filter(community_id=counted[0].id).delete()
        assert "alpha" in stale_tenants() and "beta" not in stale_tenants()
    assert row(TOTAL, "alpha").quality == Quality.NONE


def test_values_of_an_old_formula_are_marked(counted):
    Kept.objects.filter(community_id=counted[0].id).update(formula=7)
    assert row(TOTAL, "alpha").quality == Quality.PARTIAL


def test_the_trend_is_made_of_parts(counted):
    with platform_context():
        found = communities_in(Community.objects.all())
        values = trend(declared_named(OPENED), ["2026-02", "2026-03", "2026-04"], found)
    assert values == [None, 4, 1]


def test_questions_do_not_grow_with_tenants(counted, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        told(ACCESSIBLE)


# -- what was seen ------------------------------------------------------------------------------------


def test_a_snapshot_keeps_what_was_seen_that_day(counted, stop):
    alpha, day = counted[0], date(2026, 11, 1)
    with platform_context():
        assert take_snapshot(alpha.id, day) > 0
        assert take_snapshot(alpha.id, day + timedelta(days=1)) == 0, "nothing changed, nothing written"
    with tenant_context(alpha):
        stop("9", date(2026, 3, 2))
    count_in(alpha)
    with platform_context():
        take_snapshot(alpha.id, day + timedelta(days=2))
        seen = [
            {one.period: one.value for one in seen_on(day + timedelta(days=n), community=alpha.id, indicator=OPENED)}
            for n in (0, 1, 2)
        ]
    assert [one["2026-03"] for one in seen] == [4, 4, 5]


def test_old_snapshots_go_and_the_first_kept_day_stays_whole(counted):
    alpha, today = counted[0], date(2026, 11, 1)
    edge = today - timedelta(days=KEPT_DAYS)
    place = {"community_id": alpha.id, "indicator": TOTAL, "counted": 1}
    with platform_context():
        for days, value in ((-20, 1), (-10, 2), (5, 3)):
            Snapshot.objects.create(day=edge + timedelta(days=days), value=value, **place)
        assert forget_old(alpha.id, today) == 1
        assert [one.value for one in seen_on(edge, community=alpha.id)] == [2]


# -- few people ---------------------------------------------------------------------------------------


def test_few_people_are_not_told_nor_worked_out():
    cells = {"a": Persons(3), "b": Persons(40), "c": Persons(9), "d": Persons(0)}
    assert hidden(cells, [["a", "b", "c", "d"]]) == {"a", "c"}, "the smallest of the others goes with it"
    assert hidden(cells, []) == {"a"}
    assert not total_hidden(cells, list(cells), {"a", "c"})


def test_two_small_cells_whose_sum_is_small_take_a_third():
    cells = {"a": Persons(1), "b": Persons(2), "c": Persons(30), "d": Persons(20)}
    assert hidden(cells, [["a", "b", "c", "d"]]) == {"a", "b", "d"}


def test_alone_in_its_district_the_total_goes():
    cells = {"a": Persons(3)}
    assert hidden(cells, [["a"]]) == {"a"} and total_hidden(cells, ["a"], {"a"})


def test_a_share_hides_those_who_do_not_meet_it_too():
    assert Persons(100, 98).is_small and Persons(100, 2).is_small and not Persons(100, 50).is_small
    assert not Persons(0).is_small, "none is no person"


def test_hiding_in_one_group_reaches_the_other():
    cells = {"a": Persons(2), "b": Persons(10), "c": Persons(20), "e": Persons(50)}
    assert hidden(cells, [["a", "b"], ["c", "e"], ["b", "c", "e"]]) == {"a", "b", "c"} | {"e"}


def test_people_are_hidden_in_the_region_s_view(alpha, beta):
    register = register_named("staff.employees")
    for tenant, number in ((alpha, 3), (beta, 30)):
        with tenant_context(tenant):
            for turn in range(number):
                register.model.objects.create(last_name=f"Мороз{turn}", first_name="Олена")
        count_in(tenant, "staff.employees")
    rows = told("staff.employees.working", slug__in=["alpha", "beta"])
    assert [one.shown for one in rows] == [None, None]
    assert total(declared_named("staff.employees.working"), rows).shown == Decimal(33)
