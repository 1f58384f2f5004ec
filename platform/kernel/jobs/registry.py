"""Kinds of jobs and what a running one may say of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from celery import current_app
from django.utils import timezone

from kernel.jobs.models import Job

Work = Callable[..., Any]


class JobCancelled(Exception):
    """Somebody asked the job to stop; what it committed stays, the rest is not done."""


class UnknownJob(LookupError):
    def __init__(self, kind: str) -> None:
        super().__init__(f"No job of kind {kind!r}: is its module installed and its jobs.py imported?")


@dataclass(frozen=True)
class JobKind:
    name: str
    work: Work
    most_attempts: int
    daily: bool = False


_kinds: dict[str, JobKind] = {}


def job(name: str, *, most_attempts: int = 3, daily: bool = False) -> Callable[[Work], Work]:
    """Declare a kind of job. The function gets a JobRun and the stored arguments as keywords.

    A daily one is put into the queue of every tenant once a day, while its module is on there.
    """

    def register(work: Work) -> Work:
        if name in _kinds and _kinds[name].work.__module__ != work.__module__:
            raise ValueError(f"The job kind {name!r} is declared twice.")
        _kinds[name] = JobKind(name, work, most_attempts, daily)
        return work

    return register


def kind_of(name: str) -> JobKind:
    if name not in _kinds:
        # A web worker puts into the queue what it never runs, and has not imported it yet.
        current_app.loader.import_default_modules()
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownJob(name) from None


def kinds() -> list[JobKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.name)


class JobRun:
    """A job's hand on its own row: progress, heartbeat, and the question whether to go on.

    Call it between transactions, not inside one, or nobody sees the progress until the end.
    """

    def __init__(self, job_id: UUID) -> None:
        self.job_id = job_id

    def finish(self, url: str = "", message: str = "") -> None:
        """Where the result is, a path of this site, and a word about it; the job ends when its function returns."""
        if url and (not url.startswith("/") or url.startswith("//")):
            raise ValueError(f"The result of a job is on a page of this site, and {url!r} is not.")
        Job.objects.filter(pk=self.job_id).update(finished_url=url, message=message[:300], heartbeat_at=timezone.now())

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        changes: dict[str, Any] = {"done": done, "heartbeat_at": timezone.now(), "message": message[:300]}
        if total is not None:
            changes["total"] = total
        Job.objects.filter(pk=self.job_id).update(**changes)
        if Job.objects.filter(pk=self.job_id, cancel_asked=True).exists():
            raise JobCancelled
