"""The region's public portal: what anybody sees of communities, and what nobody does."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db.utils import DatabaseError
from django.utils import timezone
from openpyxl import load_workbook

from kernel.indicators.catalogue import Declared, declared
from kernel.indicators.crossing import push_catalogue
from kernel.indicators.kinds import Count
from kernel.registers.registry import register_named
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.cache import cache
from shared_apps.communities.models import Community
from shared_apps.reference.folding import fold
from shared_apps.reference.models import TerritorialUnit
from shared_apps.region import entry, lines
from shared_apps.region.places import Place
from shared_apps.rollups.cataloguing import tell_catalogue
from shared_apps.rollups.models import Dataset, Kept, Pass
from tests.rollups.conftest import STOPS

HTML = {"HTTP_ACCEPT": "text/html"}
SHARE = f"{STOPS}.accessible"


@pytest.fixture
def region(alpha, beta, gamma, platform, client_for):
    """Three communities: two told, the third never did."""
    with platform_context():
        cache.clear()
        for community, above in ((alpha, 30), (beta, 60)):
            Pass.objects.create(community_id=community.id, register=STOPS, data_at=timezone.now(), formulas="x")
            Kept.objects.create(
                community_id=community.id, indicator=SHARE, value=above, above=above, below=100, counted=100
            )
    return client_for("region")


def test_every_page_answers_without_a_sign_in(region):
    paths = ("/", "/?q=альф", "/indicators/", f"/indicators/{SHARE}/", "/data/", "/cnap/", "/communities/alpha/")
    for path in paths:
        answer = region.get(path, **HTML)
        assert (answer.status_code, "<script" in answer.content.decode().split("</head>")[1]) == (200, False), path
        assert "no-store" not in answer.headers["Cache-Control"]
    odd = {
        "indicator": "'",
        "period": "2026-13",
        "region": "%",
        "page": "x",
        "area": "'",
        "format": "\x00",
        "q": "\x00[",
    }
    for path in paths:
        assert region.get(path.partition("?")[0], odd, **HTML).status_code == 200, path


def test_it_lives_on_its_own_host_only(region, client_for):
    for site in ("alpha", "console", ""):
        assert client_for(site).get("/data/", **HTML).status_code in (302, 404), site
    assert region.get("/accounts/login/", **HTML).status_code == 404
    assert "Disallow: /\n" not in region.get("/robots.txt").content.decode()


def test_closed_indicators_are_nowhere(region):
    closed = [one.code for one in declared() if not one.indicator.public]
    assert closed
    assert {region.get(f"/indicators/{code}/", **HTML).status_code for code in closed} == {404}
    page = region.get("/indicators/", **HTML)
    assert not {one.code for one, _title in page.context["found"]} & set(closed)
    shown = region.get("/communities/alpha/", **HTML).context["figures"]
    assert not {one.code for one, *_rest in shown} & set(closed)


def test_who_told_nothing_is_said_so_and_has_no_place(region):
    rows = {row[3]: row for row in region.get(f"/indicators/{SHARE}/", **HTML).context["page"]}
    assert [(rows[slug][0], rows[slug][2]) for slug in ("beta", "alpha", "gamma")] == [(1, 60), (2, 30), (None, None)]
    assert rows["gamma"][1].words == "не надходили"
    told = json.loads(region.get(f"/indicators/{SHARE}/", {"file": "json"}).content)
    values = {row["name"]: (row["value"], row["quality"]) for row in told["communities"]}
    assert values == {
        "Альфівська громада": (30, "ok"),
        "Бетинська громада": (60, "ok"),
        "Гаммівська громада": (None, "none"),
    }


def test_files_say_the_same(region):
    book = region.get(f"/indicators/{SHARE}/", {"file": "xlsx"})
    rows = list(load_workbook(io.BytesIO(book.content)).active.values)
    assert [row[2] for row in rows[1:]] == [30, 60, None]
    text = region.get(f"/indicators/{SHARE}/", {"file": "csv"})
    assert text.headers["Cache-Control"] == "public, max-age=300"
    assert "Бетинська громада" in text.content.decode() and "Set-Cookie" not in text.headers


def test_a_community_stands_beside_the_median(region):
    page = region.get("/communities/alpha/", **HTML)
    row = next(row for one, _title, row, *_rest in page.context["figures"] if one.code == SHARE)
    assert (row.line.shown, row.median) == (30, Decimal(45))


def test_suspended_is_told_and_leads_nowhere_closed_is_gone(region, beta, gamma):
    with platform_context():
        Community.objects.filter(pk=beta.id).update(state="suspended", state_reason="Таємна причина")
        Community.objects.filter(pk=gamma.id).update(state="archived")
    page = region.get("/communities/beta/", **HTML)
    assert page.context["url"] == "" and "Таємна причина" not in page.content.decode()
    assert all(shown is None for _one, _title, _row, shown, _when in page.context["figures"])
    assert region.get("/communities/gamma/", **HTML).status_code == 404
    told = json.loads(region.get(f"/indicators/{SHARE}/", {"file": "json"}).content)
    assert [row["value"] for row in told["communities"]] == [30, None]


def test_training_copies_are_not_there(region, alpha):
    with platform_context():
        Community.objects.filter(pk=alpha.id).update(training=True)
    assert region.get("/communities/alpha/", **HTML).status_code == 404
    assert "alpha" not in [one.slug for one in region.get("/", **HTML).context["page"]]


def test_few_people_are_told_nowhere(alpha, beta, gamma, platform):
    """Two in alpha: beta, the smallest of the rest, would give them away beside the total."""
    one = Declared(register_named(STOPS), Count("people", "Люди", people=True, public=True))
    with platform_context():
        cache.clear()
        for community, people in ((alpha, 2), (beta, 9), (gamma, 30)):
            Pass.objects.create(community_id=community.id, register=STOPS, data_at=timezone.now(), formulas="x")
            Kept.objects.create(
                community_id=community.id, indicator=one.code, value=people, above=people, counted=people
            )
        found = lines.sheet(one, "")
        shown = {line.community.slug: (line.shown, line.code) for line in found.lines}
    assert shown == {"alpha": (None, "hidden"), "beta": (None, "hidden"), "gamma": (30, "ok")}
    assert found.median("") == 30, "the median is of what is told"


def test_of_people_there_is_one_length_of_period():
    """A quarter less two months would tell the third."""
    register = register_named(STOPS)
    plain = Count("opened", "Відкрито", on="opened_on", public=True)
    lengths = [
        {code[4:6] for code in lines.open_periods(Declared(register, one))}
        for one in (plain, replace(plain, people=True))
    ]
    assert {"-Q", ""} <= lengths[0] and not {"-Q", ""} & lengths[1]


def test_found_by_any_name_or_code(region, alpha):
    with platform_context():
        community = Community.objects.get(pk=alpha.id)
    for text in ("альфів", "alfivs", community.katottg or "alpha", community.edrpou or "альф"):
        found = region.get("/", {"q": text}, **HTML).context["found"]
        assert "alpha" in [one.slug for one in found], text
    nothing = region.get("/", {"q": "ыъэ"}, **HTML)
    assert nothing.context["found"] == []


def test_an_old_name_and_a_village_lead_to_the_community_and_others_are_said_not_to_be_here(region, alpha):
    code, away = "UA99010030000010030", "UA99010970000097001"
    with platform_context():
        Community.objects.filter(pk=alpha.id).update(katottg=code)
        for row in (
            {"code": code, "name": "Кармелюківська", "valid_from": date(1991, 8, 24), "valid_to": date(2020, 1, 1)},
            {"code": code, "name": "Альфівська", "valid_from": date(2020, 1, 1)},
            {"code": "UA99010030010010031", "name": "Чорнобаївка", "category": "C", "hromada": code, "parent": code},
            {"code": away, "name": "Далекогірська"},
        ):
            given = {"category": "H", "valid_from": date(2020, 1, 1), "source_act": "тест", "region": "UA99"} | row
            TerritorialUnit.objects.create(folded=fold(str(given["name"])), **given)
    for text in ("Кармелюківська", "Чорнобаївка", code):
        assert [one.slug for one in region.get("/", {"q": text}, **HTML).context["found"]] == ["alpha"], text
    other = region.get("/", {"q": "Далекогірська"}, **HTML)
    assert other.context["found"] == [] and [one.unit.code for one in other.context["elsewhere"]] == [away]


# -- open data -----------------------------------------------------------------------------------------


def test_a_tenant_tells_its_open_data_and_nobody_else_s(region, alpha, beta):
    with tenant_context(alpha):
        tell_catalogue()
    with platform_context():
        slugs = set(Dataset.objects.filter(community_id=alpha.id).values_list("slug", flat=True))
        assert "zupynky" in slugs and not Dataset.objects.filter(community_id=beta.id).exists()
    page = region.get("/data/", {"q": "зупин", "format": "csv"}, **HTML)
    [(_row, url, formats)] = [one for one in page.context["sets"] if one[0].slug == "zupynky"]
    assert url.startswith("http://alpha.localhost") and url.endswith("/open/zupynky/") and "CSV" in formats
    assert region.get("/data/", {"format": "nonsense"}, **HTML).context["count"] == len(slugs)
    with tenant_context(alpha):
        push_catalogue([])
    assert region.get("/data/", **HTML).context["count"] == 0


def test_the_platform_s_own_role_tells_no_catalogue(platform):
    with pytest.raises(DatabaseError):
        push_catalogue([])


# -- how often -----------------------------------------------------------------------------------------


def test_too_many_requests_are_refused_with_words(region, monkeypatch):
    monkeypatch.setattr(entry, "PAGES", (2, 60))
    with platform_context():
        cache.clear()
    answers = [region.get("/cnap/", **HTML) for _number in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "60"


def test_a_cached_place_holds_nothing_private():
    assert set(Place.__dataclass_fields__) == {"pk", "slug", "short_name", "katottg", "region_code", "district_code"}
