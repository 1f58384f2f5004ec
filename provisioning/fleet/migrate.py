"""The whole fleet, in order: public, the template, then every schema in waves; stop at the first bad wave."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from threading import local

from kernel.tenancy.scope import BLUEPRINT_SCHEMA, PUBLIC_SCHEMA
from provisioning.db import Connection, holding, owner_connection, telling_of_lost_server
from provisioning.errors import Busy, ProvisioningError
from provisioning.fleet.public import migrate_public, stored_fingerprint
from provisioning.fleet.replay import Outcome, Steps, migrate_schema
from provisioning.fleet.steps import read_steps
from provisioning.progress import Progress, Report, silent
from provisioning.template import build_template, migrations_fingerprint, public_fingerprint

CANARIES = 1
FIRST_SHARE = 0.10


class WaveFailed(ProvisioningError):
    code = "wave_failed"

    def __init__(self, report: FleetReport) -> None:
        self.report = report
        failed = [outcome for outcome in report.outcomes if not outcome.ok]
        lines = "\n".join(f"  {outcome.schema}: {outcome.error}" for outcome in failed[:10])
        super().__init__(
            f"Хвилю «{report.wave}» зупинено, не вдалося в {len(failed)} схемах:\n{lines}",
            "усуньте причину і запустіть hromada fleet migrate знову: готові схеми не чіпатимуться.",
        )

    def as_json(self) -> dict[str, object]:
        return {**super().as_json(), "report": self.report.as_json()}


@dataclass
class FleetReport:
    """What happened; `pending` is what was still to do when the run ended."""

    target: str
    idle: bool = False
    run: int | None = None
    wave: str = ""
    public: list[str] = field(default_factory=list)
    template: bool = False
    pending: int = 0
    outcomes: list[Outcome] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "migrated": sum(outcome.ok for outcome in self.outcomes)}


@telling_of_lost_server(
    "схема, яку саме оновлювали, лишилася, як була; запустіть базу й повторіть hromada fleet migrate — "
    "запуск продовжиться з того самого місця."
)
def migrate_fleet(
    *, workers: int | None = None, progress: Progress = silent, dry_run: bool = False, canaries: int = CANARIES
) -> FleetReport:
    """Bring everything to the code's version. An idle run costs one connection and one query."""
    target = migrations_fingerprint()
    with owner_connection("fleet migrate") as connection:
        if _is_idle(connection, target):
            return FleetReport(target, idle=True)
        if dry_run:
            report = FleetReport(target, pending=len(_behind(connection, target)))
            return report
        busy = Busy("Флот уже мігрують в іншому процесі.", "дочекайтеся його кінця: hromada fleet status.")
        with holding(connection, "fleet migrate", busy=busy):
            return _migrate(connection, target, workers or (os.cpu_count() or 2), progress, canaries)


def _is_idle(connection: Connection, target: str) -> bool:
    known = connection.execute("SELECT to_regclass('public.fleet_schemaversion') IS NOT NULL").fetchone()
    if not (known and known[0]):
        return False
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE schema_name = %(public)s AND fingerprint = %(public_target)s) = 1 "
        "AND count(*) FILTER (WHERE schema_name = %(template)s) = 1 "
        "AND count(*) FILTER (WHERE schema_name <> %(public)s AND fingerprint <> %(target)s) = 0 "
        "FROM public.fleet_schemaversion",
        {
            "public": PUBLIC_SCHEMA,
            "public_target": public_fingerprint(),
            "template": BLUEPRINT_SCHEMA,
            "target": target,
        },
    ).fetchone()
    return bool(row and row[0])


def _behind(connection: Connection, target: str) -> list[str]:
    if stored_fingerprint(connection, PUBLIC_SCHEMA) is None:
        return []
    rows = connection.execute(
        "SELECT schema_name FROM public.fleet_schemaversion "
        "WHERE fingerprint <> %s AND schema_name NOT IN (%s, %s) ORDER BY schema_name LIKE 'pool%%', schema_name",
        [target, PUBLIC_SCHEMA, BLUEPRINT_SCHEMA],
    ).fetchall()
    return [name for (name,) in rows]


