"""A private Redis: unix socket only, beside the cluster."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import time
from contextlib import suppress

from provisioning.local.daemons import alive, gone, processes_in, run_as_service, size, tail, working_folder
from provisioning.local.errors import StackError
from provisioning.local.paths import Layout

START_LIMIT_S = 60.0  # a large append-only file is read before the first answer


class Redis:
    """One Redis server and its files."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.safe = layout.safe
        self.data = layout.home / "redis"
        self.socket = layout.sockets / "redis.sock"
        self.log = layout.logs / "redis.log"
        self.pid_file = self.data / "redis.pid"
        self.config = layout.home / "redis.conf"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> bool:
        """Bring the server up; True when it was started now, False when a healthy one was adopted."""
        binary = shutil.which("redis-server") or shutil.which("redis-server", path="/usr/bin:/usr/sbin")
        if binary is None:
            raise StackError("На машині немає Redis.", "запустіть infra/dev/bootstrap.sh run")
        settings = self._settings()
        if self.pid() is not None:
            if self._recorded() == _digest(settings) and self._becomes_healthy(START_LIMIT_S):
                return False
            self.stop()
        self._make_folder()
        self._clear_after_kill()
        self.config.write_text(f"{settings}# {_digest(settings)}\n")
        self.config.chmod(0o644)
        starter, since = self.layout.logs / "redis-start.log", size(self.log)
        outcome = run_as_service(self.layout, [binary, self.config], log=starter)
        if outcome.returncode != 0 or not self._becomes_healthy(START_LIMIT_S):
            raise StackError(
                f"Redis не запустився. Журнал {self.log}:\n{tail(starter)}\n{tail(self.log, since=since)}",
                "усуньте названу причину; якщо черга не потрібна — make clean і знову make run.",
            )
        return True

    def stop(self) -> bool:
        pid = self.pid()
        if pid is None:
            return False
        for how, patience in ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)):
            with suppress(ProcessLookupError):
                os.kill(pid, how)
            if gone(pid, patience):
                break
        return True

    def pid(self) -> int | None:
        try:
            pid = int(self.pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if alive(pid) and working_folder(pid) == self.data else None

    def healthy(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(3)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        return False

    def _make_folder(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        if self.layout.account is not None:
            os.chown(self.data, self.layout.account.uid, self.layout.account.gid)

    def _clear_after_kill(self) -> None:
        """A server without its pid file could never be stopped, nor another one write to its log."""
        for pid in processes_in(self.data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            gone(pid, 5.0)
        self.pid_file.unlink(missing_ok=True)

    def _settings(self) -> str:
        # The broker's queue lives here too, so nothing may be evicted.
        settings = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "dir": self.data,
            "pidfile": self.pid_file,
            "logfile": self.log,
            "daemonize": "yes",
            "maxmemory-policy": "noeviction",
            "save": '""',
            "appendonly": "yes" if self.safe else "no",
        }
        return "".join(f"{name} {value}\n" for name, value in settings.items())

    def _recorded(self) -> str | None:
        try:
            return self.config.read_text().splitlines()[-1].removeprefix("# ")
        except (OSError, IndexError):
            return None

    def _becomes_healthy(self, limit_s: float) -> bool:
        deadline = time.monotonic() + limit_s
        grace = time.monotonic() + 3.0
        while time.monotonic() < deadline:
            if self.healthy():
                return True
            if self.pid() is None and time.monotonic() > grace:
                return False
            time.sleep(0.01)
        return False


def _digest(settings: str) -> str:
    return hashlib.sha256(settings.encode()).hexdigest()[:16]
