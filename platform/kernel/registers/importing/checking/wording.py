"""How a rule of the table is told: its own message, and the field whose cell is to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from kernel.registers.importing.checking.stage import Stage


def field_of(stage: Stage, columns: list[str]) -> str:
    named = [field.name for field in stage.fields if field.column in columns]
    return named[0] if named else ""


def labels_of(stage: Stage, columns: list[str]) -> str:
    found = [facet.label for facet in stage.register.facets.values() if facet.is_own and facet.field.column in columns]
    return ", ".join(f"«{label}»" for label in found) or ", ".join(columns)


def message_of(stage: Stage, name: str, columns: list[str], *, unique: bool) -> str:
    for constraint in stage.register.model._meta.constraints:
        default = constraint.default_violation_error_message
        if constraint.name == name and str(constraint.violation_error_message) != str(default):
            return str(constraint.violation_error_message)
    labels = labels_of(stage, columns)
    if unique:
        return _("Картка з такими самими полями вже є: %(labels)s. Змініть їх або оновіть наявну картку.") % {
            "labels": labels
        }
    return _("Так не буває: перевірте разом поля %(labels)s.") % {"labels": labels}
