"""Which template prints a form: the community's own, else its region's, else the one built in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kernel.operations import Denied
from kernel.printforms.declarations import PrintForm, forms_apart
from kernel.printforms.models import FormVersion, OwnForm, Printout
from kernel.printforms.ports import regional_forms
from kernel.registers.register import Register
from kernel.tenancy.files import storage


@dataclass(frozen=True, slots=True)
class Form:
    """A form ready to be printed; `content()` reads the template."""

    code: str
    title: str
    level: str
    number: int
    content: Callable[[], bytes]
    when: Callable[[Any], bool] | None = None

    @property
    def told(self) -> str:
        words = str(Printout.Level(self.level).label)
        return f"{words}, v{self.number}" if self.number else words


def declared_forms(register: Register) -> list[PrintForm]:
    return [*register.print_forms, *forms_apart(register.label)]


def forms_of(register: Register) -> list[Form]:
    """One of each code, the nearest to the community first."""
    declared = declared_forms(register)
    found = {one.code: Form(one.code, str(one.title), "builtin", 0, one.content, one.when) for one in declared}
    for one in regional_forms(register.label):
        when = found[one.code].when if one.code in found else None
        found[one.code] = Form(one.code, one.title, "region", one.number, lambda one=one: one.content, when)  # type: ignore[misc]
    own = OwnForm.objects.filter(register=register.label, active__isnull=False).select_related("active__file")
    for form in own:
        when = found[form.code].when if form.code in found else None
        assert form.active is not None
        found[form.code] = of_version(form, form.active, when)
    return list(found.values())


def of_version(form: OwnForm, version: FormVersion, when: Callable[[Any], bool] | None = None) -> Form:
    return Form(form.code, form.title, "own", version.number, lambda: content_of(version), when)


def content_of(version: FormVersion) -> bytes:
    if not version.file.is_open:
        raise Denied(str(_("Антивірус ще не дозволив цей шаблон. Зачекайте або завантажте його ще раз.")))
    with storage.open(version.file.path) as file:
        content: bytes = file.read()
    return content


def form_named(register: Register, code: str) -> Form | None:
    return next((one for one in forms_of(register) if one.code == code), None)


def forms_for(register: Register, card: Any) -> list[Form]:
    return [one for one in forms_of(register) if one.when is None or one.when(card)]
