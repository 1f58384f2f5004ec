"""Every check is one short function; it returns what it found and, if that is bad, what to do."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import psycopg
import redis
from celery import current_app
from django.conf import settings

from kernel.tenancy.pooler import TransactionPoolerRefused, refuse_transaction_pooler
from kernel.tenancy.scope import APP_ROLE, BLUEPRINT_SCHEMA, EXTENSIONS_SCHEMA, OWNER_ROLE
from provisioning.db import Connection, owner_connection
from provisioning.errors import ProvisioningError

OLDEST_PYTHON, OLDEST_POSTGRES, OLDEST_REDIS = (3, 12), 150000, (7, 0)
FREE_DISK_WARN, FREE_DISK_BAD = 5 * 2**30, 2**30
CLOCK_SKEW_BAD_S = 2.0
CERTIFICATE_WARN = timedelta(days=14)
LOCKS_NEEDED = 5_200
MOST_REPLICA_LAG_S = 60


@dataclass(frozen=True)
class Finding:
    check: str
    level: str  # ok | warn | bad
    fact: str
    cure: str = ""


Check = Callable[[], Iterator[Finding]]
_checks: list[tuple[str, Check]] = []


def check(title: str) -> Callable[[Check], Check]:
    def register(function: Check) -> Check:
        _checks.append((title, function))
        return function

    return register


def examine() -> Iterator[Finding]:
    """All checks, one after another; a check that breaks is itself a finding."""
    for title, function in _checks:
        try:
            for finding in function():
                yield Finding(title, finding.level, finding.fact, finding.cure)
        except Exception as error:
            yield Finding(
                title, "bad", f"{type(error).__name__}: {error}", "усуньте причину і повторіть hromada doctor."
            )


def _ok(fact: str) -> Finding:
    return Finding("", "ok", fact)


def _warn(fact: str, cure: str) -> Finding:
    return Finding("", "warn", fact, cure)


def _bad(fact: str, cure: str) -> Finding:
    return Finding("", "bad", fact, cure)


@check("Python і Django")
def runtime() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield _bad(f"Python {version}", "потрібен 3.12 або новіший; `make run` візьме 3.13 сам.")
    else:
        yield _ok(f"Python {version}, Django {django.get_version()}")
    if django.VERSION < (6, 1):
        yield _bad(f"Django {django.get_version()}", "пакет із обмеженням знизив Django: відновіть requirements.lock.")


@check("PostgreSQL")
def database() -> Iterator[Finding]:
    try:
        with owner_connection("doctor") as connection:
            yield from _server(connection)
            yield from _roles(connection)
    except (psycopg.OperationalError, ProvisioningError) as error:
        yield _bad(str(error).split("\n")[0], "запустіть базу (`hromada up`) або виправте DATABASE_ADMIN_URL.")


def _server(connection: Connection) -> Iterator[Finding]:
    number = connection.info.server_version
    shown = f"PostgreSQL {number // 10000}.{number % 10000}"
    yield _ok(shown) if number >= OLDEST_POSTGRES else _bad(shown, "потрібен PostgreSQL 15 або новіший.")
    locks = int(_one(connection, "SELECT current_setting('max_locks_per_transaction')::int"))
    room = locks * int(_one(connection, "SELECT current_setting('max_connections')::int"))
    if room < 2 * LOCKS_NEEDED:
        yield _warn(
            f"max_locks_per_transaction = {locks}", f"створення громади тримає ~{LOCKS_NEEDED} замків: збільште до 512."
        )
    found = dict(
        connection.execute(
            "SELECT extname, nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace"
        ).fetchall()
    )
    for name in ("postgis", "pg_trgm", "btree_gist", "unaccent", "pgcrypto"):
        if found.get(name) != EXTENSIONS_SCHEMA:
            where = found.get(name, "немає")
            yield _bad(
                f"розширення {name}: {where}",
                f"CREATE EXTENSION {name} WITH SCHEMA {EXTENSIONS_SCHEMA} (раз, до міграцій).",
            )
    replicas = connection.execute(
        "SELECT application_name, state, coalesce(extract(epoch FROM replay_lag), 0) FROM pg_stat_replication"
    ).fetchall()
    for name, state, lag in replicas:
        if state != "streaming" or lag > MOST_REPLICA_LAG_S:
            yield _bad(f"репліка {name}: {state}, відстає на {lag:.0f} с", "перевірте мережу і диск репліки.")
        else:
            yield _ok(f"репліка {name} відстає на {lag:.1f} с")
    skew = abs(time.time() - float(_one(connection, "SELECT extract(epoch FROM clock_timestamp())")))
    if skew > CLOCK_SKEW_BAD_S:
        yield _bad(f"годинники розходяться на {skew:.1f} с", "увімкніть chrony або systemd-timesyncd на обох машинах.")


def _roles(connection: Connection) -> Iterator[Finding]:
    rows = connection.execute(
        "SELECT rolname, rolsuper, rolinherit, rolcreaterole FROM pg_roles WHERE rolname = ANY(%s)",
        [[APP_ROLE, OWNER_ROLE, BLUEPRINT_SCHEMA]],
    ).fetchall()
    roles = {name: (superuser, inherit, create) for name, superuser, inherit, create in rows}
    for name in (APP_ROLE, OWNER_ROLE):
        if name not in roles:
            yield _bad(f"ролі {name} немає", "виконайте `hromada prepare`.")
    if APP_ROLE in roles and (roles[APP_ROLE][0] or roles[APP_ROLE][1]):
        yield _bad(
            f"{APP_ROLE} має зайві права",
            f"ALTER ROLE {APP_ROLE} NOSUPERUSER NOINHERIT: інакше стіни між громадами немає.",
        )
    loose = connection.execute(
        "SELECT r.rolname FROM pg_roles r JOIN pg_namespace n ON n.nspname = r.rolname "
        "WHERE r.rolname ~ '^(t_|pool_)' AND (r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls "
        "OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid))"
    ).fetchall()
    for (name,) in loose:
        yield _bad(
            f"роль {name} має зайві права", "роль громади не володіє нічим: hromada tenant verify покаже, чим саме."
        )
    orphans = connection.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname ~ '^(t_|pool_)' AND nspname NOT IN "
        "(SELECT schema_name FROM public.communities_community UNION SELECT schema_name FROM public.fleet_poolschema)"
    ).fetchall()
    for (name,) in orphans:
        yield _warn(
            f"схема {name} нікому не належить", "якщо це не створення, що триває, приберіть: hromada template tidy."
        )


@check("Пулер")
def pooler() -> Iterator[Finding]:
    try:
        mode = refuse_transaction_pooler(settings.DATABASE_URL)
        yield _ok(f"з’єднання: {getattr(mode, 'mode', mode)}")
    except TransactionPoolerRefused as refused:
        yield _bad(str(refused), "переведіть пулер у session mode (infra/pooler/pgbouncer.ini).")


@check("Redis")
def broker() -> Iterator[Finding]:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3)
    info: Any = client.info()
    version = tuple(int(part) for part in str(info["redis_version"]).split(".")[:2])
    yield (
        _ok(f"Redis {info['redis_version']}")
        if version >= OLDEST_REDIS
        else _bad(f"Redis {info['redis_version']}", "потрібен 7.0.")
    )
    if info.get("maxmemory_policy", "noeviction") != "noeviction":
        yield _bad(
            f"maxmemory-policy {info['maxmemory_policy']}", "для черги потрібно noeviction, інакше завдання зникають."
        )
    waiting = int(client.llen("celery"))  # type: ignore[arg-type]
    yield (
        _warn(f"у черзі {waiting} завдань", "додайте виконавців (worker).")
        if waiting > 1000
        else _ok(f"у черзі {waiting}")
    )


@check("Виконавці")
def workers() -> Iterator[Finding]:
    alive = current_app.control.ping(timeout=1.0)
    if alive:
        yield _ok(f"відповіли: {len(alive)}")
    else:
        yield _warn("жоден виконавець не відповів", "запустіть `make run` або службу worker.")


@check("Диск")
def disk() -> Iterator[Finding]:
    for place in {Path(settings.MEDIA_ROOT), Path(settings.ROOT)}:
        existing = next(folder for folder in (place, *place.parents) if folder.exists())
        free = shutil.disk_usage(existing).free
        shown = f"{existing}: вільно {free / 2**30:.1f} ГіБ"
        if free < FREE_DISK_BAD:
            yield _bad(shown, "звільніть місце негайно: база зупиниться.")
        elif free < FREE_DISK_WARN:
            yield _warn(shown, "звільніть місце або збільште диск.")
        else:
            yield _ok(shown)


@check("Флот")
def fleet() -> Iterator[Finding]:
    from provisioning.fleet.status import fleet_status
    from shared_apps.communities.models import Community
    from shared_apps.fleet.models import Operation, PoolSchema

    found = fleet_status()
    behind = len(found["behind"])
    yield (
        _warn(f"відстають від версії коду: {behind}", "hromada fleet migrate.")
        if behind
        else _ok(f"схем: {found['schemas']}, усі на версії коду")
    )
    ready = PoolSchema.objects.count()
    yield (
        _ok(f"у запасі готових схем: {ready}")
        if ready
        else _warn("запас готових схем порожній", "hromada template pool.")
    )
    stuck = Operation.objects.filter(status="running", started_at__lt=datetime.now(UTC) - timedelta(hours=1))
    for operation in stuck:
        yield _warn(
            f"{operation}: триває понад годину", "повторіть ту саму команду: вона завершить або скасує недороблене."
        )
    suspended = Community.objects.filter(state="suspended").count()
    if suspended:
        yield _ok(f"призупинено громад: {suspended}")


@check("Безпечні налаштування")
def safety() -> Iterator[Finding]:
    from shared_apps.communities.models import Community

    if settings.PRODUCTION and ("development-only" in settings.MASTER_SECRET or len(settings.MASTER_SECRET) < 40):
        yield _bad("SECRET_KEY короткий або з прикладу", "задайте випадковий, щонайменше 50 знаків.")
    if settings.PRODUCTION and Community.objects.filter(katottg__startswith="UA99").exists():
        yield _bad("у робочій установці є демонстраційні громади", "видаліть громади з кодом UA99….")
    if not settings.MFA_OBLIGATORY:
        told = (
            "другий крок входу не обов’язковий",
            "MFA_OBLIGATORY=1: без нього ролі з особливими правами незахищені.",
        )
        yield _bad(*told) if settings.PRODUCTION else _warn(*told)
    if settings.DEBUG:
        yield _bad("DEBUG увімкнено", "вимкніть: сторінки помилок видають дані.")
    yield _ok(f"середовище: {settings.ENVIRONMENT}")


@check("Сертифікати доменів")
def certificates() -> Iterator[Finding]:
    from shared_apps.communities.models import Domain

    if settings.PUBLIC_SCHEME != "https":
        yield _ok("без TLS (розробка)")
        return
    hosts = [settings.BASE_DOMAIN, f"console.{settings.BASE_DOMAIN}", f"region.{settings.BASE_DOMAIN}"]
    hosts += Domain.objects.filter(own=True, verified_at__isnull=False).values_list("domain", flat=True)
    for host in hosts:
        try:
            left = _certificate_until(host) - datetime.now(UTC)
        except (OSError, ssl.SSLError) as error:
            yield _bad(f"{host}: {error}", "перевірте DNS-запис і журнал проксі.")
            continue
        if left < CERTIFICATE_WARN:
            yield _warn(f"{host}: сертифікат ще {left.days} дн.", "проксі оновлює сам; перевірте його журнал.")
        else:
            yield _ok(f"{host}: ще {left.days} дн.")


@check("Засоби системи")
def tools() -> Iterator[Finding]:
    for name, why in (("msgfmt", "переклади"), ("node", "збірка сторінок")):
        if not shutil.which(name):
            yield _warn(f"немає {name} ({why})", "`make run` від root установить сам.")
    if os.environ.get("LANG", "").upper().find("UTF") < 0:
        yield _warn("кодування системи не UTF-8", "задайте LANG=C.UTF-8.")


def _certificate_until(host: str) -> datetime:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, 443), timeout=5) as raw,
        context.wrap_socket(raw, server_hostname=host) as secured,
    ):
        until = secured.getpeercert()["notAfter"]  # type: ignore[index]
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(until)), UTC)


def _one(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
