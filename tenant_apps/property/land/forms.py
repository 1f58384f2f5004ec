"""What the actions of the registers ask before they are done."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import DayField


class ActivationForm(forms.Form):
    registration = forms.CharField(
        label=_("Запис про право №"), max_length=40, required=False, help_text=_("З реєстру речових прав.")
    )
    reason = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Рішення ради, його дата й номер."))


class ProlongationForm(forms.Form):
    until = DayField(label=_("Діє до (включно)"))
    reason = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Додаткова угода, її дата й номер."))


class EndForm(forms.Form):
    on = DayField(label=_("Останній день користування"), initial=timezone.localdate)
    reason = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Рішення чи угода, дата й номер."))


class MonthForm(forms.Form):
    month = DayField(label=_("Місяць"), initial=timezone.localdate, help_text=_("Будь-який день місяця."))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Підстава"), max_length=300, help_text=_("Чому перераховуємо: її побачать в історії.")
    )
