"""A throw-away PostgreSQL with the configuration of infra/postgres, prepared by infra/image/bootstrap.py."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from infra.image import bootstrap
from tests.infra.programs import ROOT, debian_program, free_port, give_to_service, running, unprivileged

OWNER_PASSWORD = "owner-test-password"
APP_PASSWORD = "app-test-password"
# The only things a test needs otherwise: its own folders, its own port, no disk flushes, little memory.
OVERRIDES = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "64MB",
    "fsync": "off",
    "logging_collector": "off",
}


def postgres_program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found:
        cure = "apt-get install --no-install-recommends postgresql-15-postgis-3"
        pytest.fail(f"{name} is not installed: {cure}", pytrace=False)
    return str(found[-1])


@contextmanager
def as_service() -> Iterator[None]:
    """Peer authentication asks the kernel who connects: the account that the server runs under."""
    account = unprivileged()
    if not account:
        yield
        return
    os.setegid(int(str(account["group"])))
    os.seteuid(int(str(account["user"])))
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@dataclass
class Database:
    folder: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        return self.folder / "socket"

    def url(self, user: str, password: str = "", database: str = "hromada", port: int | None = None) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{port or self.port}/{database}"

    @property
    def app_url(self) -> str:
        return self.url("hromada_app", APP_PASSWORD)

    @property
    def owner_url(self) -> str:
        return self.url("hromada_owner", OWNER_PASSWORD)

    def master_url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self.socket}&port={self.port}"

    def bootstrap(self) -> None:
        owner = bootstrap.account_in(self.owner_url, bootstrap.OWNER)
        app = bootstrap.account_in(self.app_url, bootstrap.APP)
        with as_service():
            bootstrap.prepare_database(self.master_url(), owner, app)

    def execute(self, query: str, database: str = "hromada") -> list[tuple[object, ...]]:
        """As the superuser, over the socket."""
        with as_service():
            connection = psycopg.connect(self.master_url(database), autocommit=True)
        with connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def answers(self) -> bool:
        try:
            self.execute("SELECT 1", "postgres")
        except psycopg.Error:
            return False
        return True

    def run(self, *argv: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """A program of infra/backup, as the server's account sees it."""
        done = subprocess.run(
            argv, env=self.environment, cwd="/", capture_output=True, text=True, check=False, **unprivileged()
        )
        assert done.returncode == expect, f"{argv}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done


def create(folder: Path) -> Database:
    database = Database(folder, free_port())
    # The installed copies of infra/ that the image mounts; a checkout may lie where the account cannot read.
    for part in ("postgres", "backup"):
        shutil.copytree(ROOT / "infra" / part, folder / part)
    for name in ("socket", "wal", "backups", "bin"):
        (folder / name).mkdir()
    archive = folder / "bin" / "archive-wal"
    shutil.copy(ROOT / "infra/backup/archive-wal.sh", archive)
    archive.chmod(0o755)
    database.environment = {
        "PATH": f"{Path(postgres_program('initdb')).parent}:{os.defpath}",
        "LC_ALL": "C.UTF-8",
        "PGDATA": str(database.data),
        "PGHOST": str(database.socket),
        "PGPORT": str(database.port),
        "PGUSER": "postgres",
        "WAL_FOLDER": str(folder / "wal"),
        "BACKUP_FOLDER": str(folder / "backups"),
    }
    give_to_service(folder)
    database.run(postgres_program("initdb"), "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "-N")
    return database


@contextmanager
def serving(database: Database) -> Iterator[Database]:
    settings = {
        "config_file": str(database.folder / "postgres/postgresql.conf"),
        "hba_file": str(database.folder / "postgres/pg_hba.conf"),
        "data_directory": str(database.data),
        "unix_socket_directories": str(database.socket),
        "port": str(database.port),
        "archive_command": f"{database.folder}/bin/archive-wal %p %f",
        **OVERRIDES,
    }
    with running(
        [postgres_program("postgres"), *(f"--{name}={value}" for name, value in settings.items())],
        log=database.folder.parent / f"{database.folder.name}.log",
        ready=database.answers,
        environment=database.environment,
        # PostgreSQL waits for its clients on SIGTERM; this one ends their sessions.
        stop_by=signal.SIGINT,
        **unprivileged(),
    ):
        yield database


@contextmanager
def pooler(database: Database, folder: Path, *, mode: str = "session", **extra: str) -> Iterator[str]:
    """Debian's pgbouncer by our entry point; its address for the application. `extra` makes it wrong."""
    debian_program("pgbouncer", "pgbouncer")
    folder.mkdir()
    port = free_port()
    config = folder / "ours.ini"
    text = (ROOT / "infra/pooler/pgbouncer.ini").read_text()
    for name, value in {"pool_mode": mode, **extra}.items():
        text += f"\n{name} = {value}\n" if (name, value) != ("pool_mode", "session") else ""
    config.write_text(text)
    secret = folder / "app_password"
    secret.write_text(APP_PASSWORD)
    entrypoint = folder / "entrypoint.sh"
    shutil.copy(ROOT / "infra/pooler/entrypoint.sh", entrypoint)
    give_to_service(folder)
    url = database.url("hromada_app", APP_PASSWORD, port=port)

    def ready() -> bool:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    with running(
        ["/bin/sh", str(entrypoint)],
        log=folder.parent / f"{folder.name}.log",
        ready=ready,
        environment={
            "PATH": f"{os.defpath}:/usr/sbin",
            "POOLER_CONFIG": str(config),
            "POOLER_FOLDER": str(folder),
            "POOLER_ADDRESS": "127.0.0.1",
            "POOLER_PORT": str(port),
            "APP_PASSWORD_FILE": str(secret),
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_PORT": str(database.port),
        },
        **unprivileged(),
    ):
        yield url
