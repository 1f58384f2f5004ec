"""Structured logs that name the tenant by themselves."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import structlog

from kernel.tenancy.actor import actor_or_none
from kernel.tenancy.scope import scope_or_none


def add_scope(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    scope = scope_or_none()
    event["tenant"] = scope.tenant.slug if scope and scope.tenant else (scope.schema if scope else None)
    actor = actor_or_none()
    if actor and actor.request_id:
        event["request_id"] = actor.request_id
    return event


def get_logger(name: str) -> Any:
    return structlog.stdlib.get_logger(name)
