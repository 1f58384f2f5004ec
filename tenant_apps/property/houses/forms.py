from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import ActionForm, DayField


class SignForm(ActionForm):
    signed_on = DayField(label=_("Акт підписано"), help_text=_("Після цього акт і дефекти в ньому не змінюють."))


class MendForm(ActionForm):
    on = DayField(label=_("Усунуто"))
    outcome = forms.CharField(label=_("Що зроблено"), max_length=400)


class FinishForm(ActionForm):
    on = DayField(label=_("Виконано"))
    cost = forms.DecimalField(label=_("Вартість, грн"), max_digits=14, decimal_places=2, min_value=0, required=False)
