from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import DayField


class SignForm(forms.Form):
    number = forms.CharField(label=_("Номер рішення"), max_length=40)
    on = DayField(label=_("Ухвалено"), initial=timezone.localdate)


class FixForm(forms.Form):
    on = DayField(label=_("Усунено"), initial=timezone.localdate)


class ContractForm(forms.Form):
    contract = forms.CharField(label=_("Номер договору"), max_length=60)
    valid_from = DayField(label=_("Діє з"), initial=timezone.localdate)
    valid_to = DayField(label=_("Діє до включно"))
