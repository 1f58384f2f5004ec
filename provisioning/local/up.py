"""`make run`: the whole product under one supervisor."""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from provisioning.local import stack
from provisioning.local.daemons import gone, tail
from provisioning.local.errors import AlreadyRunning, StackError
from provisioning.local.paths import PROJECT, Layout, layout
from provisioning.local.supervisor import MARKER, Process, Supervisor, sweep
from provisioning.standins.keys import SECRET_KEY, WEBHOOK_SECRET

PROFILE = "run"
USUAL_PORT = 8000
# Where the stand-in of Stripe listens: so far above the site's own port.
TILL_ABOVE = 111
FIRST_PAGE_LIMIT_S = 120.0
STOP_LIMIT_S = 60.0
BIN = Path(sys.executable).parent

# What a preparation can depend on; the rest of the tree changes nothing in the database.
PREPARED_FROM = ("platform", "shared_apps", "tenant_apps", "provisioning")
PREPARED_SUFFIXES = {".py", ".sql", ".csv", ".json"}

PREPARE = (("База, шаблон і демонстраційна область", (str(BIN / "hromada"), "prepare", "--json")),)
ADDRESSES = (str(BIN / "hromada"), "status")


# Stripe's stand-in: only where nobody has named a real account.
TILL = Process("till", (sys.executable, "-m", "provisioning.standins.stripe"))


def standin_environment(port: int) -> dict[str, str]:
    """The same for every process of the product, so that the site and the stand-in know each other."""
    if "STRIPE_SECRET_KEY" in os.environ or os.environ.get("HROMADA_ENV") == "production":
        return {}
    return {
        "STRIPE_API_BASE": f"http://localhost:{port + TILL_ABOVE}",
        "STRIPE_SECRET_KEY": SECRET_KEY,
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }


