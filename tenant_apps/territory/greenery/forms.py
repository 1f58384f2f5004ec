from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import ActionForm, DayField


class InspectForm(ActionForm):
    on = DayField(label=_("Акт обстеження від"), help_text=_("Відновну вартість порахуємо за ставками цього дня."))
    act_number = forms.CharField(label=_("Номер акта"), max_length=40)
    commission = forms.CharField(
        label=_("Комісія"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Посада й прізвище кожного, з рядка."),
    )  # fmt: skip


class PayForm(ActionForm):
    on = DayField(label=_("Сплачено"))
    amount = forms.DecimalField(label=_("Сума, грн"), max_digits=14, decimal_places=2, min_value=0)


class PermitForm(ActionForm):
    number = forms.CharField(label=_("Номер ордера"), max_length=40)
    on = DayField(label=_("Ордер від"))
    until = DayField(label=_("Діє до"))


class FinishForm(ActionForm):
    on = DayField(label=_("Видалено"), help_text=_("Насадження підуть до архіву реєстру."))
