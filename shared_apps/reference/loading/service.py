"""Loading a reference list: one transaction, all of it or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.tenancy import platform_context
from kernel.tenancy.locks import hold_lock
from shared_apps.reference.errors import FileRefused
from shared_apps.reference.loading import engine
from shared_apps.reference.loading.files import SourceFile
from shared_apps.reference.loading.kinds import TITLES, ReadList, read_list, source_file, title_of
from shared_apps.reference.loading.plain import PLAIN_KINDS
from shared_apps.reference.loading.report import Change, LoadReport, Progress
from shared_apps.reference.models import (
    CalendarDay,
    Classifier,
    ClassifierCode,
    Edition,
    KoatuuAlias,
    ReferenceValue,
    TerritorialUnit,
)

CHANGES_KEPT = 2000
# More closed codes than this, and the file is taken for a truncated one.
CLOSED_SHARE = 0.05
CLOSED_FEW = 10
PROGRESS_STEP = 5000


def load(
    kind: str,
    path: Path | str | None = None,
    *,
    by: str,
    dry_run: bool = False,
    act: str | None = None,
    effective_on: date | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Load a list from a file, or from the one that comes with the product when `path` is None.

    A refused file is a report with `errors`, and nothing is changed. `dry_run` reports what would change.
    `force` accepts a file that closes a suspicious share of the codes.
    """
    started = time.monotonic()
    report = LoadReport(kind, kind, dry_run=dry_run)
    tell = progress or (lambda _what, _done, _total: None)
    try:
        report.title = title_of(kind)
        tell(_("читання файлу"), 0, 1)
        file = source_file(kind, Path(path) if path else None)
        report.file_name, report.sha256 = file.name, file.sha256
        with platform_context(), transaction.atomic():
            hold_lock(f"reference:{kind}")
            _run(report, file, _Wish(act or "", effective_on, force, builtin=path is None), by, tell)
            if report.errors or dry_run:
                transaction.set_rollback(True)
    except FileRefused as refused:
        report.errors += [str(refused), *refused.errors]
    report.seconds = time.monotonic() - started
    return report


def diff(kind: str, path: Path | str | None = None, **wish: Any) -> LoadReport:
    """What `load` would change."""
    return load(kind, path, dry_run=True, by="", **wish)


@dataclass(frozen=True)
class Listed:
    """A line of the overview: what is loaded, since when and from where."""

    kind: str
    title: str
    codes: int
    effective_on: date | None = None
    source_act: str = ""
    file_name: str = ""
    loaded_at: datetime | None = None
    loaded_by: str = ""


def overview() -> list[Listed]:
    with platform_context():
        editions = {edition.kind: edition for edition in Edition.objects.order_by("id")}
        lines = []
        for kind, title in TITLES.items():
            known = editions.get(kind)
            about = (
                (known.effective_on, known.source_act, known.file_name, known.loaded_at, known.loaded_by)
                if known
                else ()
            )
            lines.append(Listed(kind, str(title), _standing(kind), *about))
        return lines


def _standing(kind: str) -> int:
    if kind == "katottg":
        return TerritorialUnit.objects.current().filter(demo=False).count()
    if kind in PLAIN_KINDS:
        return {"values": ReferenceValue, "calendar": CalendarDay, "koatuu": KoatuuAlias}[kind].objects.count()
    return ClassifierCode.objects.current().filter(classifier=kind).count()


@dataclass(frozen=True)
class _Wish:
    """What the operator asked for."""

    act: str
    effective_on: date | None
    force: bool
    builtin: bool


def _run(report: LoadReport, file: SourceFile, wish: _Wish, by: str, tell: Progress) -> None:
    last = Edition.objects.filter(kind=report.kind).first()
    if last and last.sha256 == file.sha256 and wish.effective_on in (None, last.effective_on):
        report.already_loaded = True
        report.rows = report.unchanged = last.counts["rows"]
        report.effective_on, report.source_act = last.effective_on, last.source_act
        return
    if report.kind in PLAIN_KINDS:
        changes = PLAIN_KINDS[report.kind].apply(file, report, wish.builtin)
        report.source_act = wish.act or _("акти названо в рядках")
    else:
        changes = _dated(report, file, wish, last, tell)
    if report.errors:
        return
    report.count(changes)
    if not report.dry_run and (changes or not wish.builtin):
        _remember(report, file, by)


