"""Duties before a term: once a stage, closed when the date moves; the calendar and its feed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.notices.models import Notice
from kernel.registers.registry import register_of
from kernel.registers.saving import archive_card, save_card
from kernel.renewals.checks import renewals_are_sound
from kernel.renewals.declare import Renewal
from kernel.renewals.duties import follow_everything, put_duties
from kernel.renewals.icalendar import folded
from kernel.renewals.terms import terms
from kernel.tasks.models import Task
from kernel.tenancy.actor import Actor
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop

BY = Actor("system", name="реєстратор")
STOPS = register_of(BusStop)


@pytest.fixture
def declared(monkeypatch):
    """Stops with a term: a permit until the day in `opened_on`."""

    def declare(**given):
        renewal = Renewal("opened_on", **{"duty": "Продовжити дозвіл", "role": "keeper", **given})
        monkeypatch.setattr(type(STOPS), "renewals", (renewal,))
        return renewal

    return declare


@pytest.fixture
def keeper(in_alpha, declared):
    declared()
    make_role("keeper", bus_stops=Level.VIEW)
    return make_person("keeper")


def stop(name, until, **given):
    return save_card(STOPS, BusStop(code=name[:20], name=name, opened_on=until, **given), by=BY)


def in_days(count):
    return local_today() + timedelta(days=count)


def test_a_duty_is_put_once_however_often_it_is_run(keeper):
    stop("Ринок", in_days(45))
    stop("Елеватор", in_days(90))
    stop("Без строку", None)
    assert put_duties() == (1, 0)
    assert put_duties() == (0, 0)
    task = Task.objects.get()
    assert (task.title, task.due_on, task.role) == ("Продовжити дозвіл: Ринок", in_days(45), "keeper")
    Task.objects.update(state="done", closed_at=timezone.now())
    assert put_duties() == (0, 0)


def test_each_stage_reminds_and_a_closed_duty_comes_again(keeper):
    stop("Ринок", in_days(50))
    put_duties()
    assert put_duties(in_days(20)) == (0, 0)
    assert Notice.objects.filter(kind="renewals.reminder", person=keeper).count() == 1
    Task.objects.update(state="done", closed_at=timezone.now())
    assert put_duties(in_days(43)) == (1, 0)
    assert put_duties(in_days(51)) == (0, 0)
    assert Task.objects.open().count() == 1


def test_a_moved_date_closes_the_duty_and_an_archived_card_withdraws_it(keeper):
    moved, gone, same = stop("Ринок", in_days(5)), stop("Млин", in_days(5)), stop("Озеро", in_days(5))
    put_duties()
    moved.opened_on = in_days(400)
    save_card(STOPS, moved, by=BY)
    archive_card(STOPS, gone, by=BY)
    same.landmark = "коло мосту"
    save_card(STOPS, same, by=BY)
    states = dict(Task.objects.values_list("subject_id", "state"))
    assert states == {str(moved.pk): "done", str(gone.pk): "withdrawn", str(same.pk): "open"}


def test_changes_past_registers_are_caught_up(keeper):
    stop("Ринок", in_days(5))
    put_duties()
    BusStop.objects.update(opened_on=in_days(300))
    assert follow_everything() == 1
    assert not Task.objects.open().exists()


def test_whose_duty_it_is(in_alpha, declared):
    author = make_person()
    declared(to="created_by", role="")
    card = stop("Ринок", in_days(5))
    assert put_duties() == (0, 1)
    BusStop.objects.filter(pk=card.pk).update(created_by=author)
    assert put_duties() == (1, 0)
    assert Task.objects.get().person == author


@pytest.mark.parametrize(
    "given", [{"field": "nowhere"}, {"field": "name"}, {"days": ()}, {"days": (-1,)}, {"where": Q(nowhere=1)}]
)
def test_a_wrong_declaration_does_not_start(monkeypatch, given):
    renewal = Renewal(**{"field": "opened_on", "duty": "…", **given})
    monkeypatch.setattr(type(STOPS), "renewals", (renewal,))
    assert [one for one in renewals_are_sound() if one.obj is BusStop]


# -- the calendar ---------------------------------------------------------------------------------------


def test_overdue_stand_first_and_the_month_has_its_own(client_for, keeper):
    today = local_today()
    stop("Прострочена", in_days(-400))
    stop("Сьогоднішня", today)
    client = enter(client_for("alpha"), keeper)
    page = client.get("/terms/").content.decode()
    assert page.index("Прострочена") < page.index("Сьогоднішня")
    assert "Продовжити дозвіл" in page
    far = client.get("/terms/2031/5/").content.decode()
    assert "Сьогоднішня" not in far and "нічого не закінчується" in far
    for wrong in ("/terms/2026/13/", "/terms/1999/1/", "/terms/2026/0/"):
        assert client.get(wrong).status_code == 404
    assert client_for("alpha").get("/terms/").status_code == 302


def test_nobody_sees_terms_of_cards_that_are_not_theirs(client_for, keeper):
    stop("Ринок", local_today())
    stranger = enter(client_for("alpha"), make_person())
    assert "Ринок" not in stranger.get("/terms/").content.decode()
    assert terms(make_person(), None, in_days(10), 5) == []


def test_the_feed_is_read_by_its_key_and_by_no_other(client_for, keeper):
    stop("Площа Свободи, біля ліцею; «старий» міст", in_days(3), landmark="довгий орієнтир")
    client = enter(client_for("alpha"), keeper)
    page = client.post("/terms/feed/", {}).content.decode()
    path = re.search(r"/terms/feed/[\w-]+\.ics", page).group(0)
    anybody = client_for("alpha")
    answer = anybody.get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode()
    events = parsed(text)
    assert [event["SUMMARY"] for event in events] == ["Продовжити дозвіл: Площа Свободи, біля ліцею; «старий» міст"]
    assert events[0]["DTSTART;VALUE=DATE"] == f"{in_days(3):%Y%m%d}"
    assert client_for("beta").get(path).status_code == 404
    assert anybody.get("/terms/feed/nobody.ics").status_code == 404
    client.post("/terms/feed/", {})
    assert anybody.get(path).status_code == 404
    page = client.post("/terms/feed/", {"do": "close"})
    assert page.status_code == 302


def test_the_feed_of_somebody_who_left_is_closed(client_for, keeper):
    client = enter(client_for("alpha"), keeper)
    path = re.search(r"/terms/feed/[\w-]+\.ics", client.post("/terms/feed/", {}).content.decode()).group(0)
    keeper.is_active = False
    keeper.save()
    assert client_for("alpha").get(path).status_code == 404


def parsed(text):
    """RFC 5545 as a reader of calendars sees it: unfolded, by components, unescaped."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    events, current, depth = [], None, []
    for line in text.replace("\r\n ", "").strip().split("\r\n"):
        name, _colon, value = line.partition(":")
        if name == "BEGIN":
            depth.append(value)
            current = {} if value == "VEVENT" else current
        elif name == "END":
            assert depth.pop() == value
            if value == "VEVENT":
                events.append(current)
        elif depth[-1] == "VEVENT":
            current[name] = re.sub(r"\\([,;\\])", r"\1", value)
    assert depth == []
    assert all({"UID", "DTSTAMP"} <= set(event) for event in events)
    return events


def test_long_lines_are_folded_between_letters():
    line = "SUMMARY:" + "ї" * 100
    pieces = folded(line).split("\r\n ")
    assert "".join(pieces) == line and len(pieces) == 3
