"""The roles, the database, the extensions: everything that must exist before the first migration."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import psycopg.conninfo
from psycopg import sql

from provisioning.local.errors import StackError

OWNER = "hromada_owner"
APP = "hromada_app"
TENANTS = "hromada_tenants"
DATABASE = "hromada"
EXTENSIONS_SCHEMA = "extensions"
EXTENSIONS = ("postgis", "pg_trgm", "btree_gist", "unaccent", "pgcrypto")
OLDEST_SERVER = 150000

Statement = sql.SQL | sql.Composed
Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something this account may not do; `statement` is what the server's administrator runs for us."""

    fact: str
    statement: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must be true: a query that says whether it is, and the statement that makes it so."""

    fact: str
    present: Statement
    statement: Statement


def prepare_embedded(superuser_url: str) -> None:
    """Everything at once in a cluster of our own, where nothing can be refused."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for step in _roles():
            _take(connection, step)
        _take(connection, _database())
    with psycopg.connect(in_database(superuser_url, DATABASE), autocommit=True) as connection:
        for step in _inside(DATABASE):
            _take(connection, step)


def prepare_foreign(admin_url: str) -> list[Gap]:
    """The same in somebody else's database, as far as this account may; the rest is named exactly."""
    gaps: list[Gap] = []
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
        if connection.info.server_version < OLDEST_SERVER:
            return [Gap(f"сервер має версію {connection.info.server_version // 10000}, потрібна 15 або новіша", "")]
        database = connection.info.dbname
        for step in (*_roles(), _membership(), _ownership(database), *_inside(database)):
            try:
                _take(connection, step)
            except psycopg.Error as refused:
                reason = refused.diag.message_primary or str(refused)
                gaps.append(Gap(f"{step.fact}: {reason}", step.statement.as_string(connection)))
    return gaps


def in_database(url: str, database: str) -> str:
    """The same address with another database."""
    return _as_url({**psycopg.conninfo.conninfo_to_dict(url), "dbname": database})


def _take(connection: Connection, step: Step) -> None:
    def present() -> bool:
        found = connection.execute(step.present).fetchone()
        return bool(found and found[0])

    if present():
        return
    connection.execute(step.statement)
    # A GRANT without the right to grant is a warning to PostgreSQL, not an error.
    if not present():
        raise psycopg.errors.InsufficientPrivilege("бракує прав")


def _role(name: str, attributes: str, wanted: str) -> Step:
    return Step(
        f"роль {name}",
        sql.SQL("SELECT count(*) = 1 FROM pg_roles WHERE rolname = {} AND {}").format(
            sql.Literal(name), sql.SQL(wanted)
        ),
        sql.SQL(
            "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = {literal}) "
            "THEN ALTER ROLE {name} {attributes}; ELSE CREATE ROLE {name} {attributes}; END IF; END $$"
        ).format(literal=sql.Literal(name), name=sql.Identifier(name), attributes=sql.SQL(attributes)),
    )


def _setting(role: str, name: str, value: str, recorded: str) -> Step:
    return Step(
        f"налаштування {name} ролі {role}",
        sql.SQL(
            "SELECT count(*) = 1 FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole "
            "WHERE s.setdatabase = 0 AND r.rolname = {} AND {} = ANY (s.setconfig)"
        ).format(sql.Literal(role), sql.Literal(f"{name}={recorded}")),
        sql.SQL("ALTER ROLE {} SET {} = {}").format(sql.Identifier(role), sql.Identifier(name), sql.SQL(value)),
    )


def _roles() -> Iterator[Step]:
    yield _role(OWNER, "LOGIN CREATEROLE", "rolcanlogin AND rolcreaterole")
    yield _role(APP, "LOGIN NOINHERIT", "rolcanlogin AND NOT rolinherit AND NOT rolsuper AND NOT rolbypassrls")
    yield _role(TENANTS, "NOLOGIN", "NOT rolcanlogin")
    # From PostgreSQL 16 CREATEROLE alone does not let the owner put a new tenant's role into the group.
    yield Step(
        f"право {OWNER} додавати до групи {TENANTS}",
        sql.SQL(
            "SELECT EXISTS (SELECT FROM pg_auth_members WHERE admin_option "
            "AND roleid = {}::regrole AND member = {}::regrole)"
        ).format(sql.Literal(TENANTS), sql.Literal(OWNER)),
        sql.SQL("GRANT {} TO {} WITH ADMIN OPTION").format(sql.Identifier(TENANTS), sql.Identifier(OWNER)),
    )
    for role in (OWNER, APP):
        yield _setting(role, "TimeZone", "'UTC'", "UTC")
        yield _setting(role, "search_path", "public, extensions", "public, extensions")


def _database() -> Step:
    return Step(
        f"база {DATABASE}",
        sql.SQL("SELECT EXISTS (SELECT FROM pg_database WHERE datname = {})").format(sql.Literal(DATABASE)),
        sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER)),
    )


def _membership() -> Step:
    return Step(
        f"членство в ролі {OWNER}, без якого їй не передати схеми",
        sql.SQL("SELECT pg_has_role(current_user, {}, 'MEMBER')").format(sql.Literal(OWNER)),
        sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)),
    )


def _ownership(database: str) -> Step:
    return Step(
        f"право {OWNER} створювати схеми в базі {database}",
        sql.SQL("SELECT has_database_privilege({}, current_database(), 'CREATE')").format(sql.Literal(OWNER)),
        sql.SQL("GRANT CREATE, CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
            sql.Identifier(database), sql.Identifier(OWNER)
        ),
    )


