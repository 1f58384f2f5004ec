from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import ActionForm, DayField


class MendForm(ActionForm):
    on = DayField(label=_("Усунуто"))
    outcome = forms.CharField(label=_("Що зроблено"), max_length=400)
