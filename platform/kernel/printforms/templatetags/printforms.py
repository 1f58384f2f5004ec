"""Printed forms of a card, for the menu of its page."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from kernel.printforms.resolving import declared_forms
from kernel.registers.register import Register

register = template.Library()


@register.inclusion_tag("printforms/menu.html")
def print_forms_menu(of: Register, card: Any) -> dict[str, Any]:
    """Built-in ones by name, the rest behind one line: a card does not ask the database for its menu."""
    ready = [one for one in declared_forms(of) if one.when is None or one.when(card)]
    return {
        "all_url": reverse("printforms:choose", args=[of.label, card.pk]),
        "ready": [(one.title, reverse("printforms:print", args=[of.label, card.pk, one.code])) for one in ready],
    }
