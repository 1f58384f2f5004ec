from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kernel.access.dates import local_today
from kernel.access.forms import ActionForm, DayField
from kernel.access.models import User


def colleagues() -> Any:
    return User.objects.persons().filter(is_active=True)


class TaskForm(ActionForm):
    title = forms.CharField(label=_("Що зробити"), max_length=300)
    person = forms.ModelChoiceField(User.objects.none(), label=_("Кому"))
    due_on = DayField(label=_("Строк"), required=False)
    note = forms.CharField(label=_("Пояснення"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = colleagues()

    def clean_due_on(self) -> date | None:
        due = self.cleaned_data["due_on"]
        if due and due < local_today():
            raise ValidationError(_("Строк уже минув. Вкажіть сьогоднішній день або пізніший."))
        return due


class OutcomeForm(ActionForm):
    outcome = forms.CharField(label=_("Підсумок"), required=False, widget=forms.Textarea(attrs={"rows": 4}))


class DelegateForm(ActionForm):
    person = forms.ModelChoiceField(User.objects.none(), label=_("Кому"))
    reason = forms.CharField(label=_("Пояснення"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = colleagues()
