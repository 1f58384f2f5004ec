"""One process at a time per address, and every failure told with the way on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import DatabaseError

from kernel.tenancy.actor import Actor, acting
from provisioning.blueprint import BlueprintError
from provisioning.db import Connection, broken_connection, holding, owner_connection
from provisioning.errors import Busy, ProvisioningError, Unreachable
from provisioning.lifecycle import journal
from shared_apps.fleet.models import Operation


def operator(name: str, purpose: str) -> Actor:
    return Actor(kind="operator", name=name, reason=purpose)


@contextmanager
def alone(slug: str, by: str, purpose: str) -> Iterator[Connection]:
    """The owner's connection with the address locked; the lock dies with the process that held it."""
    busy = Busy(
        f"«{slug}» саме створює, змінює або прибирає інший процес.",
        f"зачекайте, доки він скінчить, і подивіться: hromada tenant show {slug}.",
    )
    with (
        acting(operator(by, purpose)),
        owner_connection(purpose) as connection,
        holding(connection, f"tenant {slug}", busy=busy),
    ):
        yield connection


@contextmanager
def telling(way_on: str, operation: Operation | None = None, step: str = "") -> Iterator[None]:
    """Whatever happens is remembered with the operation, and said with what to do next."""
    try:
        yield
    except ProvisioningError as error:
        _remember(operation, step, error)
        raise
    except Exception as error:
        where = f" на кроці «{step}»" if step else ""
        if lost := broken_connection(error):
            raise Unreachable(f"База даних перестала відповідати{where}: {str(lost).strip()}", way_on) from error
        _remember(operation, step, error)
        if isinstance(error, BlueprintError):
            raise ProvisioningError(str(error), way_on) from error
        if isinstance(error, psycopg.Error | DatabaseError):
            raise ProvisioningError(f"База відмовила{where}: {str(error).strip()}", way_on) from error
        raise


def _remember(operation: Operation | None, step: str, error: Exception) -> None:
    if operation is not None:
        journal.fail(operation, step, str(error))
