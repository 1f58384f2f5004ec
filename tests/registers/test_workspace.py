"""The first page of a day: what waits for this very person, what they keep, where they were, what they are to do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.proposals.models import Proposal
from kernel.registers.importing.models import ImportRun
from kernel.registers.registry import register_of, registers, registers_in
from kernel.registers.waiting import waits_of
from kernel.remarks.places import add_favourite, note_visit
from kernel.tasks.public import put_duty
from kernel.testing.access import OPERATOR
from tenant_apps.operations.control.models import Violation
from tenant_apps.people.staff.models import Employee
from tenant_apps.territory.bus_stops.models import BusStop
from tenant_apps.utilities.networks.models import Line
from ui.workspace import areas_of

PAGE = "/workspace/"


def waits(module, person):
    cache.clear()
    return {one.title: (one.count, one.url) for one in waits_of(module, person)}


def tile_of(module_url, person):
    cache.clear()
    return next(tile for area in areas_of(person, counted=True) for tile in area.tiles if tile.url == module_url)


# -- what waits ---------------------------------------------------------------------------------------


@pytest.fixture
def recorded(lived_in):
    """Two violations without a demand: one of an inspector's, one of nobody's."""
    first = Violation.objects.filter(archived_at=None, state="recorded").order_by("pk").first()
    assert first is not None
    inspector, other = Employee.objects.filter(archived_at=None).order_by("pk")[:2]
    Employee.objects.filter(pk=other.pk).update(account=None)
    Violation.objects.filter(state="recorded").update(inspector=other)
    Violation.objects.filter(pk=first.pk).update(inspector=inspector)
    first.pk, first.number, first.inspector = None, "КП-0000-00001", None
    Violation.objects.bulk_create([first])
    return inspector


def test_others_work_does_not_wait_for_me(recorded, worker):
    me, stranger = worker("control"), worker("control")
    Employee.objects.filter(pk=recorded.pk).update(account=me)
    assert waits("control", me)["без припису"][0] == 2
    assert waits("control", stranger)["без припису"][0] == 1
    assert "без припису" not in waits("control", worker("control", Level.VIEW)), "who only looks is not waited for"


def test_the_count_leads_to_its_very_rows(recorded, at_work):
    client = at_work("control")
    count, url = waits("control", client.person)["без припису"]
    listed = client.get(url)
    assert listed.context["listing"].counted == count == 1
    assert "Чекає" in listed.content.decode() and "без припису" in listed.content.decode()


def test_the_tile_says_what_waits_and_otherwise_what_there_is(lived_in, at_work):
    client = at_work("networks")
    Line.objects.update(state="working")
    quiet = tile_of(register_of(Line).url(), client.person)
    assert not quiet.waits and quiet.tone == ""
    line = Line.objects.filter(archived_at=None).first()
    Line.objects.filter(pk=line.pk).update(state="faulty")
    called = tile_of(register_of(Line).url(), client.person)
    assert called.counter == 1 and called.tone == "warn" and called.waits[0].title == "пошкоджені ділянки"
    cache.clear()
    shown = client.get(PAGE).content.decode()
    assert "чекає на вас" in shown and "пошкоджені ділянки" in shown and "waiting=faulty" in shown


def test_a_stock_is_named_and_calls_nobody(lived_in, at_work):
    client = at_work("bus_stops", Level.VIEW)
    cache.clear()
    shown = client.get(PAGE).content.decode()
    assert "чекає на вас" not in shown and 'data-tone="warn"' not in shown
    assert re.search(r">\d+</data></data><small>усього зупинок</small>", shown)


def test_imports_and_proposals_wait_too(lived_in, worker):
    me, other = worker("bus_stops"), worker("bus_stops")
    label = register_of(BusStop).label
    for person, digest in ((me, "a" * 64), (other, "b" * 64)):
        ImportRun.objects.create(
            register=label,
            file_name="зупинки.csv",
            sha256=digest,
            size=1,
            stored="x",
            by=person,
            state="tried",
            wrong=2,
        )
    stop = BusStop.objects.filter(archived_at=None).first()
    Proposal.objects.all().delete()
    Proposal.objects.create(register=label, row_id=stop.pk, proposed={"landmark": "ринок"}, author=other)
    mine = waits("bus_stops", me)
    assert mine["незавершені завантаження"][0] == 1 and mine["пропозиції змін"][0] == 1
    assert not waits("bus_stops", worker("bus_stops", Level.VIEW))


def test_one_question_for_a_module_and_none_for_a_while(recorded, worker, django_assert_num_queries):
    me = worker("control")
    waits_of("control", me)
    cache.clear()
    from kernel.access.grants import rights_of

    rights_of(me)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        first = waits_of("control", me)
    counts = [one["sql"] for one in asked if "COUNT(" in one["sql"]]
    assert len(counts) == 1, counts
    with CaptureQueriesContext(connection) as again:
        assert waits_of("control", me) == first
    assert not [one for one in again if "COUNT(" in one["sql"]]


def test_every_declared_wait_is_counted_and_listed(lived_in, at_work, worker):
    """For whoever has every right: no condition that the database refuses, and no list that tells another number."""
    for module in sorted({one.module for one in registers() if one.waiting}):
        client = at_work(module)
        found = waits(module, client.person)
        for register in registers_in(module):
            for one in register.waiting:
                listed = client.get(register.url(), {"waiting": one.code})
                assert listed.status_code == 200, f"{register.label}: {one.code}"
                count = found.get(str(one.title), (0, ""))[0]
                assert listed.context["listing"].counted == count, f"{register.label}: {one.code}"


def test_an_unknown_wait_narrows_nothing(at_work, lived_in):
    client = at_work("control")
    whole = client.get("/control/").context["listing"].counted
    assert client.get("/control/", {"waiting": "nonsense"}).context["listing"].counted == whole


# -- what is kept, where one was, what is to be done --------------------------------------------------


def test_favourites_are_ones_own_and_in_their_order(at_work):
    client, other = at_work("bus_stops"), at_work("bus_stops")
    for number in range(8):
        add_favourite(f"/bus-stops/{number + 1}/", f"Зупинка {number}", by=client.person)
    add_favourite("/bus-stops/77/", "Чужа закладка", by=other.person)
    shown = client.get(PAGE)
    assert [title for title, *_rest in shown.context["favourites"]] == [f"Зупинка {number}" for number in range(6)]
    text = shown.content.decode()
    assert "Вибране" in text and 'href="/bus-stops/1/"' in text and "Чужа закладка" not in text


def test_a_star_on_a_card_puts_it_there_and_takes_it_away(at_work, lived_in):
    client = at_work("bus_stops")
    stop = BusStop.objects.filter(archived_at=None).order_by("pk").first()
    page = register_of(BusStop).url("card", stop.pk)
    given = {"url": page, "title": stop.name, "card_table": BusStop._meta.db_table, "card_id": stop.pk, "next": page}
    client.post("/remarks/favourites/", given | {"wanted": "1"})
    assert [(title, url) for title, url, *_rest in client.get(PAGE).context["favourites"]] == [(stop.name, page)]
    client.post("/remarks/favourites/", given)
    assert client.get(PAGE).context["favourites"] == []


def test_recent_are_the_cards_one_looked_at_newest_first(at_work, lived_in):
    client, other = at_work("bus_stops"), at_work("bus_stops")
    register = register_of(BusStop)
    assert "Нещодавно відкриті" not in client.get(PAGE).content.decode()
    first, second = BusStop.objects.filter(archived_at=None).order_by("pk")[:2]
    for card in (first, second, first):
        client.get(register.url("card", card.pk))
    shown = client.get(PAGE).context["recent"]
    assert [url for _title, url, *_rest in shown] == [register.url("card", card.pk) for card in (first, second)]
    assert other.get(PAGE).context["recent"] == []


def test_a_title_is_not_markup(at_work):
    client = at_work("bus_stops")
    note_visit(client.person, "/bus-stops/1/", "<script>alert(1)</script>")
    assert "<script>alert(1)" not in client.get(PAGE).content.decode()


def test_my_tasks_are_mine_overdue_first(at_work, lived_in):
    client, other = at_work("bus_stops"), at_work("bus_stops")
    assert "Завдань немає: усе зроблено." in client.get(PAGE).content.decode()
    today = local_today()
    put_duty("Пофарбувати лавку", by=OPERATOR, person=client.person, due_on=today + timedelta(days=3))
    put_duty("Прибрати скло", by=OPERATOR, person=client.person, due_on=today - timedelta(days=1))
    put_duty("Чуже завдання", by=OPERATOR, person=other.person, due_on=today)
    shown = client.get(PAGE)
    assert [one["title"] for one in shown.context["tasks"]] == ["Прибрати скло", "Пофарбувати лавку"]
    assert "Чуже завдання" not in shown.content.decode()
    figures = {one.label: one.value for one in shown.context["measures"]}
    assert figures["На виконанні"] == 2 and figures["Прострочено"] == 1
