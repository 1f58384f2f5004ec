"""PostgreSQL and Redis for one profile: our own, or those that the environment names."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psycopg
import psycopg.conninfo

from provisioning.local import roles
from provisioning.local.errors import StackError
from provisioning.local.paths import PROJECT, Layout, layout, layouts, shared_parents
from provisioning.local.postgres import Cluster
from provisioning.local.redis import Redis

# The kernel drops these locks when the process ends, however it ends.
_holds: dict[Path, IO[str]] = {}
_claimed: list[IO[str]] = []


@dataclass(frozen=True, slots=True)
class Stack:
    """What a started profile offers; the environment of every process comes from here."""

    profile: str
    database_url: str
    admin_url: str
    superuser_url: str | None
    redis_url: str
    root: Path
    started: tuple[str, ...] = ()

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_ADMIN_URL": self.admin_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": os.environ.get("SECRET_KEY") or _kept_secret(self.root / ".local" / "secret-key"),
            "BASE_DOMAIN": os.environ.get("BASE_DOMAIN", "localhost"),
            "HROMADA_ENV": "test" if self.profile.startswith("test") else os.environ.get("HROMADA_ENV", "development"),
        }

    def report(self) -> dict[str, object]:
        """For programs and screens: no passwords."""
        shown = asdict(self)
        for name in ("database_url", "admin_url", "superuser_url"):
            if shown[name]:
                shown[name] = roles.without_password(shown[name])
        return {**shown, "root": str(self.root), "started": list(self.started)}


def environment_file(profile: str, project: Path = PROJECT) -> Path:
    """The settings read `.local/env` on their own; other profiles are handed over explicitly."""
    return project / ".local" / ("env" if profile == "run" else f"env.{profile}")


def start(profile: str = "run", project: Path = PROJECT) -> Stack:
    """Start what is not running, adopt what is, and say where everything is.

    Until it ends or calls `stop`, this process counts as a user of the profile.
    """
    place = layout(profile, project)
    foreign_database = os.environ.get("DATABASE_URL", "")
    foreign_redis = os.environ.get("REDIS_URL", "")
    started: list[str] = []
    _hold(place)
    with _one_at_a_time(place):
        if foreign_database:
            database_url, admin_url = _foreign_urls(place, foreign_database)
            superuser_url = None
        else:
            cluster = Cluster(place)
            if cluster.start():
                started.append("postgres")
            prepared = cluster.data / "hromada.prepared"
            wanted = hashlib.sha256(Path(roles.__file__).read_bytes()).hexdigest()
            if not prepared.exists() or prepared.read_text() != wanted:
                roles.prepare_embedded(cluster.url())
                prepared.write_text(wanted)
            superuser_url = cluster.url(database=roles.DATABASE)
            database_url = cluster.url(roles.APP, roles.DATABASE)
            admin_url = cluster.url(roles.OWNER, roles.DATABASE)
        if foreign_redis:
            redis_url = foreign_redis
        else:
            redis = Redis(place)
            if redis.start():
                started.append("redis")
            redis_url = redis.url
        stack = Stack(profile, database_url, admin_url, superuser_url, redis_url, project, tuple(started))
        write_environment(profile, stack.environment(), project)
    return stack


def stop(profile: str = "run", project: Path = PROJECT) -> tuple[str, ...]:
    """Stop our own servers of this profile, whoever uses them; foreign ones are never touched."""
    place = layout(profile, project)
    _release(place)
    with _one_at_a_time(place):
        stopped = (Redis(place).stop(), Cluster(place).stop())
    return tuple(name for name, done in zip(("redis", "postgres"), stopped, strict=True) if done)


def stop_unused(kind: str, project: Path = PROJECT) -> list[str]:
    """Stop every profile of the kind that no living process uses and nobody pinned."""
    stopped = []
    for place in layouts(project):
        if place.profile.partition("-")[0] != kind or pin(place).exists():
            continue
        _release(place)
        with (place.home / "users.lock").open("w") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if stop(place.profile, project):
                stopped.append(place.profile)
    return stopped


def claim(kind: str, project: Path = PROJECT) -> str:
    """A profile of this kind that no other process has; it is ours until this process ends."""
    for number in range(1000):
        place = layout(f"{kind}-{number}", project)
        lock = (place.home / "claim.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        _claimed.append(lock)
        return place.profile
    raise StackError(f"Усі профілі «{kind}» зайняті.", "зупиніть зайві запуски тестів.")


def pin(place: Layout) -> Path:
    """Present while somebody asked for the servers by name: who merely used them leaves them running."""
    return place.home / "pinned"


def revive(place: Layout) -> tuple[str, ...]:
    """Start again whichever of our own servers died; cheap enough to ask every couple of seconds."""
    dead = []
    if not os.environ.get("DATABASE_URL") and Cluster(place).pid() is None:
        dead.append("postgres")
    if not os.environ.get("REDIS_URL") and Redis(place).pid() is None:
        dead.append("redis")
    if dead:
        start(place.profile, place.project)
    return tuple(dead)


def status(profile: str = "run", project: Path = PROJECT) -> dict[str, object]:
    """What lives now, whoever started it."""
    place = layout(profile, project)
    cluster, redis = Cluster(place), Redis(place)
    return {
        "profile": profile,
        "home": str(place.home),
        "postgres": asdict(cluster.status()),
        "redis": {"running": redis.pid() is not None, "healthy": redis.healthy(), "pid": redis.pid()},
    }


def clean(project: Path = PROJECT, profile: str = "") -> list[str]:
    """Erase the data, files and logs of every profile; the environment and its tools stay.

    Of one profile when it is named, together with its parts («test» is «test-0» too). Files, letters and the key
    are of the profile that people use.
    """
    erased = []
    if profile:
        # A misspelt name would erase nothing and say so calmly.
        layout(profile, project)
    for place in layouts(project):
        if profile and place.profile != profile and place.profile.partition("-")[0] != profile:
            continue
        stop(place.profile, project)
        shutil.rmtree(place.home)
        environment_file(place.profile, project).unlink(missing_ok=True)
        erased.append(str(place.home))
    if profile not in ("", "run"):
        return erased
    for parent in [] if profile else shared_parents(project):
        shutil.rmtree(parent, ignore_errors=True)
    for name in ("media", "mail", "static", "logs"):
        shutil.rmtree(project / ".local" / name, ignore_errors=True)
    for name in ("prepared", "celerybeat-schedule", "secret-key"):
        (project / ".local" / name).unlink(missing_ok=True)
    return erased


def read_environment(profile: str = "run", project: Path = PROJECT) -> dict[str, str]:
    """What the last start wrote."""
    try:
        lines = environment_file(profile, project).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def write_environment(profile: str, values: dict[str, str], project: Path = PROJECT) -> None:
    """Merge into the file; it may hold a password, so it is private from its first byte."""
    target = environment_file(profile, project)
    merged = {**read_environment(profile, project), **values}
    for name, value in merged.items():
        if "\n" in value:
            raise StackError(f"Значення {name} має кілька рядків.", f"задайте {name}_FILE замість {name}.")
    fresh = target.with_name(f"{target.name}.new-{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in sorted(merged.items()))
    fresh.replace(target)


def _hold(place: Layout) -> None:
    if place.home not in _holds:
        users = (place.home / "users.lock").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        _holds[place.home] = users


def _release(place: Layout) -> None:
    users = _holds.pop(place.home, None)
    if users is not None:
        users.close()


@contextmanager
def _one_at_a_time(place: Layout) -> Iterator[None]:
    with (place.home / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _kept_secret(path: Path) -> str:
    """Sessions must outlive a restart, so the key is made once."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _foreign_urls(place: Layout, database_url: str) -> tuple[str, str]:
    """Accounts for the application and for the owner in a database that somebody else runs.

    With the two URLs given we use them as they are. With one URL of an administrator we make our roles
    there and remember their passwords; an application that connects as an administrator would have no
    wall at all.
    """
    admin_url = os.environ.get("DATABASE_ADMIN_URL") or database_url
    try:
        gaps = roles.prepare_foreign(admin_url)
    except psycopg.OperationalError as refused:
        raise StackError(
            f"База {roles.without_password(admin_url)} не відповідає: {refused}",
            "виправте DATABASE_URL (і DATABASE_ADMIN_URL) або приберіть їх, щоб запустити власну базу.",
        ) from refused
    if gaps:
        raise StackError(
            f"У базі {roles.without_password(admin_url)} бракує:\n{roles.gap_report(gaps)}",
            "виконайте це від імені адміністратора сервера і повторіть запуск.",
        )
    user = psycopg.conninfo.conninfo_to_dict(database_url).get("user")
    if user == roles.APP or os.environ.get("DATABASE_ADMIN_URL"):
        return database_url, admin_url
    return roles.claim_logins(admin_url, place.state)