def _dated(report: LoadReport, file: SourceFile, wish: _Wish, last: Edition | None, tell: Progress) -> list[Change]:
    # What comes with the product only fills gaps; КАТОТТГ is the exception, it comes whole.
    whole = not wish.builtin or report.kind == "katottg"
    read = read_list(report.kind, file, partial=not whole)
    report.rows, report.errors = read.size, read.errors
    report.source_act = wish.act or read.act or file.name
    if report.errors:
        return []
    if report.kind != "katottg":
        Classifier.objects.get_or_create(code=report.kind, defaults={"title": report.title})
    newest = engine.newest_start(read.target)
    report.effective_on = _first_day(report, file, wish, read, newest, whole)
    if last and last.saved_on and last.saved_on > (file.saved_on or report.effective_on):
        report.warnings.append(
            _(
                "Завантажений раніше файл %(last)s збережено %(saved)s, тобто пізніше за цей. "
                "Перегляньте зміни: деякі назви можуть повернутися до старих."
            )
            % {"last": last.file_name, "saved": f"{last.saved_on:%d.%m.%Y}"}
        )
    engine.stage(read.target, _with_progress(read, tell))
    tell(_("порівняння"), 0, 1)
    changes = engine.compare(read.target, effective_on=report.effective_on, whole=whole)
    _guard_against_truncation(report, changes, wish.force)
    report.unchanged = report.rows - len({change.code for change in changes if change.what != "closed"})
    if not report.errors and not report.dry_run:
        tell(_("запис змін"), 0, 1)
        engine.apply(read.target, act=report.source_act)
    tell(_("готово"), 1, 1)
    return changes


def _first_day(
    report: LoadReport, file: SourceFile, wish: _Wish, read: ReadList, newest: date | None, whole: bool
) -> date:
    stated = wish.effective_on or read.stated_on
    # A list of codes that gives no day corrects the edition in force; КАТОТТГ must say its day.
    day = stated or (None if report.kind == "katottg" else newest or read.since)
    if not whole:
        day = wish.effective_on or read.since
    if day is None:
        raise FileRefused(
            _("Файл %(file)s не каже, з якого дня він діє. Додайте день: --effective-on 2026-01-31.")
            % {"file": file.name}
        )
    if whole and newest and day < newest:
        raise FileRefused(
            _(
                "Файл %(file)s діє з %(day)s, а завантажено вже новішу редакцію, з %(newest)s. Якщо цей файл "
                "справді новіший, назвіть день, з якого він діє: --effective-on РРРР-ММ-ДД."
            )
            % {"file": file.name, "day": f"{day:%d.%m.%Y}", "newest": f"{newest:%d.%m.%Y}"}
        )
    return day


def _guard_against_truncation(report: LoadReport, changes: list[Change], force: bool) -> None:
    closed = sum(change.what == "closed" for change in changes)
    standing = report.rows + closed - sum(change.what == "added" for change in changes)
    if force or closed <= max(CLOSED_FEW, standing * CLOSED_SHARE):
        return
    message = _(
        "Файл %(file)s закрив би %(closed)s кодів із %(standing)s: схоже, його обірвано. "
        "Завантажте його з джерела ще раз; якщо він справді такий — додайте --force."
    ) % {"file": report.file_name, "closed": closed, "standing": standing}
    if report.dry_run:
        report.warnings.append(message)
    else:
        report.errors.append(message)


def _with_progress(read: ReadList, tell: Progress) -> Iterator[tuple[Any, ...]]:
    for done, row in enumerate(read.rows):
        if done % PROGRESS_STEP == 0:
            tell(_("передавання до бази"), done, read.size)
        yield row


def _remember(report: LoadReport, file: SourceFile, by: str) -> None:
    Edition.objects.create(
        kind=report.kind,
        file_name=file.name,
        sha256=file.sha256,
        effective_on=report.effective_on,
        saved_on=file.saved_on,
        source_act=report.source_act,
        counts=report.counts,
        diff=[[one.what, one.code, one.was, one.became] for one in report.changes[:CHANGES_KEPT]],
        loaded_by=by,
    )
