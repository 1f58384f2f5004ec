"""A saved pivot comes as a file by itself, once for a day, with its reader's own rights."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.http import QueryDict
from openpyxl import load_workbook

from kernel.access.levels import Level
from kernel.access.models import RoleAssignment, User
from kernel.files.made import made_for
from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue
from kernel.jobs.registry import JobRun
from kernel.notices.models import Notice, QuietHours, Sending
from kernel.operations import Denied
from kernel.pivot.jobs import send_pivots
from kernel.pivot.keeping import delete_pivot, save_pivot
from kernel.pivot.layout import Pivot
from kernel.pivot.models import PivotSending, PivotSubscription
from kernel.pivot.sending import due_day, is_due, owed_on, send
from kernel.pivot.subscribing import subscribe, unsubscribe
from kernel.tenancy.files import storage
from kernel.testing.access import enter
from provisioning.demo.pivots import load
from tenant_apps.territory.playgrounds.models import Equipment

MONDAY, TUESDAY = date(2030, 1, 7), date(2030, 1, 8)


@pytest.fixture
def saved(equipment, worker):
    owner = worker()
    pivot = Pivot(equipment, owner, QueryDict("by=kind&measure=count&measure=sum:cost"))
    return save_pivot(pivot, by=owner, title="За видами", audience="everybody")


@pytest.fixture
def subscribed(saved, worker):
    def make(person=None, rhythm="daily", format="xlsx"):
        return subscribe(saved, by=person or worker(), rhythm=rhythm, format=format)

    return make


def sheet_of(sending):
    with storage.open(made_for(sending.pk).path) as file:
        return [row for row in load_workbook(io.BytesIO(file.read())).active.values if row[0]]


def told(kind="pivot.ready"):
    return list(Notice.objects.filter(kind=kind).order_by("created_at"))


def test_it_comes_once_for_a_day_with_its_figures(saved, subscribed):
    one = subscribed()
    assert owed_on(MONDAY) == [(one, MONDAY)]
    sending = send(one, MONDAY)
    assert sending.sent
    assert "гойдалка" in str(sheet_of(sending))
    [notice] = told()
    assert "Сума: балансова вартість: 2 400,00" in notice.body.replace("\u00a0", " ").replace(", грн", "")
    assert notice.url == f"/pivot/sent/{sending.pk}/"
    assert owed_on(MONDAY) == []
    assert send(one, MONDAY) is None
    assert PivotSending.objects.count() == len(told()) == 1


def test_pdf(saved, subscribed):
    sending = send(subscribed(format="pdf"), MONDAY)
    with storage.open(made_for(sending.pk).path) as file:
        assert file.read(5) == b"%PDF-"


def test_a_reader_with_fewer_rows_gets_fewer(saved, subscribed, worker):
    few = subscribed(worker(level=Level.VIEW, rule="own"))
    many = subscribed(saved.owner)
    assert len(sheet_of(send(few, MONDAY))) < len(sheet_of(send(many, MONDAY)))


def test_an_empty_table_says_so(saved, subscribed):
    Equipment.objects.all().delete()
    assert send(subscribed(), MONDAY).sent
    assert "карток немає" in told()[0].body


def test_a_right_that_is_gone_sends_nothing_and_its_owner_is_told_once(saved, subscribed, worker):
    reader = worker()
    one = subscribed(reader)
    RoleAssignment.objects.filter(user=reader).delete()
    sending = send(one, MONDAY)
    assert not sending.sent
    assert made_for(sending.pk) is None
    assert told() == []
    [notice] = told("pivot.unsent")
    assert notice.person == saved.owner
    assert reader.full_name in notice.body
    assert "більше не має права" in notice.body
    send(one, TUESDAY)
    assert PivotSending.objects.count() == 2
    assert len(told("pivot.unsent")) == 1


def test_somebody_who_left_is_told_of_to_the_owner(saved, subscribed, worker):
    reader = worker()
    subscribed(reader)
    User.objects.filter(pk=reader.pk).update(is_active=False)
    [(one, day)] = owed_on(MONDAY)
    assert not send(one, day).sent
    assert [notice.person for notice in told("pivot.unsent")] == [saved.owner]


def test_a_pivot_no_longer_shared_comes_to_nobody_but_its_owner(saved, subscribed):
    one = subscribed()
    saved.audience = "owner"
    saved.save()
    assert not send(one, MONDAY).sent


def test_a_vanished_column_is_said_in_the_letter_and_in_the_file(saved, subscribed):
    saved.query += "&measure=sum:gone"
    saved.save()
    sending = send(subscribed(), MONDAY)
    assert sending.sent
    assert "sum:gone" in sending.told or "gone" in sending.told
    assert "Увага" in told()[0].body
    assert "gone" in str(sheet_of(sending))


def test_a_formula_that_cannot_be_counted_is_said_to_both(saved, subscribed, worker):
    one = subscribed()
    saved.query = "by=kind&formula=sum:gone / count&formula_title=Ціна"
    saved.save()
    sending = send(one, MONDAY)
    assert not sending.sent
    assert "gone" in sending.told
    assert {notice.person_id for notice in told("pivot.unsent")} == {saved.owner_id, one.person_id}


def test_a_register_that_is_gone_is_told_to_the_owner(saved, subscribed):
    one = subscribed(saved.owner)
    saved.register = "gone.gone"
    saved.save()
    assert not send(one, MONDAY).sent
    assert told("pivot.unsent")[0].url == "/pivot/"


def test_a_figure_the_database_refuses_stops_nobody_else(saved, subscribed, monkeypatch):
    def overflow(*_args, **_kwargs):
        raise DatabaseError("numeric field overflow")

    one, other = subscribed(), subscribed(saved.owner, format="pdf")
    monkeypatch.setattr("kernel.pivot.sending._keep_file", overflow)
    assert "не вдалося порахувати" in send(one, MONDAY).told
    monkeypatch.undo()
    assert send(other, MONDAY).sent


@pytest.mark.parametrize(
    ("rhythm", "day", "due"),
    [
        ("daily", TUESDAY, TUESDAY), ("mon", MONDAY, MONDAY), ("mon", date(2030, 1, 10), MONDAY),
        ("mon", date(2030, 1, 11), None), ("tue", MONDAY, None), ("sun", date(2030, 1, 6), date(2030, 1, 6)),
        ("monthly", date(2030, 2, 3), date(2030, 2, 1)), ("monthly", date(2030, 2, 5), None),
    ],
)  # fmt: skip
def test_what_a_stopped_worker_missed_is_sent_a_little_later(rhythm, day, due):
    assert due_day(rhythm, day) == due
    assert due is None or is_due(rhythm, due)


def test_nothing_is_owed_for_days_before_one_asked(saved, subscribed):
    one = subscribed(rhythm="mon")
    PivotSubscription.objects.filter(pk=one.pk).update(since=TUESDAY)
    assert owed_on(TUESDAY) == []


def test_the_job_goes_on_where_it_was_stopped(saved, subscribed, worker, monkeypatch):
    for _number in range(3):
        subscribed(worker())
    monkeypatch.setattr("kernel.pivot.jobs.local_today", lambda: MONDAY)
    send(PivotSubscription.objects.order_by("pk").first(), MONDAY)
    queued, _new = enqueue("pivot.send")
    send_pivots(JobRun(queued.pk))
    send_pivots(JobRun(queued.pk))
    assert PivotSending.objects.filter(sent=True).count() == len(told()) == 3
    assert Job.objects.get(pk=queued.pk).total == 0


def test_the_letter_waits_for_the_end_of_quiet_hours(saved, subscribed, worker):
    reader = worker()
    QuietHours.objects.create(person=reader, begins="00:00", ends="23:59:59")
    send(subscribed(reader), MONDAY)
    assert Sending.objects.get(person=reader, channel="email").held


def test_on_its_page_it_is_asked_for_and_given_up(saved, at_work, client_for):
    client = at_work()
    address, page = f"/pivot/saved/{saved.pk}/subscribe/", f"/pivot/{saved.register}/?saved={saved.pk}"
    assert client.post(address, {"rhythm": "wed", "format": "pdf"}).status_code == 302
    shown = client.get(page).content.decode()
    assert '<option value="wed" selected>' in shown
    assert "Пошта колеги" not in shown
    assert "Надходять поштою" in client.get("/pivot/").content.decode()
    one = PivotSubscription.objects.get()
    sending = send(one, MONDAY)
    assert "Не надсилати більше" in client.get(f"/pivot/sent/{sending.pk}/").content.decode()
    answer = client.get(f"/pivot/sent/{sending.pk}/file/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    other = enter(client_for("alpha"), saved.owner)
    assert other.get(f"/pivot/sent/{sending.pk}/").status_code == 404
    assert other.get(f"/pivot/sent/{sending.pk}/file/").status_code == 404
    assert client.post(f"/pivot/subscriptions/{one.pk}/end/").status_code == 302
    assert not PivotSubscription.objects.exists()
    assert client.post(f"/pivot/subscriptions/{one.pk}/end/").status_code == 404


def test_a_file_is_not_given_after_the_right_to_it_is_gone(saved, at_work):
    client = at_work()
    one = subscribe(saved, by=client.person, rhythm="daily", format="xlsx")
    sending = send(one, MONDAY)
    RoleAssignment.objects.filter(user=client.person).delete()
    assert client.get(f"/pivot/sent/{sending.pk}/file/").status_code == 302
    assert "Файла вже немає" in client.get(f"/pivot/sent/{sending.pk}/").content.decode()


def test_the_owner_subscribes_a_colleague_who_sees_it(saved, worker):
    colleague, stranger = worker(), worker("bus_stops")
    given = {"by": saved.owner, "rhythm": "daily", "format": "xlsx"}
    one = subscribe(saved, **given, email=f" {colleague.email.upper()} ")
    assert one.person == colleague
    assert "Вам надходитиме" in told()[0].title
    refusals = []
    for email in (stranger.email, "nobody@example.org"):
        with pytest.raises(Denied) as refused:
            subscribe(saved, **given, email=email)
        refusals.append(str(refused.value).replace(email, ""))
    assert refusals[0] == refusals[1]
    with pytest.raises(Denied):
        subscribe(saved, **{**given, "by": colleague}, email=saved.owner.email)
    unsubscribe(one, by=colleague)
    delete_pivot(saved, by=saved.owner)


def test_subscribers_learn_that_a_pivot_was_removed(saved, subscribed):
    one = subscribed()
    delete_pivot(saved, by=saved.owner)
    assert [(notice.person, notice.title) for notice in told()] == [(one.person, "Зведену таблицю прибрано: За видами")]


def test_nonsense_is_refused_and_others_pivots_are_not_found(saved, worker, at_work):
    for given in ({"rhythm": "hourly", "format": "xlsx"}, {"rhythm": "daily", "format": "exe"}):
        with pytest.raises(Denied):
            subscribe(saved, by=worker(), **given)
    other = subscribe(saved, by=worker(), rhythm="daily", format="xlsx")
    client = at_work()
    assert client.post(f"/pivot/subscriptions/{other.pk}/end/").status_code == 404
    saved.audience = "owner"
    saved.save()
    assert client.post(f"/pivot/saved/{saved.pk}/subscribe/", {"rhythm": "daily"}).status_code == 404


def test_the_journal_is_kept_by_the_database(saved):
    given = {"pivot": saved.pk, "title": saved.title, "person": saved.owner, "day": MONDAY, "format": "xlsx"}
    with pytest.raises(IntegrityError), transaction.atomic():
        PivotSending.objects.create(**given, sent=False)
    sent = PivotSending.objects.create(**given, sent=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        PivotSending.objects.create(**given, sent=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        sent.delete()


def test_the_demonstration_has_one_that_comes_by_itself(in_gamma):
    author = User.objects.get(email="author@gamma.test")
    assert load(by=author) == 1
    assert load(by=author) == 0
    assert send(PivotSubscription.objects.get(), MONDAY).sent
