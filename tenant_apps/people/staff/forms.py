"""What the actions of the registers ask before they are done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import DayField
from tenant_apps.people.staff.models import Employee, Position


def _positions() -> Any:
    return (
        Position.objects.filter(archived_at__isnull=True)
        .select_related("department")
        .order_by("department__name", "title")
    )


class PositionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.department.name} · {obj.title}"


class AppointForm(forms.Form):
    position = PositionChoice(queryset=Position.objects.none(), label=_("Посада"), empty_label=_("— не обрано —"))
    starts_on = DayField(label=_("З"), initial=timezone.localdate)
    ends_on = DayField(label=_("До включно"), required=False, help_text=_("Порожньо — без строку."))
    share = forms.DecimalField(label=_("Частка ставки"), initial=1, min_value=0, max_digits=4, decimal_places=2)
    additional = forms.BooleanField(label=_("За сумісництвом"), required=False)
    basis = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Номер і дата наказу."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["position"].queryset = _positions()  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    position = PositionChoice(queryset=Position.objects.none(), label=_("Нова посада"), empty_label=_("— не обрано —"))
    on = DayField(label=_("Перший день на новій посаді"), initial=timezone.localdate)
    basis = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Номер і дата наказу."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["position"].queryset = _positions()  # type: ignore[attr-defined]


class DismissForm(forms.Form):
    on = DayField(label=_("Останній робочий день"), initial=timezone.localdate)
    reason = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Номер і дата наказу."))
    switch_off_account = forms.BooleanField(
        label=_("Вимкнути обліковий запис"),
        required=False,
        help_text=_("Потрібне право керувати людьми і правами; вимикається одразу."),
    )


class ReplaceForm(forms.Form):
    substitute = forms.ModelChoiceField(
        queryset=Employee.objects.none(), label=_("Хто заміщує"), empty_label=_("— не обрано —")
    )
    starts_on = DayField(label=_("З"), initial=timezone.localdate)
    ends_on = DayField(label=_("До включно"))
    basis = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Номер і дата наказу."))
    lend_rights = forms.BooleanField(
        label=_("Передати й права в системі"),
        required=False,
        help_text=_("Права передає сама людина або адміністратор; не довше як на 92 дні."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        working = Employee.objects.filter(archived_at__isnull=True, left_on__isnull=True)
        self.fields["substitute"].queryset = working  # type: ignore[attr-defined]


class EndForm(forms.Form):
    on = DayField(label=_("Останній день заміщення"), initial=timezone.localdate)
