"""What a container of this image is: web, worker, scheduler, or one piece of work done once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

import psycopg

from infra.image.environment import NotReady, setting
from kernel.tenancy.pooler import TransactionPoolerRefused, refuse_transaction_pooler

ROOT = Path(__file__).resolve().parents[2]
SCHEDULE = Path(gettempdir()) / "celerybeat-schedule"

# A backend and a process grow with every tenant they have served, so neither lives for ever.
TASKS_PER_CHILD = "500"
CHILD_KILOBYTES = "700000"


def processes(count: str = "2") -> str:
    return os.environ.get("WORKER_PROCESSES", count)


def command(role: str, arguments: Sequence[str]) -> list[str]:
    # Django's checks need the database, and so a scope, which a starting worker has not: `migrate` makes them.
    celery = ["celery", "--app", "config", "--quiet", "--skip-checks"]
    level = ["--loglevel", os.environ.get("LOG_LEVEL", "WARNING")]
    commands = {
        "web": ["gunicorn", "--config", str(ROOT / "infra/image/gunicorn.conf.py"), "config.wsgi:application"],
        "worker": [
            *(*celery, "worker", *level, "--concurrency", processes()),
            *("--max-tasks-per-child", TASKS_PER_CHILD, "--max-memory-per-child", CHILD_KILOBYTES),
            *("--without-mingle", "--without-gossip"),
        ],
        "scheduler": [*celery, "beat", *level, "--pidfile=", "--schedule", str(SCHEDULE), "--max-interval", "60"],
        "bootstrap": [sys.executable, "-m", "infra.image.bootstrap"],
        "migrate": ["hromada", "prepare", "--no-demo"],
        "cli": ["hromada"],
    }
    if role not in commands:
        raise NotReady(f"Невідома роль контейнера «{role}». Є такі: {', '.join(commands)}.")
    return [*commands[role], *arguments]


def trust_database_authority() -> None:
    """A managed server's certificate is signed by its provider's own authority, handed over as text."""
    authority = os.environ.get("DATABASE_CA_PEM")
    if authority:
        path = Path(gettempdir()) / "database-ca.pem"
        path.write_text(authority, encoding="utf-8")
        os.environ["PGSSLROOTCERT"] = str(path)
        os.environ["PGSSLMODE"] = "verify-full"


def await_database(patience_s: float) -> None:
    """Wait until the database answers, and refuse one that would mix tenants."""
    url = setting("DATABASE_URL")
    deadline = time.monotonic() + patience_s
    while True:
        try:
            refuse_transaction_pooler(url)
        except psycopg.OperationalError as reason:
            if time.monotonic() > deadline:
                raise NotReady(
                    f"База даних не відповіла за {patience_s:.0f} с: {str(reason).strip()}\n"
                    "Що робити: перевірте DATABASE_URL і чи працюють PostgreSQL та пулер."
                ) from reason
            time.sleep(1)
        else:
            return


def check_application() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "manage.py"), "check"], cwd=ROOT, check=False)
    if done.returncode:
        raise NotReady("Перевірка застосунку не пройшла (див. вище), тож базу не змінено.")


def main(argv: Sequence[str]) -> None:
    role, *arguments = argv or ["web"]
    try:
        program = command(role, arguments)
        trust_database_authority()
        if role in {"web", "worker", "scheduler", "migrate"}:
            await_database(float(os.environ.get("DATABASE_PATIENCE_SECONDS", "60")))
        if role == "migrate":
            check_application()
    except (NotReady, TransactionPoolerRefused) as reason:
        sys.stderr.write(f"{reason}\n")
        # EX_CONFIG: starting again without a change would end the same way.
        sys.exit(78)
    os.execvp(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
