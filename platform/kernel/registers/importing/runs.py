"""What people do with an import: begin, match, try, correct, load, take back."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Sequence
from itertools import islice
from typing import Any
from uuid import uuid4

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.jobs import queue
from kernel.operations import Denied, actor_of
from kernel.registers.importing import mapping
from kernel.registers.importing.checking import check
from kernel.registers.importing.checking.stage import LINES, count
from kernel.registers.importing.loading import load
from kernel.registers.importing.models import KEPT_FOR, ImportLine, ImportRun
from kernel.registers.importing.reading import LARGEST_FILE, Table, Unreadable, open_table
from kernel.registers.importing.undoing import undo
from kernel.registers.reasons import says_enough, wanted
from kernel.registers.register import Register
from kernel.registers.registry import register_named
from kernel.tenancy.actor import acting
from kernel.tenancy.files import storage

# So many lines are tried and loaded while the person waits; more is work for the queue.
AT_ONCE = 5_000
SAMPLES = 5
# A full disk, a spent quota, a service whose files may not grow further.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
TRY, LOAD, UNDO = "importing.try", "importing.load", "importing.undo"


class NothingToDo(Denied):
    """The same file stands already; `run` is where."""

    def __init__(self, message: str, run: ImportRun) -> None:
        super().__init__(message)
        self.run = run


def begin(register: Register, upload: File[Any], *, by: User, sheet: str = "") -> ImportRun:
    """The file is read as far as its head and kept; nothing else happens yet."""
    require(by, register.module, Level.EDIT)
    if register.read_only:
        raise Denied(_("«%(register)s» лише читають: записи робить сама система.") % {"register": register.name})
    if upload.size > LARGEST_FILE:
        raise Unreadable(
            _("Файл завеликий: %(size)d МБ, а береться до %(limit)d МБ. Поділіть його на частини.")
            % {"size": upload.size >> 20, "limit": LARGEST_FILE >> 20}
        )
    name = str(upload.name or "file").replace("\\", "/").rsplit("/", 1)[-1][-200:]
    digest = hashlib.sha256()
    for piece in upload.chunks():
        digest.update(piece)
    standing = ImportRun.objects.filter(
        register=register.label, sha256=digest.hexdigest(), state__in=ImportRun.STANDING
    ).first()
    if standing is not None:
        raise NothingToDo(_standing(standing), standing)
    table = open_table(upload, name, sheet=sheet, beginning=True)  # type: ignore[arg-type]
    samples = [cells for _number, cells in islice(table.rows, SAMPLES)]
    if not samples:
        raise Unreadable(_("Під заголовками немає жодного рядка. Додайте дані й завантажте файл ще раз."))
    match = mapping.guess(register, table.header, by)
    forget_old(register)
    stored = _store(upload, name)
    try:
        with acting(actor_of(by)), transaction.atomic():
            return ImportRun.objects.create(
                register=register.label, file_name=name, sha256=digest.hexdigest(), size=upload.size, stored=stored,
                sheet=table.sheet, encoding=table.encoding, header=table.header, samples=samples, columns=match.columns,
                notes=[*table.notes, *_sheets_told(table), *match.notes], by=by,
            )  # fmt: skip
    except IntegrityError:
        storage.delete(stored)
        standing = ImportRun.objects.filter(
            register=register.label, sha256=digest.hexdigest(), state__in=ImportRun.STANDING
        ).get()
        raise NothingToDo(_standing(standing), standing) from None


def _standing(run: ImportRun) -> str:
    if run.state == ImportRun.State.LOADED:
        return _(
            "Цей самий файл уже завантажено %(when)s, тож робити нічого. Якщо треба інакше, скасуйте те завантаження "
            "або змініть файл."
        ) % {"when": f"{timezone.localtime(run.loaded_at or run.created_at):%d.%m.%Y %H:%M}"}
    return _("Цей самий файл уже завантажують. Продовжте розпочате або покиньте його.")


def _sheets_told(table: Table) -> list[str]:
    if len(table.sheets) < 2:
        return []
    return [
        _("У файлі кілька аркушів: %(names)s. Читаємо «%(sheet)s».")
        % {"names": ", ".join(table.sheets), "sheet": table.sheet}
    ]


def _store(upload: File[Any], name: str) -> str:
    upload.seek(0)
    ending = name.rsplit(".", 1)[-1].lower()[:5] if "." in name else "dat"
    ending = ending if ending.isascii() and ending.isalnum() else "dat"
    # A name nobody else has, so that what was written of it before the disk was full may be removed.
    stored = f"imports/{uuid4().hex}.{ending}"
    try:
        return storage.save(stored, upload)
    except OSError as failed:
        storage.delete(stored)
        if failed.errno in NO_ROOM:
            raise Unreadable(
                _(
                    "На сервері закінчилося місце, файл не збережено. Нічого не змінено; повідомте адміністратора й повторіть."
                )
            ) from failed
        raise


def choose_sheet(run: ImportRun, sheet: str, *, by: User) -> None:
    register = _mine(run, by)
    _only(run, ImportRun.State.UPLOADED, ImportRun.State.MAPPED, ImportRun.State.TRIED)
    with storage.open(run.stored) as file:
        table = open_table(file, run.file_name, sheet=sheet, beginning=True)  # type: ignore[arg-type]
        run.samples = [cells for _number, cells in islice(table.rows, SAMPLES)]
    match = mapping.guess(register, table.header, by)
    run.sheet, run.header, run.columns = table.sheet, table.header, match.columns
    run.notes = [*table.notes, *_sheets_told(table), *match.notes]
    run.state = ImportRun.State.UPLOADED
    ImportLine.objects.filter(run_id=run.pk).delete()
    _save(run, by, "sheet", "header", "columns", "notes", "samples", "state")


def match(run: ImportRun, columns: Sequence[str], mode: str, *, by: User) -> list[str]:
    """Keep the matching and remember it for the next such file; refusals, if any, and then nothing is kept."""
    register = _mine(run, by)
    _only(run, ImportRun.State.UPLOADED, ImportRun.State.MAPPED, ImportRun.State.TRIED)
    columns = [*columns, *[""] * len(run.header)][: len(run.header)]
    problems = mapping.refusals(register, columns, by)
    if problems:
        return problems
    run.columns, run.mode = list(columns), mode if mode in ImportRun.Mode.values else ImportRun.Mode.BOTH
    run.state = ImportRun.State.MAPPED
    with acting(actor_of(by)), transaction.atomic():
        mapping.remember(register, run.header, columns, by=by)
        run.save(update_fields=["columns", "mode", "state"])
    return []


def try_out(run: ImportRun, *, by: User, again: bool = False) -> ImportRun:
    """Judge every line; at once when they are few. `again` judges the lines as corrected, not the file."""
    _mine(run, by)
    _only(run, ImportRun.State.MAPPED, ImportRun.State.TRIED, ImportRun.State.LOADED)
    kept = ImportLine.objects.filter(run_id=run.pk).exists()
    again = again and kept
    if (run.rows if again else run.size // 60) > AT_ONCE:
        return _queue(run, TRY, again=again)
    work_trial(run, again=again)
    return run


def work_trial(run: ImportRun, *, again: bool = False) -> None:
    register, by = register_named(run.register), run.by
    require(by, register.module, Level.EDIT)
    loaded = run.state == ImportRun.State.LOADED
    with acting(actor_of(by)), transaction.atomic():
        held = ImportRun.objects.select_for_update().get(pk=run.pk)
        if again:
            check(held, register, by)
        else:
            with storage.open(held.stored) as file:
                table = open_table(file, held.file_name, sheet=held.sheet)  # type: ignore[arg-type]
                check(held, register, by, table.rows)
                held.notes = list(dict.fromkeys([*held.notes, *table.notes]))
        held.state = ImportRun.State.LOADED if loaded and not held.to_load else ImportRun.State.TRIED
        held.failure = ""
        held.save(update_fields=["state", "notes", "failure"])
    run.refresh_from_db()


def accept(run: ImportRun, field: str, value: str, advice: str, *, by: User) -> int:
    """Put the advice into every line with the same value; how many lines. They are judged anew at once."""
    register = _mine(run, by)
    _only(run, ImportRun.State.TRIED)
    place = run.chosen.get(field)
    if advice in ("@update", "@create"):
        run.mode = ImportRun.Mode.BOTH
        _save(run, by, "mode")
        numbers = None
    elif place is None:
        return 0
    else:
        lines = list(
            ImportLine.objects.filter(
                run_id=run.pk, version_now=None, errors__contains=[{"field": field, "value": value, "advice": advice}]
            )
        )
        for line in lines:
            line.cells[place] = advice
        ImportLine.objects.bulk_update(lines, ["cells"], batch_size=1000)
        numbers = [line.number for line in lines]
    with acting(actor_of(by)):
        # The whole file is asked again: a corrected key may now meet another line.
        check(run, register, by)
    return run.rows if numbers is None else len(numbers)


def accept_all(run: ImportRun, *, by: User) -> int:
    """Every advice that has one, line by line."""
    register = _mine(run, by)
    _only(run, ImportRun.State.TRIED)
    changed = []
    for line in ImportLine.objects.filter(run_id=run.pk, version_now=None, errors__isnull=False).iterator():
        before = list(line.cells)
        for fault in line.errors or []:
            place = run.chosen.get(fault["field"])
            if fault["advice"] and not fault["advice"].startswith("@") and place is not None:
                line.cells[place] = fault["advice"]
        if line.cells != before:
            changed.append(line)
    ImportLine.objects.bulk_update(changed, ["cells"], batch_size=1000)
    with acting(actor_of(by)):
        check(run, register, by)
    return len(changed)


def reason_wanted(run: ImportRun, register: Register) -> str:
    """Cards that are already there are changed in what nobody changes without a reason."""
    return wanted(register, run.chosen) if run.to_update else ""


def start_loading(run: ImportRun, *, by: User, reason: str = "") -> ImportRun:
    register = _mine(run, by)
    reason = reason.replace("\x00", "").strip()[:500]
    with acting(actor_of(by)), transaction.atomic():
        held = ImportRun.objects.select_for_update().get(pk=run.pk)
        if held.state == ImportRun.State.LOADING:
            # A second press, or a worker that died: the queue holds one such job at most.
            return _queue(held, LOAD)
        _only(held, ImportRun.State.TRIED)
        if not held.to_load:
            raise Denied(
                _("Завантажувати нічого: немає жодного рядка без помилок. Виправте помилки й повторіть пробу.")
            )
        held.reason = reason or held.reason
        if (told := reason_wanted(held, register)) and not says_enough(held.reason):
            raise Denied(told)
        held.state, held.failure = ImportRun.State.LOADING, ""
        held.save(update_fields=["state", "failure", "reason"])
    if held.to_load > AT_ONCE:
        return _queue(held, LOAD)
    work_load(held)
    return held


def work_load(run: ImportRun, progress: Any = lambda done, total: None) -> None:
    register, by = register_named(run.register), run.by
    require(by, register.module, Level.EDIT)
    reason = _("завантаження файлу «%(name)s» № %(number)d") % {"name": run.file_name, "number": run.pk}
    with acting(actor_of(by, f"{reason}: {run.reason}" if run.reason else reason)):
        load(run, register, by, progress)
        run.state, run.loaded_at = ImportRun.State.LOADED, timezone.now()
        run.save(update_fields=["state", "loaded_at"])


def start_undoing(run: ImportRun, *, by: User) -> ImportRun:
    _mine(run, by)
    with acting(actor_of(by)), transaction.atomic():
        held = ImportRun.objects.select_for_update().get(pk=run.pk)
        if not held.may_be_undone:
            raise Denied(
                _("Скасувати це завантаження вже не можна: минуло понад %(days)d днів або його скасовано раніше.")
                % {"days": KEPT_FOR.days}
            )
        held.state = ImportRun.State.UNDOING
        held.save(update_fields=["state"])
    if held.loaded > AT_ONCE:
        return _queue(held, UNDO)
    work_undo(held, by=by)
    return held


def work_undo(run: ImportRun, progress: Any = lambda done, total: None, *, by: User | None = None) -> None:
    register, person = register_named(run.register), by or run.by
    require(person, register.module, Level.EDIT)
    reason = _("скасування завантаження файлу «%(name)s» № %(number)d") % {"name": run.file_name, "number": run.pk}
    with acting(actor_of(person, reason)):
        left = undo(run, register, person, progress)
        count(run)
        run.state, run.kept, run.rolled_back_at = ImportRun.State.ROLLED_BACK, left, timezone.now()
        run.save(update_fields=["state", "kept", "rolled_back_at"])


def abandon(run: ImportRun, *, by: User) -> None:
    """A file nobody will load: its lines and its bytes go, the record of it stays."""
    _mine(run, by)
    _only(run, ImportRun.State.UPLOADED, ImportRun.State.MAPPED, ImportRun.State.TRIED)
    with acting(actor_of(by)), transaction.atomic():
        run.state = ImportRun.State.FAILED
        run.save(update_fields=["state"])
        ImportLine.objects.filter(run_id=run.pk).delete()
    storage.delete(run.stored)


def forget_old(register: Register) -> None:
    """Lines and files of imports that can no longer be undone."""
    old = ImportRun.objects.filter(register=register.label, created_at__lt=timezone.now() - KEPT_FOR).exclude(stored="")
    for run in old[:20]:
        ImportLine.objects.filter(run_id=run.pk).delete()
        storage.delete(run.stored)
        ImportRun.objects.filter(pk=run.pk).update(
            stored="", state=run.state if run.loaded_at else ImportRun.State.FAILED
        )


def _mine(run: ImportRun, by: User) -> Register:
    register = register_named(run.register)
    require(by, register.module, Level.EDIT)
    return register


def _only(run: ImportRun, *states: str) -> None:
    if run.state not in states:
        raise Denied(
            _("Це завантаження вже в іншому стані: %(state)s. Оновіть сторінку.") % {"state": run.get_state_display()}
        )


def _save(run: ImportRun, by: User, *fields: str) -> None:
    with acting(actor_of(by)), transaction.atomic():
        run.save(update_fields=list(fields))


def _queue(run: ImportRun, kind: str, **arguments: Any) -> ImportRun:
    job, _new = queue.enqueue(kind, subject=str(run.pk), run_id=run.pk, **arguments)
    ImportRun.objects.filter(pk=run.pk).update(job=job.pk)
    run.job = job.pk
    return run


__all__ = ["LINES", "abandon", "accept", "accept_all", "begin", "match", "start_loading", "start_undoing", "try_out"]
