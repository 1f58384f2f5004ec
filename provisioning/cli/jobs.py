"""`hromada jobs …`: long work of the platform or of one tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer

from provisioning.cli.output import Json, command, done, emit, table

app = typer.Typer()
Tenant = Annotated[str, typer.Option("--tenant", help="Адреса громади; без неї — завдання платформи.")]
JobId = Annotated[UUID, typer.Argument(help="Номер завдання.")]


@contextmanager
def _whose(tenant: str) -> Iterator[None]:
    from kernel.tenancy import platform_context, tenant_context
    from provisioning.lifecycle.records import find_community

    with tenant_context(find_community(tenant)) if tenant else platform_context():
        yield


@app.command("list")
@command
def list_jobs(
    tenant: Tenant = "",
    status: Annotated[str, typer.Option(help="queued, running, done, failed, cancelled.")] = "",
    as_json_document: Json = False,
) -> None:
    """Останні завдання."""
    from kernel.jobs.models import Job

    with _whose(tenant):
        found = list((Job.objects.filter(status=status) if status else Job.objects.all())[:200])
    rows = [
        {
            "id": job.pk,
            "kind": job.kind,
            "subject": job.subject,
            "period": job.period,
            "status": job.status,
            "percent": job.percent,
            "attempts": job.attempts,
            "queued_at": job.queued_at,
            "finished_at": job.finished_at,
            "error": job.error,
        }
        for job in found
    ]
    if as_json_document:
        emit(rows)
    else:
        table(
            "Завдання",
            ["Номер", "Вид", "Предмет", "Період", "Стан", "%", "Спроб", "Поставлено", "Закінчено", "Помилка"],
            [list(row.values()) for row in rows],
        )


@app.command()
@command
def retry(job: JobId, tenant: Tenant = "", as_json_document: Json = False) -> None:
    """Поставити невдале завдання знову."""
    _act("retry", job, tenant, as_json_document)


@app.command()
@command
def cancel(job: JobId, tenant: Tenant = "", as_json_document: Json = False) -> None:
    """Скасувати завдання в черзі або попросити те, що виконується, зупинитися."""
    _act("cancel", job, tenant, as_json_document)


def _act(verb: str, job_id: UUID, tenant: str, as_json_document: bool) -> None:
    from kernel.jobs import queue
    from kernel.jobs.models import Job
    from provisioning.errors import NotFound

    with _whose(tenant):
        try:
            job = getattr(queue, verb)(job_id)
        except Job.DoesNotExist as error:
            raise NotFound(f"Завдання {job_id} немає.", "hromada jobs list покаже наявні.") from error
    if as_json_document:
        emit({"id": job.pk, "status": job.status, "cancel_asked": job.cancel_asked})
    else:
        done(f"{job}: {job.get_status_display()}{', зупинку запитано' if job.cancel_asked else ''}.")
