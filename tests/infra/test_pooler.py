"""The pooler of the compose file as Debian's pgbouncer runs it, and the refusal of the wrong mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from kernel.tenancy import pooler as pooling
from kernel.tenancy.pooler import TransactionPoolerRefused, detect_pool_mode, refuse_transaction_pooler
from tests.infra.database_bench import Database, pooler

CLIENTS = 8
ROUNDS = 50
ONE_PLACE = {"default_pool_size": "1", "reserve_pool_size": "0", "query_wait_timeout": "60"}


@pytest.fixture
def tenants(database: Database) -> Iterator[list[str]]:
    """Two tenants as the platform makes them: a schema, its role, one row that tells whose it is."""
    names = ["t_pooler_a", "t_pooler_b"]
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for name in names:
            owner.execute(f"CREATE ROLE {name} LOGIN IN ROLE hromada_tenants")
            owner.execute(f"GRANT {name} TO hromada_app")
            owner.execute(f"CREATE SCHEMA {name}")
            owner.execute(f"CREATE TABLE {name}.whose (name text)")
            owner.execute(f"INSERT INTO {name}.whose VALUES ('{name}')")
            owner.execute(f"GRANT USAGE ON SCHEMA {name} TO {name}")
            owner.execute(f"GRANT SELECT ON {name}.whose TO {name}")
    yield names
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for name in names:
            owner.execute(f"DROP SCHEMA {name} CASCADE")
            owner.execute(f"DROP ROLE {name}")


def foreign_reads(url: str, tenants: list[str]) -> tuple[int, int]:
    """Connections that took a tenant's role each, then read in turn: (foreign or refused rows, all reads)."""
    wrong = 0
    with ExitStack() as stack:
        clients = [stack.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(CLIENTS)]
        for number, client in enumerate(clients):
            client.execute(f"SET ROLE {tenants[number % 2]}")
            client.execute(f"SET search_path = {tenants[number % 2]}")
        for _ in range(ROUNDS):
            for number, client in enumerate(clients):
                try:
                    row = client.execute("SELECT name FROM whose").fetchone()
                except psycopg.Error:
                    row = None
                wrong += row != (tenants[number % 2],)
    return wrong, CLIENTS * ROUNDS


def test_without_a_pooler_the_mode_is_direct(database: Database) -> None:
    assert detect_pool_mode(database.app_url).mode == "direct"
    assert refuse_transaction_pooler(database.app_url).mode == "direct"


def test_ours_is_recognised_as_a_session_pooler(database: Database, service_folder: Path) -> None:
    with pooler(database, service_folder / "pooler") as url:
        found = refuse_transaction_pooler(url)
    assert found.mode == "session"
    assert found.evidence
    # The file as a whole is in force, not the defaults with a right mode among them.
    assert "max_client_conn: 400" in (service_folder / "pooler.log").read_text()


def test_ours_never_mixes_tenants(database: Database, service_folder: Path, tenants: list[str]) -> None:
    with pooler(database, service_folder / "pooler") as url:
        assert foreign_reads(url, tenants) == (0, CLIENTS * ROUNDS)


def test_transaction_mode_mixes_tenants_which_is_why_it_is_refused(
    database: Database, service_folder: Path, tenants: list[str]
) -> None:
    with pooler(database, service_folder / "pooler", mode="transaction") as url:
        wrong, reads = foreign_reads(url, tenants)
        assert wrong > reads / 10
        with pytest.raises(TransactionPoolerRefused) as refusal:
            refuse_transaction_pooler(url)
    text = str(refusal.value)
    assert "віддає запити однієї громади в сеанс іншої" in text
    assert "pool_mode = session" in text


@pytest.mark.parametrize("extra", [{}, {"server_round_robin": "1"}, ONE_PLACE])
@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_every_way_of_mixing_sessions_is_recognised(
    database: Database, service_folder: Path, mode: str, extra: dict[str, str]
) -> None:
    with pooler(database, service_folder / "pooler", mode=mode, **extra) as url:
        # As many open servers as the probe has clients: the best disguise of a pooler that deals them out in turn.
        with ExitStack() as stack:
            for _ in range(0 if mode == "statement" or extra is ONE_PLACE else pooling.CLIENTS):
                stack.enter_context(psycopg.connect(url)).execute("SELECT 1")
        assert detect_pool_mode(url).mode == "transaction"


def test_a_session_pooler_with_one_place_is_told_from_a_transaction_pooler(
    database: Database, service_folder: Path
) -> None:
    with pooler(database, service_folder / "pooler", **ONE_PLACE) as url:
        assert detect_pool_mode(url, answer_within=0.5).mode == "session"


def test_a_full_pooler_is_not_judged_but_reported(database: Database, service_folder: Path) -> None:
    with pooler(database, service_folder / "pooler", **ONE_PLACE) as url, psycopg.connect(url) as holder:
        holder.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError, match="Збільшіть default_pool_size"):
            detect_pool_mode(url, answer_within=0.5)


def test_the_next_client_finds_nothing_of_the_one_before(
    database: Database, service_folder: Path, tenants: list[str]
) -> None:
    with pooler(database, service_folder / "pooler", **ONE_PLACE) as url:
        with psycopg.connect(url, autocommit=True) as before:
            process = before.execute("SELECT pg_backend_pid()").fetchone()
            before.execute(f"SET ROLE {tenants[0]}")
            before.execute(f"SET search_path = {tenants[0]}")
            before.execute("SET hromada.actor = 'somebody'")
        with psycopg.connect(url, autocommit=True) as after:
            assert after.execute("SELECT pg_backend_pid()").fetchone() == process
            found = after.execute(
                "SELECT current_user, current_setting('search_path'), current_setting('hromada.actor', true)"
            ).fetchone()
    assert found is not None
    assert found[:2] == ("hromada_app", "public, extensions")
    assert not found[2]


@pytest.mark.parametrize("user", ["hromada_owner", "t_pooler_a", "postgres"])
def test_the_pooler_serves_the_application_only(
    database: Database, service_folder: Path, tenants: list[str], user: str
) -> None:
    with pooler(database, service_folder / "pooler") as url, pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace("hromada_app", user), connect_timeout=3)


def test_a_search_path_smuggled_into_the_start_is_refused_not_dropped(database: Database, service_folder: Path) -> None:
    with (
        pooler(database, service_folder / "pooler") as url,
        pytest.raises(psycopg.OperationalError, match="options"),
    ):
        psycopg.connect(url, options="-c search_path=public", connect_timeout=3)


def test_one_client_cannot_judge(database: Database) -> None:
    with pytest.raises(ValueError, match="at least two"):
        detect_pool_mode(database.app_url, clients=1)
