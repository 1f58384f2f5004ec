"""Adjacent territories: borders, decisions and their annex, contracts, inspections."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from pypdf import PdfReader

from kernel.access.levels import Level
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.adjacent_territories.models import Allotment, AllotmentDecision, AllotmentInspection
from tenant_apps.territory.adjacent_territories.operations import settle_terms
from tenant_apps.territory.adjacent_territories.public import responsible_at

TODAY = date(2026, 9, 14)
SIDE = 0.0003


def lot(east: float = 0.0) -> Polygon:
    return Polygon.from_bbox((33.42 + east, 49.07, 33.42 + east + SIDE, 49.07 + SIDE))


@pytest.fixture(autouse=True)
def today(in_alpha):
    with time_machine.travel(f"{TODAY}T09:00:00+03:00", tick=False):
        yield


@pytest.fixture
def person():
    return make_person(make_role("keeper", adjacent_territories=Level.MANAGE).code, password=None)


@pytest.fixture
def decision(person):
    return save_card(register_of(AllotmentDecision), AllotmentDecision(signatory="Керуюча справами"), by=person)


@pytest.fixture
def make(person):
    place = apps.get_model("addresses", "Settlement").objects.create(
        katottg="UA99010010000010099", kind="C", name="Пробна"
    )
    holder = apps.get_model("organisations", "Party").objects.create(
        kind="legal", edrpou="14360570", full_name="Товариство «Калина»"
    )

    def save(**given):
        shape = given.pop("shape", None) or lot()
        card = Allotment(
            **{
                "settlement": place,
                "holder": holder,
                "name": "магазин",
                "place": "вул. Соборна, 1",
                "shape": shape,
                **given,
            }
        )
        return save_card(register_of(Allotment), card, by=person)

    return save


def act(card, name, by, **given):
    register = register_of(type(card))
    card = register.queryset().get(pk=card.pk)
    done = register.actions[name]
    assert done.when is None or done.when(card), f"{name} is not offered"
    done.run(register, card, by=by, **given)
    return register.queryset().get(pk=card.pk)


def refusal(call):
    with pytest.raises(ValidationError) as wrong:
        call()
    return " ".join(wrong.value.messages)


# -- borders --------------------------------------------------------------------------------------


def test_area_is_counted_by_the_database(make):
    # 0.0003° of 49.07° north: some 21.9 by 33.4 metres.
    assert Decimal(725) < make().area < Decimal(740)


def test_borders_never_overlap(make):
    first = make()
    assert first.number in refusal(lambda: make(shape=lot(SIDE / 2)))
    assert make(shape=lot(SIDE)).pk


def test_a_border_of_a_signed_decision_is_not_moved(make, decision, person):
    card = make(decision=decision)
    act(decision, "sign", person, number="118", on=TODAY)
    card = Allotment.objects.get(pk=card.pk)
    card.shape = lot(SIDE)
    assert "затверджено рішенням" in refusal(lambda: save_card(register_of(Allotment), card, by=person))
    card = Allotment.objects.get(pk=card.pk)
    card.duties = "Лише косити"
    assert save_card(register_of(Allotment), card, by=person).duties == "Лише косити"


def test_who_keeps_a_place_clean(make):
    card = make()
    found = responsible_at(33.4201, 49.0701)
    assert found is not None
    assert (found.allotment_id, found.party_id, found.allotted) == (card.pk, card.holder_id, False)
    assert responsible_at(33.5, 49.2) is None


# -- decisions ------------------------------------------------------------------------------------


def test_signing_allots_and_unsigning_takes_back(make, decision, person):
    card = make(decision=decision)
    assert card.state == "proposed"
    decision = act(decision, "sign", person, number="118", on=TODAY)
    card.refresh_from_db()
    assert (str(decision), card.state) == ("від 14.09.2026 № 118", "allotted")
    act(decision, "unsign", person, reason="помилка в номері")
    card.refresh_from_db()
    assert card.state == "proposed"


def test_a_decision_without_territories_is_not_signed(decision, person):
    assert "жодної території" in refusal(lambda: act(decision, "sign", person, number="118", on=TODAY))


def test_a_decision_of_tomorrow_is_not_signed(make, decision, person):
    make(decision=decision)
    assert "ще не настав" in refusal(lambda: act(decision, "sign", person, number="1", on=TODAY + timedelta(1)))


def test_the_annex_lists_maps_and_corners(make, decision, person, client_for):
    make(decision=decision)
    make(decision=decision, shape=lot(SIDE), name="аптека")
    act(decision, "sign", person, number="118", on=TODAY)
    answer = enter(client_for("alpha"), person).get(f"/adjacent-territories/decisions/{decision.pk}/annex.pdf")
    assert answer["Content-Type"] == "application/pdf"
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    assert len(pages) == 4
    assert "від 14.09.2026 № 118" in pages[0]
    assert "Усього територій: 2" in pages[0]
    assert "Масштаб" in pages[1]
    assert "аптека" in pages[3]
    assert "УСК-2000" in pages[3]
    # Northing of 49.07° in metres, and all four sides.
    assert "5\N{NO-BREAK SPACE}43" in pages[2]
    assert "4–1" in pages[2]


def test_an_annex_of_nothing_says_what_to_do(decision, person, client_for):
    client = enter(client_for("alpha"), person)
    answer = client.get(f"/adjacent-territories/decisions/{decision.pk}/annex.pdf", follow=True)
    assert "жодної території" in answer.content.decode()


# -- contracts and inspections --------------------------------------------------------------------


def test_a_contract_begins_and_lapses(make, decision, person):
    card = make(decision=decision)
    act(decision, "sign", person, number="118", on=TODAY)
    card = act(card, "contract_it", person, contract="5", valid_from=TODAY, valid_to=TODAY + timedelta(30))
    assert card.state == "contracted"
    Allotment.objects.filter(pk=card.pk).update(valid_from=TODAY - timedelta(9), valid_to=TODAY - timedelta(1))
    assert settle_terms(by=Actor("job", name="тест")) == 1
    card.refresh_from_db()
    assert card.state == "lapsed"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"contract": "5"}, "вказують разом"),
        ({"contract": "5", "valid_from": TODAY, "valid_to": TODAY - timedelta(1)}, "раніше, ніж починається"),
    ],
)
def test_a_half_contract_is_refused(make, given, words):
    assert words in refusal(lambda: make(**given))


def test_an_ended_allotment_frees_its_place(make, person):
    card = act(make(), "end", person, on=TODAY, reason="магазин закрито")
    assert (card.state, card.is_archived) == ("ended", True)
    assert make().pk


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"result": "violated"}, "Строк усунення потрібен"),
        ({"result": "violated", "due_on": TODAY - timedelta(1)}, "не раніше за день огляду"),
        ({"result": "clean", "due_on": TODAY}, "лишіть його порожнім"),
        ({"result": "clean", "inspected_on": TODAY + timedelta(1)}, "ще не настав"),
    ],
)
def test_an_inspection_says_what_is_wrong_with_it(make, person, given, words):
    card = AllotmentInspection(allotment=make(), findings="сміття", **given)
    assert words in refusal(lambda: save_card(register_of(AllotmentInspection), card, by=person))


def test_what_was_found_is_mended(make, person):
    card = AllotmentInspection(allotment=make(), findings="сміття", result="violated", due_on=TODAY)
    card = save_card(register_of(AllotmentInspection), card, by=person)
    assert card.state == "open"
    assert act(card, "fix", person, on=TODAY).state == "fixed"
