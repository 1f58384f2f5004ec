from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.access.dates import local_today
from kernel.access.forms import ActionForm, DayField
from shared_apps.reference.models import Rule
from shared_apps.reference.overrides import DIGITS_AFTER, DIGITS_BEFORE


class OwnValueForm(ActionForm):
    value = forms.DecimalField(
        label=_("Значення"), max_digits=DIGITS_BEFORE + DIGITS_AFTER, decimal_places=DIGITS_AFTER, localize=True
    )
    first_day = DayField(label=_("Перший день дії"))
    last_day = DayField(label=_("Останній день дії"), required=False, help_text=_("Порожньо — без строку."))
    reason = forms.CharField(
        label=_("Підстава"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Рішення, його дата й номер."),
    )

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = _("Значення, %(unit)s") % {"unit": rule.unit}
        self.fields["first_day"].initial = local_today

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first_day"), given.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Останній день раніше за перший. Виправте одну з дат."))
        return given


class DayForm(forms.Form):
    """On which day the rules are looked at; anything odd in the address counts as today."""

    on = DayField(label=_("На день"), required=False)
    kind = forms.ChoiceField(
        label=_("Показати"),
        required=False,
        choices=[("", _("усі")), ("ours", _("можна встановити своє")), ("own", _("свої"))],
    )
