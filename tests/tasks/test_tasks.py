from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from kernel.access.dates import local_today
from kernel.access.models import Delegation
from kernel.audit.models import History
from kernel.notices.models import Notice
from kernel.operations import Denied
from kernel.tasks.jobs import remind
from kernel.tasks.models import Task
from kernel.tasks.operations import (
    assign_task,
    delegate_task,
    finish_task,
    return_task,
    take_task,
    withdraw_task,
)
from kernel.tasks.public import close_duties, load_of, next_tasks, open_tasks, put_duty, withdraw_duties
from kernel.tenancy import tenant_context
from kernel.tenancy.actor import Actor
from kernel.testing.access import OPERATOR, make_person, make_role

State = Task.State
SYSTEM = Actor("system", name="Система")


@pytest.fixture
def head(in_alpha):
    return make_person(last_name="Голова")


@pytest.fixture
def clerk(in_alpha):
    return make_person(last_name="Діловод", department="Загальний відділ")


def told(person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("created_at").values_list("title", flat=True))


def test_given_and_done(head, clerk):
    task = assign_task("Відповісти на лист", by=head, person=clerk, due_on=local_today())
    assert (task.giver, task.given_by, open_tasks(clerk), open_tasks(head)) == (head.full_name, head, 1, 0)
    assert told(clerk) == ["Доручено: Відповісти на лист"]
    finish_task(task, by=clerk, outcome="Відповідь № 12")
    task.refresh_from_db()
    assert (task.state, task.closed_by, task.outcome) == (State.DONE, clerk, "Відповідь № 12")
    assert told(head) == ["Виконано: Відповісти на лист"] and open_tasks(clerk) == 0
    actions = History.objects.filter(table_name="tasks_task").values_list("action", flat=True)
    assert sorted(actions) == ["insert", "update"]


def test_returned_and_given_anew(head, clerk):
    other = make_person()
    task = assign_task("Погодити схему", by=head, person=clerk)
    with pytest.raises(Denied, match="чому повертаєте"):
        return_task(task, by=clerk, reason="  ")
    return_task(task, by=clerk, reason="Не мій напрям")
    assert told(head) == ["Повернуто: Погодити схему"] and open_tasks(clerk) == 0
    delegate_task(task, by=head, person=other, reason="Візьміть ви")
    task.refresh_from_db()
    assert (task.state, task.person, task.closed_at) == (State.OPEN, other, None)
    assert "Візьміть ви" in task.note and open_tasks(other) == 1


def test_passed_on_by_the_one_who_has_it(head, clerk):
    other = make_person()
    task = assign_task("Погодити схему", by=head, person=clerk)
    delegate_task(task, by=clerk, person=other)
    assert (open_tasks(clerk), open_tasks(other)) == (0, 1)
    with pytest.raises(Denied, match="виконавець"):
        delegate_task(task, by=clerk, person=clerk)
    with pytest.raises(Denied, match="вже в цієї людини"):
        delegate_task(task, by=other, person=other)


def test_withdrawn_only_by_the_giver(head, clerk):
    task = assign_task("Зайве", by=head, person=clerk)
    with pytest.raises(Denied, match="хто його доручив"):
        withdraw_task(task, by=clerk)
    withdraw_task(task, by=head, reason="Передумав")
    with pytest.raises(Denied, match="вже закрито"):
        finish_task(task, by=clerk)


def test_strangers_do_nothing(head, clerk):
    task, stranger = assign_task("Лист", by=head, person=clerk), make_person()
    for act in (
        lambda: finish_task(task, by=stranger),
        lambda: return_task(task, by=stranger, reason="так"),
        lambda: delegate_task(task, by=stranger, person=stranger),
        lambda: withdraw_task(task, by=stranger),
        lambda: take_task(task, by=stranger),
    ):
        with pytest.raises(Denied):
            act()
    task.refresh_from_db()
    assert task.state == State.OPEN and task.person == clerk


def test_done_twice(head, clerk):
    task = assign_task("Лист", by=head, person=clerk)
    finish_task(task, by=clerk)
    with pytest.raises(Denied, match="вже закрито: виконано"):
        finish_task(task, by=clerk)


