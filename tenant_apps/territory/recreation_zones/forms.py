from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import ActionForm, DayField
from tenant_apps.territory.recreation_zones.models import Zone


class LimitForm(ActionForm):
    state = forms.ChoiceField(
        label=_("Що робимо"),
        choices=[(one.value, one.label) for one in (Zone.State.LIMITED, Zone.State.CLOSED)],
    )
    reason = forms.CharField(label=_("Чому"), max_length=300, help_text=_("Причину побачать мешканці."))
    until = DayField(label=_("До якого дня"), required=False)
