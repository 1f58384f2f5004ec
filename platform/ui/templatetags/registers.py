"""What only the pages of registers need."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from ui.pieces.marks import icon, plate, status

register = template.Library()


@register.simple_tag
def cell(one: Any) -> SafeString:
    """A value in a list: a number as a plate, yes as a tick, nothing as a dash."""
    facet = one.facet
    if not one.text:
        return mark_safe('<span class="none">—</span>')
    if facet.kind == "boolean":
        return icon("check", one.text) if one.value else format_html('<span class="none">{}</span>', one.text)
    if facet.name in ("number", "code"):
        return plate(one.text)
    if facet.kind == "choice" and (tone := facet.tone(one.value)):
        return status(tone, one.text)
    if facet.kind == "money":
        whole, _comma, kopecks = one.text.partition(",")
        return format_html('<span class="money">{}<small>,{}</small></span>', whole, kopecks)
    return format_html("{}", one.text)


@register.simple_tag
def carried(control: Any, listing: Any) -> SafeString:
    """Conditions of one filter as hidden fields, so that another form does not lose them."""
    pairs = [(name, value) for name in control.filter.params for value in listing.query.getlist(name)]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag
def register_url(of: Any, page: str, *args: Any) -> str:
    """A page of a register, wherever its registers stand."""
    return str(of.url(page, *args))
