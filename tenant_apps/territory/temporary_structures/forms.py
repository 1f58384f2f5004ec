from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import DayField


class FixForm(forms.Form):
    on = DayField(label=_("Усунено"), initial=timezone.localdate)
