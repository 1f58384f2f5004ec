"""The form and the card: nothing typed is lost, nobody's work is overwritten unseen, nothing personal slips out."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from kernel.audit.models import History
from kernel.audit.state import state_at
from kernel.registers.models import SentForm
from kernel.registers.registry import register_of
from kernel.registers.saving import archive_card, restore_card, save_card
from kernel.registers.sent_once import Once
from kernel.registers.views import cards
from tenant_apps.people.staff.models import Department
from tenant_apps.territory.bus_stops.models import BusStop

NEW = "/bus-stops/new/"
TYPED = {
    "code": "ЗП-900",
    "name": "Нова",
    "landmark": "біля мосту",
    "settlement": "Дубогір",
    "location": "49.0712, 33.4204",
    "shelter": "canopy",
    "opened_on": "2026-03-01",
}


@pytest.fixture
def stops(lived_in):
    return register_of(BusStop)


@pytest.fixture
def clerk(at_work):
    return at_work("bus_stops")


@pytest.fixture
def stop(lived_in):
    return BusStop.objects.get(code="ЗП-001")


def sent_of(card, **changes):
    given = {
        "version": card.version,
        "code": card.code,
        "name": card.name,
        "landmark": card.landmark,
        "settlement": card.settlement,
        "location": f"{card.location.y:.6f}, {card.location.x:.6f}",
        "shelter": card.shelter,
        "opened_on": card.opened_on.isoformat(),
    }
    given |= {name: "on" for name in ("accessible", "lit") if getattr(card, name)}
    return given | changes


def text_of(answer):
    return answer.content.decode()


# -- two people, one card -----------------------------------------------------------------------------


def test_a_colleagues_change_is_shown_before_it_is_overwritten(clerk, stops, stop, lived_in):
    mine = sent_of(stop, name="Моя назва")
    stop.name = "Назва колеги"
    save_card(stops, stop, by=lived_in)
    address = stops.url("edit", stop.pk)

    answer = clerk.post(address, mine)
    assert answer.status_code == 422
    shown = [(one.label, one.mine, one.theirs) for one in answer.context["differences"]]
    assert shown == [("Назва", "Моя назва", "Назва колеги")]
    assert "картку змінив хтось інший" in text_of(answer) and "Моя назва" in text_of(answer)
    stop.refresh_from_db()
    assert stop.name == "Назва колеги"

    again = clerk.post(address, mine | {"version": answer.context["form"]["version"].value()})
    assert again.status_code == 302
    stop.refresh_from_db()
    assert stop.name == "Моя назва"


def test_a_field_somebody_else_changed_is_told_even_if_i_did_not_touch_it(clerk, stops, stop, lived_in):
    mine = sent_of(stop, name="Моя назва")
    stop.landmark = "біля школи"
    save_card(stops, stop, by=lived_in)
    answer = clerk.post(stops.url("edit", stop.pk), mine)
    assert {one.label for one in answer.context["differences"]} == {"Назва", "Орієнтир"}


def test_the_same_change_by_two_is_no_quarrel(clerk, stops, stop, lived_in):
    mine = sent_of(stop, name="Однаково")
    stop.name = "Однаково"
    save_card(stops, stop, by=lived_in)
    assert clerk.post(stops.url("edit", stop.pk), mine).status_code == 302


def test_a_card_archived_meanwhile_is_not_written(clerk, stops, stop, lived_in):
    mine = sent_of(stop, name="Моя назва")
    archive_card(stops, stop, by=lived_in)
    answer = clerk.post(stops.url("edit", stop.pk), mine, follow=True)
    assert "Картка в архіві" in text_of(answer)
    stop.refresh_from_db()
    assert stop.name != "Моя назва"


# -- doubles ----------------------------------------------------------------------------------------


def test_a_likely_double_is_asked_about(clerk, stop):
    typed = TYPED | {"name": stop.name.upper(), "settlement": stop.settlement}
    answer = clerk.post(NEW, typed)
    assert answer.status_code == 422 and answer.context["doubles"] == [(f"/bus-stops/{stop.pk}/", stop.name)]
    assert "біля мосту" in text_of(answer)
    assert not BusStop.objects.filter(code="ЗП-900").exists()
    assert clerk.post(NEW, typed | {"confirmed": "1"}).status_code == 302
    assert BusStop.objects.filter(code="ЗП-900").exists()


def test_an_old_double_is_not_asked_about_at_every_change(clerk, stops, stop, lived_in):
    twin = BusStop(code="ЗП-901", name=stop.name, settlement=stop.settlement, opened_on=date(2026, 1, 1))
    twin.location = Point(33.4, 49.0, srid=4326)
    save_card(stops, twin, by=lived_in)
    assert clerk.post(stops.url("edit", twin.pk), sent_of(twin, landmark="інший бік")).status_code == 302


def test_a_taken_code_says_what_to_do(clerk, stop):
    answer = clerk.post(NEW, TYPED | {"code": stop.code})
    assert answer.status_code == 422
    assert "Зупинка з таким кодом уже є. Знайдіть її в реєстрі або дайте іншій код." in text_of(answer)


def once_in(answer):
    return re.search(r'name="once" value="([0-9a-f-]{36})"', text_of(answer))[1]


def test_a_form_sent_twice_leads_to_the_card_it_made(clerk):
    once = once_in(clerk.get(NEW))
    refused = clerk.post(NEW, TYPED | {"name": "", "once": once})
    assert refused.status_code == 422 and once_in(refused) == once
    first, again = (clerk.post(NEW, TYPED | {"once": once}) for _press in range(2))
    assert first.status_code == again.status_code == 302 and first["Location"] == again["Location"]
    card = BusStop.objects.get(name="Нова")
    assert card.version == 1
    assert History.objects.filter(table_name="bus_stops_busstop", row_id=str(card.pk)).count() == 1


def test_back_and_other_words_in_the_same_form_make_another_card(clerk, at_work):
    once = once_in(clerk.get(NEW))
    clerk.post(NEW, TYPED | {"once": once})
    assert clerk.post(NEW, TYPED | {"once": once, "code": "ЗП-901", "name": "Друга"}).status_code == 302
    assert BusStop.objects.filter(code__in=["ЗП-900", "ЗП-901"]).count() == 2
    # What the key of somebody else's form made is not this person's.
    assert at_work("bus_stops").post(NEW, TYPED | {"once": once}).status_code == 422


def test_a_program_without_a_key_of_a_form_writes_as_before(clerk):
    assert clerk.post(NEW, TYPED | {"once": "не ключ"}).status_code == 302
    assert clerk.post(NEW, TYPED).status_code == 422
    assert SentForm.objects.count() == 0


def test_a_press_that_came_while_the_first_was_writing_leads_to_its_card(clerk, monkeypatch):
    once = once_in(clerk.get(NEW))
    first = clerk.post(NEW, TYPED | {"once": once})
    card, unseen = Once.card, [True]
    # Not there yet when it is looked for, there when the form has been refused for being the same.
    monkeypatch.setattr(Once, "card", lambda self: None if unseen and unseen.pop() else card(self))
    again = clerk.post(NEW, TYPED | {"once": once})
    assert (again.status_code, again["Location"]) == (302, first["Location"])


def test_a_saved_form_tells_the_device_that_its_draft_has_arrived(clerk):
    answer = clerk.post(NEW, TYPED, follow=True)
    assert f'data-sent="{NEW}"' in text_of(answer)
    assert f'data-sent="{NEW}"' not in text_of(clerk.post(NEW, TYPED))


def test_a_race_past_the_checks_ends_in_words(clerk, stops, stop, monkeypatch):
    monkeypatch.setattr(BusStop, "full_clean", lambda self, **_given: None)
    monkeypatch.setattr(BusStop, "validate_constraints", lambda self, **_given: None)
    answer = clerk.post(NEW, TYPED | {"code": stop.code})
    assert answer.status_code == 422 and "щойно записав хтось інший" in text_of(answer)


# -- what people type -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Bus stop Latin",
        "Зупинка 🚌 біля ставка",
        "<script>alert(1)</script>",
        "محطة الحافلات",
        "\u202eзупинка",
        "«Лапки» \"і\" 'апострофи' & амперсанд",
        "{{ settings.SECRET_KEY }}",
    ],
)
def test_any_letters_are_stored_and_shown_as_text(clerk, name):
    answer = clerk.post(NEW, TYPED | {"name": name, "landmark": name}, follow=True)
    assert answer.status_code == 200
    stop = BusStop.objects.get(code="ЗП-900")
    assert stop.name == name
    for page in (
        "/bus-stops/",
        f"/bus-stops/{stop.pk}/",
        f"/bus-stops/{stop.pk}/history/",
        f"/bus-stops/{stop.pk}/edit/",
    ):
        shown = clerk.get(page, {"q": "ЗП-900"} if page == "/bus-stops/" else {})
        assert shown.status_code == 200
        assert "<script>alert" not in text_of(shown), page
    assert clerk.get("/bus-stops/find/", {"q": "ЗП-900"}).json()["results"][0]["label"] == name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "я" * 10_000}, "name"),
        ({"name": "ну\x00ль"}, "name"),
        ({"shelter": "castle"}, "shelter"),
        ({"shelter": ""}, "shelter"),
        ({"opened_on": "31.02.2026"}, "opened_on"),
        ({"opened_on": "вчора"}, "opened_on"),
        ({"location": "за мостом"}, "location"),
        ({"location": "33.4204, 49.0712"}, "location"),
        ({"location": "91, 10"}, "location"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_kept(clerk, changes, field):
    answer = clerk.post(NEW, TYPED | changes)
    form = answer.context["form"]
    assert answer.status_code == 422 and list(form.errors) == [field]
    assert not BusStop.objects.filter(code="ЗП-900").exists()
    kept = {name: form[name].value() for name in TYPED if name not in changes}
    assert kept == {name: value for name, value in TYPED.items() if name not in changes}
    assert f'href="#{form[field].id_for_label}"' in text_of(answer), "the summary leads to the field"


def test_swapped_coordinates_are_recognised(clerk):
    assert "переставлено" in text_of(clerk.post(NEW, TYPED | {"location": "33.4204, 49.0712"}))
    clerk.post(NEW, TYPED | {"location": "49,0712; 33,4204"})
    stop = BusStop.objects.get(code="ЗП-900")
    assert (round(stop.location.y, 4), round(stop.location.x, 4)) == (49.0712, 33.4204)


def test_a_link_fills_the_form_in(clerk):
    form = clerk.get(NEW, {"settlement": "Вербопіль", "shelter": "pavilion", "nonsense": "1"}).context["form"]
    assert (form["settlement"].value(), form["shelter"].value()) == ("Вербопіль", "pavilion")


def test_save_and_add_another_opens_an_empty_form(clerk):
    assert clerk.post(NEW, TYPED | {"more": "1"}).url == NEW


# -- as it was --------------------------------------------------------------------------------------


def test_a_card_as_it_was_on_a_day(clerk, stops, stop, lived_in, monkeypatch):
    was = stop.name
    stop.name = "Пізніша назва"
    save_card(stops, stop, by=lived_in)
    entries = list(History.objects.filter(table_name="bus_stops_busstop", row_id=str(stop.pk)).order_by("id"))
    born, changed = entries[0].at, entries[-1].at
    day = date(2026, 3, 1)
    # The journal's rows are not to be moved to other days, so the days are moved to them.
    moments = {day: born - timedelta(seconds=1), day + timedelta(1): born, day + timedelta(2): changed}
    monkeypatch.setattr(cards, "state_at", lambda model, pk, at: state_at(model, pk, moments[at.date()]))
    seen = [text_of(clerk.get(f"/bus-stops/{stop.pk}/", {"on": str(one)})).partition("<main")[2] for one in moments]
    assert "цієї картки ще не було" in seen[0] and "<dd>" not in seen[0]
    assert f"<dd>{was}</dd>" in seen[1] and "Так картка виглядала" in seen[1]
    assert "<dd>Пізніша назва</dd>" in seen[2]


def test_a_day_before_everything_and_today(clerk, stop):
    assert "цієї картки ще не було" in text_of(clerk.get(f"/bus-stops/{stop.pk}/", {"on": "2000-01-01"}))
    assert f"<dd>{stop.name}</dd>" in text_of(clerk.get(f"/bus-stops/{stop.pk}/", {"on": str(timezone.localdate())}))


@pytest.mark.parametrize("on", ["", "вчора", "2026-02-31", "0001-01-01", "9999-12-31", "2026-01-01\x00"])
def test_any_day_in_the_address_opens_a_page(clerk, stop, on):
    assert clerk.get(f"/bus-stops/{stop.pk}/", {"on": on}).status_code == 200


# -- out of the lists and back ----------------------------------------------------------------------


def test_a_code_taken_meanwhile_keeps_the_card_in_the_archive(clerk, stops, stop, lived_in):
    address = f"/bus-stops/{stop.pk}/archive/"
    assert clerk.get(address).status_code == 200
    assert clerk.post(address, {"reason": "рішення № 5"}).status_code == 302
    assert "рішення № 5" in text_of(clerk.get(f"/bus-stops/{stop.pk}/history/"))
    twin = save_card(stops, BusStop(code=stop.code, name="Наступниця"), by=lived_in)
    answer = clerk.post(f"/bus-stops/{stop.pk}/restore/")
    assert answer.status_code == 422 and "З архіву не повернути" in text_of(answer)
    archive_card(stops, twin, by=lived_in)
    assert clerk.post(f"/bus-stops/{stop.pk}/restore/").status_code == 302
    stop.refresh_from_db()
    assert stop.archived_at is None


def test_archived_twice_is_archived_once(stops, stop, lived_in):
    archive_card(stops, stop, by=lived_in)
    stop.refresh_from_db()
    moment = stop.archived_at
    archive_card(stops, stop, by=lived_in)
    stop.refresh_from_db()
    assert stop.archived_at == moment
    restore_card(stops, stop, by=lived_in)


# -- rules about records ------------------------------------------------------------------------------


def test_what_ones_rule_does_not_cover_cannot_be_made(at_work):
    head = at_work("staff", rule="department", department="ЦНАП")
    register = register_of(Department)
    answer = head.post(register.url("new"), {"name": "Чужий відділ"})
    assert answer.status_code == 422, answer
    assert answer.context["form"].non_field_errors() and "Чужий відділ" in text_of(answer)
    assert not Department.objects.filter(name="Чужий відділ").exists()


def test_a_card_cannot_be_moved_out_of_ones_own_rule(at_work):
    head = at_work("staff", rule="department", department="ЦНАП")
    register = register_of(Department)
    mine = Department.objects.get(name="ЦНАП")
    answer = head.post(register.url("edit", mine.pk), {"version": mine.version, "name": "Усі інші"})
    assert answer.status_code == 422
    mine.refresh_from_db()
    assert mine.name == "ЦНАП"


def test_nobody_edits_by_address_what_they_do_not_see(at_work):
    head = at_work("staff", rule="department", department="ЦНАП")
    register = register_of(Department)
    other = Department.objects.exclude(name="ЦНАП").first()
    for page in ("edit", "archive", "restore", "card", "history"):
        assert head.get(register.url(page, other.pk)).status_code == 404, page
