"""What an action asks before it is done: of one card on its page, of many under their list."""

from __future__ import annotations

from typing import Any

from django import forms

from kernel.access.forms import ActionForm
from kernel.registers.declarations import Action
from kernel.registers.inputs import ReferenceField, input_for
from kernel.registers.register import Register


def form_of(
    action: Action, register: Register, user: Any, data: Any = None, files: Any = None, *, card: Any = None
) -> forms.Form:
    """The form of the action, under the fields of the card it asks for: as the card has them, chosen by rights."""
    form: forms.Form = (action.form or ActionForm)(*(() if data is None else (data, files)))
    for name in action.asks:
        field = input_for(register, name, user)
        if card is not None:
            field.initial = getattr(card, register.facets[name].field.attname)
        if isinstance(field, ReferenceField):
            field.kept = field.initial
        form.fields[name] = field
    form.order_fields([*action.asks, *form.fields])
    return form
