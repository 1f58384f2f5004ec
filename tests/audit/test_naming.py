"""References in the history are told by the name of the card, to whoever may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel.access.levels import Level
from kernel.audit.export import csv_lines
from kernel.audit.models import History
from kernel.audit.search import HistorySearch
from kernel.audit.sentences import history_of
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.testing.access import OPERATOR, enter, make_person, make_role
from tenant_apps.people.staff.models import Department, Position


@pytest.fixture
def reader(in_alpha):
    make_role("staff", staff=Level.VIEW, audit=Level.VIEW)
    return make_person("staff", password=None)


@pytest.fixture
def moved(in_alpha):
    """A position that went from one department to another."""
    old, new = (Department.objects.create(name=name) for name in ("Канцелярія", "Фінансовий відділ"))
    position = Position.objects.create(department=old, title="Касир")
    position.department = new
    save_card(register_of(Position), position, by=OPERATOR)
    return position, old, new


def test_a_reference_is_told_by_its_name_of_today(reader, moved):
    position, old, _new = moved
    assert "«Підрозділ»: було «Канцелярія», стало «Фінансовий відділ»" in str(history_of(position, reader=reader)[0])
    old.name = "Загальний відділ"
    old.save()
    assert "було «Загальний відділ»" in str(history_of(position, reader=reader)[0])


def test_a_gone_card_is_said_to_be_gone(reader, moved):
    position, old, _new = moved
    Department.objects.filter(pk=old.pk).delete()
    assert f"було «№ {old.pk} (видалено)»" in str(history_of(position, reader=reader)[0])


def test_who_may_not_see_the_register_sees_the_key(moved):
    position, old, new = moved
    stranger = make_person(password=None)
    told = str(history_of(position, reader=stranger)[0])
    assert f"було «{old.pk}», стало «{new.pk}»" in told and "відділ" not in told
    make_role("own", staff=(Level.VIEW, "department"))
    of_one = make_person("own", password=None, department="Канцелярія")
    told = str(history_of(position, reader=of_one)[0])
    assert f"було «Канцелярія», стало «{new.pk}»" in told


def test_one_query_for_each_model_however_long_the_page(reader, moved):
    position, _old, _new = moved
    history_of(position, reader=reader)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            history_of(position, reader=reader)
        return len(asked)

    few = queries()
    for number in range(6):
        position.refresh_from_db()
        position.department = Department.objects.create(name=f"Сектор {number}")
        position.save()
    assert queries() == few


def test_the_journal_shows_finds_and_exports_names(client_for, reader, moved):
    client = enter(client_for("alpha"), reader)
    page = client.get("/administration/audit/", {"table": "staff_position", "text": "фінансового"}).content.decode()
    assert "стало «Фінансовий відділ»" in page
    form = HistorySearch({"text": "Канцелярія", "table": "staff_position"})
    assert form.is_valid()
    assert form.entries(readable={"staff_position"}, reader=reader).count() == 2
    assert form.entries(readable={"staff_position"}, reader=make_person(password=None)).count() == 0
    assert form.entries(readable=set(), reader=reader).count() == 0
    entries = History.objects.filter(table_name="staff_position")
    assert "стало «Фінансовий відділ»" in "".join(csv_lines(entries, reader=reader))


def test_as_it_was_on_a_day_names_what_is_gone(client_for, reader, moved, monkeypatch):
    from kernel.registers.views import cards

    position, old, _new = moved
    state = {field.attname: getattr(position, field.attname) for field in Position._meta.concrete_fields}
    monkeypatch.setattr(cards, "state_at", lambda model, pk, at: {**state, "department_id": old.pk})
    client = enter(client_for("alpha"), reader)
    address = f"/staff/positions/{position.pk}/"
    yesterday = {"on": (timezone.localdate() - timedelta(days=1)).isoformat()}
    assert "Канцелярія" in client.get(address, yesterday).content.decode()
    Department.objects.filter(pk=old.pk).delete()
    answer = client.get(address, yesterday)
    assert answer.status_code == 200 and f"№ {old.pk} (видалено)" in answer.content.decode()
