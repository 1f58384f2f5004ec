"""A whole import taken back: new cards removed, changed ones as they were; what people touched since stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.registers.events import announce
from kernel.registers.importing.checking.stage import Stage
from kernel.registers.importing.loading import AT_ONCE, OWN, Span
from kernel.registers.importing.models import ImportLine, ImportRun
from kernel.registers.register import Register
from kernel.tenancy.scope import current_scope

_HOLD = """
SELECT t.{pk} FROM {lines} l JOIN {table} t ON t.{pk} = l.target AND t.version = l.version_now
WHERE l.run_id = {run} AND l.number BETWEEN {first} AND {last} AND l.version_now IS NOT NULL ORDER BY t.{pk} FOR UPDATE OF t
"""
_DELETE = """
WITH chosen AS (
    UPDATE {lines} l SET version_now = NULL, target = NULL, verdict = 'same'
    FROM {table} t WHERE t.{pk} = l.target AND t.version = l.version_now AND l.run_id = {run}
    AND l.number BETWEEN {first} AND {last} AND l.version_was IS NULL RETURNING t.{pk} AS pk
), written AS (
    SELECT public.hromada_bulk({schema}, {relation}, 'delete', array_agg(jsonb_build_object({pk_name}, pk)), NULL) AS rows
    FROM chosen
)
SELECT pk FROM chosen, written
"""
_PUT_BACK = """
WITH chosen AS (
    UPDATE {lines} l SET version_now = NULL, verdict = 'same'
    FROM {table} t WHERE t.{pk} = l.target AND t.version = l.version_now AND l.run_id = {run}
    AND l.number BETWEEN {first} AND {last} AND l.version_was IS NOT NULL RETURNING t.{pk} AS pk, t.version + 1 AS version, l.before
), written AS (
    SELECT public.hromada_bulk({schema}, {relation}, 'update', array_agg(before || jsonb_build_object({pk_name}, pk,
        'version', version, 'updated_at', {now}::text)), {columns}) AS rows FROM chosen
)
SELECT pk FROM chosen, written
"""


def undo(
    run: ImportRun, register: Register, user: Any, progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """How many cards were left as they are: changed since, or other cards lean on them."""
    last, done, left = 0, 0, 0
    total = ImportLine.objects.filter(run_id=run.pk).exclude(version_now=None).count()
    while numbers := _portion(run, last):
        left += _undo_portion(run, register, user, numbers)
        last, done = numbers[-1], done + len(numbers)
        progress(done, total)
    return left


def _portion(run: ImportRun, after: int) -> list[int]:
    loaded = ImportLine.objects.filter(run_id=run.pk, number__gt=after).exclude(version_now=None)
    return list(loaded.order_by("number").values_list("number", flat=True)[:AT_ONCE])


def _undo_portion(run: ImportRun, register: Register, user: Any, numbers: Sequence[int]) -> int:
    try:
        with transaction.atomic():
            return _undo(run, register, user, (numbers[0], numbers[-1]))
    except IntegrityError:
        if len(numbers) == 1:
            _tell(run, numbers, _("На цю картку вже посилаються інші, тож її залишено."))
            return 1
        # Halves find the cards others lean on in a few steps.
        middle = len(numbers) // 2
        first = _undo_portion(run, register, user, numbers[:middle])
        return first + _undo_portion(run, register, user, numbers[middle:])


def _undo(run: ImportRun, register: Register, user: Any, span: Span) -> int:
    stage = Stage(register, user, run.columns, run.mode)
    common = {
        "schema": current_scope().schema, "relation": register.table, "run": run.pk, "first": span[0], "last": span[1],
        "pk_name": stage.pk,
    }  # fmt: skip
    stage.rows(_HOLD, **common)
    gone = [row[0] for row in stage.rows(_DELETE, **common)]
    columns = _put_back_columns(run, stage, span)
    back = []
    if columns:
        back = [row[0] for row in stage.rows(_PUT_BACK, columns=columns, now=timezone.now().isoformat(), **common)]
    if register.added is not None:
        _own_back(run, register, gone, back)
    if gone:
        announce(register, gone, "deleted")
    if back:
        announce(register, back, "saved")
    kept = list(
        ImportLine.objects.filter(run_id=run.pk, number__range=span)
        .exclude(version_now=None)
        .values_list("number", flat=True)
    )
    _tell(run, kept, _("Картку змінили після завантаження, тож її залишено."))
    return len(kept)


def _own_back(run: ImportRun, register: Register, gone: list[int], back: list[int]) -> None:
    """A tenant's own fields, which lie beside the cards."""
    keeping = register.added.keeping  # type: ignore[union-attr]
    keeping.drop(gone)
    lines = ImportLine.objects.filter(run_id=run.pk, target__in=back, before__has_key=OWN)
    for target, before in lines.values_list("target", "before"):
        keeping.set_back(target, (before or {})[OWN])


def _put_back_columns(run: ImportRun, stage: Stage, span: Span) -> list[str]:
    """What was remembered of changed cards, as far as the table still has it."""
    first = (
        ImportLine.objects.filter(run_id=run.pk, number__range=span, before__isnull=False)
        .exclude(version_now=None)
        .values_list("before", flat=True)
        .first()
    )
    if not first:
        return []
    known = {field.column for field in stage.register.model._meta.concrete_fields if not field.generated}
    return list(dict.fromkeys([*(name for name in first if name in known), "version", "updated_at"]))


def _tell(run: ImportRun, numbers: Sequence[int], message: str) -> None:
    if numbers:
        ImportLine.objects.filter(run_id=run.pk, number__in=numbers).update(
            errors=[{"field": "", "value": "", "message": message, "advice": "", "warn": True}]
        )
