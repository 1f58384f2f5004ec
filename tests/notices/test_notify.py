from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.notices import channels, kinds, sending
from kernel.notices.channels import NotConnected, connect
from kernel.notices.kinds import UnknownKind, notice_kind
from kernel.notices.models import Notice, Preference, QuietHours, Sending
from kernel.notices.notify import mark_read, notify, unread_count
from kernel.notices.sending import PAUSES, send_waiting
from kernel.tenancy import NoTenant, platform_context, tenant_context
from kernel.testing.access import make_person

State = Sending.State
KIND = "tests.something"
KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    return notice_kind(KIND, "Щось сталося")


@pytest.fixture
def person(in_alpha):
    return make_person()


def journal(person) -> dict[str, tuple[str, str]]:
    return {row.channel: (row.state, row.why) for row in Sending.objects.filter(person=person)}


def hasten() -> None:
    Sending.objects.filter(state=State.WAITING).update(next_at=timezone.now() - timedelta(seconds=1))


def around_now() -> tuple[time, time]:
    now = timezone.localtime(timezone=KYIV)
    return (now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time()


def test_told_in_the_system_and_by_mail(person):
    assert notify([person], kind=KIND, title="Новий  лист\nз поштою", body="Текст", url="/tasks/") == 1
    notice = Notice.objects.get()
    assert (notice.title, notice.module, notice.person) == ("Новий лист з поштою", "tests", person)
    assert unread_count(person) == 1
    assert journal(person) == {"app": ("sent", ""), "email": ("waiting", "")}
    send_waiting()
    (letter,) = mail.outbox
    assert letter.to == [person.email] and letter.subject == "Новий лист з поштою"
    assert "http://alpha.localhost" in letter.body and "/tasks/" in letter.body and "Альфівська" in letter.body
    assert journal(person)["email"] == ("sent", "")
    send_waiting()
    assert len(mail.outbox) == 1


def test_once_by_key(person):
    other = make_person()
    assert notify([person], kind=KIND, title="Раз", key="k1") == 1
    assert notify([person, other, other], kind=KIND, title="Раз", key="k1") == 1
    assert notify([person], kind=KIND, title="Раз") == 1, "without a key each call is another notice"
    assert notify([person], kind=KIND, title="Раз") == 1
    assert Notice.objects.filter(key="k1").count() == 2
    assert Sending.objects.filter(notice__key="k1").count() == 4


def test_nobody_is_told_of_what_was_undone(person):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify([person], kind=KIND, title="Раз")
        raise ZeroDivisionError
    send_waiting()
    assert mail.outbox == [] and not Notice.objects.exists()


def test_why_nothing_was_sent(person, monkeypatch):
    monkeypatch.setattr(channels, "_channels", dict(channels._channels))
    Preference.objects.create(person=person, kind=KIND, channel="email", wanted=False)
    Preference.objects.create(person=person, kind=KIND, channel="sms", wanted=True)
    gone = make_person(is_active=False)
    notify([person, gone], kind=KIND, title="Раз")
    assert journal(person) == {
        "app": ("sent", ""),
        "email": ("skipped", "людина відмовилася від цього каналу"),
        "sms": ("skipped", "канал не підключено"),
    }
    assert set(journal(gone).values()) == {("skipped", "обліковий запис вимкнено")}

    class Sms(NotConnected):
        connected = True

    connect(Sms("sms", "SMS"))
    notify([person], kind=KIND, title="Два")
    assert Sending.objects.filter(channel="sms").first().why == "немає адреси"
    send_waiting()
    assert mail.outbox == []


def test_a_mail_server_that_is_away_is_tried_again(person, monkeypatch):
    notify([person], kind=KIND, title="Раз")

    def refuse(self: EmailMessage, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError("сервер не відповідає")

    with monkeypatch.context() as world:
        world.setattr(EmailMessage, "send", refuse)
        send_waiting()
        row = Sending.objects.get(channel="email")
        assert (row.state, row.attempts) == ("waiting", 1) and "не відповідає" in row.why
        assert row.next_at > timezone.now() + PAUSES[0] - timedelta(seconds=10)
    hasten()
    send_waiting()
    assert len(mail.outbox) == 1 and journal(person)["email"] == ("sent", "")


def test_in_the_end_it_is_given_up_and_the_journal_says_why(person, monkeypatch):
    notify([person], kind=KIND, title="Раз")
    monkeypatch.setattr(
        EmailMessage, "send", lambda *_args, **_kwargs: (_ for _ in ()).throw(OSError("скриньки немає"))
    )
    for _time in range(len(PAUSES) + 1):
        send_waiting()
        hasten()
    assert journal(person)["email"] == ("failed", "скриньки немає")


def test_a_worker_that_died_gives_its_letters_back(person):
    notify([person], kind=KIND, title="Раз")
    assert sending._claim()
    send_waiting()
    assert mail.outbox == [], "leased to a worker that may be alive"
    hasten()
    send_waiting()
    assert len(mail.outbox) == 1


def test_quiet_hours_hold_and_then_all_comes_as_one_letter(person):
    begins, ends = around_now()
    QuietHours.objects.create(person=person, begins=begins, ends=ends)
    for number in (1, 2, 3):
        notify([person], kind=KIND, title=f"Новина {number}", url="/tasks/")
    notify([person], kind=KIND, title="Негайно", urgent=True)
    send_waiting()
    assert [letter.subject for letter in mail.outbox] == ["Негайно"]
    assert Sending.objects.filter(held=True, why="тихі години").count() == 3
    mark_read(person, Notice.objects.get(title="Новина 3").pk)
    hasten()
    send_waiting()
    digest = mail.outbox[1]
    assert len(mail.outbox) == 2 and "сповіщень — 2" in digest.subject
    assert "Новина 1" in digest.body and "Новина 2" in digest.body and "Новина 3" not in digest.body
    assert Sending.objects.get(notice__title="Новина 3", channel="email").why == "прочитано в системі раніше"


@pytest.mark.parametrize(
    ("begins", "ends", "now", "expected"),
    [
        ("21:00", "07:00", "2026-11-21 22:30", "2026-11-22 07:00"),
        ("21:00", "07:00", "2026-11-22 06:59", "2026-11-22 07:00"),
        ("21:00", "07:00", "2026-11-22 07:00", None),
        ("21:00", "07:00", "2026-11-22 20:59", None),
        ("12:00", "13:00", "2026-11-22 12:00", "2026-11-22 13:00"),
        ("12:00", "13:00", "2026-11-22 13:00", None),
        # The night the clock is moved forward.
        ("21:00", "07:00", "2026-03-28 23:00", "2026-03-29 07:00"),
    ],
)
def test_the_end_of_the_quiet(begins, ends, now, expected):
    hours = QuietHours(begins=time.fromisoformat(begins), ends=time.fromisoformat(ends))
    local = datetime.fromisoformat(now).replace(tzinfo=KYIV)
    found = hours.end_after(local)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == expected


def test_a_notice_leads_nowhere_outside(person):
    for url in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="this site"):
            notify([person], kind=KIND, title="Раз", url=url)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(person=person, kind=KIND, module="tests", title="Раз", url="//evil.example")


def test_a_kind_nobody_declared(person):
    with pytest.raises(UnknownKind, match=r"notices\.py"):
        notify([person], kind="tests.unheard", title="Раз")


def test_the_platform_has_no_notices(platform):
    with platform_context(), pytest.raises(NoTenant):
        notify([], kind=KIND, title="Раз")


def test_many_people_cost_few_statements(in_alpha, django_assert_max_num_queries):
    people = [make_person(password=None) for _number in range(12)]
    with django_assert_max_num_queries(10):
        notify(people, kind=KIND, title="Усім")


def test_tenants_apart(alpha, beta):
    with tenant_context(alpha):
        notify([make_person()], kind=KIND, title="Раз")
    with tenant_context(beta):
        assert not Notice.objects.exists()
        send_waiting()
    assert mail.outbox == []
