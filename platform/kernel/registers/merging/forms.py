from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import ActionForm
from kernel.registers.inputs import ReferenceField
from kernel.registers.merging.declare import rules_of


class OtherForm(forms.Form):
    """Which card is the double of this one."""

    def __init__(self, *args: Any, register: Any, card: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = {name: getattr(card, card._meta.get_field(name).attname) for name in rules_of(register).within}
        self.fields["other"] = ReferenceField(
            register=register,
            user=user,
            source=lambda rows: rows.filter(**shared).exclude(pk=card.pk),
            label=_("Двійник"),
            help_text=_("Почніть писати назву, номер чи адресу."),
        )


class MergeForm(ActionForm):
    kept = forms.ChoiceField(label=_("Яку картку лишити"), widget=forms.RadioSelect)
    knowingly = forms.BooleanField(
        label=_("Знаю, що чинні коди різні, і все одно обʼєдную"), required=False, help_text=_("Поясніть у підставі.")
    )
    reason = forms.CharField(
        label=_("Підстава"), max_length=500, help_text=_("Напр. «двійник з імпорту». Обʼєднання можна скасувати.")
    )

    def __init__(self, *args: Any, cards: Sequence[tuple[Any, str]], different: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].choices = [(str(card.pk), label) for card, label in cards]  # type: ignore[attr-defined]
        self.fields["kept"].initial = str(cards[0][0].pk)
        if not different:
            del self.fields["knowingly"]


class UndoForm(ActionForm):
    reason = forms.CharField(label=_("Підстава"), max_length=500, required=False)
