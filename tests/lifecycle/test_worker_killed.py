"""kill -9 of a real worker in the middle of a job: another finishes it, and nothing is done twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kernel.jobs import queue
from kernel.jobs.models import Job
from kernel.tenancy import platform_context
from provisioning import jobs
from provisioning.lifecycle import NewTenant, reserve_tenant
from shared_apps.communities.models import Community
from tests.lifecycle.conftest import require_no_orphans, require_whole

ROOT = Path(__file__).resolve().parents[2]
Owner = psycopg.Connection[Any]


@contextmanager
def worker(tmp_path: Path, step: str = "") -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.lifecycle.victim", "worker", step],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "HROMADA_STATE": str(tmp_path / ".local")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(fact: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["schema", "finish"])
def test_job_is_picked_up(owner: Owner, dubova: NewTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str):
    operation = reserve_tenant(replace(dubova), by="форма на сайті")
    with platform_context():
        queued, _ = queue.enqueue(jobs.CREATE_TENANT, subject=operation.subject, operation_id=str(operation.pk))
        with worker(tmp_path, step) as first:
            assert first.stdout is not None
            assert json.loads(first.stdout.readline()) == {"inside": step}
            os.killpg(first.pid, signal.SIGKILL)
        queued.refresh_from_db()
        assert queued.status == Job.Status.RUNNING, "nobody has noticed yet"
        assert Community.objects.get(slug="dubivska").state == "provisioning"
        assert queue.requeue_silent() == 0, "a worker that was alive a moment ago is not taken for dead"
        monkeypatch.setattr(queue, "SILENT_FOR", timedelta(0))
        assert queue.requeue_silent() == 1
        with worker(tmp_path):
            wait_until(lambda: Job.objects.get(pk=queued.pk).status not in Job.ACTIVE)
        queued.refresh_from_db()
        assert (queued.status, queued.attempts, queued.error) == (Job.Status.DONE, 2, "")
        assert Community.objects.get(slug="dubivska").state == "active"
    require_whole(owner, "t_dubivska")
    require_no_orphans(owner)


def test_job_that_kills_every_worker_is_given_up(owner: Owner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queue, "SILENT_FOR", timedelta(0))
    with platform_context():
        queued, _ = queue.enqueue(jobs.CREATE_TENANT, subject="dubivska", operation_id="")
        most = queue.kind_of(jobs.CREATE_TENANT).most_attempts
        Job.objects.filter(pk=queued.pk).update(
            status=Job.Status.RUNNING, attempts=most - 1, heartbeat_at=queued.queued_at, started_at=queued.queued_at
        )
        assert queue.requeue_silent() == 0
        queued.refresh_from_db()
    assert queued.status == Job.Status.FAILED
    assert "Виконавця зупиняли" in queued.error
