"""A large export is written in the background, waits a few days for whoever asked for it, and goes."""

from __future__ import annotations

import posixpath
import tempfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue
from kernel.jobs.registry import JobRun, job
from kernel.registers.exporting.formats import FORMATS, FileFormat, place_of, refuse_too_many
from kernel.registers.exporting.rows import columns_of
from kernel.registers.exporting.selection import Selection
from kernel.registers.register import Register
from kernel.registers.registry import register_named
from kernel.tenancy import TenantRef
from kernel.tenancy.files import storage
from kernel.tenancy.log import get_logger

log = get_logger("registers.exporting")
JOB = "registers.export"
FOLDER = "exports"
KEPT_FOR = timedelta(days=3)
SPOOLED = 4 * 1024 * 1024


def written(selection: Selection, chosen: FileFormat, told: Callable[[int], None] = lambda number: None) -> Any:
    """A temporary file with the whole export, rewound; closing it removes it."""
    file: Any = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - whoever gets it closes it
    try:
        place = place_of(selection) if chosen.wants_place else ""
        chosen.write(selection, columns_of(selection, place, told), file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    log.info("register_exported", register=selection.register.label, format=chosen.code, by=str(selection.user.pk))
    return file


def queue_export(selection: Selection, chosen: FileFormat) -> Job:
    register = selection.register
    queued, _new = enqueue(
        JOB,
        subject=f"{register.label} {uuid4().hex[:12]}",
        title=_("Вивантаження: %(register)s, %(format)s") % {"register": register.name, "format": chosen.title},
        register=register.label,
        query=selection.query,
        columns=list(selection.names),
        chosen=list(selection.chosen),
        format=chosen.code,
        user=str(selection.user.pk),
    )
    return queued


@job(JOB)
def run_export(
    run: JobRun, *, register: str, query: str, columns: list[str], chosen: list[str], format: str, user: str
) -> None:
    """With the rights its author has when it runs; a repeated run writes the file anew."""
    here, person = register_named(register), User.objects.get(pk=user, is_active=True)
    require(person, here.module, Level.VIEW)
    selection = Selection(here, person, query, tuple(columns), tuple(chosen))
    kind = FORMATS[format]
    count = selection.listing.rows.order_by().count()
    refuse_too_many(kind, count)
    path = path_of(run.job_id, kind)
    with written(selection, kind, lambda number: run.progress(min(number, count), count)) as file:
        run.progress(count, count)
        storage.delete(path)
        storage.save(path, File(file, name=path))
    run.finish(
        here.url("export-ready", run.job_id),
        _("Рядків: %(count)s. Файл чекатиме три дні.") % {"count": count},
    )


def path_of(job_id: UUID, kind: FileFormat) -> str:
    """Nothing of people's own words: the name is told when the file is given out."""
    return posixpath.join(FOLDER, f"{job_id}.{kind.extension}")


def ready(register: Register, user: Any, job_id: UUID) -> tuple[Job, FileFormat] | None:
    """The finished export of this very person out of this register."""
    found = Job.objects.filter(pk=job_id, kind=JOB, queued_by_id=user.pk, status=Job.Status.DONE).first()
    if found is None or found.arguments.get("register") != register.label:
        return None
    return found, FORMATS[found.arguments["format"]]


def forget_exports(_tenant: TenantRef | None = None) -> int:
    """Files nobody needs any more: a new one is made in a minute."""
    try:
        _folders, names = storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    oldest = timezone.now() - KEPT_FOR
    old = [path for name in names if storage.get_modified_time(path := posixpath.join(FOLDER, name)) < oldest]
    for path in old:
        storage.delete(path)
    return len(old)
