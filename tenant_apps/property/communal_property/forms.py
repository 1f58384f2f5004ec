"""What the actions of the registers and the page of counting ask."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.forms import DayField
from kernel.tenancy import current_tenant
from kernel.tenancy.directory import tenant_for_host


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Підстава"), max_length=300, help_text=gettext_lazy("Рішення й акт, їх дати й номери.")
    )


class WriteOffForm(ReasonForm):
    on = DayField(label=gettext_lazy("Дата акта"), initial=timezone.localdate)
    field_order = ("on", "reason")


class FoundForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Інвентарний номер"),
        max_length=300,
        help_text=gettext_lazy("З бирки, або адреса, яку прочитав із QR-коду телефон."),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "inputmode": "text"}),
    )
    place = forms.CharField(label=gettext_lazy("Де"), max_length=200, required=False)
    note = forms.CharField(label=gettext_lazy("Примітка"), max_length=300, required=False)

    def clean_number(self) -> str:
        """The label of a neighbour's thing may carry the same key as ours."""
        number: str = self.cleaned_data["number"]
        try:
            host = urlsplit(number).hostname
        except ValueError:
            host = None
        if host and tenant_for_host(host) != current_tenant():
            raise ValidationError(_("Цей QR-код веде до іншої громади. Впишіть номер із бирки або запишіть лишок."))
        return number


class SurplusForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Що знайшли без номера"), max_length=300)
    place = forms.CharField(label=gettext_lazy("Де"), max_length=200, required=False)
    note = forms.CharField(label=gettext_lazy("Примітка"), max_length=300, required=False)
