from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import ActionForm
from kernel.bus.declare import event_names


class WebhookForm(ActionForm):
    title = forms.CharField(label=_("Назва"), max_length=120, help_text=_("Напр. «Сайт громади», «Бот новин»."))
    url = forms.URLField(
        label=_("Адреса"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Куди надсилати, напр. https://example.org/hook"),
    )
    events = forms.MultipleChoiceField(label=_("Події"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events: Any = self.fields["events"]
        events.choices = [(name, name) for name in event_names()]
