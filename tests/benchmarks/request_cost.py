"""TEN-5, what tenancy costs a request.

One view with one query is served by three processes in turn: the product's tenancy (its two middlewares, its database
backend, its pool that resets what it takes back), plain Django with a pool over the very same table (the limit),
and django-tenants with its default middleware, backend and the same pool (the peer). Each calls its WSGI application
in a loop, so neither a server nor a network blurs the difference. Sessions, sign-in and the rest of the product's middleware
are not tenancy and are in none of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from statistics import median

import psycopg

from kernel.tenancy import TenantRef
from tests.benchmarks.measure import QUICK, Result, result, sized
from tests.benchmarks.peer import project

REQUESTS = 300


def run(tenant: TenantRef, host: str) -> Result:
    loops = {"ours": _loop("tests.benchmarks.settings", host)}
    loops["limit"] = _loop(
        "tests.benchmarks.plain_settings",
        host,
        PLAIN_DATABASE_URL=os.environ["DATABASE_URL"],
        PLAIN_SCHEMA=tenant.schema,
    )
    if not QUICK:
        built = project.built()
        _copy_contacts(tenant.schema, built.url)
        loops["peer"] = _loop(
            "tests.benchmarks.peer.settings",
            f"{project.sample()[1].replace('_', '-')}.localhost",
            **{**project.environment(built.folder, built.url), "PEER_POOL": "1"},
        )
    try:
        for loop in loops.values():
            _ask(loop, 200)
        times: dict[str, list[float]] = {name: [] for name in loops}
        for _ in range(sized(15, 2)):
            for name, loop in loops.items():
                times[name].append(_ask(loop, REQUESTS) / REQUESTS)
    finally:
        for loop in loops.values():
            assert loop.stdin
            loop.stdin.close()
            loop.wait(10)
    found = result("TEN-5", times["ours"], times["limit"], note=f"на запит; по {REQUESTS} запитів у колі")
    if QUICK:
        return found
    peer_s = median(times["peer"])
    excess = [
        (peer - plain) / max(ours - plain, 1e-6)
        for ours, plain, peer in zip(times["ours"], times["limit"], times["peer"], strict=True)
    ]
    return replace(
        found,
        peer="django-tenants",
        peer_s=peer_s,
        ratio_to_peer=median(excess),
        note=f"{found.note}; рівня/наше — додаток над звичайним Django; рівня сама {peer_s / found.limit_s:.2f}× межі",
    )


def _loop(settings: str, host: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.request_loop", host],
        env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _ask(loop: subprocess.Popen[str], requests: int) -> float:
    assert loop.stdin and loop.stdout
    loop.stdin.write(f"{requests}\n")
    loop.stdin.flush()
    answer = loop.stdout.readline()
    if not answer:
        raise RuntimeError(f"{loop.args} ended early; its reason is above")
    return float(answer)


def _copy_contacts(schema: str, url: str) -> None:
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as product, psycopg.connect(url, autocommit=True) as peer:
        rows = product.execute(f"SELECT id, title FROM {schema}.contacts_contact").fetchall()
        for name in project.sample()[1:2]:
            peer.execute(
                f"CREATE TABLE IF NOT EXISTS {name}.contacts_contact (id bigint PRIMARY KEY, title varchar(200))"
            )
            peer.cursor().executemany(
                f"INSERT INTO {name}.contacts_contact VALUES (%s, %s) ON CONFLICT DO NOTHING", rows
            )
