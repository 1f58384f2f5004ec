"""Figures lead to the rows behind them; one question searches everything one may see."""

from __future__ import annotations

import json

import pytest

from kernel.access.levels import Level
from kernel.indicators.counting import figures, split
from kernel.registers.registry import register_of
from tenant_apps.territory.bus_stops.models import BusStop

LIST = "/bus-stops/"


@pytest.fixture
def stops(lived_in):
    return register_of(BusStop)


@pytest.fixture
def clerk(at_work):
    return at_work("bus_stops")


@pytest.fixture
def colleague(at_work):
    return at_work("bus_stops", Level.VIEW)


def text_of(answer):
    return answer.content.decode()


# -- figures ------------------------------------------------------------------------------------------


def test_every_figure_leads_to_its_rows(clerk, stops, lived_in):
    counted = {one.code: one for one in figures(stops, lived_in)}
    assert counted["total"].value == BusStop.objects.count()
    page = clerk.get("/bus-stops/figures/")
    assert page.status_code == 200 and counted["total"].text in text_of(page)
    behind = clerk.get(counted["lit"].url).context["listing"]
    assert behind.counted == BusStop.objects.filter(lit=True).count()
    assert [chip.value for chip in behind.chips] == ["Освітлені зупинки"]


@pytest.mark.parametrize("by", ["settlement", "shelter"])
def test_every_part_of_a_split_leads_to_its_rows(clerk, stops, lived_in, by):
    odd = BusStop.objects.first()
    BusStop.objects.filter(pk=odd.pk).update(settlement='Новий Дубогір & "Ко" #1')
    BusStop.objects.filter(pk=BusStop.objects.last().pk).update(settlement="")
    total = next(one for one in stops.indicators if one.code == "total")
    parts = split(stops, total, by, lived_in).rows
    assert sum(part.value for part in parts) == BusStop.objects.count()
    for part in parts:
        assert clerk.get(part.url).context["listing"].counted == part.value, part.title


def test_figures_count_only_what_one_may_see(at_work, stops):
    nobody = at_work("bus_stops", Level.VIEW, rule="own")
    assert figures(stops, nobody.person)[0].value == 0
    assert figures(stops, nobody.person)[1].value is None
    assert nobody.get("/bus-stops/figures/").status_code == 200


# -- search everywhere ----------------------------------------------------------------------------------


def test_one_question_to_every_register(clerk):
    page = clerk.get("/search/", {"q": "площею"})
    assert page.status_code == 200 and "Площа Свободи" in text_of(page)
    answer = clerk.get("/search/", {"q": "площею"}, headers={"accept": "application/json"}).json()
    group = next(one for one in answer["groups"] if one["title"] == "Зупинки")
    assert all(set(one) == {"title", "hint", "url"} for one in group["items"])
    assert clerk.get(group["items"][0]["url"]).status_code == 200


def test_registers_are_found_by_their_names(clerk):
    answer = clerk.get("/search/", {"q": "зупин"}, headers={"accept": "application/json"}).json()
    assert answer["groups"][0]["items"][0]["url"] == LIST


def test_search_goes_no_further_than_rights(clerk, at_work):
    assert [one["title"] for one in _groups(clerk, "а")] == []
    titles = {one["title"] for one in _groups(clerk, "ЦНАП")}
    assert "Підрозділи" not in titles
    hidden = at_work("staff", Level.VIEW, rule="department", department="ЦНАП")
    assert "Фінансовий" not in json.dumps(_groups(hidden, "фінансовий"), ensure_ascii=False)


def _groups(client, text):
    return client.get("/search/", {"q": text}, headers={"accept": "application/json"}).json()["groups"]


@pytest.mark.parametrize("text", ["", " ", "\x00", "%", "_", "'", "а" * 5000, "\u202e", "<script>alert(1)</script>"])
def test_any_question_gets_an_answer(clerk, text):
    page = clerk.get("/search/", {"q": text})
    assert page.status_code == 200 and "<script>alert" not in text_of(page)
    assert _groups(clerk, text) is not None


def test_strangers_search_nothing(client_for, lived_in):
    assert client_for("gamma").get("/search/", {"q": "площа"}).status_code == 302
