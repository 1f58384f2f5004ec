"""The database backend: PostGIS, with the scope's role and search_path on every connection.

It speaks django-tenants' connection protocol (set_tenant, set_schema, schema_name), but keeps the truth
in kernel.tenancy.scope, so a thread that was told nothing reaches nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import psycopg
from django.contrib.gis.db.backends.postgis import base as postgis
from django.db.backends.postgresql import base as postgresql
from django.db.utils import OperationalError
from django_tenants.postgresql_backend.introspection import DatabaseSchemaIntrospection
from psycopg import sql

from kernel.tenancy import scope as scopes
from kernel.tenancy.actor import Actor, actor_or_none
from kernel.tenancy.pooling import reset_on_return, tell


@lru_cache(maxsize=4096)
def _scope_sql(role: str, schemas: tuple[str, ...]) -> str:
    return (
        sql.SQL("SET ROLE {}; SET search_path = {}")
        .format(sql.Identifier(role), sql.SQL(", ").join(map(sql.Identifier, schemas)))
        .as_string(None)
    )


def _quoted(text: str) -> str:
    """Right whatever the server takes a lone backslash for."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


class DatabaseWrapper(postgis.DatabaseWrapper):
    include_public_schema = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.introspection = DatabaseSchemaIntrospection(self)
        self._applied: tuple[scopes.Scope, Actor | None] | None = None
        self._applying = False

    # -- what the scope asks for ------------------------------------------------------------------

    def _statement(self, scope: scopes.Scope, actor: Actor | None) -> str:
        path: tuple[str, ...] = (scopes.PUBLIC_SCHEMA, scopes.EXTENSIONS_SCHEMA)
        role = scopes.APP_ROLE
        if not scope.is_platform:
            role, path = scope.schema, (scope.schema, *path)
        if self.alias == "owner":
            role = scopes.OWNER_ROLE
        statement = _scope_sql(role, path)
        if self._applied is None or self._applied[1] is not actor:
            statement += f"; SET hromada.actor = {_quoted(actor.setting if actor else '')}"
        return statement

    def _apply_scope(self) -> None:
        scope, actor = scopes.current_scope(), actor_or_none()
        applied = self._applied
        if self._applying or (applied and applied[0] is scope and applied[1] is actor):
            return
        self._applying = True
        try:
            tell(self.connection, self._statement(scope, actor))
        except psycopg.errors.InFailedSqlTransaction:
            # The caller's next statement fails with the real reason; a rollback then forgets the cache.
            self._applied = None
        else:
            self._applied = (scope, actor)
        finally:
            self._applying = False

    def _cursor(self, name: str | None = None) -> Any:
        scopes.current_scope()
        self.ensure_connection()
        with self.wrap_database_errors:
            self._apply_scope()
        return super()._cursor(name)  # type: ignore[misc]

    def connect(self) -> None:
        """Check a pooled connection with the statement that is due anyway: stale ones are replaced."""
        scopes.current_scope()
        for attempt in range(self._attempts()):
            super().connect()
            self._applied = None
            try:
                with self.wrap_database_errors:
                    self._apply_scope()
            except OperationalError:
                self.close()
                if attempt + 1 == self._attempts():
                    raise
            else:
                return

    def _attempts(self) -> int:
        pool = self.settings_dict["OPTIONS"].get("pool")
        return 1 + int(pool.get("max_size", 4)) if pool else 2

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A pooled connection learns the geometry types once, not at every checkout."""
        connection = postgresql.DatabaseWrapper.get_new_connection(self, conn_params)
        if not getattr(connection, "knows_geometry", False):
            self.register_geometry_adapters(connection)
            connection.knows_geometry = True
        return connection

    def _close(self) -> Any:
        """Reset before returning, here and not by the pool's own thread: that hand-over costs more than the reset."""
        if self.connection is not None and self.pool:
            try:
                reset_on_return(self.connection)
            except psycopg.Error:
                # The pool throws a closed connection away.
                self.connection.close()
        return super()._close()  # type: ignore[misc]

    # A SET is undone with its transaction, so what was applied is no longer known.

    def close(self) -> None:
        self._applied = None
        super().close()

    def rollback(self) -> None:
        self._applied = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        try:
            super().savepoint_rollback(sid)
        finally:
            self._applied = None

    def _rollback(self) -> Any:
        self._applied = None
        return super()._rollback()  # type: ignore[misc]

    # -- django-tenants' protocol -----------------------------------------------------------------

    @property
    def schema_name(self) -> str:
        return scopes.current_scope().schema

    @property
    def tenant(self) -> Any:
        scope = scopes.scope_or_none()
        return scope.tenant or scope if scope else None

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        ref = tenant if isinstance(tenant, scopes.TenantRef) else getattr(tenant, "ref", None)
        schema = getattr(tenant, "schema_name", None) or tenant.schema
        scopes.set_scope(scopes.Scope(schema, ref))

    def set_schema(self, schema_name: str, include_public: bool = True, tenant_type: Any = None) -> None:
        scopes.set_scope(scopes.Scope(schema_name))

    def set_schema_to_public(self) -> None:
        scopes.set_scope(scopes.PLATFORM)
