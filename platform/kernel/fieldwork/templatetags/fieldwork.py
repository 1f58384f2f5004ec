"""What pages need of the field: its script, what the device must keep, records a card came from."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kernel.fieldwork.models import FieldRecord
from kernel.fieldwork.wording import lines_of
from kernel.registers.register import Register

register = template.Library()
SHOWN = 5
KEPT = ("app.css", "app.js", "field.js", "icons.svg", "source-sans-3-cyrillic-wght-normal.woff2",
        "source-sans-3-latin-wght-normal.woff2")  # fmt: skip


@register.simple_tag
def field_script() -> SafeString:
    return format_html('<script type="module" src="{}"></script>', static("built/field.js"))


@register.simple_tag
def field_settings() -> str:
    """Addresses for the script; `kept` is everything without which the page does not open."""
    kept = [static(f"built/{name}") for name in KEPT]
    kept += [reverse(name) for name in ("brand", "coat_of_arms", "manifest")]
    pages = {name: reverse(f"fieldwork:{name}") for name in ("index", "state", "forms", "cards", "came")}
    told = {**pages, "records": f"{pages['index']}records/", "worker": reverse("push_worker"), "kept": kept,
            "icons": static("built/icons.svg"), "login": f"{reverse('account_login')}?next={pages['index']}"}  # fmt: skip
    return json.dumps(told)


@register.simple_tag
def field_link(of: Register) -> str:
    """Where a card of this register is filled in without a network; nothing where it is not."""
    if not of.fieldwork:
        return ""
    return f"{reverse('fieldwork:index')}#/new/{of.label}"


@register.inclusion_tag("fieldwork/of_card.html")
def field_records(of: Register, card: Any) -> dict[str, Any]:
    """Only registers of the field are asked about it."""
    if not of.fieldwork:
        return {"records": []}
    rows = FieldRecord.objects.filter(table=of.table, row_id=str(card.pk)).select_related("sender")
    return {"records": [lines_of(one) for one in rows[:SHOWN]]}
