"""A private PostgreSQL cluster: unix socket only, in a folder nobody else can enter."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from provisioning.local.daemons import (
    alive,
    boot_id,
    gone,
    processes_in,
    run_as_service,
    size,
    tail,
    working_folder,
)
from provisioning.local.errors import StackError
from provisioning.local.paths import Layout, has_shared_memory

SUPERUSER = "postgres"
OLDEST_SUPPORTED = 15
START_LIMIT_S = 120.0  # crash recovery of a large cluster replays its log before it answers

# One tenant's creation holds about 5,200 lock entries in one transaction; the table is shared, so
# this leaves room for twenty of them at once at a cost of some 30 MB.
COMMON_SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_locks_per_transaction": "512",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "2GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_line_prefix": "'%m [%p] %q%u@%d '",
    "log_min_duration_statement": "'2s'",
    "log_lock_waits": "on",
    "lc_messages": "'C.UTF-8'",
    "default_text_search_config": "'pg_catalog.simple'",
}
# Tests throw their cluster away, so they need not survive a power cut; but a killed server must still
# keep what it confirmed, so synchronous_commit stays on (without fsync it costs next to nothing).
UNSAFE_SETTINGS = {
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "10s",
}


@dataclass(frozen=True, slots=True)
class Status:
    running: bool
    healthy: bool
    pid: int | None
    version: str | None


def find_binaries() -> Path:
    """The newest server on the machine: Debian keeps every version apart, others put it on PATH."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    versions = sorted(
        ((int(path.parts[-3]), path.parent) for path in installed if path.parts[-3].isdigit()), reverse=True
    )
    if versions:
        return versions[0][1]
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise StackError("На машині немає сервера PostgreSQL.", "запустіть infra/dev/bootstrap.sh run")