def _migrate(connection: Connection, target: str, workers: int, progress: Progress, canaries: int) -> FleetReport:
    report = FleetReport(target)
    progress(Report("public", "Спільна схема", 0, 3))
    report.public = migrate_public(connection)
    progress(Report("template", "Зразок", 1, 3))
    report.template = stored_fingerprint(connection, BLUEPRINT_SCHEMA) != target
    build_template()
    waiting = _behind(connection, target)
    if not waiting:
        return report
    report.run = _open_run(connection, target)
    # Each tenant's fingerprint is in its own transaction; of the report a crash may lose the last lines.
    connection.execute("SET synchronous_commit = off")
    steps = read_steps(connection)
    total, done = len(waiting), 0
    for wave, schemas in _all_waves(connection, target, waiting, canaries):
        total = max(total, done + len(schemas))
        report.wave = wave
        connection.execute("UPDATE public.fleet_fleetrun SET wave = %s WHERE id = %s", [wave, report.run])
        for outcome in _run_wave(schemas, steps, target, workers):
            done += 1
            report.outcomes.append(outcome)
            _note(connection, report.run, wave, outcome)
            progress(Report(wave, f"Хвиля «{wave}»", done, total, note=outcome.schema))
        if not all(outcome.ok for outcome in report.outcomes):
            report.pending = total - sum(outcome.ok for outcome in report.outcomes)
            _close_run(connection, report.run, "stopped")
            raise WaveFailed(report)
    _close_run(connection, report.run, "done")
    return report


def _all_waves(
    connection: Connection, target: str, waiting: list[str], canaries: int
) -> Iterator[tuple[str, list[str]]]:
    """The waves, then those whose creation began with the old template and ended during the run."""
    yield from _waves(waiting, canaries)
    if late := _behind(connection, target):
        yield "late", late


def _waves(schemas: list[str], canaries: int) -> Iterator[tuple[str, list[str]]]:
    """Canaries, a tenth, the rest. Schemas of the pool carry nobody's data, so they come last."""
    rest = iter(schemas)
    for name, size in (
        ("canary", canaries),
        ("tenth", math.ceil(len(schemas) * FIRST_SHARE)),
        ("rest", len(schemas)),
    ):
        if wave := list(islice(rest, size)):
            yield name, wave


def _run_wave(schemas: list[str], steps: Steps, target: str, workers: int) -> Iterator[Outcome]:
    """Each worker keeps one connection; the first failure lets the others finish what they began, no more."""
    kept = local()
    opened: list[Connection] = []
    failed = False

    def work(schema: str) -> Outcome | None:
        nonlocal failed
        if failed:
            return None
        if not hasattr(kept, "connection"):
            kept.stack = owner_connection("fleet worker")
            kept.connection = kept.stack.__enter__()
            opened.append(kept.connection)
        outcome = migrate_schema(kept.connection, schema, steps, target)
        failed = failed or not outcome.ok
        return outcome

    try:
        with ThreadPoolExecutor(workers, thread_name_prefix="fleet") as pool:
            for outcome in pool.map(work, schemas):
                if outcome:
                    yield outcome
    finally:
        for connection in opened:
            connection.close()


def _open_run(connection: Connection, target: str) -> int:
    """A run to the same target goes on; one to another target can no longer be finished."""
    connection.execute(
        "UPDATE public.fleet_fleetrun SET status = 'stopped', finished_at = now() "
        "WHERE status = 'running' AND target <> %s",
        [target],
    )
    row = (
        connection.execute(
            "UPDATE public.fleet_fleetrun SET status = 'running', finished_at = NULL WHERE id = "
            "(SELECT id FROM public.fleet_fleetrun WHERE target = %s AND status <> 'done' ORDER BY id DESC LIMIT 1) "
            "RETURNING id",
            [target],
        ).fetchone()
        or connection.execute(
            "INSERT INTO public.fleet_fleetrun (target, status, wave, started_at) VALUES (%s, 'running', '', now()) "
            "RETURNING id",
            [target],
        ).fetchone()
    )
    assert row
    return int(row[0])


def _note(connection: Connection, run: int, wave: str, outcome: Outcome) -> None:
    connection.execute(
        "INSERT INTO public.fleet_fleetruntenant "
        "(run_id, schema_name, wave, ok, attempts, seconds, error, finished_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, now()) ON CONFLICT (run_id, schema_name) DO UPDATE SET "
        "wave = excluded.wave, ok = excluded.ok, attempts = fleet_fleetruntenant.attempts + excluded.attempts, "
        "seconds = excluded.seconds, error = excluded.error, finished_at = now()",
        [run, outcome.schema, wave, outcome.ok, outcome.attempts, outcome.seconds, outcome.error],
    )


def _close_run(connection: Connection, run: int, status: str) -> None:
    connection.execute("UPDATE public.fleet_fleetrun SET status = %s, finished_at = now() WHERE id = %s", [status, run])
