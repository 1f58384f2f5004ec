"""A template filled in with a card."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.utils.translation import gettext as _
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2.exceptions import TemplateError

from kernel.access.dates import local_today
from kernel.operations import Denied
from kernel.printforms.environment import Language
from kernel.printforms.fields import ROOTS, CardFields, FactFields
from kernel.printforms.ports import coat_of_arms, community_facts
from kernel.printforms.words import Written
from kernel.registers.register import Register
from kernel.tenancy import current_tenant

QR_SIZE, ARMS_SIZE = Mm(24), Mm(20)


def fill_in(
    content: bytes, register: Register, card: Any, *, by: Any, address: str, opened: bool
) -> tuple[bytes, CardFields]:
    """The document, and the card's fields, which know what personal data of whom went into it."""
    template = DocxTemplate(io.BytesIO(content))
    # A template is made for the parts it has: a picture is drawn only where it is asked for.
    template.init_docx()
    fields = CardFields(register, card, by, opened=opened)
    today = local_today()
    given: dict[str, Any] = {
        "card": fields,
        "community": FactFields("community", {"name": current_tenant().name, **community_facts()}),
        "who": FactFields("who", {"name": by.full_name, "position": by.position, "department": by.department}),
        "today": Written(today.strftime("%d.%m.%Y"), today),
        "arms": picture_in(template, coat_of_arms(), ARMS_SIZE),
        "qr": picture_in(template, code_of(address), QR_SIZE),
    }
    refusal = _("Шаблон не підходить до цієї картки: %(what)s. Перевірте його на сторінці форми.")
    return rendered(template, given, refusal), fields


def rendered(template: DocxTemplate, given: dict[str, Any], refusal: str) -> bytes:
    """`refusal` says what to do about what is wrong in the template, its `what`."""
    try:
        template.render({name: given[code] for name, code in ROOTS.items()}, Language(), autoescape=True)
    except TemplateError as wrong:
        raise Denied(refusal % {"what": wrong}) from wrong
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()


def picture_in(template: DocxTemplate, content: bytes, width: Any) -> Any:
    return InlineImage(template, io.BytesIO(content), width=width) if content else ""


def code_of(address: str) -> bytes:
    drawn = io.BytesIO()
    segno.make_qr(address, error="q").save(drawn, kind="png", border=2, scale=6)
    return drawn.getvalue()
