from __future__ import annotations

from datetime import timedelta

import pytest

from kernel.access.dates import local_today
from kernel.tasks.models import Task
from kernel.tasks.operations import assign_task
from kernel.tenancy import tenant_context
from kernel.testing.access import enter, make_person, make_role


@pytest.fixture
def signed(alpha, client_for):
    def make(*roles: str):
        client = client_for("alpha")
        with tenant_context(alpha):
            client.person = make_person(*roles)
            return enter(client, client.person)

    return make


def test_the_way_of_an_errand(signed, alpha):
    head, clerk = signed(), signed()
    with tenant_context(alpha):
        tomorrow = local_today() + timedelta(days=1)
    sent = {
        "title": "Відповісти на лист",
        "person": clerk.person.pk,
        "due_on": tomorrow.isoformat(),
        "note": "Терміново",
    }
    assert head.post("/tasks/new/", sent).status_code == 302
    with tenant_context(alpha):
        task = Task.objects.get()
    assert "Відповісти на лист" in clerk.get("/tasks/").content.decode()
    assert "Відповісти" not in head.get("/tasks/").content.decode()
    assert "Відповісти" in head.get("/tasks/?show=given").content.decode()
    card = f"/tasks/{task.pk}/"
    assert "Терміново" in clerk.get(card).content.decode()
    assert clerk.get(f"{card}return/").status_code == 200
    assert clerk.post(f"{card}return/", {"reason": ""}).status_code == 422
    assert clerk.post(f"{card}return/", {"reason": "не моє"}).status_code == 302
    assert "Відповісти" in head.get("/tasks/?show=returned").content.decode()
    assert head.post(f"{card}delegate/", {"person": clerk.person.pk}).status_code == 302
    assert clerk.post(f"{card}finish/", {"outcome": "Зроблено"}).status_code == 302
    assert "Відповісти" in clerk.get("/tasks/?show=closed").content.decode()
    again = clerk.post(f"{card}finish/", {"outcome": "ще раз"})
    assert again.status_code == 422 and "вже закрито" in again.content.decode()


def test_what_is_not_ones_own_is_not_there(signed, alpha):
    head, clerk, stranger = signed(), signed(), signed()
    with tenant_context(alpha):
        task = assign_task("Таємне доручення", by=head.person, person=clerk.person)
    assert "Таємне" not in stranger.get("/tasks/").content.decode()
    assert stranger.get(f"/tasks/{task.pk}/").status_code == 404
    for act in ("take", "finish", "return", "delegate", "withdraw"):
        assert stranger.post(f"/tasks/{task.pk}/{act}/", {}).status_code == 404
    assert clerk.post(f"/tasks/{task.pk}/withdraw/", {"reason": "не хочу"}).status_code == 422
    assert head.post(f"/tasks/{task.pk}/withdraw/", {"reason": "зайве"}).status_code == 302


def test_taken_by_the_first(signed, alpha):
    with tenant_context(alpha):
        make_role("architects")
    one, two = signed("architects"), signed("architects")
    with tenant_context(alpha):
        from kernel.testing.access import OPERATOR

        task = assign_task("Погодити схему", by=OPERATOR, role="architects")
    assert "Роль architects" in one.get("/tasks/").content.decode()
    assert "Взяти собі" in one.get(f"/tasks/{task.pk}/").content.decode()
    assert "тепер ваше" in one.post(f"/tasks/{task.pk}/take/", follow=True).content.decode()
    assert two.get(f"/tasks/{task.pk}/").status_code == 404


def test_overdue_is_seen(signed, alpha):
    clerk = signed()
    with tenant_context(alpha):
        yesterday = local_today() - timedelta(days=1)
        assign_task("Прострочене", by=clerk.person, person=clerk.person, due_on=yesterday)
        assign_task("Без строку", by=clerk.person, person=clerk.person)
    page = clerk.get("/tasks/").content.decode()
    assert "прострочено" in page and page.index("Прострочене") < page.index("Без строку")
    assert "1 з 2 за строком" in page
    assert "Без строку" not in clerk.get("/tasks/?show=overdue").content.decode()
    assert clerk.get("/tasks/?show=казна-що").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("title", "", ""), ("person", "не-людина", ""), ("due_on", "2020-01-01", "уже минув"), ("due_on", "завтра", "")],
)
def test_a_bad_form_is_explained(signed, field, value, told):
    clerk = signed()
    sent = {"title": "Лист", "person": clerk.person.pk, field: value}
    answer = clerk.post("/tasks/new/", sent)
    assert answer.status_code == 422 and told in answer.content.decode()


def test_strangers_sign_in_first(client_for, alpha):
    for path in ("", "new/"):
        assert client_for("alpha").get(f"/tasks/{path}").status_code == 302