def _schema(name: str) -> Step:
    return Step(
        f"схема {name} у власності {OWNER}",
        sql.SQL("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = {} AND nspowner = {}::regrole)").format(
            sql.Literal(name), sql.Literal(OWNER)
        ),
        sql.SQL("DO $$ BEGIN CREATE SCHEMA IF NOT EXISTS {name}; ALTER SCHEMA {name} OWNER TO {owner}; END $$").format(
            name=sql.Identifier(name), owner=sql.Identifier(OWNER)
        ),
    )


def _inside(database: str) -> Iterator[Step]:
    yield _schema("public")
    yield _schema(EXTENSIONS_SCHEMA)
    for name in EXTENSIONS:
        yield Step(
            f"розширення {name} у схемі {EXTENSIONS_SCHEMA}",
            sql.SQL(
                "SELECT EXISTS (SELECT FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
                "WHERE e.extname = {} AND n.nspname IN ({}, 'public'))"
            ).format(sql.Literal(name), sql.Literal(EXTENSIONS_SCHEMA)),
            sql.SQL("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {}").format(
                sql.Identifier(name), sql.Identifier(EXTENSIONS_SCHEMA)
            ),
        )
    yield Step(
        "ніхто сторонній не створює в public",
        sql.SQL(
            "SELECT NOT EXISTS (SELECT FROM pg_namespace, "
            "aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a "
            "WHERE nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE')"
        ),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
    )
    yield Step(
        f"у базу {database} входять лише ролі хмари",
        sql.SQL(
            "SELECT NOT EXISTS (SELECT FROM pg_database, "
            "aclexplode(coalesce(datacl, acldefault('d', datdba))) a "
            "WHERE datname = current_database() AND a.grantee = 0)"
        ),
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)),
    )
    for role in (APP, TENANTS):
        yield Step(
            f"вхід {role} у базу {database}",
            # Granted by name: what comes through PUBLIC goes with the revocation above.
            sql.SQL(
                "SELECT count(DISTINCT a.privilege_type) = 2 FROM pg_database, aclexplode(datacl) a "
                "WHERE datname = current_database() AND a.grantee = {}::regrole "
                "AND a.privilege_type IN ('CONNECT', 'TEMPORARY')"
            ).format(sql.Literal(role)),
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(database), sql.Identifier(role)
            ),
        )
        for schema in ("public", EXTENSIONS_SCHEMA):
            yield Step(
                f"право {role} бачити схему {schema}",
                sql.SQL("SELECT has_schema_privilege({}, {}, 'USAGE')").format(sql.Literal(role), sql.Literal(schema)),
                sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(schema), sql.Identifier(role)),
            )


def owned_by(url: str, user: str, password: str | None = None) -> str:
    """The same address under another account."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    parts.pop("password", None)
    return _as_url({**parts, "user": user, **({"password": password} if password else {})})


def gap_report(gaps: list[Gap]) -> str:
    """What the server's administrator has to run, ready to paste."""
    facts = "\n".join(f"  - {gap.fact}" for gap in gaps)
    statements = "\n".join(f"    {gap.statement};" for gap in gaps if gap.statement)
    return f"{facts}\nПопросіть адміністратора сервера виконати в цій базі:\n{statements}"


def without_password(url: str) -> str:
    """For screens and logs."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    return _as_url({**parts, **({"password": "***"} if parts.get("password") else {})})


def _as_url(parts: Mapping[str, object]) -> str:
    """A URL, because that is what every other program expects in DATABASE_URL."""
    rest = {name: str(value) for name, value in parts.items() if value is not None}
    user, password = quote(rest.pop("user", ""), safe=""), quote(rest.pop("password", ""), safe="*")
    database, port = quote(rest.pop("dbname", ""), safe=""), rest.pop("port", "")
    host = "" if rest.get("host", "/").startswith("/") or "," in rest["host"] else rest.pop("host")
    if not host and port:
        rest["port"], port = port, ""
    account = f"{user}:{password}@" if password else f"{user}@" if user else ""
    query = f"?{urlencode(rest, safe='/', quote_via=quote)}" if rest else ""
    server = f"[{host}]" if ":" in host else host
    return f"postgresql://{account}{server}{f':{port}' if port else ''}/{database}{query}"


def claim_logins(admin_url: str, state: Path) -> tuple[str, str]:
    """Addresses of the application and of the owner, with passwords that only this installation knows."""
    urls = []
    for role in (APP, OWNER):
        kept = state / f"password-{role}"
        if kept.exists():
            urls.append(owned_by(admin_url, role, kept.read_text().strip()))
            continue
        password = secrets.token_urlsafe(24)
        with psycopg.connect(admin_url, autocommit=True) as connection:
            try:
                taken = connection.execute(
                    "SELECT rolpassword IS NOT NULL FROM pg_authid WHERE rolname = %s", [role]
                ).fetchone()
            except psycopg.errors.InsufficientPrivilege:
                taken = (True,)
            if taken and taken[0]:
                raise StackError(
                    f"Чи вільна роль {role} на цьому сервері, невідомо: змінити її пароль могло б зупинити іншу хмару.",
                    f"задайте DATABASE_URL ({APP}) і DATABASE_ADMIN_URL ({OWNER}) з їхніми паролями.",
                )
            # Hashed on this side, so the password itself appears in no log of the server.
            hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(hashed.decode()))
            )
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(password)
        urls.append(owned_by(admin_url, role, password))
    return urls[0], urls[1]
