"""A tenant's role and what it may do; the same words for the template, the pool and every tenant."""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.blueprint.names import ROLE, SCHEMA, ident

OWNER = "hromada_owner"
APP = "hromada_app"
GROUP = "hromada_tenants"

TABLE_PRIVILEGES = "SELECT, INSERT, UPDATE, DELETE"
SEQUENCE_PRIVILEGES = "USAGE, SELECT"

# From this version membership says by itself whether it is inherited.
MEMBERSHIP_OPTIONS_SINCE = 160000


@dataclass(frozen=True, slots=True)
class Cast:
    """The roles around a schema."""

    owner: str = OWNER
    app: str = APP
    group: str = GROUP


def create_role(role: str) -> str:
    """LOGIN because nodes of a sharded cluster connect as the tenant; no password, so nobody else can."""
    return f"CREATE ROLE {ident(role)} LOGIN INHERIT;"


def adopt_role(role: str) -> str:
    """A role left by an earlier attempt, made what a new one would be."""
    return f"ALTER ROLE {ident(role)} LOGIN INHERIT PASSWORD NULL;"


def join_role(role: str, cast: Cast, server_version: int) -> str:
    """The tenant reads what the group reads; the application may become the tenant but is never it unasked."""
    to_group, to_app = "", ""
    if server_version >= MEMBERSHIP_OPTIONS_SINCE:
        to_group, to_app = " WITH INHERIT TRUE, SET FALSE", " WITH INHERIT FALSE, SET TRUE"
    return f"GRANT {ident(cast.group)} TO {ident(role)}{to_group}; GRANT {ident(role)} TO {ident(cast.app)}{to_app};"


def open_schema() -> str:
    """What a schema gives its role from birth, on what is made later too; with placeholders."""
    return (
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ROLE};\n"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {SCHEMA} GRANT {TABLE_PRIVILEGES} ON TABLES TO {ROLE};\n"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {SCHEMA} GRANT {SEQUENCE_PRIVILEGES} ON SEQUENCES TO {ROLE};"
    )


def open_tables() -> str:
    """The same for tables that already stand, made before the role was."""
    return (
        f"GRANT {TABLE_PRIVILEGES} ON ALL TABLES IN SCHEMA {SCHEMA} TO {ROLE};\n"
        f"GRANT {SEQUENCE_PRIVILEGES} ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {ROLE};"
    )


def close_schema() -> str:
    """All of it taken back."""
    return (
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM {ROLE};\n"
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {SCHEMA} FROM {ROLE};\n"
        f"REVOKE ALL ON SCHEMA {SCHEMA} FROM {ROLE};\n"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {SCHEMA} REVOKE ALL ON TABLES FROM {ROLE};\n"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {SCHEMA} REVOKE ALL ON SEQUENCES FROM {ROLE};"
    )