def test_for_anybody_of_a_role_and_department(head, clerk):
    make_role("architects")
    one = make_person("architects", department="Загальний відділ")
    two = make_person("architects", department="Інший відділ")
    task = put_duty("Погодити схему", by=SYSTEM, role="architects", department="Загальний відділ")
    assert [open_tasks(who) for who in (one, two, clerk)] == [1, 0, 0]
    assert told(one) and not told(two) and not told(clerk)
    both = put_duty("Оглянути майданчик", by=SYSTEM, role="architects")
    assert [open_tasks(who) for who in (one, two, clerk)] == [2, 1, 0]
    take_task(both, by=two)
    assert [open_tasks(who) for who in (one, two)] == [1, 1]
    with pytest.raises(Denied):
        take_task(both, by=one)
    with pytest.raises(Denied, match="поставила система"):
        return_task(task, by=one, reason="не моє")


def test_who_stands_in_sees_the_tasks(head, clerk):
    role = make_role("clerks")
    from kernel.access.models import RoleAssignment

    RoleAssignment.objects.create(user=clerk, role=role, valid_from=local_today(), given_by="тести")
    deputy = make_person()
    assign_task("Лист", by=head, person=clerk)
    assert open_tasks(deputy) == 0
    Delegation.objects.create(
        from_user=clerk, to_user=deputy, from_date=local_today(), to_date=local_today(), reason="відпустка"
    )
    from kernel.access.grants import forget_rights

    forget_rights(deputy)
    assert open_tasks(deputy) == 1


def test_a_duty_is_put_once_and_closed_with_its_thing(head, clerk):
    put = [put_duty("Перевірити", by=head, person=clerk, subject=head, key="case:1") for _time in range(2)]
    assert put[0].pk == put[1].pk and open_tasks(clerk) == 1
    assert close_duties(head, by=make_person(), outcome="Зроблено в картці") == 1
    assert close_duties(head, by=head) == 0 and open_tasks(clerk) == 0
    put_duty("Перевірити", by=head, person=clerk, subject=head, key="case:1")
    assert withdraw_duties(head, by=OPERATOR, reason="справу закрито") == 1
    assert set(Task.objects.values_list("state", flat=True)) == {"done", "withdrawn"}


def test_what_is_refused(head, clerk):
    with pytest.raises(ValidationError, match="кому доручаєте"):
        assign_task("Нічиє", by=head)
    with pytest.raises(Denied, match="Ролі"):
        assign_task("Лист", by=head, role="nobody")
    with pytest.raises(Denied, match="вимкнено"):
        assign_task("Лист", by=head, person=make_person(is_active=False))
    with pytest.raises(ValidationError):
        assign_task("", by=head, person=clerk)
    with pytest.raises(ValidationError):
        assign_task("Лист", by=head, person=clerk, url="https://evil.example/")


def test_overdue_first_without_a_term_last(head, clerk):
    today = local_today()
    for title, due in (
        ("без строку", None),
        ("за тиждень", today + timedelta(days=7)),
        ("позавчора", today - timedelta(days=2)),
        ("сьогодні", today),
        ("за місяць", today + timedelta(days=30)),
    ):
        assign_task(title, by=head, person=clerk, due_on=due)
    assert [one.title for one in next_tasks(clerk)] == [
        "позавчора",
        "сьогодні",
        "за тиждень",
        "за місяць",
        "без строку",
    ]
    load = load_of(clerk)
    assert (load.total, load.overdue, load.today, load.week, load.in_time) == (5, 1, 1, 1, 4)


def test_reminders_come_once_per_occasion(head, clerk):
    today = local_today()
    for title, days in (("завтра", 1), ("сьогодні", 0), ("минуло", -1), ("далеко", 5)):
        assign_task(title, by=head, person=clerk, due_on=today + timedelta(days=days))
    Notice.objects.all().delete()
    assert remind() == 3
    assert sorted(told(clerk)) == ["Строк завтра: завтра", "Строк минув: минуло", "Строк сьогодні: сьогодні"]
    assert remind() == 0
    Task.objects.filter(title="завтра").update(due_on=today)
    assert remind() == 1, "another day is another occasion"


def test_tenants_apart(alpha, beta):
    with tenant_context(alpha):
        person = make_person()
        assign_task("Лист", by=OPERATOR, person=person)
    with tenant_context(beta):
        assert not Task.objects.exists()
