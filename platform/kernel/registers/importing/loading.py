"""Sound lines into the register: portion by portion, each with its history, its letter and its verdicts in one transaction.

What is committed is marked on the lines in the same transaction, so whoever comes after a killed worker goes on
exactly where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, Error, IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from kernel.access.levels import Level
from kernel.cards.numbering import take_numbers
from kernel.operations import Denied
from kernel.registers.events import announce
from kernel.registers.importing.checking.proposing import changed_columns, new_columns, noted, settled
from kernel.registers.importing.checking.stage import Stage, count
from kernel.registers.importing.deriving import derived_columns, ready
from kernel.registers.importing.models import ImportLine, ImportRun
from kernel.registers.register import Register
from kernel.registers.saving import Stale, save_card
from kernel.tenancy.locks import hold_lock
from kernel.tenancy.scope import current_scope

AT_ONCE = 10_000
# What a search looks through is merged into its index by such pieces and not by the four megabytes meant for single cards;
# the last portion leaves the server's own measure, so that nothing waits for whoever saves the next card.
ROOMY = "SET LOCAL gin_pending_list_limit = '64MB'; SET LOCAL work_mem = '64MB'"
# Where a line remembers what a tenant's own fields were before it.
OWN = "importing_own"
Progress = Callable[[int, int], None]
# The first and the last line of a portion.
Span = tuple[int, int]


class OutOfRight(Denied):
    """A row came out beyond the person's right; nothing of its portion stands."""


def load(run: ImportRun, register: Register, user: Any, progress: Progress = lambda done, total: None) -> None:
    # A worker that was killed did not tell how far it came; its lines do.
    count(run)
    total = run.to_load + run.loaded
    done, last = run.loaded, 0
    while portion := _portion(run, last):
        span, size = portion
        done, last = done + size, span[1]
        _load_portion(run, register, user, span, more=done < total)
        progress(min(done, total), total)
    count(run)


def _portion(run: ImportRun, after: int) -> tuple[Span, int] | None:
    """The lines that follow; where none of them waits, those from the next that does: to find it takes the database longer."""
    waiting = ImportLine.objects.filter(run_id=run.pk, verdict__in=["create", "update"], version_now=None)
    span = (after + 1, after + AT_ONCE)
    # Lines begin wherever the head of the file ended.
    size = waiting.filter(number__range=span).count() if after else 0
    if not size:
        first = waiting.filter(number__gt=after).order_by("number").values_list("number", flat=True).first()
        if first is None:
            return None
        span = (first, first + AT_ONCE - 1)
        size = waiting.filter(number__range=span).count()
    return span, size


def _load_portion(run: ImportRun, register: Register, user: Any, span: Span, *, more: bool = False) -> None:
    added = {name for name, facet in register.facets.items() if facet.added is not None}
    write = _one_by_one if saves_itself(register) or added & {*run.columns} else _together
    try:
        with transaction.atomic():
            _alone_at(run)
            if more:
                with connection.cursor() as cursor:
                    cursor.execute(ROOMY)
            write(run, register, user, span)
    except (IntegrityError, DataError, OutOfRight):
        # Something changed since the trial: the portion is tried anew, and what is sound now is loaded.
        from kernel.registers.importing.checking import check

        check(run, register, user, span=span)
        sound = ImportLine.objects.filter(
            run_id=run.pk, number__range=span, verdict__in=["create", "update"], version_now=None
        ).values_list("number", flat=True)
        for number in sorted(sound):
            _alone(run, register, user, number, write)


def _alone_at(run: ImportRun) -> None:
    """A worker taken for dead may still be writing: the second waits, and then finds its lines marked."""
    hold_lock(f"importing.load.{run.pk}")


def _alone(run: ImportRun, register: Register, user: Any, number: int, write: Callable[..., None]) -> None:
    try:
        with transaction.atomic():
            _alone_at(run)
            write(run, register, user, (number, number))
    except (Error, OutOfRight) as refused:
        said = str(refused) if isinstance(refused, OutOfRight) else _refusal(refused)
        _spoil(run, number, said)


def _refusal(error: Error) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return _("База не прийняла рядок (%(rule)s). Перевірте його значення й повторіть пробу.") % {
        "rule": name or _("правило таблиці")
    }


