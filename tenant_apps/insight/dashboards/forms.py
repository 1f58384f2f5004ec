from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import ActionForm
from kernel.indicators.catalogue import Declared


class PlanForm(ActionForm):
    indicator = forms.ChoiceField(label=_("Показник"))
    period = forms.CharField(
        label=_("Період"), max_length=10, help_text=_("Місяць, квартал або рік: 2026-10, 2026-Q4, 2026.")
    )
    value = forms.DecimalField(label=_("План"), max_digits=24, decimal_places=6, localize=True)
    ground = forms.CharField(
        label=_("Підстава"), max_length=300, help_text=_("Рішення, програма чи доручення: номер і дата.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, known: Mapping[str, Declared], *args: Any, only: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for code, one in known.items():
            if not only or code == only:
                groups.setdefault(one.register.name, []).append(
                    (code, f"{one.title}, {one.unit}" if one.unit else one.title)
                )
        field: Any = self.fields["indicator"]
        field.choices = sorted(groups.items())
