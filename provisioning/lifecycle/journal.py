"""The rows of fleet.Operation: what was asked, how far it came, how it ended. A step is marked where it is done."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseError
from django.utils.timezone import now
from psycopg.types.json import Jsonb

from kernel.tenancy import platform_context
from provisioning.db import Connection
from provisioning.errors import NotFound
from shared_apps.fleet.models import Operation

Status = Operation.Status


def latest(kind: str, subject: str) -> Operation | None:
    return Operation.objects.filter(kind=kind, subject=subject).order_by("-started_at").first()


def unfinished(kind: str, subject: str) -> Operation | None:
    """Begun and neither finished nor taken back: it is to be gone on with."""
    return (
        Operation.objects.filter(kind=kind, subject=subject, status__in=[Status.RUNNING, Status.FAILED])
        .order_by("-started_at")
        .first()
    )


def unfinished_subjects(kind: str) -> list[str]:
    found = Operation.objects.filter(kind=kind, status__in=[Status.RUNNING, Status.FAILED])
    return sorted(set(found.values_list("subject", flat=True)))


def begin(kind: str, subject: str, arguments: dict[str, Any], *, by: str, done: tuple[str, ...] = ()) -> Operation:
    return Operation.objects.create(
        kind=kind, subject=subject, arguments=arguments, by=by, done_steps=list(done), step=done[-1] if done else ""
    )


def reopen(operation: Operation) -> None:
    operation.status, operation.error, operation.finished_at = Status.RUNNING, "", None
    operation.save(update_fields=["status", "error", "finished_at"])


def mark(operation: Operation, step: str, steps: int) -> None:
    """Within the transaction of the step itself, on the application's connection."""
    _note(operation, step, steps)
    operation.save(update_fields=["step", "done_steps", "progress"])


def mark_as_owner(connection: Connection, operation: Operation, step: str, steps: int) -> None:
    """The same on the owner's connection, where the step made or dropped tables."""
    _note(operation, step, steps)
    connection.execute(
        "UPDATE fleet_operation SET step = %s, done_steps = %s, progress = %s WHERE id = %s",
        [step, Jsonb(operation.done_steps), operation.progress, operation.pk],
    )


def finish(operation: Operation, steps: Sequence[str] = ()) -> None:
    """All of `steps` are done, those that had nothing to do as well."""
    operation.done_steps = list(dict.fromkeys([*operation.done_steps, *steps]))
    operation.step = operation.done_steps[-1] if operation.done_steps else ""
    operation.status, operation.progress, operation.finished_at = Status.DONE, 100, now()
    operation.save(update_fields=["status", "progress", "finished_at", "step", "done_steps"])


def finish_as_owner(connection: Connection, operation: Operation) -> None:
    """In one transaction with what it made, on the owner's connection."""
    operation.status, operation.progress, operation.finished_at = Status.DONE, 100, now()
    connection.execute(
        "UPDATE fleet_operation SET status = %s, progress = 100, finished_at = %s WHERE id = %s",
        [operation.status, operation.finished_at, operation.pk],
    )


def abandon(operation: Operation) -> None:
    """It will never be gone on with: its subject is not what it was."""
    operation.status, operation.finished_at = Status.ROLLED_BACK, now()
    operation.save(update_fields=["status", "finished_at"])


def fail(operation: Operation, step: str, error: str) -> None:
    """Best effort: when the database itself is gone the row stays "running", and is resumed all the same."""
    with suppress(DatabaseError), platform_context():
        Operation.objects.filter(pk=operation.pk).update(
            status=Status.FAILED, step=step, error=error[:4000], finished_at=now()
        )


def arguments_of(kind: str) -> list[dict[str, Any]]:
    return list(Operation.objects.filter(kind=kind, status=Status.DONE).values_list("arguments", flat=True))


def find_operation(operation_id: UUID | str) -> Operation:
    operation = Operation.objects.filter(pk=operation_id).first()
    if operation is None:
        raise NotFound(f"Операції {operation_id} немає.", "усі операції: hromada jobs list.")
    return operation


def _note(operation: Operation, step: str, steps: int) -> None:
    if step not in operation.done_steps:
        operation.done_steps = [*operation.done_steps, step]
    operation.step = step
    operation.progress = min(99, 100 * len(operation.done_steps) // steps)
