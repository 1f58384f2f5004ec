"""Sealing the history of the current schema, and finding the first place where it was forged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import batched
from typing import Any

import psycopg
from django.db import OperationalError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kernel.audit.canonical import DIGEST, NO_PREVIOUS, link_hash
from kernel.audit.heads.models import Head
from kernel.audit.models import History, Seal
from kernel.audit.wording import moment_text
from kernel.tenancy.scope import current_scope, platform_context

SEALS_AT_ONCE = 50


class HistoryBusy(RuntimeError):
    """A long transaction keeps writing; the seal was not taken, and nothing is lost by taking it later."""

    def __init__(self) -> None:
        super().__init__(
            _("Журнал зараз зайнятий довгою операцією, печатку не поставлено. Повторіть за кілька хвилин.")
        )


class Break(StrEnum):
    ROW_CHANGED = "row_changed"
    ROWS_DELETED = "rows_deleted"
    ROWS_INSERTED = "rows_inserted"
    SEAL_ALTERED = "seal_altered"
    TAIL_CUT = "tail_cut"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not hold."""

    kind: Break
    seal_id: int | None
    first_id: int | None
    last_id: int | None
    explanation: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rows` were compared with their seals; `unsealed` are too new to have one; `skipped` were not asked for."""

    rows: int
    seals: int
    unsealed: int
    skipped: int = 0
    broken: Broken | None = None

    @property
    def ok(self) -> bool:
        return self.broken is None

    def __str__(self) -> str:
        if self.broken:
            return self.broken.explanation
        text = _("Журнал цілий: записів звірено — %(rows)d, печаток — %(seals)d, ще не опечатано — %(unsealed)d.") % {
            "rows": self.rows,
            "seals": self.seals,
            "unsealed": self.unsealed,
        }
        if self.skipped:
            text += " " + _("Давніші записи (%(skipped)d) цього разу не звірялися.") % {"skipped": self.skipped}
        return text


def seal_history() -> int:
    """Put everything written so far under seals; says how many were made."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT public.hromada_seal(%s)", [current_scope().schema])
            return int(cursor.fetchone()[0])
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
            raise HistoryBusy from error
        raise


def verify_chain(*, newest: int | None = None) -> Verdict:
    """Recompute every seal of the current schema; with `newest` only those over about so many last rows."""
    previous, expected_first, start = _start(newest)
    checked = seals = 0
    broken = None if start else _before_the_chain()
    for link in [] if broken else _links(start):
        broken = _judge(link, previous, expected_first)
        if broken:
            break
        previous, expected_first = link.hash, link.last_id + 1
        checked += link.rows
        seals += 1
    broken = broken or _missing_heads()
    return Verdict(
        rows=checked,
        seals=seals,
        unsealed=History.objects.filter(id__gte=expected_first).count() if broken is None else 0,
        skipped=History.objects.filter(id__lte=_end_of(start)).count() if start else 0,
        broken=broken,
    )


@dataclass(frozen=True, slots=True)
class _Link:
    """A seal as stored, and its rows as they are now."""

    id: int
    first_id: int
    last_id: int
    rows: int
    digest: str
    previous: str
    hash: str
    sealed_at: datetime
    found_rows: int
    found_digest: str


# Only functions of pg_catalog: one in `public` could be replaced by whoever forges the rows.
_LINKS = f"""
SELECT s.id, s.first_id, s.last_id, s.rows, s.digest, s.previous, s.hash, s.sealed_at, found.*
FROM audit_seal s
CROSS JOIN LATERAL (SELECT count(*), {DIGEST} FROM audit_history WHERE id BETWEEN s.first_id AND s.last_id) found
WHERE s.id = ANY (%s) ORDER BY s.id
"""  # noqa: S608 - constants only


def _links(start: int) -> Iterator[_Link]:
    ids = Seal.objects.filter(id__gt=start).order_by("id").values_list("id", flat=True)
    for batch in batched(ids.iterator(), SEALS_AT_ONCE, strict=False):
        with connection.cursor() as cursor:
            cursor.execute(_LINKS, [list(batch)])
            rows: list[Any] = cursor.fetchall()
        yield from (_Link(*row) for row in rows)


def _start(newest: int | None) -> tuple[str, int, int]:
    """(previous hash, first number expected, the seal after which to begin)."""
    if newest is not None:
        newest_id = History.objects.aggregate(top=Max("id"))["top"] or 0
        seal = Seal.objects.filter(last_id__lte=newest_id - newest).order_by("-id").first()
        if seal:
            return seal.hash, seal.last_id + 1, seal.pk
    return NO_PREVIOUS, 1, 0


def _end_of(seal_id: int) -> int:
    return Seal.objects.values_list("last_id", flat=True).get(pk=seal_id)


def _judge(link: _Link, previous: str, expected_first: int) -> Broken | None:
    numbers = {"seal": link.id, "first": link.first_id, "last": link.last_id, "when": moment_text(link.sealed_at)}
    recomputed = link_hash(link.previous, link.digest, link.first_id, link.last_id, link.rows, link.sealed_at)
    if recomputed != link.hash:
        kind, text = Break.SEAL_ALTERED, _("Печатку № %(seal)d від %(when)s змінено після того, як її поставили.")
    elif (link.previous, link.first_id) != (previous, expected_first):
        kind = Break.SEAL_ALTERED
        text = _("Печатка № %(seal)d від %(when)s не продовжує попередню: печатку перед нею видалено або підмінено.")
    elif link.found_rows < link.rows:
        numbers["count"] = link.rows - link.found_rows
        kind = Break.ROWS_DELETED
        text = _("Між записами № %(first)d і № %(last)d видалено рядків: %(count)d (опечатано %(when)s).")
    elif link.found_rows > link.rows:
        numbers["count"] = link.found_rows - link.rows
        kind = Break.ROWS_INSERTED
        text = _("Між записами № %(first)d і № %(last)d вставлено рядків: %(count)d (опечатано %(when)s).")
    elif link.found_digest != link.digest:
        kind = Break.ROW_CHANGED
        text = _("Серед записів від № %(first)d до № %(last)d є змінений після опечатування %(when)s.")
    else:
        return None
    return Broken(kind, link.id, link.first_id, link.last_id, text % numbers)


def _before_the_chain() -> Broken | None:
    """Seals begin with number one; a table whose constraint was dropped may hold rows before it."""
    stray = History.objects.filter(id__lt=1).count()
    if not stray:
        return None
    text = _("Перед першим записом журналу вставлено рядків: %(count)d.") % {"count": stray}
    return Broken(Break.ROWS_INSERTED, None, None, None, text)


def _missing_heads() -> Broken | None:
    """A seal once made public must still be there: the chain alone does not miss its own tail."""
    subject = current_scope().key
    with platform_context():
        heads = list(Head.objects.filter(subject=subject).order_by("id"))
    kept = dict(Seal.objects.filter(id__in=[head.seal_id for head in heads]).values_list("id", "hash"))
    for head in heads:
        if kept.get(head.seal_id) != head.hash:
            text = _(
                "%(when)s у хмарі оприлюднено печатку № %(seal)d над записами до № %(last)d, а в журналі її немає: "
                "кінець журналу відрізано або переписано."
            ) % {"when": moment_text(head.at), "seal": head.seal_id, "last": head.last_id}
            return Broken(Break.TAIL_CUT, head.seal_id, None, head.last_id, text)
    return None
