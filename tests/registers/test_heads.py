"""The head of a card: how it stands and its figures."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.access.levels import Level
from kernel.registers import Term
from kernel.registers.registry import register_named
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop


@pytest.fixture
def stops(monkeypatch):
    register = register_named("bus_stops.bus-stops")
    monkeypatch.setattr(BusStop, "tones", {"none": "bad", "canopy": "ok"}, raising=False)
    monkeypatch.setattr(type(register), "status", "shelter")
    monkeypatch.setattr(type(register), "measures", (Term("opened_on", "opened_on", "Строк"), "code"))
    return register


@pytest.fixture
def page(client_for, in_alpha, stops):
    user = make_person(make_role("keeper", bus_stops=Level.EDIT).code)
    browser = client_for("alpha")
    enter(browser, user)

    def show(**fields) -> str:
        stop = BusStop.objects.create(code="ЗП-1", name="Ринок", **fields)
        return browser.get(stops.url("card", stop.pk)).content.decode()

    return show


def test_state_stands_beside_the_number_in_its_tone(page):
    assert 'class="status" data-tone="ok"' in page(shelter="canopy")


def test_state_without_a_tone_is_neutral(page):
    assert 'class="status" data-tone="info"' in page(shelter="pavilion")


def test_term_is_a_rule_and_shows_only_with_both_days(page):
    shown = page(opened_on=date(2026, 1, 1))
    assert 'class="scale"' in shown and "Строк" in shown


def test_term_without_days_is_left_out(page):
    shown = page()
    assert 'class="scale"' not in shown and 'class="measures"' in shown


def test_what_a_person_may_not_see_is_not_in_the_head(page, stops, monkeypatch):
    monkeypatch.setattr(type(stops), "field_levels", {"shelter": Level.MANAGE, "opened_on": Level.MANAGE})
    shown = page(shelter="canopy", opened_on=date(2026, 1, 1))
    assert 'data-tone="ok"' not in shown and 'class="scale"' not in shown
