"""Whose turn it is: many jobs of one tenant stand in their own line."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kernel.jobs import queue, registry
from kernel.jobs.models import Job
from kernel.jobs.queue import call_turn, cancel, enqueue, requeue_silent, retry, run_job, take_turn
from kernel.jobs.registry import JobRun, job
from kernel.notices.models import Notice
from kernel.operations import Denied
from kernel.tenancy import current_tenant, tenant_context
from kernel.tenancy.actor import Actor, acting
from kernel.tenancy.cache import cache
from kernel.testing.access import make_person

KIND = "tests.work"


@pytest.fixture
def works(monkeypatch) -> dict[str, Callable[..., None]]:
    """A kind of job whose work a test may replace."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    found: dict[str, Callable[..., None]] = {"do": lambda run, **_given: None}
    job(KIND)(lambda run, **given: found["do"](run, **given))
    return found


@pytest.fixture
def broker(monkeypatch) -> deque:
    """Messages in the order of their sending, each with its tenant."""
    messages: deque = deque()
    monkeypatch.setattr(take_turn, "delay", lambda: messages.append(current_tenant()))
    return messages


def run_next(messages: deque) -> str:
    tenant = messages.popleft()
    with tenant_context(tenant):
        take_turn()
    return tenant.slug


def queue_many(count: int) -> None:
    for number in range(count):
        enqueue(KIND, subject=f"{number}")
    call_turn()


def test_a_neighbour_does_not_wait_for_thousands(alpha, beta, works, broker):
    done: list[str] = []
    works["do"] = lambda run, **_given: done.append(current_tenant().slug)
    with tenant_context(alpha):
        Job.objects.bulk_create(Job(kind=KIND, subject=f"{number}") for number in range(10_000))
        call_turn()
        call_turn()
    assert len(broker) == 1, "ten thousand jobs are one message"
    with tenant_context(beta):
        queue_many(2)
    for _turn in range(6):
        run_next(broker)
    assert done == ["alpha", "beta", "alpha", "beta", "alpha", "alpha"]
    assert len(broker) == 1, "alpha's next turn, and nothing of beta's"


def test_jobs_of_one_tenant_go_in_order_and_to_the_last(alpha, works, broker):
    done: list[int] = []
    works["do"] = lambda run, number: done.append(number)
    with tenant_context(alpha):
        for number in range(5):
            enqueue(KIND, subject=str(number), number=number)
        call_turn()
        while broker:
            run_next(broker)
        assert not Job.objects.exclude(status=Job.Status.DONE).exists()
    assert done == [0, 1, 2, 3, 4]


def test_no_more_at_once_than_allowed(alpha, works, broker, settings):
    """A job that, while it works, gives the broker every chance to start others."""
    settings.JOBS_AT_ONCE = 2
    running: list[int] = []

    def work(run: JobRun, **_given: object) -> None:
        running.append(Job.objects.filter(status=Job.Status.RUNNING).count())
        while broker:
            run_next(broker)

    works["do"] = work
    with tenant_context(alpha):
        queue_many(6)
        while broker:
            run_next(broker)
        assert not Job.objects.exclude(status=Job.Status.DONE).exists()
    assert max(running) == 2 and len(running) == 6


def test_a_dead_job_takes_no_place(alpha, works, broker):
    with tenant_context(alpha):
        dead, _new = enqueue(KIND, subject="dead")
        Job.objects.filter(pk=dead.pk).update(
            status=Job.Status.RUNNING, heartbeat_at=timezone.now() - queue.SILENT_FOR - timedelta(seconds=1)
        )
        alive, _new = enqueue(KIND, subject="alive")
        take_turn()
        alive.refresh_from_db()
        assert alive.status == Job.Status.DONE
        assert requeue_silent() == 1
        take_turn()
        dead.refresh_from_db()
        assert dead.status == Job.Status.DONE


def test_a_lost_turn_is_called_again_by_the_sweep(alpha, works, broker):
    with tenant_context(alpha):
        lost, _new = enqueue(KIND)
        cache.set(queue.CALLED, True, 300)
        Job.objects.filter(pk=lost.pk).update(queued_at=timezone.now() - queue.SILENT_FOR * 2)
        assert requeue_silent() == 1
    assert run_next(broker) == "alpha"
    with tenant_context(alpha):
        lost.refresh_from_db()
    assert lost.status == Job.Status.DONE


