"""Which parties are never one, whatever their codes are (ID-001, ID-002)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenant_apps.property.organisations.models import Party


def refuse_merge(kept: Party, dropped: Party) -> None:
    if kept.is_legal != dropped.is_legal:
        raise ValidationError(
            _("Організація й людина — різні субʼєкти. Якщо вид записано помилково, спершу виправте його в картці.")
        )