class Cluster:
    """One data folder and the server over it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.safe = layout.safe
        self.data = layout.home / "postgres"
        self.log = layout.logs / "postgres.log"
        self.started_with = layout.home / "postgres.started"

    def url(self, user: str = SUPERUSER, database: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.layout.sockets}"

    def start(self) -> bool:
        """Bring the server up; True when it was started now, False when a healthy one was adopted."""
        binaries = find_binaries()
        self._require_matching_version(binaries)
        status = self.status()
        if status.running:
            if self._fingerprint(binaries) == self._recorded("config") and self._becomes_healthy(START_LIMIT_S):
                return False
            self.stop()
        if not self.safe and self.data.exists() and self._recorded("boot") not in {None, boot_id()}:
            shutil.rmtree(self.data)
        if not (self.data / "PG_VERSION").exists():
            self._create(binaries)
        self._write_settings()
        self._clear_after_kill()
        self.started_with.write_text(f"config={self._fingerprint(binaries)}\nboot={boot_id()}\n")
        starter, since = self.layout.logs / "pg_ctl.log", size(self.log)
        outcome = run_as_service(
            self.layout, [binaries / "pg_ctl", "-D", self.data, "-l", self.log, "-W", "-s", "start"], log=starter
        )
        if outcome.returncode != 0 or not self._becomes_healthy(START_LIMIT_S):
            raise StackError(
                f"PostgreSQL не запустився. Журнал {self.log}:\n{tail(starter)}\n{tail(self.log, since=since)}",
                "усуньте названу причину; якщо дані не потрібні — make clean і знову make run.",
            )
        return True

    def stop(self, limit_s: float = 60.0) -> bool:
        """Stop the server; an open session is cut, a transaction in flight is rolled back."""
        pid = self.pid()
        if pid is None:
            return False
        for how, patience in ((signal.SIGINT, limit_s), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
            with suppress(ProcessLookupError):
                os.kill(pid, how)
            if gone(pid, patience):
                break
        # After a clean stop the files are whole whatever fsync says.
        if not (self.data / "postmaster.pid").exists():
            self.started_with.unlink(missing_ok=True)
        return True

    def status(self) -> Status:
        pid = self.pid()
        version = None
        if pid is not None:
            with suppress(psycopg.Error), psycopg.connect(self.url(), connect_timeout=3) as connection:
                version = str(connection.info.parameter_status("server_version"))
        return Status(pid is not None, version is not None, pid, version)

    def pid(self) -> int | None:
        """The postmaster's pid if it lives and works in our data folder, whatever the file says."""
        try:
            first = (self.data / "postmaster.pid").read_text().splitlines()[0]
            pid = int(first)
        except (OSError, ValueError, IndexError):
            return None
        return pid if alive(pid) and working_folder(pid) == self.data else None

    def _create(self, binaries: Path) -> None:
        # Under another name until it is whole: whoever is killed in the middle leaves no half of a cluster.
        for half in self.layout.home.glob("postgres.new-*"):
            shutil.rmtree(half, ignore_errors=True)
        fresh = self.layout.home / f"postgres.new-{os.getpid()}"
        # Names of people and streets sort by the Ukrainian alphabet without a COLLATE in every query.
        outcome = run_as_service(
            self.layout,
            [
                binaries / "initdb",
                *("-D", fresh, "-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=uk"),
                *("--data-checksums", "--no-instructions", *(() if self.safe else ("--no-sync",))),
            ],
        )
        if outcome.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise StackError(
                f"Не вдалося створити кластер PostgreSQL у {self.layout.home}:\n{outcome.stdout}",
                "перевірте місце на диску (df -h) і права на теку, тоді повторіть.",
            )

        shutil.rmtree(self.data, ignore_errors=True)
        fresh.rename(self.data)

    def _settings(self) -> str:
        settings = {
            **COMMON_SETTINGS,
            **({} if self.safe else UNSAFE_SETTINGS),
            "unix_socket_directories": f"'{self.layout.sockets}'",
            # A container's token /dev/shm is too small for a parallel index build.
            "dynamic_shared_memory_type": "posix" if has_shared_memory() else "mmap",
        }
        return "".join(f"{name} = {value}\n" for name, value in settings.items())

    def _write_settings(self) -> None:
        (self.data / "postgresql.conf").write_text(self._settings())

    def _fingerprint(self, binaries: Path) -> str:
        return hashlib.sha256(f"{binaries}\n{self._settings()}".encode()).hexdigest()[:16]

    def _recorded(self, key: str) -> str | None:
        try:
            lines = self.started_with.read_text().splitlines()
        except OSError:
            return None
        return next((line.partition("=")[2] for line in lines if line.startswith(f"{key}=")), None)

    def _require_matching_version(self, binaries: Path) -> None:
        answer = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        found = re.search(r"(\d+)", answer)
        server = int(found.group(1)) if found else 0
        if server < OLDEST_SUPPORTED:
            raise StackError(
                f"На машині PostgreSQL {server}, а потрібен не старіший за {OLDEST_SUPPORTED}.",
                "візьміть Debian 12 чи Ubuntu 24.04 або новіші, або задайте DATABASE_URL власного сервера.",
            )
        recorded = self.data / "PG_VERSION"
        if recorded.exists() and int(recorded.read_text()) != server:
            raise StackError(
                f"Дані в {self.data} створив PostgreSQL {recorded.read_text().strip()}, "
                f"а на машині тепер версія {server}.",
                f"поставте попередню версію, або вивантажте громади нею, або (дані зникнуть) "
                f"rm -r {self.data} і знову make run.",
            )

    def _clear_after_kill(self) -> None:
        """After kill -9 of the server its sessions may still run and its pid file stays behind.

        The pid may by now belong to a stranger, and PostgreSQL would take him for the server; but the
        file may only go when no session of the old server touches the data any more.
        """
        for pid in processes_in(self.data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            gone(pid, 10.0)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in self.layout.sockets.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)

    def _becomes_healthy(self, limit_s: float) -> bool:
        deadline = time.monotonic() + limit_s
        grace = time.monotonic() + 3.0
        while time.monotonic() < deadline:
            if self.status().healthy:
                return True
            if self.pid() is None and time.monotonic() > grace:
                return False
            time.sleep(0.02)
        return False
