"""kill -9 of whoever loads, two who load at once, a disk that ends: nothing is lost, nothing is there twice."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from kernel.audit.models import History
from kernel.bus.models import Event
from kernel.jobs import queue
from kernel.jobs.models import Job
from kernel.jobs.registry import JobRun
from kernel.registers.importing import loading, runs
from kernel.registers.importing.models import ImportLine, ImportRun
from kernel.tenancy.files import storage
from kernel.tenancy.scope import scope_context
from tenant_apps.territory.bus_stops.models import BusStop
from tests.importing.conftest import csv_of

ROWS = [f"Ч-{number};Зупинка {number};;;;;" for number in range(10)]


def in_a_child(work: Callable[[], object]) -> int:
    """Its process number; the child ends with 0 only when the work is done."""
    for connection in connections.all(initialized_only=True):
        with scope_context(None):
            connection.close()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return child


def died(child: int) -> bool:
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def ended_well(child: int) -> bool:
    return os.waitpid(child, 0)[1] == 0


def kill(*_args: Any, **_kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def queued(transactional_db, tried, clerk, monkeypatch) -> ImportRun:
    """Ten lines in portions of four, waiting in the queue."""
    monkeypatch.setattr(loading, "AT_ONCE", 4)
    monkeypatch.setattr(queue.take_turn, "delay", lambda: None)
    run = tried(csv_of(*ROWS))
    monkeypatch.setattr(runs, "AT_ONCE", 5)
    return runs.start_loading(run, by=clerk)


def told_of() -> list[str]:
    """Keys of all stops that letters in the outbox speak of."""
    letters = Event.objects.filter(type="kernel.CardChanged", payload__register="bus_stops.bus-stops")
    return sorted(pk for letter in letters for pk in letter.payload["pks"] or [letter.payload["pk"]])


def all_is_there(run: ImportRun) -> None:
    run.refresh_from_db()
    assert (run.state, run.loaded, run.wrong) == (ImportRun.State.LOADED, 10, 0)
    keys = sorted(map(str, BusStop.objects.values_list("pk", flat=True)))
    assert len(keys) == 10
    assert sorted(History.objects.filter(table_name="bus_stops_busstop").values_list("row_id", flat=True)) == keys
    assert told_of() == keys
    assert sorted(str(pk) for pk in ImportLine.objects.values_list("target", flat=True)) == keys


@pytest.mark.parametrize("written", [0, 4], ids=["before its first portion is kept", "within the second portion"])
def test_a_worker_killed_within_a_portion(queued, monkeypatch, written):
    announce = loading.announce

    def deadly(register: Any, keys: Any, verb: str) -> None:
        announce(register, keys, verb)
        if BusStop.objects.count() > written:
            kill()

    with monkeypatch.context() as patched:
        patched.setattr(loading, "announce", deadly)
        assert died(in_a_child(queue.take_turn))
    assert BusStop.objects.count() == written, "what was not kept is not there"
    assert History.objects.filter(table_name="bus_stops_busstop").count() == written == len(told_of())
    job = Job.objects.get(kind=runs.LOAD)
    assert job.status == Job.Status.RUNNING
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1))
    assert queue.requeue_silent() == 1
    queue.take_turn()
    all_is_there(queued)
    job.refresh_from_db()
    assert (job.status, job.done, job.total) == (Job.Status.DONE, 10, 10)


def test_a_worker_killed_between_the_last_portion_and_the_end(queued, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(loading, "count", lambda _run: BusStop.objects.count() == 10 and kill())
        assert died(in_a_child(queue.take_turn))
    assert BusStop.objects.count() == 10
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1))
    queue.requeue_silent()
    queue.take_turn()
    all_is_there(queued)


def test_two_workers_at_one_import(queued):
    """One was taken for dead and was not."""
    children = [in_a_child(lambda: runs.work_load(ImportRun.objects.get(pk=queued.pk))) for _worker in range(2)]
    assert all([ended_well(child) for child in children])
    all_is_there(queued)


def test_two_people_send_one_file_at_once(transactional_db, begin):
    children = [in_a_child(lambda: begin(csv_of(*ROWS))) for _person in range(2)]
    ended = [ended_well(child) for child in children]
    assert ImportRun.objects.count() == 1 and any(ended)
    # The one who came second is told where the first one is, and his copy of the file is not kept.
    with pytest.raises(runs.NothingToDo):
        begin(csv_of(*ROWS))
    assert len(storage.listdir("imports")[1]) == 1


def test_a_disk_that_ends_in_the_middle_of_a_file(transactional_db, begin, media):
    """The kernel itself refuses to write further; half a file is not left behind."""
    content = csv_of(*ROWS, *(f"Д-{number};{'довга назва ' * 9};;;;;" for number in range(2000)))
    said = Path(media) / "said"
    said.touch()

    def send() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))
        try:
            begin(content)
        except runs.Unreadable as refused:
            said.write_text(str(refused))

    assert len(content) > 128 * 1024
    assert ended_well(in_a_child(send))
    assert "закінчилося місце" in said.read_text()
    assert ImportRun.objects.count() == 0
    assert storage.listdir("imports")[1] == []
    assert begin(content).rows == 0, "when there is room again the same file is taken"


def test_a_queued_import_shows_how_far_it_is_and_may_be_stopped(queued, clerk, monkeypatch):
    seen: list[tuple[int, int | None]] = []
    progress = JobRun.progress

    def watched(self: JobRun, done: int, total: int | None = None, message: str = "") -> None:
        seen.append((done, total))
        if done == 4:
            queue.cancel(self.job_id)
        progress(self, done, total, message)

    with monkeypatch.context() as patched:
        patched.setattr(JobRun, "progress", watched)
        queue.take_turn()
    assert seen == [(4, 10)]
    assert Job.objects.get(kind=runs.LOAD).status == Job.Status.CANCELLED
    run = ImportRun.objects.get(pk=queued.pk)
    assert (run.state, run.loaded, run.to_load) == (ImportRun.State.TRIED, 4, 6)
    assert "можна продовжити" in run.failure and BusStop.objects.count() == 4
    runs.start_loading(run, by=clerk)
    queue.take_turn()
    all_is_there(queued)


def test_a_press_upon_a_waiting_import_queues_nothing_more(queued, clerk):
    runs.start_loading(queued, by=clerk)
    assert Job.objects.filter(kind=runs.LOAD).count() == 1
    queue.take_turn()
    queue.take_turn()
    all_is_there(queued)


def test_a_long_file_is_tried_in_the_queue_and_taken_back_there(transactional_db, begin, clerk, monkeypatch):
    monkeypatch.setattr(queue.take_turn, "delay", lambda: None)
    monkeypatch.setattr(runs, "AT_ONCE", 5)
    run = begin(csv_of(*ROWS, *(f"Д-{number};{'довга ' * 9};;;;;" for number in range(20))))
    assert runs.match(run, run.columns, "both", by=clerk) == []
    runs.try_out(run, by=clerk)
    assert run.job and not ImportLine.objects.exists()
    queue.take_turn()
    run.refresh_from_db()
    assert (run.state, run.to_create) == (ImportRun.State.TRIED, 30)
    runs.start_loading(run, by=clerk)
    queue.take_turn()
    run.refresh_from_db()
    runs.start_undoing(run, by=clerk)
    assert BusStop.objects.count() == 30
    queue.take_turn()
    run.refresh_from_db()
    assert (run.state, BusStop.objects.count()) == (ImportRun.State.ROLLED_BACK, 0)
