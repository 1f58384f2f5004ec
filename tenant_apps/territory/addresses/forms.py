from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import ActionForm, DayField
from tenant_apps.territory.addresses.models.places import STREET_KINDS


class RenameForm(ActionForm):
    kind = forms.ChoiceField(label=_("Вид"), choices=[("", _("той самий")), *STREET_KINDS], required=False)
    name = forms.CharField(label=_("Нова назва"), max_length=200)
    on = DayField(label=_("Діє з"))
    act = forms.CharField(
        label=_("Підстава"), max_length=300, help_text=_("Рішення, його дата й номер. Стара назва лишиться в пошуку.")
    )


class IssueForm(ActionForm):
    number = forms.CharField(label=_("Номер акта"), max_length=40)
    signed_on = DayField(label=_("Дата акта"))
