"""The peer's project, built once for all measurements that need it, and its timings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

from tests.benchmarks import ground, synthetic
from tests.benchmarks.measure import Ran, run_process
from tests.benchmarks.peer.generate import write_app

DATABASE = "bench_peer"
FIRST = "peer_first"
SAMPLE = 10
EXECUTORS = ("standard", "multiprocessing")
_kept = ExitStack()
MIGRATION = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("peer_synthetic", "{after}")]
    operations = [migrations.AddField("{model}", "{column}", models.IntegerField(null=True))]
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """Seconds for as many tenants as ours, and how they were found."""

    name: str
    seconds: float
    note: str


@dataclass(frozen=True, slots=True)
class Project:
    folder: Path
    url: str
    create_s: float

    def run(self, *argv: str, **more: str) -> Ran:
        return run_process([sys.executable, *argv], **environment(self.folder, self.url), **more)

    def manage(self, *argv: str, **more: str) -> Ran:
        return self.run("-m", "django", *argv, **more)


def environment(folder: Path, url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.peer.settings",
        "PEER_DATABASE_URL": url,
        "PYTHONPATH": f"{folder}{os.pathsep}{ground.ROOT}",
    }


@cache
def built() -> Project:
    """Its database with the first tenant, made by migrations and timed."""
    folder = Path(_kept.enter_context(tempfile.TemporaryDirectory(prefix="hromada-peer-")))
    url = _kept.enter_context(ground.peer_database(DATABASE))
    write_app(folder)
    (folder / "peer_tenancy_migrations").mkdir()
    (folder / "peer_tenancy_migrations" / "__init__.py").touch()
    project = Project(folder, url, 0.0)
    project.manage("makemigrations", "tenancy", "peer_synthetic")
    project.run("-m", "tests.benchmarks.peer.work", "squeeze")
    project.manage("migrate_schemas", "--shared", PEER_SHARED_ONLY="1")
    made = project.run("-m", "tests.benchmarks.peer.work", "create", FIRST)
    return Project(folder, url, float(made.output.split()[-1]))


@cache
def sample() -> list[str]:
    """More tenants, as the first one is: a migration each would take the greater part of an hour."""
    project = built()
    dump = subprocess.run(
        ["pg_dump", "--no-owner", "-n", FIRST, project.url], capture_output=True, text=True, check=True
    ).stdout
    dump = re.sub(r"(?m)^\\(un)?restrict.*$", "", dump)
    names = [f"peer_copy_{number}" for number in range(1, SAMPLE)]
    for name in names:
        script = re.sub(rf"\b{FIRST}\b", name, dump)
        subprocess.run(
            ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-1", project.url],
            input=script,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    project.run("-m", "tests.benchmarks.peer.work", "register", *names)
    return [FIRST, *names]


def create_seconds() -> float:
    return built().create_s


def clone_schema_seconds() -> float:
    project = built()
    with psycopg.connect(project.url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA clone_source")
        synthetic.fill_schema(connection, "clone_source")
    found = project.run("-m", "tests.benchmarks.peer.work", "clone", "clone_source", "clone_made")
    return float(found.output.split()[-1])


def idle_fleet(tenants: int) -> Peer:
    return _fleet(tenants)


def one_column(tenants: int) -> Peer:
    """A fresh column for every executor, so that each has the same to do."""

    def release(number: int) -> None:
        app = built().folder / "peer_synthetic"
        (app / "migrations" / f"{number + 2:04d}_bench.py").write_text(
            MIGRATION.format(after=_last(app / "migrations"), model=_first_model(app).lower(), column=f"bench_{number}")
        )
        text = (app / "models.py").read_text()
        column = f"    bench_{number} = models.IntegerField(null=True)\n    public_id = "
        (app / "models.py").write_text(text.replace("    public_id = ", column, 1))

    return _fleet(tenants, release)


def _fleet(tenants: int, before: Callable[[int], None] | None = None) -> Peer:
    """The faster of django-tenants' executors; the start of its process counts once, the tenants in proportion."""
    project, names = built(), sample()
    setup = project.run("-c", "import django; django.setup()").wall
    walls: dict[str, float] = {}
    for number, executor in enumerate(EXECUTORS):
        if before:
            before(number)
        walls[executor] = project.manage("migrate_schemas", "--tenant", f"--executor={executor}").wall
    executor = min(walls, key=lambda name: walls[name])
    each = max(walls[executor] - setup, 0.0) / len(names)
    return Peer(
        f"django-tenants migrate_schemas --executor={executor}",
        setup + each * tenants,
        f"виміряно на {len(names)} ({each:.2f} с на громаду), помножено на {tenants}",
    )


def _last(migrations: Path) -> str:
    return max(path.stem for path in migrations.glob("[0-9]*.py"))


def _first_model(app: Path) -> str:
    found = re.search(r"class (\w+)\(models", (app / "models.py").read_text())
    assert found
    return found[1]


def close() -> None:
    _kept.close()
    built.cache_clear()
    sample.cache_clear()
