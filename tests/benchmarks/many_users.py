"""REG-1-USERS, sixteen people at the list of a million addresses at once: the first page, a page far down, a search, a card.

Everybody is signed in, has a connection of their own and asks the next page as soon as the last one came, of a real gunicorn
of two workers with four threads each. Ours is the 95th percentile of a page. The limit is the queue itself: the median of the same pages
for one person alone, times sixteen, over the processor's cores; nothing that takes processor time can be quicker.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from kernel.registers.keyset import Cursor
from kernel.registers.registry import register_named
from kernel.tenancy import TenantRef, tenant_context
from kernel.testing.access import enter, make_person
from tests.benchmarks.home_page import server
from tests.benchmarks.measure import Result, result, run_process, sized
from tests.benchmarks.reg1_list import ASKED, PLACES, ROWS, stand
from tests.infra.programs import free_port

PEOPLE = 16
WORKERS = 2
CLIENT = """
import http.client, sys, threading, time

port, host, times, cookies, paths = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4].split(","), sys.argv[5:]
told, failed = [], []

def wait():
    for _attempt in range(600):
        try:
            return http.client.HTTPConnection("127.0.0.1", port).connect()
        except OSError:
            time.sleep(0.1)

def work(place, cookie):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Host": host, "Accept-Language": "uk", "Cookie": cookie}
    for number in range(times):
        path = paths[(place + number) % len(paths)]
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        told.append(time.perf_counter() - began)
        if answer.status != 200 or b"</html>" not in body:
            failed.append(f"{path} {answer.status}: {body[:300]!r}")
            return

wait()
people = [threading.Thread(target=work, args=pair) for pair in enumerate(cookies)]
for one in people: one.start()
for one in people: one.join()
if failed or len(told) < times * len(cookies):
    sys.exit(failed[0] if failed else f"{len(told)} pages came")
print("\\n".join(map(str, told)))
"""


def run(tenant: TenantRef, rows: int = ROWS) -> Result:
    user = stand(tenant, rows)
    host = f"{tenant.slug}.localhost"
    with tenant_context(tenant):
        role = user.assignments.get().role.code
        people = [make_person(role) for _person in range(PEOPLE)]
        cookies = [_cookie(host, person) for person in people]
        paths = _paths(rows)
    with tempfile.TemporaryDirectory(prefix="hromada-bench-") as folder:
        # An address, not a socket's path: a session is kept with where it came from.
        port = free_port()
        with server(f"127.0.0.1:{port}", Path(folder) / "log", workers=WORKERS):
            _ask(port, host, sized(40, 4), cookies, paths)
            alone = _ask(port, host, sized(100, 4), cookies[:1], paths)
            together = _ask(port, host, sized(40, 4), cookies, paths)
    cores = os.cpu_count() or 1
    queue = median(alone) * PEOPLE / min(cores, WORKERS)
    slowest = quantiles(together, n=20)[-1]
    note = (
        f"{rows} адрес, {PEOPLE} людей; сторінка: половина до {median(together) * 1000:.0f} мс, 95 % до {slowest * 1000:.0f} мс; "
        f"на самоті {median(alone) * 1000:.0f} мс; {len(together)} сторінок"
    )
    return result("REG-1-USERS", [slowest], [queue], note=note)


def _cookie(host: str, person: object) -> str:
    client = enter(Client(headers={"host": host}), person)  # type: ignore[arg-type]
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _paths(rows: int) -> list[str]:
    register, depth = register_named("addresses.addresses"), rows * 9 // 10
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [1, depth])
        place = list(cursor.fetchone())
    deep = urlencode({"after": Cursor(place, before=depth).encode()})
    list_ = register.url()
    return [list_, f"{list_}?{deep}", f"{list_}?{urlencode({'q': ASKED})}", register.url("card", place[-1])]


def _ask(port: int, host: str, times: int, cookies: list[str], paths: list[str]) -> list[float]:
    given = [sys.executable, "-c", CLIENT, str(port), host, str(times), ",".join(cookies), *paths]
    return [float(line) for line in run_process(given).output.splitlines()]
