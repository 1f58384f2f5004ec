"""The test database: built once per fingerprint of the code that shapes it, then copied by PostgreSQL."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "hromada"
TEMPLATE = "hromada_pristine"
OWN_ROLES = ("hromada_owner", "hromada_app", "hromada_tenants", "hromada_blueprint", "t_alpha", "t_beta", "t_gamma")

SHAPED_BY = (
    "platform/kernel/**/*.py",
    "shared_apps/**/*.py",
    "tenant_apps/**/*.py",
    "provisioning/blueprint/*.py",
    "provisioning/template/*.py",
    "provisioning/fleet/*.py",
    "provisioning/lifecycle/*.py",
    "tests/fixtures.py",
    "tests/database.py",
)


def fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in SHAPED_BY:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def maintenance() -> psycopg.Connection:
    parts = psycopg.conninfo.conninfo_to_dict(os.environ["TEST_SUPERUSER_URL"])
    return psycopg.connect(**{**parts, "dbname": "postgres"}, autocommit=True)


def pristine_exists() -> bool:
    with maintenance() as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [TEMPLATE]
        ).fetchone()
    return bool(row and row[0] == fingerprint())


def start_afresh() -> None:
    """An empty database with its extensions; whatever an older build left in the cluster goes."""
    from provisioning.local import roles

    with maintenance() as connection:
        for name in (DATABASE, TEMPLATE):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        _drop_roles(connection, keep=("hromada_owner", "hromada_app", "hromada_tenants"))
        url = os.environ["TEST_SUPERUSER_URL"]
    roles.prepare_embedded(roles.in_database(url, "postgres"))


def keep_as_pristine() -> None:
    with maintenance() as connection:
        _disconnect(connection, DATABASE)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER hromada_owner STRATEGY file_copy").format(
                sql.Identifier(TEMPLATE), sql.Identifier(DATABASE)
            )
        )
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(TEMPLATE), sql.Literal(fingerprint()))
        )


def restore_pristine() -> None:
    with maintenance() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER hromada_owner STRATEGY file_copy").format(
                sql.Identifier(DATABASE), sql.Identifier(TEMPLATE)
            )
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO hromada_app, hromada_tenants").format(
                sql.Identifier(DATABASE)
            )
        )
        _drop_roles(connection, keep=OWN_ROLES)


def sweep_leftovers() -> None:
    """What a killed run left in this cluster; called when the cluster has just become ours."""
    with maintenance() as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> ALL(%s)",
            [["postgres", DATABASE, TEMPLATE]],
        ).fetchall()
        for (name,) in rows:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _disconnect(connection: psycopg.Connection, database: str) -> None:
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
        [database],
    )


def _drop_roles(connection: psycopg.Connection, keep: tuple[str, ...]) -> None:
    rows = connection.execute(
        "SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname NOT LIKE 'pg\\_%%' AND rolname <> ALL(%s)",
        [list(keep)],
    ).fetchall()
    for (name,) in rows:
        # A role may also serve a database of somebody else's in this cluster: then it is not ours to drop.
        with suppress(psycopg.errors.DependentObjectsStillExist):
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