def processes(port: int, state: Path) -> tuple[Process, ...]:
    """The web comes first and alone: until the first page is out nobody else takes the processor."""
    celery = (str(BIN / "celery"), "-A", "config", "--quiet")
    return (
        Process(
            "web",
            (
                *(str(BIN / "gunicorn"), "config.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--worker-class", "gthread", "--threads", "8", "--workers", "2"),
                *("--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning"),
            ),
        ),
        Process(
            "worker",
            (*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-mingle"),
            patience_s=20.0,
        ),
        Process(
            "scheduler",
            (
                *celery,
                "beat",
                "--loglevel",
                "WARNING",
                "--pidfile=",
                "-s",
                str(state / "celerybeat-schedule"),
            ),
        ),
        *((TILL,) if standin_environment(port) else ()),
    )


@dataclass(frozen=True, slots=True)
class Product:
    """What is brought up: the steps before, the processes, and the command that lists the addresses."""

    project: Path = PROJECT
    prepare: tuple[tuple[str, tuple[str, ...]], ...] = PREPARE
    processes: Callable[[int, Path], tuple[Process, ...]] = processes
    addresses: tuple[str, ...] = ADDRESSES

    @property
    def state(self) -> Path:
        return self.project / ".local"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def lock(self) -> Path:
        return self.state / "supervisor.lock"


@dataclass(frozen=True, slots=True)
class Running:
    """Who holds the lock of a project."""

    pid: int
    url: str


def run_everything(product: Product | None = None, *, fresh: bool = False) -> int:
    """Start all, show the addresses, supervise until Ctrl-C, stop all. `fresh` prepares again in any case."""
    product = product or Product()
    console = Console(highlight=False, soft_wrap=True)
    began = time.monotonic()
    # Until the supervisor takes the signals over, each of them unwinds what was started.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with _only_supervisor(product):
        if left := sweep(str(product.project)):
            console.print(f"  Прибрано процеси, що лишилися від минулого разу: {len(left)}")
        try:
            _bring_up(product, console, began, fresh=fresh)
        finally:
            if not stack.pin(layout(PROFILE, product.project)).exists():
                stack.stop(PROFILE, product.project)
        console.print("Зупинено.")
    return 0


def stop_everything(product: Product | None = None) -> bool:
    """Stop the supervisor of this project and its servers; False when nothing was running."""
    product = product or Product()
    running = current(product)
    if running is not None:
        os.kill(running.pid, signal.SIGTERM)
        if not gone(running.pid, STOP_LIMIT_S):
            os.kill(running.pid, signal.SIGKILL)
            gone(running.pid, 5.0)
    left = sweep(str(product.project))
    stack.pin(layout(PROFILE, product.project)).unlink(missing_ok=True)
    stopped = stack.stop(PROFILE, product.project)
    return bool(running or left or stopped)


def current(product: Product | None = None) -> Running | None:
    """The supervisor that works now."""
    product = product or Product()
    try:
        with product.lock.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        try:
            return Running(**json.loads(product.lock.read_text()))
        except ValueError:
            return None
    return None


def _bring_up(product: Product, console: Console, began: float, *, fresh: bool) -> None:
    with _timed(console, "PostgreSQL і Redis"):
        found = stack.start(PROFILE, product.project)
    place = layout(PROFILE, product.project)
    port = choose_port(product)
    host = os.environ.get("BASE_DOMAIN", "localhost")
    stack.write_environment(PROFILE, {"HROMADA_PORT": str(port)}, product.project)
    environment = {**os.environ, **found.environment(), "HROMADA_PORT": str(port)}
    environment |= standin_environment(port)
    environment[MARKER] = str(product.project)
    (product.state / "static").mkdir(exist_ok=True)
    _prepare(product, console, found, environment, fresh=fresh)
    _announce(product, f"http://{host}:{port}")
    with Supervisor(
        mark=str(product.project),
        logs=product.logs,
        folder=product.project,
        environment=environment,
        console=console,
        keep_alive=lambda: _revive(place, console),
    ) as supervisor:
        first, *others = product.processes(port, product.state)
        with _timed(console, "Перша сторінка"):
            supervisor.add(first)
            answered = supervisor.wait_until(
                lambda: _answers(host, port), FIRST_PAGE_LIMIT_S, f"відповіді http://{host}:{port}"
            )
        if answered:
            console.print(f"  Від запуску до першої сторінки: {time.monotonic() - began:.1f} с\n")
            for process in others:
                supervisor.add(process)
            # The command draws its own table; it is a guest in our terminal.
            subprocess.run(product.addresses, cwd=product.project, env=environment, check=False)
            console.print("\nCtrl-C зупиняє все.")
            supervisor.run()
        console.print("\nЗупиняю…")


@contextmanager
def _only_supervisor(product: Product) -> Iterator[None]:
    """The kernel drops the lock with its holder, so a killed supervisor blocks nobody."""
    product.state.mkdir(parents=True, exist_ok=True)
    with product.lock.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = current(product)
            where = f"{running.url or 'запускається'}, процес {running.pid}" if running else "саме запускається"
            raise AlreadyRunning(
                f"Хмара вже працює: {where}.", "відкрийте цю адресу або зупиніть її: make stop"
            ) from None
        _announce(product, "")
        yield


def _announce(product: Product, url: str) -> None:
    product.lock.write_text(json.dumps({"pid": os.getpid(), "url": url}))


@contextmanager
def _timed(console: Console, title: str) -> Iterator[None]:
    began = time.monotonic()
    with console.status(f"{title}…"):
        yield
    console.print(f"  {title:<46}{time.monotonic() - began:6.1f} с")


def _prepare(
    product: Product, console: Console, found: stack.Stack, environment: dict[str, str], *, fresh: bool
) -> None:
    stamp = product.state / "prepared"
    # Somebody else's database may have been emptied or replaced since; ours stands in our own folder.
    wanted = _preparation_fingerprint(product) if found.superuser_url else ""
    if wanted and not fresh and stamp.exists() and stamp.read_text() == wanted:
        return
    product.logs.mkdir(parents=True, exist_ok=True)
    log = product.logs / "prepare.log"
    for title, argv in product.prepare:
        with _timed(console, title), log.open("wb") as sink:
            outcome = subprocess.run(
                argv,
                cwd=product.project,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if outcome.returncode != 0:
            raise StackError(
                f"Крок «{title}» не вдався. Кінець журналу {log}:\n{tail(log, 25)}",
                "усуньте названу причину і повторіть: зроблене не пропаде.",
            )
    stamp.write_text(wanted)


def _preparation_fingerprint(product: Product) -> str:
    digest = hashlib.sha256()
    for folder in PREPARED_FROM:
        for path in sorted((product.project / folder).rglob("*")):
            if path.suffix in PREPARED_SUFFIXES and "node_modules" not in path.parts:
                facts = path.stat()
                digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    # A new data folder is an empty one.
    cluster = (layout(PROFILE, product.project).home / "postgres" / "PG_VERSION").stat()
    digest.update(f"{product.prepare}\0{cluster.st_ino}\0{cluster.st_mtime_ns}".encode())
    return digest.hexdigest()


def choose_port(product: Product) -> int:
    """The one that was asked for, else the usual one, else the same as last time, else any."""
    asked = os.environ.get("HROMADA_PORT")
    if asked:
        if not _is_free(int(asked)):
            raise StackError(f"Порт {asked} зайнятий.", "звільніть його або задайте інший HROMADA_PORT.")
        return int(asked)
    remembered = stack.read_environment(PROFILE, product.project).get("HROMADA_PORT", USUAL_PORT)
    for port in (USUAL_PORT, int(remembered)):
        if _is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    # A browser tries ::1 first for *.localhost, so a stranger there would answer instead of us.
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            probe.settimeout(1)
            try:
                probe.connect((host, port))
            except OSError:
                continue
            return False
    return True


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": f"{host}:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _revive(place: Layout, console: Console) -> None:
    """PostgreSQL or Redis of ours that was killed comes back, as any other process of the product."""
    try:
        revived = stack.revive(place)
    except StackError as refused:
        console.print(Text(str(refused), "bold red"))
        return
    for name in revived:
        console.print(Text(f"{name} впав: піднято знову", "bold red"))
