from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import DayField


def _why(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AgreeForm(forms.Form):
    on = DayField(label=_("Місце погоджено"), initial=timezone.localdate)


class IssueForm(forms.Form):
    permit_number = forms.CharField(label=_("Номер документа"), max_length=60)
    issued_on = DayField(label=_("Видано"), initial=timezone.localdate)
    valid_from = DayField(label=_("Діє з"), initial=timezone.localdate)
    valid_to = DayField(label=_("Діє до включно"), required=False, help_text=_("Порожньо — лише для безстрокового."))


class ExtendForm(forms.Form):
    valid_to = DayField(label=_("Діє до включно"))
    reason = _why(_("Підстава"), _("Рішення або заява: дата й номер."))


class EndForm(forms.Form):
    on = DayField(label=_("З якого дня"), initial=timezone.localdate)
    reason = _why(
        _("Підстава"), _("Напр. не встановлено за 6 місяців, недостовірні відомості. Рішення, його дата й номер.")
    )


class ReasonForm(forms.Form):
    reason = _why(_("Підстава"), _("Її побачать в історії картки."))


class DoneForm(forms.Form):
    on = DayField(label=_("Демонтовано"), initial=timezone.localdate)
    kept_at = forms.CharField(label=_("Де зберігають"), max_length=300, required=False)
    cost = forms.DecimalField(label=_("Витрати, ₴"), max_digits=12, decimal_places=2, min_value=0, required=False)


class MonthForm(forms.Form):
    month = forms.DateField(
        label=_("Місяць"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "month", "placeholder": "2026-11"}, format="%Y-%m"),
        input_formats=["%Y-%m", "%m.%Y"],
        help_text=_("Рік і місяць: 2026-11."),
    )


class RechargeForm(MonthForm):
    reason = _why(_("Підстава"), _("Що було не так. Її побачать в історії."))
