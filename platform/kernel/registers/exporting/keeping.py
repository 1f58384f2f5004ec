"""A large export is written in the background, waits a few days for whoever asked for it, and goes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.files.made import keep_made
from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue
from kernel.jobs.registry import JobRun, job
from kernel.registers.exporting.formats import FORMATS, FileFormat, place_of, refuse_too_many
from kernel.registers.exporting.rows import columns_of
from kernel.registers.exporting.selection import Selection
from kernel.registers.register import Register
from kernel.registers.registry import register_named
from kernel.tenancy.log import get_logger

log = get_logger("registers.exporting")
JOB = "registers.export"
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
    with written(selection, kind, lambda number: run.progress(min(number, count), count)) as file:
        run.progress(count, count)
        keep_made(
            file,
            key=run.job_id,
            name=selection.file_name(kind.extension),
            media_type=kind.media_type,
            by=person,
            for_time=KEPT_FOR,
        )
    run.finish(
        here.url("export-ready", run.job_id),
        _("Рядків: %(count)s. Файл чекатиме три дні.") % {"count": count},
    )


def ready(register: Register, user: Any, job_id: UUID) -> tuple[Job, FileFormat] | None:
    """The finished export of this very person out of this register."""
    found = Job.objects.filter(pk=job_id, kind=JOB, queued_by_id=user.pk, status=Job.Status.DONE).first()
    if found is None or found.arguments.get("register") != register.label:
        return None
    return found, FORMATS[found.arguments["format"]]
