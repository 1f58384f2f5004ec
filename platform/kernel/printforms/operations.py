"""Uploading, activating and rolling back templates; printing cards by them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Max
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.audit.viewing import log_view
from kernel.files.attaching import attach
from kernel.files.storing import store
from kernel.operations import Denied, operation
from kernel.printforms.inspection import inspect_template
from kernel.printforms.models import FormVersion, OwnForm, Printout
from kernel.printforms.paper import pdf_of
from kernel.printforms.ports import tell_own_changed
from kernel.printforms.rendering import fill_in
from kernel.printforms.resolving import Form, content_of
from kernel.registers.register import Register
from kernel.tenancy.locks import hold_lock

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NOT_IN_NAME = str.maketrans({sign: " " for sign in '/\\:*?"<>|\r\n\t'})


class BadTemplate(Denied):
    """A template with everything that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(_("Шаблон не прийнято. Виправте й завантажте ще раз: %(what)s") % {"what": " ".join(problems)})
        self.problems = problems


@operation("printforms", None)
def upload_template(register: Register, upload: Any, *, by: User, code: str, title: str, note: str = "") -> FormVersion:
    """A new version, not in force until somebody who looked at it says so."""
    require(by, register.module, Level.MANAGE)
    content = upload.read()
    upload.seek(0)
    found = inspect_template(content, register)
    if found.problems:
        raise BadTemplate(found.problems)
    hold_lock(f"printforms.{register.label}.{code}")
    form, _new = OwnForm.objects.get_or_create(register=register.label, code=code, defaults={"title": title[:120]})
    last = form.versions.aggregate(last=Max("number"))["last"] or 0
    stored = store(upload, by=by)
    return FormVersion.objects.create(
        form=form, number=last + 1, file=stored.file, note=note.strip()[:300], fields=found.fields, uploaded_by=by
    )


@operation("printforms", None)
def put_in_force(register: Register, version: FormVersion, *, by: User, reason: str = "") -> None:
    """This version from now on: a newer one, or an older one again. Fields may have gone since it was uploaded."""
    require(by, register.module, Level.MANAGE)
    found = inspect_template(content_of(version), register)
    if found.problems:
        raise BadTemplate(found.problems)
    form = OwnForm.objects.select_for_update().get(pk=version.form_id)
    form.active = version
    form.save(update_fields=["active"])
    tell_own_changed(form.register, form.code, form.title, version.number)


@operation("printforms", None)
def take_out_of_force(register: Register, form: OwnForm, *, by: User, reason: str = "") -> None:
    """From now on the region's or the built-in one is printed."""
    require(by, register.module, Level.MANAGE)
    form.active = None
    form.save(update_fields=["active"])
    tell_own_changed(form.register, form.code, form.title, None)


@dataclass(frozen=True, slots=True)
class Printed:
    content: bytes
    name: str
    media_type: str


@operation("printforms", None)
def print_card(
    register: Register,
    card: Any,
    form: Form,
    *,
    by: User,
    address: str,
    format: str = "docx",
    keep: bool = False,
    purpose: str = "",
    note: str = "",
) -> Printed:
    """With a purpose personal data is printed open, and every person it tells of has a record of it."""
    require(by, register.module, Level.VIEW, card)
    if keep:
        require(by, register.module, Level.EDIT, card)
    content, fields = fill_in(form.content(), register, card, by=by, address=address, opened=bool(purpose))
    whose: dict[tuple[str, Any], tuple[Any, list[str]]] = {}
    for subject, name in fields.told:
        names = whose.setdefault((subject._meta.db_table, subject.pk), (subject, []))[1]
        names += [name] if name not in names else []
    for subject, names in whose.values():
        log_view(subject, purpose=purpose, note=note, fields=names)
    if format == "pdf":
        content = pdf_of(content)
    name = f"{form.title} {register.label_of(card)[:60]}".translate(NOT_IN_NAME).strip()
    file = None
    if keep:
        file = store(ContentFile(content, name=f"{name}.{format}"), by=by).file
        attach(card, file, by=by, section=str(_("Надруковане")), title=form.title)
    Printout.objects.create(
        register=register.label,
        row_id=card.pk,
        code=form.code,
        title=form.title[:120],
        level=form.level,
        number=form.number,
        format=format,
        sha256=hashlib.sha256(content).hexdigest(),
        personal=bool(whose),
        printed_by=by,
        file=file,
    )
    return Printed(content, f"{name}.{format}", "application/pdf" if format == "pdf" else DOCX)
