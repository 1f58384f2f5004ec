"""The pool as the product runs it: what one request set is gone for the next, and rows never mix."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading

import pytest
from django.db import DataError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from kernel.access.models import User
from kernel.tenancy import tenant_context
from kernel.tenancy.scope import scope_context

ROUNDS = 10_000
THREADS = 8


def _pooled(size: int) -> BaseDatabaseWrapper:
    from config.settings import database

    wrapper = connections.create_connection("default")
    settings = {**connections["default"].settings_dict, **database(os.environ["DATABASE_URL"], pool=False)}
    settings["OPTIONS"] = {**settings["OPTIONS"], "pool": {"min_size": 1, "max_size": size}}
    wrapper.settings_dict = {**wrapper.settings_dict, **settings}
    wrapper.alias = "default"
    return wrapper


def test_returned_connection_remembers_nothing(transactional_db, alpha):
    wrapper = _pooled(1)
    try:
        with tenant_context(alpha):
            with wrapper.cursor() as cursor:
                cursor.execute("SET hromada.actor = 'somebody'; CREATE TEMP TABLE left_behind (id int)")
                cursor.execute("SELECT pg_advisory_lock(42), pg_backend_pid()")
                pid = cursor.fetchone()[1]
            wrapper.close()
        with wrapper.pool.connection() as raw:
            row = raw.execute(
                "SELECT pg_backend_pid(), current_user, current_setting('hromada.actor', true), "
                "to_regclass('left_behind'), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')"
            ).fetchone()
        assert row == (pid, "hromada_app", "", None, 0)
    finally:
        wrapper.close_pool()


def test_failed_transaction_is_returned_clean(transactional_db, alpha):
    wrapper = _pooled(1)
    try:
        with tenant_context(alpha):
            wrapper.set_autocommit(False)
            with wrapper.cursor() as cursor, pytest.raises(DataError):
                cursor.execute("SELECT 1/0")
            wrapper.close()
        with wrapper.pool.connection() as raw:
            assert raw.execute("SELECT current_user").fetchone() == ("hromada_app",)
    finally:
        wrapper.close_pool()


def test_ten_thousand_interleaved_requests(transactional_db, alpha, beta):
    """Eight threads over three pooled connections, two tenants at random: no answer is the neighbour's."""
    for tenant in (alpha, beta):
        with tenant_context(tenant):
            User.objects.create_user(
                f"{tenant.slug}@example.com", "Синій-тролейбус-7", last_name="Мороз", first_name="Іван"
            )
    shared = _pooled(3)
    wrong: list[str] = []
    served = [0] * THREADS

    def work(number: int) -> None:
        wrapper = _pooled(3)
        chance = random.Random(number)
        for _round in range(ROUNDS // THREADS):
            tenant = chance.choice((alpha, beta))
            with tenant_context(tenant), wrapper.cursor() as cursor:
                cursor.execute("SELECT email FROM access_user WHERE email LIKE '%@example.com'")
                if cursor.fetchall() != [(f"{tenant.slug}@example.com",)]:
                    wrong.append(tenant.slug)
            with scope_context(None):
                wrapper.close()
            served[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared.close_pool()
    assert sum(served) == ROUNDS
    assert wrong == []


def test_transaction_pooler_stops_the_web_process():
    """The real detection against a real pooler is in tests/infra; here: what it says ends the start."""
    code = (
        "import kernel.tenancy.pooler as pooler\n"
        "def refuse(dsn): raise pooler.TransactionPoolerRefused('пулер у режимі transaction')\n"
        "pooler.refuse_transaction_pooler = refuse\n"
        "import config.wsgi\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode != 0
    assert "пулер у режимі transaction" in done.stderr
