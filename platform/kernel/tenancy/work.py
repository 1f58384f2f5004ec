"""Celery tasks carry their tenant in the message header and start from a cleared context.

tenant-schemas-celery writes the header and switches the schema; this makes the switch fail closed: an
unknown or missing schema is an error, and whatever the previous task left behind is wiped first.
"""

from __future__ import annotations

from typing import Any

from celery.signals import beat_init, task_postrun, task_prerun
from tenant_schemas_celery.app import CeleryApp, get_schema_name_from_task, restore_schema, switch_schema

from kernel.tenancy.actor import Actor, set_actor
from kernel.tenancy.directory import tenant_by_schema
from kernel.tenancy.scope import PLATFORM, PUBLIC_SCHEMA, Scope, set_scope

task_prerun.disconnect(switch_schema, dispatch_uid="tenant_schemas_switch_schema")
task_postrun.disconnect(restore_schema, dispatch_uid="tenant_schemas_restore_schema")


@beat_init.connect(dispatch_uid="hromada_beat")
def schedule_for_platform(**_kwargs: Any) -> None:
    """The scheduler only ever starts platform tasks; those fan out to tenants themselves."""
    set_scope(PLATFORM)


@task_prerun.connect(dispatch_uid="hromada_enter")
def enter_scope(task: Any = None, **_kwargs: Any) -> None:
    set_scope(None)
    set_actor(None)
    # Celery swallows errors of signal handlers. Then the scope stays unset, and the task fails at its
    # first touch of data.
    schema = get_schema_name_from_task(task, {})
    if schema == PUBLIC_SCHEMA:
        set_scope(PLATFORM)
    elif schema:
        set_scope(Scope(schema, tenant_by_schema(schema)))
    set_actor(Actor(kind="job", id=str(task.request.id), name=task.name))


@task_postrun.connect(dispatch_uid="hromada_leave")
def leave_scope(task: Any = None, **_kwargs: Any) -> None:
    if not task.request.is_eager:
        set_scope(None)
    set_actor(None)


__all__ = ["CeleryApp"]