def test_the_work_failing_does_not_stop_the_line(alpha, works, broker):
    def work(run: JobRun, number: int) -> None:
        if number == 0:
            raise ValueError("зламано")

    works["do"] = work
    with tenant_context(alpha):
        for number in range(2):
            enqueue(KIND, subject=str(number), number=number)
        call_turn()
        while broker:
            run_next(broker)
        assert dict(Job.objects.values_list("subject", "status")) == {"0": "failed", "1": "done"}


def test_enqueueing_calls_a_turn_once_committed(alpha, works, broker, django_capture_on_commit_callbacks):
    with tenant_context(alpha), django_capture_on_commit_callbacks(execute=True):
        first, new = enqueue(KIND, subject="a")
        again, new_again = enqueue(KIND, subject="a")
    assert (new, new_again, first.pk) == (True, False, again.pk)
    assert len(broker) == 1


def test_a_turn_with_nothing_to_do(alpha, works, broker):
    with tenant_context(alpha):
        take_turn()
    assert not broker


def test_cancelled_while_waiting_and_while_running(alpha, works, broker):
    def work(run: JobRun, **_given: object) -> None:
        cancel(run.job_id)
        run.progress(1, 10)

    works["do"] = work
    with tenant_context(alpha):
        waiting, _new = enqueue(KIND, subject="1")
        cancel(waiting.pk)
        running, _new = enqueue(KIND, subject="2")
        take_turn()
        waiting.refresh_from_db()
        running.refresh_from_db()
        assert (waiting.status, running.status) == (Job.Status.CANCELLED, Job.Status.CANCELLED)
        assert waiting.started_at is None and running.done == 1
        works["do"] = lambda run, **_given: None
        retry(running.pk)
        take_turn()
        running.refresh_from_db()
        assert running.status == Job.Status.DONE


# -- whose it is and how it ended -------------------------------------------------------------------


@pytest.fixture
def olena(in_alpha):
    return make_person(last_name="Коваленко")


def run_for(person, works, work, **given) -> Job:
    works["do"] = work
    with acting(Actor("user", str(person.pk), person.full_name)):
        queued, _new = enqueue(KIND, title="Імпорт адрес", **given)
    run_job(str(queued.pk))
    queued.refresh_from_db()
    return queued


def test_the_result_is_where_the_job_said(olena, works):
    done = run_for(olena, works, lambda run: run.finish(url="/files/1", message="412 рядків"))
    assert (done.finished_url, done.message, done.queued_by_id) == ("/files/1", "412 рядків", olena.pk)
    told = Notice.objects.get(person=olena)
    assert (told.title, told.url, told.body) == ("Готово: Імпорт адрес", "/files/1", "412 рядків")


def test_a_refusal_is_told_in_its_own_words(olena, works):
    def work(run: JobRun) -> None:
        raise Denied("Колонку «Вулиця» не знайдено. Перевірте файл.")

    failed = run_for(olena, works, work)
    assert failed.error == "Колонку «Вулиця» не знайдено. Перевірте файл."
    assert Notice.objects.get(person=olena).url == f"/jobs/{failed.pk}/"

    def invalid(run: JobRun) -> None:
        raise ValidationError("Файл порожній.")

    assert run_for(olena, works, invalid).error == "Файл порожній."


def test_a_result_outside_is_refused(olena, works):
    failed = run_for(olena, works, lambda run: run.finish(url="https://evil.example/"))
    assert failed.status == Job.Status.FAILED and failed.finished_url == ""


def test_jobs_of_the_system_are_told_to_nobody(olena, works):
    with acting(Actor("user", str(olena.pk), olena.full_name)):
        queued, _new = enqueue(KIND)
    run_job(str(queued.pk))
    with acting(Actor("job", "не-номер")):
        queued, _new = enqueue(KIND, title="Нічне")
    run_job(str(queued.pk))
    assert not Notice.objects.exists() and queued.queued_by_id is None


def test_an_actor_without_an_account(in_alpha, works):
    with acting(Actor("user", "7", "Давній запис")):
        queued, _new = enqueue(KIND, title="Імпорт")
    assert queued.queued_by_id is None and queued.queued_by == "Давній запис"


def test_a_retry_forgets_the_old_result(olena, works):
    def work(run: JobRun) -> None:
        run.finish(url="/files/1")
        raise ValueError("після результату")

    failed = run_for(olena, works, work)
    assert retry(failed.pk).finished_url == ""
