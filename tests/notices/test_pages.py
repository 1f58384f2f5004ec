from __future__ import annotations

import pytest

from kernel.notices.models import Notice, Preference, QuietHours
from kernel.notices.notify import notify, unread_count
from kernel.tenancy import tenant_context
from kernel.testing.access import enter, make_person

KIND = "tasks.assigned"


@pytest.fixture
def olena(alpha, client_for):
    client = client_for("alpha")
    with tenant_context(alpha):
        client.person = make_person(last_name="Коваленко")
        return enter(client, client.person)


@pytest.fixture
def other(alpha):
    with tenant_context(alpha):
        return make_person()


def test_only_ones_own(olena, other, alpha):
    with tenant_context(alpha):
        notify([olena.person], kind=KIND, title="Моє сповіщення", url="/tasks/")
        notify([other], kind=KIND, title="Чуже сповіщення")
        mine, theirs = Notice.objects.get(person=olena.person), Notice.objects.get(person=other)
    page = olena.get("/notices/").content.decode()
    assert "Моє сповіщення" in page and "Чуже сповіщення" not in page
    assert "Чуже" not in olena.get("/notices/journal/").content.decode()
    assert olena.post(f"/notices/{theirs.pk}/").status_code == 404
    assert olena.post(f"/notices/{mine.pk}/")["Location"] == "/tasks/"
    with tenant_context(alpha):
        mine.refresh_from_db()
        theirs.refresh_from_db()
    assert mine.read_at and theirs.read_at is None
    assert "Моє сповіщення" not in olena.get("/notices/?show=unread").content.decode()
    assert "Моє сповіщення" in olena.get("/notices/").content.decode()


def test_all_read_at_once(olena, other, alpha):
    with tenant_context(alpha):
        for number in range(3):
            notify([olena.person, other], kind=KIND, title=f"Новина {number}")
    assert olena.get("/notices/").context["notices_unread"] == 3
    assert "Усе позначено прочитаним" in olena.post("/notices/read-all/", follow=True).content.decode()
    with tenant_context(alpha):
        assert (unread_count(olena.person), unread_count(other)) == (0, 3)


def test_preferences_are_kept(olena, alpha):
    page = olena.get("/notices/preferences/").content.decode()
    assert "не підключено" in page and "Мені доручено завдання" in page
    sent = {"wanted": ["tasks.done:email", "tasks.reminder:sms", "nobody:email"], "begins": "21:00", "ends": "07:00"}
    assert olena.post("/notices/preferences/", sent).status_code == 302
    with tenant_context(alpha):
        kept = set(Preference.objects.values_list("kind", "channel", "wanted"))
        hours = QuietHours.objects.get()
        assert notify([olena.person], kind=KIND, title="Раз") == 1
    assert ("tasks.assigned", "email", False) in kept and ("tasks.done", "email", True) in kept
    assert not any(channel in ("sms", "app") for _kind, channel, _wanted in kept)
    assert str(hours) == "21:00–07:00"
    assert "відмовилася" in olena.get("/notices/journal/").content.decode()
    olena.post("/notices/preferences/", {"wanted": ["tasks.assigned:email"], "begins": "", "ends": ""})
    with tenant_context(alpha):
        assert not QuietHours.objects.exists()
        assert Preference.objects.get(kind="tasks.assigned", channel="email").wanted


@pytest.mark.parametrize(
    ("begins", "ends", "told"),
    [("21:00", "", "або жодного"), ("09:00", "09:00", "однакові"), ("о дев’ятій", "07:00", "")],
)
def test_wrong_quiet_hours_are_explained(olena, begins, ends, told):
    answer = olena.post("/notices/preferences/", {"begins": begins, "ends": ends})
    assert answer.status_code == 422 and told in answer.content.decode()


def test_strangers_sign_in_first(client_for, alpha):
    for path in ("", "preferences/", "journal/"):
        assert client_for("alpha").get(f"/notices/{path}").status_code == 302


def test_text_is_text(olena, alpha):
    with tenant_context(alpha):
        notify([olena.person], kind=KIND, title="<script>alert(1)</script>", body="<b>жирно</b>")
    page = olena.get("/notices/").content.decode()
    assert "<script>alert(1)" not in page and "&lt;b&gt;" in page
