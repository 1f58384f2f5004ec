from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import ActionForm, DayField
from kernel.registers.inputs import ReferenceField
from tenant_apps.territory.addresses.models.places import STREET_KINDS


class RenameForm(ActionForm):
    kind = forms.ChoiceField(label=_("Вид"), choices=[("", _("той самий")), *STREET_KINDS], required=False)
    name = forms.CharField(label=_("Нова назва"), max_length=200)
    on = DayField(label=_("Діє з"))
    act = forms.CharField(
        label=_("Підстава"), max_length=300, help_text=_("Рішення, його дата й номер. Стара назва лишиться в пошуку.")
    )


class IssueForm(ActionForm):
    number = forms.CharField(label=_("Номер акта"), max_length=40)
    signed_on = DayField(label=_("Дата акта"))


class ReasonForm(ActionForm):
    reason = forms.CharField(label=_("Підстава"), max_length=500, required=False)


class OtherForm(forms.Form):
    """Which card is the double of this one."""

    def __init__(self, *args: Any, register: Any, card: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"] = ReferenceField(
            register=register,
            user=user,
            source=lambda rows: rows.filter(settlement=card.settlement_id).exclude(pk=card.pk),
            label=_("Двійник"),
            help_text=_("Почніть писати назву чи адресу."),
        )


class MergeForm(ActionForm):
    kept = forms.ChoiceField(label=_("Яку картку лишити"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Підстава"), max_length=500, help_text=_("Напр. «двійник з імпорту». Обʼєднання можна скасувати.")
    )

    def __init__(self, *args: Any, pair: tuple[Any, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].choices = [(str(card.pk), str(card)) for card in pair]  # type: ignore[attr-defined]
        self.fields["kept"].initial = str(pair[0].pk)
