"""What stands between us and PostgreSQL: nothing, a pooler that keeps sessions, or one that mixes them.

A tenant is a role and a search_path, both kept in the database session. A pooler that lends a session for
one transaction hands the next query somebody else's: measured, 30–44 % of reads returned another tenant's
rows. It cannot be made safe from this side, so it is recognised and refused before the first request.
"""

from __future__ import annotations

import select
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

import psycopg
from psycopg.pq import ExecStatus

Mode = Literal["direct", "session", "transaction"]

# Four clients and two rounds: enough for a pooler that hands out its servers in turn to give itself away,
# few enough to fit into what is left of a busy pool.
CLIENTS = 4
ROUNDS = 2
ANSWER_WITHIN_SECONDS = 5.0
MARK = "hromada.pooler_probe"


class TransactionPoolerRefused(RuntimeError):
    """The database is reached through a pooler that mixes sessions, and so tenants."""


@dataclass(frozen=True, slots=True)
class PoolMode:
    mode: Mode
    evidence: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.mode}: {'; '.join(self.evidence)}"


@dataclass(slots=True)
class _Client:
    connection: psycopg.Connection[Any]
    mark: str
    servers: list[int]
    lost_marks: int = 0
    foreign_marks: int = 0
    starved: bool = False


def _ask(connection: psycopg.Connection[Any], query: str, within: float) -> tuple[str, ...] | None:
    """One row, or None when no answer came in time.

    A session pooler that is full keeps a query waiting for minutes; psycopg's own execute would wait with it.
    """
    pgconn = connection.pgconn
    pgconn.send_query(query.encode())
    deadline = time.monotonic() + within
    row: tuple[str, ...] = ()
    while True:
        while pgconn.is_busy():
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pgconn.socket], [], [], left)[0]:
                return None
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:
            return row
        if result.status == ExecStatus.FATAL_ERROR:
            raise psycopg.OperationalError(result.error_message.decode(errors="replace").strip())
        if result.status == ExecStatus.TUPLES_OK and result.ntuples:
            row = tuple((result.get_value(0, i) or b"").decode() for i in range(result.nfields))


def _mark(client: _Client, within: float) -> None:
    answer = _ask(
        client.connection,
        f"SELECT pg_backend_pid(), set_config('{MARK}', '{client.mark}', false)",
        within,
    )
    if answer is None:
        client.starved = True
    else:
        client.servers.append(int(answer[0]))


def _read_mark(client: _Client, within: float) -> None:
    answer = _ask(client.connection, f"SELECT pg_backend_pid(), current_setting('{MARK}', true)", within)
    if answer is None:
        client.starved = True
        return
    client.servers.append(int(answer[0]))
    if not answer[1]:
        client.lost_marks += 1
    elif answer[1] != client.mark:
        client.foreign_marks += 1


def detect_pool_mode(dsn: str, *, clients: int = CLIENTS, answer_within: float = ANSWER_WITHIN_SECONDS) -> PoolMode:
    """Tell how sessions reach PostgreSQL, with the evidence.

    Several clients are connected at once, each marks its session and reads the mark back between the others'
    queries. A session of one's own keeps its server process and its mark; a borrowed one does not.
    """
    if clients < 2:
        raise ValueError("One client cannot see that its session is shared: at least two are needed.")
    with ExitStack() as stack:
        seen: list[_Client] = []
        for _ in range(clients):
            connection = psycopg.connect(dsn, autocommit=True, connect_timeout=max(2, round(answer_within)))
            stack.callback(connection.close)
            seen.append(_Client(connection, mark=uuid4().hex, servers=[]))
        for client in seen:
            _mark(client, answer_within)
        for turn in range(ROUNDS):
            # Backwards first: a pooler that deals out as many servers as we are clients, in turn, would otherwise
            # give everybody his own again.
            for client in seen if turn % 2 else reversed(seen):
                if not client.starved:
                    _read_mark(client, answer_within)
        return _judge(seen)


def _judge(seen: list[_Client]) -> PoolMode:
    if shared := _transaction_evidence(seen):
        return PoolMode("transaction", tuple(shared))
    served = [client for client in seen if not client.starved]
    if not served:
        raise psycopg.OperationalError(
            "Пулер перед PostgreSQL не дав жодного вільного процесу, тож його режим не перевірено. "
            "Збільшіть default_pool_size або зупиніть зайві служби і повторіть."
        )
    evidence = [f"кожне з'єднання має власний процес PostgreSQL і своє налаштування (перевірено: {len(served)})"]
    # In transaction mode a waiting client would have been served between the queries of the others.
    if starved := len(seen) - len(served):
        evidence.append(f"пулер тримає процеси за клієнтами, інші чекають (чекали: {starved})")
        return PoolMode("session", tuple(evidence))
    # A pooler hands out cancellation keys of its own, so the process it names is not the one that answers.
    if any(client.connection.info.backend_pid not in client.servers for client in seen):
        evidence.append("номер процесу з рукостискання не збігається зі справжнім: перед PostgreSQL є пулер")
        return PoolMode("session", tuple(evidence))
    evidence.append("номер процесу з рукостискання збігається зі справжнім: пулера немає")
    return PoolMode("direct", tuple(evidence))


def _transaction_evidence(seen: list[_Client]) -> list[str]:
    owners: dict[int, set[str]] = {}
    for client in seen:
        for server in client.servers:
            owners.setdefault(server, set()).add(client.mark)
    found = {
        "процеси PostgreSQL, спільні для кількох відкритих з'єднань": sum(len(marks) > 1 for marks in owners.values()),
        "з'єднання, що перейшли до іншого процесу": sum(len(set(client.servers)) > 1 for client in seen),
        "прочитано чуже налаштування": sum(client.foreign_marks for client in seen),
        "власне налаштування зникло": sum(client.lost_marks for client in seen),
    }
    return [f"{what}: {count}" for what, count in found.items() if count]


def refuse_transaction_pooler(dsn: str) -> PoolMode:
    """Raise TransactionPoolerRefused when sessions are mixed; otherwise return what was found."""
    found = detect_pool_mode(dsn)
    if found.mode == "transaction":
        raise TransactionPoolerRefused(
            "Роботу не розпочато: база даних доступна через пулер у режимі транзакцій (pool_mode = "
            "transaction або statement), а він віддає запити однієї громади в сеанс іншої.\n"
            f"Ознаки: {'; '.join(found.evidence)}.\n"
            "Що зробити: поставте в пулері pool_mode = session і server_reset_query = DISCARD ALL "
            "(зразок: infra/pooler/pgbouncer.ini) або вкажіть у DATABASE_URL адресу самого PostgreSQL, "
            "тоді запустіть службу знову."
        )
    return found
