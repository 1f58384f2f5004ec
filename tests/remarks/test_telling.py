"""Who learns of a comment: those called and those subscribed, never past their rights or their own wishes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.notices.models import Notice, Preference
from kernel.notices.sending import send_waiting
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.remarks.comments import add_comment, edit_comment
from kernel.remarks.subscriptions import subscribe
from kernel.testing.access import OPERATOR, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop


@pytest.fixture
def author(in_alpha: Any) -> User:
    make_role("keeper", bus_stops=Level.EDIT)
    make_role("reader", bus_stops=Level.VIEW)
    return make_person("keeper", password=None)


@pytest.fixture
def melnyk(author: User) -> User:
    return make_person("reader", password=None, last_name="Мельник", first_name="Ірина")


@pytest.fixture
def stop(author: User) -> BusStop:
    return save_card(register_of(BusStop), BusStop(code="ЗП-001", name="Вокзал"), by=OPERATOR)


def test_one_called_by_name_gets_a_notice_and_a_letter(author: User, melnyk: User, stop: BusStop) -> None:
    add_comment(stop, "@Мельник, навіс зірвало вітром", by=author)
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.module) == (melnyk, "remarks.mentioned", "remarks")
    assert "згадує вас у картці" in notice.title and "Вокзал" in notice.title
    assert notice.url == f"/bus-stops/{stop.pk}/#comments" and "навіс зірвало" in notice.body
    send_waiting()
    assert [letter.to for letter in mail.outbox] == [[melnyk.email]] and "навіс зірвало" in mail.outbox[0].body


def test_by_preferences_without_a_letter(author: User, melnyk: User, stop: BusStop) -> None:
    Preference.objects.create(person=melnyk, kind="remarks.mentioned", channel="email", wanted=False)
    add_comment(stop, "@Мельник", by=author)
    send_waiting()
    assert Notice.objects.count() == 1 and mail.outbox == []


def test_who_may_not_see_the_card_learns_nothing(author: User, stop: BusStop) -> None:
    outsider = make_person(password=None, last_name="Бондар")
    subscribe(BusStop._meta.db_table, str(stop.pk), by=outsider)
    make_person("reader", password=None, last_name="Ткач", is_active=False)
    add_comment(stop, "@Бондар і @Ткач, подивіться", by=author)
    assert not Notice.objects.exists()


def test_subscribers_are_told_once_and_the_author_never(author: User, melnyk: User, stop: BusStop) -> None:
    other = make_person("reader", password=None)
    for person in (author, melnyk, other):
        subscribe(BusStop._meta.db_table, str(stop.pk), by=person)
    add_comment(stop, "@Мельник, гляньте", by=author)
    assert set(Notice.objects.values_list("person", "kind")) == {
        (melnyk.pk, "remarks.mentioned"),
        (other.pk, "remarks.commented"),
    }


def test_a_corrected_comment_tells_only_the_newly_called(author: User, melnyk: User, stop: BusStop) -> None:
    tkach = make_person("reader", password=None, last_name="Ткач")
    comment = add_comment(stop, "@Мельник, гляньте", by=author)
    edit_comment(comment, "@Мельник і @Ткач, гляньте", by=author)
    edit_comment(comment, "@Мельник і @Ткач, гляньте!", by=author)
    assert sorted(Notice.objects.values_list("person", flat=True)) == sorted([melnyk.pk, tkach.pk])
