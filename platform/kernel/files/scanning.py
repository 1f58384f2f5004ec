"""What follows from an antivirus's verdict. Where it does not answer the file waits; nothing is lost."""

from __future__ import annotations

from typing import IO

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from kernel.files.models import StoredFile
from kernel.files.notices import INFECTED
from kernel.files.scanner import ScannerUnreachable, scanner
from kernel.notices.notify import notify
from kernel.tenancy.files import storage
from kernel.tenancy.log import get_logger

log = get_logger("files")
State = StoredFile.State
# Longer than this a person does not wait for the page.
INLINE_BYTES = 5 * 1024 * 1024
QUARANTINE = "quarantine"


def first_verdict(source: IO[bytes], size: int) -> tuple[State, str]:
    """While the person waits: the state a new file is kept in, and the threat found."""
    port = scanner()
    if port is None:
        return State.UNCHECKED, ""
    if size > INLINE_BYTES:
        return State.WAITING, ""
    source.seek(0)
    try:
        verdict = port.scan(source)
    except ScannerUnreachable as error:
        log.warning("scanner_unreachable", error=str(error))
        return State.WAITING, ""
    finally:
        source.seek(0)
    return (State.CLEAN, "") if verdict.clean else (State.INFECTED, verdict.threat)


def scan_waiting(file: StoredFile) -> State:
    """A file kept before anybody looked into it; raises ScannerUnreachable, and then it waits on."""
    port = scanner()
    if port is None:
        return _settle(file, State.UNCHECKED, "")
    with storage.open(file.path) as source:
        verdict = port.scan(source)
    if verdict.clean:
        return _settle(file, State.CLEAN, "")
    quarantine(file, verdict.threat)
    return State.INFECTED


def _settle(file: StoredFile, state: State, note: str) -> State:
    file.state, file.state_note = state, note
    file.save(update_fields=["state", "state_note"])
    return state


def quarantine(file: StoredFile, threat: str) -> None:
    """Out of everybody's reach, kept for those who will ask what it was; the person who brought it is told."""
    place, was = f"{QUARANTINE}/{file.pk}", file.path
    with storage.open(was) as source:
        kept = storage.save(place, source)
    with transaction.atomic():
        file.path = kept
        file.save(update_fields=["path"])
        _settle(file, State.INFECTED, threat)
        tell_of_threat(file)
    storage.delete(was)


def tell_of_threat(file: StoredFile) -> None:
    """Once, through quiet hours too: the device the file came from may be spoiling other things."""
    log.warning("file_infected", file=str(file.pk), threat=file.state_note)
    if file.uploaded_by is None:
        return
    body = _(
        "Антивірус знайшов «%(threat)s». Файл ніхто не відкриє. "
        "Перевірте свій пристрій антивірусом і додайте чисту копію."
    ) % {"threat": file.state_note}
    title = _("Загроза у вашому файлі «%(name)s»") % {"name": Truncator(file.name).chars(120)}
    notify([file.uploaded_by], kind=INFECTED.name, title=title, body=body, urgent=True, key=f"infected:{file.pk}")
