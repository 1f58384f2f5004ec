"""An action of the register over many cards, and cards given to a person: previewed, done, taken back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from kernel.access.levels import Level
from kernel.audit.models import History
from kernel.jobs.models import Job
from kernel.jobs.queue import run_job
from kernel.operations import Denied
from kernel.registers import many
from kernel.registers.models import BulkChange
from kernel.registers.registry import register_of
from kernel.registers.saving import archive_card
from kernel.registers.views import many as pages
from tenant_apps.operations.control.models import Violation
from tenant_apps.people.staff.models import Employee
from tenant_apps.utilities.networks.models import Line


@pytest.fixture
def lines(lived_in):
    register = register_of(Line)
    found = list(Line.objects.filter(archived_at=None).order_by("pk")[:3])
    assert len(found) == 3
    Line.objects.filter(pk__in=[one.pk for one in found]).update(state="working")
    return register, found


@pytest.fixture
def clerk(at_work):
    return at_work("networks")


def asked(cards, verb="do-break_down", **given):
    query = "&".join(f"id={card.pk}" for card in cards)
    return {"verb": verb, "query": query, "all": "1", "go": "1", "reason": "аварія № 7"} | given


def states(cards):
    return dict(Line.objects.filter(pk__in=[card.pk for card in cards]).values_list("pk", "state"))


def test_the_list_offers_what_may_be_done_to_many(clerk, at_work, lines):
    register, _cards = lines
    shown = clerk.get(register.url()).content.decode()
    assert 'value="do-break_down"' in shown and 'value="do-mend"' in shown
    assert 'value="do-break_down"' not in clerk.get(register.url(), {"archived": "1"}).content.decode()
    assert 'value="do-break_down"' not in at_work("networks", Level.VIEW).get(register.url()).content.decode()


def test_who_takes_it_is_told_before_and_nothing_is_done(clerk, lines, lived_in):
    register, cards = lines
    Line.objects.filter(pk=cards[1].pk).update(state="faulty")
    archive_card(register, Line.objects.get(pk=cards[2].pk), by=lived_in)
    before = dict(Line.objects.values_list("pk", "version"))
    shown = clerk.get(register.url("bulk"), {"verb": "do-break_down", "id": [card.pk for card in cards]})
    assert shown.status_code == 200 and shown.context["count"] == 1
    why = {url: told for _label, url, told in shown.context["refused"]}
    assert "стан картки" in why[register.url("card", cards[1].pk)]
    assert "архіві" in why[register.url("card", cards[2].pk)]
    assert dict(Line.objects.values_list("pk", "version")) == before and not BulkChange.objects.exists()


def test_done_to_those_who_take_it_and_taken_back(clerk, lines):
    register, cards = lines
    Line.objects.filter(pk=cards[1].pk).update(state="closed")
    assert clerk.post(register.url("bulk"), asked(cards, reason="")).status_code == 422, "the form of the action asks"
    page = clerk.post(register.url("bulk"), asked(cards)).url
    assert set(states(cards).values()) == {"faulty"}
    assert History.objects.filter(reason="аварія № 7").count() == 3
    change = BulkChange.objects.get()
    assert (change.verb, change.action, change.count) == ("action", "break_down", 3)
    assert "Позначити пошкодження" in clerk.get(page).content.decode()
    assert "Повернуто карток: 3" in clerk.post(page, follow=True).content.decode()
    assert states(cards) == {cards[0].pk: "working", cards[1].pk: "closed", cards[2].pk: "working"}


def test_all_or_none_until_the_rest_is_asked_for(clerk, lines, monkeypatch):
    register, cards = lines
    run = type(register).break_down.run

    def picky(self, card, **given):
        run(self, card, **given)
        if card.pk == cards[1].pk:
            raise Denied("Ця під охороною.")

    object.__setattr__(register.actions["break_down"], "run", picky)
    try:
        answer = clerk.post(register.url("bulk"), asked(cards))
        assert answer.status_code == 422 and [why for _l, _u, why in answer.context["problems"]] == ["Ця під охороною."]
        assert set(states(cards).values()) == {"working"} and not BulkChange.objects.exists()
        told = clerk.post(register.url("bulk"), asked(cards, skip="1"), follow=True).content.decode()
        assert "Пропущено: 1" in told
        assert states(cards) == {cards[0].pk: "faulty", cards[1].pk: "working", cards[2].pk: "faulty"}
    finally:
        object.__setattr__(register.actions["break_down"], "run", run)


def test_a_long_list_is_one_job_with_one_number(clerk, lines, monkeypatch):
    register, cards = lines
    monkeypatch.setattr(pages, "AT_ONCE", 1)
    monkeypatch.setattr(many, "AT_ONCE", 2)
    Line.objects.filter(pk=cards[2].pk).update(state="faulty")
    clerk.post(register.url("bulk"), asked(cards))
    assert states(cards)[cards[0].pk] == "working"
    queued = Job.objects.get(kind=many.JOB)
    run_job(str(queued.pk))
    queued.refresh_from_db()
    assert queued.status == Job.Status.DONE, queued.error
    assert "2" in queued.message and "Пропущено: 1" in queued.message
    assert set(states(cards).values()) == {"faulty"} and BulkChange.objects.get().count == 2
    assert "Повернуто карток: 2" in clerk.post(queued.finished_url, follow=True).content.decode()


def test_a_job_stops_when_what_it_did_was_taken_back(clerk, lines, monkeypatch):
    register, cards = lines
    monkeypatch.setattr(pages, "AT_ONCE", 1)
    clerk.post(register.url("bulk"), asked(cards))
    BulkChange.objects.update(undone_at=timezone.now())
    queued = Job.objects.get(kind=many.JOB)
    run_job(str(queued.pk))
    queued.refresh_from_db()
    assert queued.status == Job.Status.FAILED and "скасовано" in queued.error
    assert set(states(cards).values()) == {"working"}


def test_only_declared_actions_and_only_for_those_who_may(clerk, at_work, lines):
    register, cards = lines
    for verb in ("do-nonsense", "do-", "do-rows", "do-__class__"):
        assert clerk.post(register.url("bulk"), asked(cards, verb=verb)).status_code == 404
    assert at_work("networks", Level.VIEW).post(register.url("bulk"), asked(cards)).status_code == 403
    assert set(states(cards).values()) == {"working"}


def test_nothing_ticked_means_nothing(clerk, lines):
    register, cards = lines
    answer = clerk.post(register.url("bulk"), asked([], all=""))
    assert answer.context["count"] == 0 and set(states(cards).values()) == {"working"}


# -- given to a person --------------------------------------------------------------------------------


@pytest.fixture
def violations(lived_in):
    found = list(Violation.objects.filter(archived_at=None).order_by("pk")[:2])
    employee = Employee.objects.filter(archived_at=None).order_by("pk").first()
    assert len(found) == 2 and employee
    return found, employee


def given_to(cards, employee, **given):
    key = employee.pk if employee else ""
    return asked(cards, verb="assign", **{"inspector": key, "inspector__text": ""}) | given


def test_many_are_given_to_a_person_and_back(at_work, violations):
    cards, employee = violations
    clerk = at_work("control")
    clerk.person.assignments.first()
    before = dict(Violation.objects.values_list("pk", "inspector_id"))
    register = register_of(Violation)
    assert 'value="assign"' in clerk.get(register.url()).content.decode()
    shown = clerk.get(register.url("bulk"), {"verb": "assign", "id": [card.pk for card in cards]})
    assert shown.context["count"] == 2 and "Призначити" in shown.content.decode()
    staff = at_work("control")
    make_visible(staff.person, "staff")
    page = staff.post(register.url("bulk"), given_to(cards, employee)).url
    mine = {card.pk for card in cards}
    now = dict(Violation.objects.values_list("pk", "inspector_id"))
    assert now == {pk: employee.pk if pk in mine else was for pk, was in before.items()}
    staff.post(page)
    assert dict(Violation.objects.values_list("pk", "inspector_id")) == before


def make_visible(person, module):
    """The person may look into the register that the choice is made from."""
    from kernel.access.models import RoleLevel

    RoleLevel.objects.create(role=person.assignments.first().role, module=module, level=Level.VIEW)


def test_nobody_is_not_somebody(at_work, violations):
    cards, _employee = violations
    before = dict(Violation.objects.values_list("pk", "inspector_id"))
    register = register_of(Violation)
    assert at_work("control").post(register.url("bulk"), given_to(cards, None)).status_code == 422
    assert dict(Violation.objects.values_list("pk", "inspector_id")) == before


def test_the_card_offers_it_where_there_is_whom_to_give_to(at_work, violations):
    cards, _employee = violations
    register = register_of(Violation)
    shown = at_work("control").get(register.url("card", cards[0].pk)).content.decode()
    assert f"/bulk/?verb=assign&amp;id={cards[0].pk}" in shown
    assert "verb=assign" not in at_work("control", Level.VIEW).get(register.url("card", cards[0].pk)).content.decode()
    nodes = register_of(Line)
    assert at_work("networks").get(nodes.url("bulk"), {"verb": "assign", "id": "1"}).status_code == 404
