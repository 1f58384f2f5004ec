"""The console's pages of figures: who sees what, what is asked, files, thresholds, announcements."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from kernel.access.roles import create_ready_roles
from kernel.indicators.catalogue import declared_named
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.actor import Actor
from kernel.testing.access import enter, make_person
from shared_apps.communities.models import Community
from shared_apps.console import watching
from shared_apps.console.asking import catalogue
from shared_apps.console.models import Alert, Announcement
from shared_apps.console.ranking import peers, places, rating, together
from shared_apps.console.tiles import tile_map
from shared_apps.rollups.pushing import recount
from shared_apps.rollups.quality import Quality, Standing
from shared_apps.rollups.reading import Told

HTML = {"HTTP_ACCEPT": "text/html"}
STOPS = "bus_stops.bus-stops"
SHARE = f"{STOPS}.accessible"
PAGES = (
    "/indicators/", "/indicators/days/", "/indicators/rating/", "/indicators/report/", "/indicators/together/", "/indicators/table/", "/indicators/passports/",
    f"/indicators/passports/{SHARE}/", "/alerts/", "/requests/",
)  # fmt: skip


@pytest.fixture
def figures(alpha, beta, platform):
    for tenant, good in ((alpha, 1), (beta, 3)):
        with tenant_context(tenant):
            register = register_named(STOPS)
            for number in range(4):
                card = register.model(code=str(number), name=f"Зупинка {number}", accessible=number < good,
                                      opened_on=date(2026, 10, 1))  # fmt: skip
                save_card(register, card, by=Actor("job", name="тести"))
            recount(register)
    create_ready_roles("platform")


@pytest.fixture
def analyst(figures, client_for: Callable[..., Client]) -> Client:
    return enter(client_for("console"), make_person("operator"))


def test_every_page_answers(analyst):
    for path in (*PAGES, "/announcements/", "/"):
        assert analyst.get(path, **HTML).status_code == 200, path
        assert analyst.get(path, {"indicator": "'", "period": "2026-13", "district": "%", "size": "?", "pick": "x",
                                  "when": "x", f"w.{SHARE}": "NaN", "other": "x"}, **HTML).status_code == 200, path  # fmt: skip


def test_strangers_and_other_hosts(figures, client_for):
    nobody = enter(client_for("console"), make_person())
    for path in PAGES:
        assert client_for("console").get(path).status_code == 302
        assert nobody.get(path, **HTML).status_code == 403
        assert client_for("alpha").get(path).status_code == 404


def test_a_ministry_reader_sees_figures_and_no_communities(figures, client_for, alpha):
    reader = enter(client_for("console"), make_person("ministry_reader"))
    assert reader.get("/").headers["location"] == "/indicators/"
    assert reader.get("/indicators/", **HTML).status_code == 200
    assert reader.get(f"/communities/{alpha.id}/", **HTML).status_code == 403
    assert reader.get(f"/communities/{alpha.id}/ask/", **HTML).status_code == 403


def test_an_analyst_sees_his_region_only(figures, client_for, beta):
    Community.objects.filter(pk=beta.id).update(katottg="UA32010010000010010")
    person = make_person("oblast_analyst", territories=["UA32000000000030281"])
    page = enter(client_for("console"), person).get("/indicators/", {"indicator": SHARE}, **HTML)
    assert [place.told.community.slug for place in page.context["places"]] == ["beta"]


def test_the_overview_ranks_and_adds_up(analyst):
    page = analyst.get("/indicators/", {"indicator": SHARE, "ours": "alpha"}, **HTML)
    assert [(one.number, one.told.community.slug, one.told.shown) for one in page.context["places"]] == [
        (1, "beta", 75), (2, "alpha", 25), (None, "gamma", None),
    ]  # fmt: skip
    assert page.context["mean"] == 50 and page.context["worse"] == 1
    text = page.content.decode()
    assert "не надходили" in text and "/ask/" in text
    assert "missing" in text, "what did not arrive is hatched"


def test_questions_do_not_grow_with_communities(analyst, django_assert_max_num_queries):
    analyst.get("/indicators/", {"indicator": SHARE}, **HTML)
    with django_assert_max_num_queries(24):
        analyst.get("/indicators/", {"indicator": SHARE}, **HTML)


def test_files(analyst):
    book = load_workbook(io.BytesIO(analyst.get("/indicators/", {"indicator": SHARE, "file": "xlsx"}).content))
    rows = list(book.active.values)
    assert rows[1][:4] == (1, "Бетинська громада", "UA99010010000010010", 75)
    assert "не надходили" in rows[3]
    Community.objects.filter(slug="beta").update(short_name="=2+2")
    csv = analyst.get("/indicators/", {"indicator": SHARE, "file": "csv"}).content.decode("utf-8-sig")
    assert "'=2+2" in csv
    svg = analyst.get("/indicators/", {"indicator": SHARE, "file": "svg"})
    assert svg["content-type"] == "image/svg+xml" and svg.content.count(b"<path") == 4
    table = {"pick": [SHARE, f"{STOPS}.opened"], "when": ["2026-10"], "file": "xlsx"}
    book = load_workbook(io.BytesIO(analyst.get("/indicators/table/", table).content))
    assert list(book.active.values)[2] == ("Альфівська громада", 25, 4)


def test_the_law_s_list_is_honest(analyst):
    text = analyst.get("/indicators/passports/", **HTML).content.decode()
    assert (
        text.count("дані дасть модуль") == 75 - len({one.indicator.number for one in catalogue()} - {""})
        and "IND-75" in text
    )


def test_a_second_step_is_a_duty(figures, client_for, settings):
    settings.MFA_OBLIGATORY = True
    client = client_for("console")
    client.force_login(make_person("operator"), backend="kernel.access.backends.AccountBackend")
    assert client.get("/indicators/", **HTML).status_code in (302, 403)


# -- arithmetic ------------------------------------------------------------------------------------------


def told(name: str, value: Any, population: int | None = None) -> Told:
    community = Community(short_name=name, slug=name, population=population, kind="hromada", district_code="UA9901")
    number = None if value is None else Decimal(value)
    return Told(community, Standing(Quality.OK), value=number, has_row=value is not None)


def test_equal_figures_share_a_place():
    found = places([told("а", 5), told("б", 7), told("в", 7), told("г", None)], [], more_is_better=True)
    assert [(one.number, one.told.community.slug) for one in found] == [(1, "б"), (1, "в"), (3, "а"), (None, "г")]
    assert places([told("а", 5), told("б", 7)], [], more_is_better=False)[0].told.community.slug == "а"


def test_what_is_missing_lowers_completeness_and_not_the_score():
    first = [told("а", 10), told("б", 0)]
    second = [Told(first[0].community), Told(first[1].community, Standing(Quality.OK), value=Decimal(3), has_row=True)]
    found = rating({"x": first, "y": second}, {"x": Decimal(3), "y": Decimal(1)}, {"x": True, "y": True})
    assert [(one.community.slug, one.score, one.completeness) for one in found] == [("а", 100, 75), ("б", 25, 100)]


def test_correlation():
    rows = [told(str(n), n) for n in range(5)]
    other = [Told(one.community, Standing(Quality.OK), value=-2 * one.value, has_row=True) for one in rows]
    assert together(rows, other).strength == pytest.approx(-1)
    assert (
        together(
            rows, [Told(one.community, Standing(Quality.OK), value=Decimal(1), has_row=True) for one in rows]
        ).strength
        is None
    )
    assert together(rows[:2], other[:2]).strength is None


def test_peers_are_near_in_size():
    found = [told(str(people), 1, people).community for people in (1_000, 9_000, 11_000, 30_000)]
    mine = told("ours", 1, 10_000).community
    assert [one.population for one in peers(mine, found)][:2] == [11_000, 9_000]
    assert peers(told("x", 1).community, found) == []


def test_every_community_has_its_tile_and_none_covers_another():
    shapes, _box = tile_map([told(str(n), n) for n in range(60)], declared_named(SHARE))
    assert len({path for _name, path, _value in shapes}) == 60
    assert tile_map([], declared_named(SHARE))[0] == []


# -- thresholds, announcements -----------------------------------------------------------------------------


def test_a_threshold_fires_once_is_acknowledged_and_ends(figures):
    owner = make_person("operator")
    rule = watching.watch(declared_named(SHARE), "below", Decimal(50), by=owner)
    assert watching.check(rule) == 1 and watching.check(rule) == 0
    alert = Alert.objects.get()
    assert (alert.community.slug, alert.value) == ("alpha", 25)
    watching.acknowledge(alert, by=owner)
    rule.threshold = Decimal(10)
    watching.check(rule)
    alert.refresh_from_db()
    assert alert.acknowledged_by == owner.full_name and alert.over_at


def test_what_is_late_fires_nothing(figures, alpha):
    from shared_apps.rollups.models import Pass

    Pass.objects.filter(community_id=alpha.id).update(data_at=timezone.now() - timedelta(days=3))
    rule = watching.watch(declared_named(SHARE), "below", Decimal(50), by=make_person("operator"))
    assert watching.check(rule) == 0


def test_a_threshold_through_its_page(analyst):
    given = {"indicator": SHARE, "side": "below", "threshold": "50"}
    assert analyst.post("/alerts/", given).status_code == 302
    assert analyst.post("/alerts/", given, **HTML).status_code == 422, "already watched"
    assert analyst.post("/alerts/", {**given, "threshold": "багато"}, **HTML).status_code == 422


def test_an_announcement_stands_over_pages_on_its_days(analyst, client_for, alpha):
    today = timezone.localdate()
    # Late in the evening it is tomorrow in the community already.
    given = {"title": "Роботи в мережі", "text": "У суботу з 22:00.", "starts_on": today, "ends_on": today + timedelta(days=1),
             "territory": "UA99"}  # fmt: skip
    assert analyst.post("/announcements/", given).status_code == 302
    assert analyst.post("/announcements/", {**given, "ends_on": today - timedelta(days=1)}, **HTML).status_code == 422
    with tenant_context(alpha):
        clerk = enter(client_for("alpha"), make_person())
    assert "Роботи в мережі" in clerk.get("/workspace/", **HTML).content.decode()
    with platform_context():
        Announcement.objects.update(starts_on=today - timedelta(days=2), ends_on=today - timedelta(days=1))
    assert "Роботи в мережі" not in clerk.get("/workspace/", **HTML).content.decode()


def test_nobody_announces_beyond_their_territory(figures):
    from kernel.operations import Denied

    author = make_person("region_administrator", territories=["UA32000000000030281"])
    today = timezone.localdate()
    for territory in ("", "UA99"):
        words = Announcement(title="Т", text="т", starts_on=today, ends_on=today, territory=territory)
        with pytest.raises(Denied):
            watching.announce(words, by=author)
    watching.announce(Announcement(title="Т", text="т", starts_on=today, ends_on=today, territory="UA32"), by=author)