def _spoil(run: ImportRun, number: int, message: str, field: str = "") -> None:
    ImportLine.objects.filter(run_id=run.pk, number=number).update(
        verdict=ImportLine.Verdict.ERROR,
        errors=[{"field": field, "value": "", "message": message, "advice": "", "warn": False}],
    )


def saves_itself(register: Register) -> bool:
    """A module with an operation of its own, or a model that works things out as it is saved, is not written by SQL."""
    return register.saves is not None or register.model.save is not models.Model.save or not _keeps_history(register)


def _keeps_history(register: Register) -> bool:
    from kernel.audit.declare import audited_rule

    names = {field.name for field in register.model._meta.concrete_fields}
    return audited_rule(register.model) is not None and "version" in names


# -- all at once ------------------------------------------------------------------------------------

# The lines are marked first and handed on by RETURNING: their table is too fresh to have statistics, and a join to it
# would be planned as if it were empty.
_CREATE = """
WITH chosen AS (
    UPDATE {lines} SET target = nextval({numbers}), version_now = 1
    WHERE run_id = {run} AND number BETWEEN {first} AND {last} AND verdict = 'create' AND version_now IS NULL
    RETURNING target, proposed
) {ready}, written AS (
    SELECT public.hromada_bulk({schema}, {relation}, 'insert', array_agg(row), {columns}) AS rows FROM ready
)
SELECT target FROM chosen, written
"""
_UPDATE = """
WITH chosen AS (
    UPDATE {lines} l SET before = {was}, version_now = l.version_was + 1
    FROM {table} t WHERE t.{pk} = l.target AND l.run_id = {run} AND l.number BETWEEN {first} AND {last}
    AND l.verdict = 'update' AND l.version_now IS NULL RETURNING l.target, l.proposed
) {ready}, written AS (
    SELECT public.hromada_bulk({schema}, {relation}, 'update', array_agg(row), {columns}) AS rows FROM ready
)
SELECT target FROM chosen, written
"""


def _together(run: ImportRun, register: Register, user: Any, span: Span) -> None:
    stage = Stage(register, user, run.columns, run.mode)
    waiting = ImportLine.objects.filter(run_id=run.pk, number__range=span, version_now=None)
    verdicts = set(waiting.order_by().values_list("verdict", flat=True).distinct())
    if "update" in verdicts:
        _refuse_stale(stage, run, span)
    _give_numbers(register, run, span)
    now = timezone.now().isoformat()
    common = {
        "schema": current_scope().schema, "relation": register.table, "run": run.pk, "first": span[0], "last": span[1],
    }  # fmt: skip
    made: list[int] = []
    changed: list[int] = []
    if "create" in verdicts:
        columns = list(dict.fromkeys([*new_columns(stage), *derived_columns(stage)]))
        if register.numbering and "number" not in columns:
            columns.append("number")
        alike = {**settled(stage), "created_at": now, "updated_at": now}
        rows = ready(stage, _alike(alike, columns), changed=False)
        numbers = _sequence(stage)
        found = stage.rows(_CREATE, columns=[stage.pk, *columns], ready=rows, numbers=numbers, **common)
        made = [key for (key,) in found]
    if "update" in verdicts:
        columns = list(dict.fromkeys([*changed_columns(stage), *derived_columns(stage)]))
        rows = ready(stage, _alike({"updated_at": now}, columns), changed=True)
        was = noted(stage, columns, "t")
        changed = [key for (key,) in stage.rows(_UPDATE, columns=columns, was=was, ready=rows, **common)]
    _require_right(register, user, run, span, len(made) + len(changed))
    for keys, verb in ((made, "created"), (changed, "saved")):
        if keys:
            announce(register, keys, verb)


def _sequence(stage: Stage) -> sql.Composable:
    """By name, or the catalogue is asked for it at every row."""
    ((name,),) = stage.rows(
        "SELECT pg_get_serial_sequence({named}, {key})", named=stage.table.as_string(None), key=stage.pk
    )
    return sql.SQL("{}::regclass").format(sql.Literal(name))


def _alike(values: dict[str, Any], columns: list[str]) -> sql.Composable:
    known = {name: value for name, value in values.items() if name in columns}
    return sql.SQL("{}::jsonb").format(sql.Literal(json.dumps(known, ensure_ascii=False)))


