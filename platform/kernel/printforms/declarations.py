"""A printed form that comes with a module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.functional import Promise

Text = str | Promise
FOLDER = "papers"


@dataclass(frozen=True, slots=True)
class PrintForm:
    """`print_forms = (PrintForm("extract", _("Витяг"), template="addresses/extract.docx"),)`

    `template` is «module/file»: the file lies in the module's folder `papers`. `when(card)` tells whether the form
    makes sense for the card now; `draw` makes the file (`manage.py draw_print_forms`), where code does. Fields of personal data in the template are printed only with a purpose.
    """

    code: str
    title: Text
    template: str
    when: Callable[[Any], bool] | None = None
    draw: Callable[[], bytes] | None = None

    @property
    def path(self) -> Path:
        module, _slash, name = self.template.partition("/")
        return Path(apps.get_app_config(module).path) / FOLDER / name

    def content(self) -> bytes:
        return self.path.read_bytes()


_apart: dict[str, list[PrintForm]] = {}


def declare_print_forms(register: str, *forms: PrintForm) -> None:
    """For a module's printforms.py; `register` is its label."""
    _apart.setdefault(register, []).extend(forms)


def forms_apart(register: str) -> list[PrintForm]:
    return _apart.get(register, [])


def labels_apart() -> list[str]:
    return list(_apart)
