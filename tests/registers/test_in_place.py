"""A card made while another's form waits: over it, or there and back; nothing typed is lost."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from kernel.access.levels import Level
from kernel.access.models import RoleLevel
from kernel.registers.registry import register_of
from tenant_apps.property.organisations.models import Party
from tenant_apps.territory.addresses.models import Building, Street
from tenant_apps.territory.bus_stops.models import BusStop

OVER = {"X-In-Place": "1"}


@pytest.fixture
def clerk(at_work):
    return at_work("addresses")


def streets(page="new"):
    return register_of(Street).url(page)


def test_only_who_may_add_is_offered_to(clerk, at_work, street):
    page = register_of(Building).url("new")
    shown = clerk.get(page).content.decode()
    assert f'data-create="{streets()}" data-main="name"' in shown and 'name="create_in" value="street"' in shown
    # A register that does not allow it is only searched.
    assert f'data-create="{register_of(Building).url("new")}"' not in shown
    listed = clerk.get(register_of(Building).url()).content.decode()
    assert "data-create" not in listed, "a condition of a list makes no cards"
    seer = at_work("land")
    RoleLevel.objects.create(role=seer.person.assignments.first().role, module="addresses", level=Level.VIEW)
    assert "data-create" not in seer.get("/land/new/").content.decode()
    assert at_work("addresses", Level.VIEW).get(streets(), headers=OVER).status_code == 403


def test_words_go_to_what_the_card_is_called_by():
    assert register_of(Street).main_text == "name"
    assert register_of(Party).main_text == "full_name"
    assert register_of(BusStop).main_text == "name", "not to the code, which is its key"


def test_over_the_form_it_is_the_same_form_with_the_same_checks(clerk, street):
    asked = clerk.get(streets(), {"name": "Тиха", "settlement": street.settlement_id}, headers=OVER)
    text = asked.content.decode()
    assert "<html" not in text and 'value="Тиха"' in text and 'id="over_name"' in text
    assert "data-create" not in text, "one window over a form is enough"
    given = {"settlement": street.settlement_id, "kind": "street", "name": "", "once": ""}
    refused = clerk.post(streets(), given, headers=OVER)
    assert refused.status_code == 422 and "Ще не збережено" in refused.content.decode()
    made = clerk.post(streets(), given | {"name": "Тиха"}, headers=OVER)
    new = Street.objects.get(name="Тиха")
    assert made.status_code == 201 and made.json() == {"id": new.pk, "label": register_of(Street).label_of(new)}


def test_a_likely_double_is_warned_of_there_too(clerk, street):
    given = {"settlement": street.settlement_id, "kind": "lane", "name": street.name, "once": ""}
    warned = clerk.post(streets(), given, headers=OVER)
    assert warned.status_code == 422 and "Схоже, така картка вже є" in warned.content.decode()
    assert clerk.post(streets(), given | {"confirmed": "1"}, headers=OVER).status_code == 201


# -- without scripts ----------------------------------------------------------------------------------


def typed(street, **more):
    return {
        "settlement": street.settlement_id, "street": "", "street__text": "Нова", "number": "7-Б", "postcode": "не індекс",
        "create_in": "street",
    } | more  # fmt: skip


def test_there_and_back_with_everything_that_was_typed(clerk, street):
    page = register_of(Building).url("new")
    away = clerk.post(page, typed(street))
    assert away.status_code == 302 and away.url.startswith(streets())
    asked = parse_qs(urlsplit(away.url).query)
    assert asked["name"] == ["Нова"] and asked["settlement"] == [str(street.settlement_id)]
    shown = clerk.get(away.url).content.decode()
    assert 'value="Нова"' in shown and 'name="for"' in shown
    given = {"settlement": street.settlement_id, "kind": "street", "name": "Нова", "once": "", "for": asked["for"][0]}
    back = clerk.post(streets(), given)
    new = Street.objects.get(name="Нова")
    assert back.status_code == 302 and back.url.startswith(f"{page}?draft=")
    form = clerk.get(back.url)
    assert form.status_code == 200
    text = form.content.decode()
    assert f'name="street" value="{new.pk}"' in text and 'value="7-Б"' in text and 'value="не індекс"' in text
    assert "Ще не збережено" not in text, "nobody is told off before sending"


def test_leaving_the_new_card_gives_the_form_back(clerk, street):
    away = clerk.post(register_of(Building).url("new"), typed(street))
    shown = clerk.get(away.url)
    text = clerk.get(shown.context["back"]).content.decode()
    assert 'value="7-Б"' in text and 'value="Нова"' in text
    assert not Street.objects.filter(name="Нова").exists()


def test_a_saved_form_is_kept_no_longer(clerk, street):
    page = register_of(Building).url("new")
    away = clerk.post(page, typed(street, postcode=""))
    key = parse_qs(urlsplit(away.url).query)["for"][0]
    sent = {name: value for name, value in typed(street, postcode="").items() if name != "create_in"}
    purpose = Building._meta.get_field("purpose").choices[0][0]
    saved = clerk.post(page, sent | {"street": street.pk, "street__text": "", "once": "", "purpose": purpose})
    assert saved.status_code == 302, saved.context["form"].errors
    assert clerk.session["waiting forms"] == {}
    assert 'value="7-Б"' not in clerk.get(f"{page}?draft={key}").content.decode()


def test_anothers_form_is_not_there(clerk, at_work, street):
    away = clerk.post(register_of(Building).url("new"), typed(street))
    key = parse_qs(urlsplit(away.url).query)["for"][0]
    other = at_work("addresses")
    assert "7-Б" not in other.get(register_of(Building).url("new"), {"draft": key}).content.decode()
    for wrong in ("", "x", "../..", key[:-1]):
        assert clerk.get(streets(), {"for": wrong}).status_code == 200


def test_only_a_field_that_offers_it(clerk, street):
    page = register_of(Building).url("new")
    for name in ("settlement", "number", "nonsense"):
        assert clerk.post(page, typed(street, create_in=name)).status_code in (302, 422)
        assert "waiting forms" not in clerk.session
    many = [clerk.post(page, typed(street)) for _press in range(5)]
    assert len(clerk.session["waiting forms"]) <= 3 and many[-1].status_code == 302
