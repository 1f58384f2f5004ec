"""What the actions of the registers and the open page ask."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import DayField
from tenant_apps.property.rental.models import RentObject


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Документ, його дата й номер."))


class ProlongationForm(forms.Form):
    until = DayField(label=_("Діє до (включно)"))
    reason = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Додаткова угода, її дата й номер."))


class EndForm(forms.Form):
    on = DayField(
        label=_("День повернення"), initial=timezone.localdate, help_text=_("За актом приймання-передавання.")
    )
    reason = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Угода чи рішення, дата й номер."))


class OfferForm(forms.Form):
    """Conditions of the open page; what is not a figure is simply not a condition."""

    q = forms.CharField(label=_("Слова"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Вид"), required=False, choices=[("", _("будь-який")), *RentObject.Kind.choices])
    listing = forms.ChoiceField(
        label=_("Перелік"),
        required=False,
        choices=[("", _("обидва")), *[one for one in RentObject.Listing.choices if one[0] != "none"]],
    )
    area_from = forms.DecimalField(label=_("Площа від, м²"), required=False, min_value=0, max_digits=10)
    area_to = forms.DecimalField(label=_("Площа до, м²"), required=False, min_value=0, max_digits=10)
    price_to = forms.DecimalField(label=_("Плата до, ₴ на місяць"), required=False, min_value=0, max_digits=12)