def _refuse_stale(stage: Stage, run: ImportRun, span: Span) -> None:
    """Cards to be changed are held; those that somebody saved since the trial are left to a new trial."""
    waiting = ImportLine.objects.filter(run_id=run.pk, number__range=span, verdict="update", version_now=None)
    held = stage.rows(
        "SELECT l.number FROM {lines} l JOIN {table} t ON t.{pk} = l.target WHERE l.run_id = {run} AND l.verdict = 'update' AND "
        "l.number BETWEEN {first} AND {last} AND l.version_now IS NULL AND t.version = l.version_was ORDER BY t.{pk} FOR UPDATE OF t",
        run=run.pk, first=span[0], last=span[1],
    )  # fmt: skip
    current = {number for (number,) in held}
    stale = [number for number in waiting.values_list("number", flat=True) if number not in current]
    if not stale:
        return
    message = _("Картку змінили після пробного запуску. Повторіть пробу, щоб побачити, що вийде тепер.")
    waiting.filter(number__in=stale).update(
        verdict=ImportLine.Verdict.ERROR,
        errors=[{"field": "", "value": "", "message": message, "advice": "", "warn": False}],
    )


def _give_numbers(register: Register, run: ImportRun, span: Span) -> None:
    if not register.numbering:
        return
    waiting = [
        line
        for line in ImportLine.objects.filter(
            run_id=run.pk, number__range=span, verdict="create", version_now=None
        ).order_by("number")
        if not (line.proposed or {}).get("number")
    ]
    if not waiting:
        return
    first = take_numbers(register.label, len(waiting))
    year = timezone.localdate().year
    for place, line in enumerate(waiting):
        line.proposed = {**(line.proposed or {}), "number": register.numbering.format(number=first + place, year=year)}
    ImportLine.objects.bulk_update(waiting, ["proposed"], batch_size=1000)


def _require_right(register: Register, user: Any, run: ImportRun, span: Span, written: int) -> None:
    """The right must cover every card as it came out."""
    if not written or register.rows(user, Level.EDIT, archived=None).query.where == register.queryset().query.where:
        return
    lines = ImportLine.objects.filter(run_id=run.pk, number__range=span, version_now__isnull=False).values("target")
    covered = register.rows(user, Level.EDIT, archived=None).filter(pk__in=lines).count()
    if covered < written:
        raise OutOfRight(
            _("Рядок поза вашими правами: ви ведете не всі картки цього реєстру. Його завантажить той, хто їх веде.")
        )


# -- one by one -------------------------------------------------------------------------------------


def _one_by_one(run: ImportRun, register: Register, user: Any, span: Span) -> None:
    stage = Stage(register, user, run.columns, run.mode)
    for line in (
        ImportLine.objects.filter(run_id=run.pk, number__range=span, version_now=None)
        .exclude(verdict__in=["error", "same"])
        .order_by("number")
    ):
        try:
            with transaction.atomic():
                _save_line(stage, register, user, line)
        except ValidationError as refused:
            _spoil(run, line.number, " ".join(refused.messages))
        except (Denied, Stale) as refused:
            _spoil(run, line.number, str(refused))


def _save_line(stage: Stage, register: Register, user: Any, line: ImportLine) -> None:
    proposed = line.proposed or {}
    fields = [field.facet.field for field in stage.columns]
    if line.target is None:
        card, version = register.model(), None
    else:
        card, version = register.model._default_manager.select_for_update().get(pk=line.target), line.version_was
        ((was,),) = stage.rows(
            "SELECT {was}::text FROM {table} t WHERE t.{pk} = {target}",
            was=noted(stage, [field.column for field in fields], "t"), target=line.target,
        )  # fmt: skip
        line.before = json.loads(was)
    for field in fields:
        value = proposed.get(field.column)
        setattr(card, field.attname, value if value is None or field.is_relation else field.to_python(value))
    for field in stage.added:
        value = proposed.get(field.name)
        if value is None and line.target is not None:
            continue
        field.facet.added.put(card, value)
    if stage.added and line.target is not None:
        line.before = {**(line.before or {}), OWN: register.added.keeping.kept_of(card)}  # type: ignore[union-attr]
    saved = save_card(register, card, by=user, version=version)
    line.target, line.version_now = saved.pk, getattr(saved, "version", 1)
    line.save(update_fields=["target", "version_now", "before"])
