"""Many cards at once: only those meant, all or none, and back again."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.audit.models import History
from kernel.jobs.models import Job
from kernel.jobs.queue import run_job
from kernel.registers import bulk
from kernel.registers.exporting.selection import selection_of
from kernel.registers.models import BulkChange
from kernel.registers.registry import register_of
from kernel.registers.saving import archive_card, save_card
from kernel.registers.views import bulk as pages
from tenant_apps.people.staff.models import Department
from tenant_apps.territory.bus_stops.models import BusStop

PAGE = "/bus-stops/bulk/"


@pytest.fixture
def clerk(at_work):
    return at_work("bus_stops")


@pytest.fixture
def three(lived_in):
    return list(BusStop.objects.order_by("code")[:3])


def asked(cards, **given):
    query = "&".join(f"id={card.pk}" for card in cards)
    return {"verb": "change", "query": query, "all": "1", "field": "landmark", "go": "1", "landmark": "разом"} | given


def landmarks():
    return dict(BusStop.objects.values_list("pk", "landmark"))


def versions():
    return dict(BusStop.objects.values_list("pk", "version"))


def test_looking_at_what_will_happen_changes_nothing(clerk, three):
    before = versions()
    keys = {"id": [card.pk for card in three]}
    assert "Яке поле" in clerk.get(PAGE, {"verb": "change"} | keys).content.decode()
    shown = clerk.get(PAGE, {"verb": "change", "field": "landmark"} | keys)
    assert shown.context["count"] == 3
    assert {label for label, _was in shown.context["sample"]} == {card.name for card in three}
    assert clerk.get(PAGE, {"verb": "archive"} | keys).context["count"] == 3
    assert clerk.post(PAGE, asked(three, go="")).status_code == 200
    assert versions() == before and not BulkChange.objects.exists()


def test_chosen_cards_are_changed_and_no_other(clerk, three):
    before = landmarks()
    answer = clerk.post(PAGE, asked(three, reason="рішення № 7"))
    change = BulkChange.objects.get()
    assert answer.status_code == 302 and answer.url == f"/bus-stops/bulk/{change.pk}/"
    changed = {card.pk for card in three}
    assert landmarks() == {pk: "разом" if pk in changed else was for pk, was in before.items()}
    assert History.objects.filter(actor_name=clerk.person.full_name, reason="рішення № 7").count() == 3
    assert "рішення № 7" in clerk.get(answer.url).content.decode()


def test_everything_under_the_conditions(clerk):
    without = BusStop.objects.filter(shelter="none")
    count = without.count()
    given = {"verb": "change", "query": "shelter=none", "all": "1", "field": "shelter", "shelter": "canopy", "go": "1"}
    assert count and clerk.post(PAGE, given).status_code == 302
    assert not without.exists() and BulkChange.objects.get().count == count


def test_all_means_all_for_every_button_under_the_list(clerk, three):
    given = {"query": "shelter=none", "id": [card.pk for card in three], "all": "1", "verb": "archive"}
    count = BusStop.objects.filter(shelter="none").count()
    assert clerk.get(PAGE, given).context["count"] == count
    exported = clerk.get("/bus-stops/export/", given | {"format": "csv"})
    assert exported.status_code == 200
    asked_for = selection_of(register_of(BusStop), clerk.person, QueryDict(urlencode(given, doseq=True)))
    assert asked_for.listing.counted == count


def test_a_long_choice_is_not_cut_short(clerk, lived_in):
    """A query cut in the middle of a number would name another card."""
    cards = list(BusStop.objects.order_by("pk"))
    query = "&".join(f"id={card.pk:0>18}" for card in cards) + "&id=" + "9" * 1500
    answer = clerk.get(PAGE, {"verb": "change", "field": "landmark", "query": query, "all": "1"})
    assert answer.context["count"] == len(cards)
    longer = clerk.get(PAGE, {"verb": "change", "field": "landmark", "query": "q=" + "a" * 200_001, "all": "1"})
    assert longer.context["count"] == 0


@pytest.mark.parametrize("query", ["", "shelter=none", "valid=1", "id=", "id=abc", "id=-1", "id=" + "9" * 40])
def test_nothing_chosen_means_nothing(clerk, query):
    """Only the word «all» means all: a lost choice must not become the whole register."""
    before = versions()
    given = asked([], query=query, all="")
    assert clerk.get(PAGE, {"verb": "archive", "query": query}).context["count"] == 0
    assert clerk.post(PAGE, given).context["count"] == 0
    assert versions() == before


def test_all_or_nothing_and_the_refusing_are_named(clerk, three, lived_in, monkeypatch):
    before = versions()
    full_clean = BusStop.full_clean

    def picky(self, *args, **given):
        from django.core.exceptions import ValidationError

        if self.pk == three[1].pk:
            raise ValidationError({"landmark": "Тут орієнтира бути не може."})
        full_clean(self, *args, **given)

    monkeypatch.setattr(BusStop, "full_clean", picky)
    answer = clerk.post(PAGE, asked(three))
    assert answer.status_code == 422
    assert [(label, why) for label, _url, why in answer.context["problems"]] == [
        (three[1].name, "Тут орієнтира бути не може.")
    ]
    assert "Нічого не змінено" in answer.content.decode() and "разом" in answer.content.decode()
    assert versions() == before and not BulkChange.objects.exists()


# -- back again ---------------------------------------------------------------------------------------


def test_taking_back_leaves_what_was_changed_since(clerk, three, lived_in):
    before = landmarks()
    page = clerk.post(PAGE, asked(three)).url
    touched = BusStop.objects.get(pk=three[0].pk)
    touched.landmark = "після того"
    save_card(register_of(BusStop), touched, by=lived_in)
    told = clerk.post(page, follow=True).content.decode()
    assert "Повернуто карток: 2" in told and "Ще 1 хтось змінив після того" in told
    assert landmarks() == before | {touched.pk: "після того"}
    assert "Скасовано" in told
    assert "вже скасовано" in clerk.post(page, follow=True).content.decode()
    assert landmarks() == before | {touched.pk: "після того"}


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [("shelter", "pavilion", "pavilion"), ("accessible", "on", True), ("opened_on", "2026-05-05", None)],
)
def test_values_of_every_kind_go_there_and_back(clerk, three, field, value, read):
    before = list(BusStop.objects.order_by("pk").values_list(field, flat=True))
    page = clerk.post(PAGE, asked(three, **{"field": field, field: value})).url
    values = set(BusStop.objects.filter(pk__in=[card.pk for card in three]).values_list(field, flat=True))
    assert len(values) == 1 and (read is None or values == {read})
    assert clerk.post(page).status_code == 302
    assert list(BusStop.objects.order_by("pk").values_list(field, flat=True)) == before


def test_to_the_archive_and_back(clerk, three):
    page = clerk.post(PAGE, asked(three, verb="archive")).url
    assert BusStop.objects.filter(archived_at__isnull=False).count() == 3
    clerk.post(page)
    assert not BusStop.objects.filter(archived_at__isnull=False).exists()


def test_from_the_archive_of_many(clerk, three, lived_in):
    for card in three:
        archive_card(register_of(BusStop), card, by=lived_in)
    clerk.post(PAGE, asked(three, verb="restore", query="archived=1&" + asked(three)["query"]))
    assert not BusStop.objects.filter(archived_at__isnull=False).exists()


def test_a_code_taken_meanwhile_stops_the_return_in_words(clerk, three, lived_in):
    page = clerk.post(PAGE, asked(three, verb="archive")).url
    save_card(register_of(BusStop), BusStop(code=three[0].code, name="Наступниця"), by=lived_in)
    assert "З архіву не повернути" in clerk.post(page, follow=True).content.decode()
    assert BusStop.objects.filter(archived_at__isnull=False).count() == 3, "none came back alone"


def test_only_its_author_or_a_manager_takes_it_back(clerk, at_work, three):
    page = clerk.post(PAGE, asked(three)).url
    assert at_work("bus_stops").get(page).status_code == 404
    assert at_work("bus_stops").post(page).status_code == 404
    assert at_work("bus_stops", Level.MANAGE).post(page).status_code == 302
    assert "разом" not in landmarks().values()


# -- in the background --------------------------------------------------------------------------------


@pytest.fixture
def small_portions(monkeypatch):
    monkeypatch.setattr(pages, "AT_ONCE", 7)
    monkeypatch.setattr(bulk, "AT_ONCE", 10)


def test_very_many_go_to_a_job_that_ends(clerk, small_portions, lived_in):
    count = BusStop.objects.count()
    answer = clerk.post(PAGE, asked([], query="", landmark="усім"), follow=True)
    assert "виконується у фоні" in answer.content.decode() and "усім" not in landmarks().values()
    queued = Job.objects.get(kind=bulk.JOB)
    assert queued.title and queued.queued_by_id == clerk.person.pk
    run_job(str(queued.pk))
    queued.refresh_from_db()
    assert (queued.status, queued.done, queued.total) == (Job.Status.DONE, count, count), queued.error
    assert set(landmarks().values()) == {"усім"}
    again = versions()
    bulk.run_bulk(_Quiet(), **queued.arguments)
    assert versions() == again, "a repeated run passes over what is done"


class _Quiet:
    def progress(self, *_args):
        pass

    def finish(self, **_given):
        pass


def test_a_job_archives_as_well(clerk, small_portions):
    clerk.post(PAGE, asked([], query="", verb="archive"))
    run_job(str(Job.objects.get(kind=bulk.JOB).pk))
    assert not BusStop.objects.filter(archived_at__isnull=True).exists()


def test_a_job_that_meets_a_refusal_says_how_far_it_got(clerk, small_portions, monkeypatch):
    def picky(self, *args, **given):
        from django.core.exceptions import ValidationError

        if self.code == "ЗП-015":
            raise ValidationError("Цю не можна.")

    clerk.post(PAGE, asked([], query="", landmark="усім"))
    monkeypatch.setattr(BusStop, "full_clean", picky)
    queued = Job.objects.get(kind=bulk.JOB)
    run_job(str(queued.pk))
    queued.refresh_from_db()
    assert queued.status == Job.Status.FAILED
    assert "Змінено 10 карток із 30" in queued.error and "Цю не можна" in queued.error


# -- whose cards --------------------------------------------------------------------------------------


def test_cards_of_others_are_not_reached(at_work):
    head = at_work("staff", rule="department", department="ЦНАП")
    register = register_of(Department)
    before = dict(Department.objects.values_list("pk", "room"))
    mine = Department.objects.get(name="ЦНАП")
    given = asked(Department.objects.all(), field="room", room="13")
    answer = head.get(register.url("bulk"), {"verb": "change", "field": "room", "id": list(before)})
    assert answer.context["count"] == 1
    assert head.post(register.url("bulk"), given).status_code == 302
    assert dict(Department.objects.values_list("pk", "room")) == before | {mine.pk: "13"}
    strangers = Department.objects.exclude(pk=mine.pk)
    assert head.post(register.url("bulk"), asked(strangers, field="room", room="14")).context["count"] == 0
    assert not Department.objects.filter(room="14").exists()


def test_seeing_is_not_changing(at_work, three):
    before = versions()
    assert at_work("bus_stops", Level.VIEW).post(PAGE, asked(three)).status_code == 403
    assert versions() == before


@pytest.mark.parametrize(
    "given",
    [
        {"field": "nonsense", "nonsense": "1"},
        {"field": "code", "code": "X"},
        {"field": "version", "version": "7"},
        {"field": "archived_at", "archived_at": "2026-01-01"},
        {"field": "created_by", "created_by": "1"},
        {"field": "", "landmark": "x"},
        {"field": "shelter", "shelter": "castle"},
        {"field": "name", "name": ""},
        {"field": "name", "name": "я" * 1000},
        {"field": "name", "name": "\x00"},
        {"field": "opened_on", "opened_on": "колись"},
    ],
)
def test_what_cannot_be_set_for_many_changes_nothing(clerk, three, given):
    before = versions()
    answer = clerk.post(PAGE, asked(three, **given))
    assert answer.status_code in (200, 422) and versions() == before


def test_unknown_verbs_do_not_exist(clerk, three):
    assert clerk.post(PAGE, asked(three, verb="destroy")).status_code == 404
    assert clerk.get("/bus-stops/bulk/999999/").status_code == 404


def test_personal_data_is_not_set_for_many(lived_in):
    register = next(one for one in [register_of(model) for model in _masked_models()] if one)
    assert not set(register.masked) & set(bulk.changeable(register, User.objects.get(pk=lived_in.pk)))


def _masked_models():
    from kernel.registers.registry import registers

    return [one.model for one in registers() if one.masked]
