"""Which tables belong to which schema, for the app's connection and the owner's alike."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections
from django_tenants.routers import TenantSyncRouter

from kernel.tenancy.scope import PUBLIC_SCHEMA


class SchemaRouter(TenantSyncRouter):
    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        schema = connections[db].schema_name  # type: ignore[attr-defined]
        wanted = settings.SHARED_APPS if schema == PUBLIC_SCHEMA else settings.TENANT_APPS
        return None if self.app_in_list(app_label, wanted) else False
