"""Sums under a panel: over all the cards that point here, and of nothing that the reader may not read."""

from __future__ import annotations

import pytest

from kernel.access.levels import Level
from kernel.registers.declarations import Related
from kernel.registers.registry import register_of
from kernel.registers.views import cards
from tenant_apps.territory.addresses.models import Building, Premises

MANY = cards.IN_PANEL + 2


def _empty_house():
    taken = Premises.objects.values("building")
    return Building.objects.filter(archived_at=None).exclude(pk__in=taken).order_by("pk").first()


@pytest.fixture
def building(lived_in):
    house = _empty_house()
    assert house is not None
    Premises.objects.bulk_create(
        Premises(building=house, kind="flat", number=str(number), area="10.50") for number in range(1, MANY + 1)
    )
    return house


def panel_of(building, user, code="premises"):
    return next(one for one in cards.panels_of(register_of(Building), building, user) if one["code"] == code)


def test_all_of_them_are_summed_not_only_those_shown(building, at_work):
    client = at_work("addresses", Level.VIEW)
    panel = panel_of(building, client.person)
    assert len(panel["rows"]) == cards.IN_PANEL and panel["more"]
    assert {facet.name: text for facet, text in panel["foot"]}["area"] == "126,00"
    shown = client.get(register_of(Building).url("card", building.pk)).content.decode()
    assert "<tfoot>" in shown and "126,00" in shown


def test_what_is_not_read_is_not_summed(building, worker, monkeypatch):
    person, other = worker("addresses", Level.VIEW), register_of(Premises)
    monkeypatch.setattr(type(other), "field_levels", {"area": Level.MANAGE})
    assert panel_of(building, person)["foot"] == []
    monkeypatch.setattr(type(other), "field_levels", {})
    monkeypatch.setattr(type(other), "masked", ("area",))
    assert panel_of(building, person)["foot"] == []


def test_a_sum_without_a_column_stands_beside(building, worker, monkeypatch):
    person, register = worker("addresses", Level.VIEW), register_of(Building)
    related = Related("premises", "addresses.premises", by="building", columns=("number", "kind"))
    monkeypatch.setattr(type(register), "panels", (related,))
    panel = panel_of(building, person)
    assert [(facet.name, text) for facet, text in panel["beside"]] == [("area", "126,00")]
    none = Related("premises", "addresses.premises", by="building", totals=())
    monkeypatch.setattr(type(register), "panels", (none,))
    assert panel_of(building, person)["foot"] == []


def test_an_empty_panel_asks_for_no_sums(lived_in, worker):
    house = _empty_house()
    panel = panel_of(house, worker("addresses", Level.VIEW))
    assert panel["rows"] == [] and panel["foot"] == []
