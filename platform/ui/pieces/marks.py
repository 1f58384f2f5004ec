"""The smallest pieces: icons, plates, states, notes, buttons."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

STATUS_ICONS = {
    "ok": "check",
    "warn": "clock",
    "bad": "alert-triangle",
    "info": "circle-dashed",
    "idle": "circle-dashed",
}
NOTE_ICONS = {"info": "info", "ok": "circle-check", "warn": "alert-triangle", "bad": "alert-triangle"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Decoration beside words; with a label, a picture that speaks for itself."""
    told = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', told, static("built/icons.svg"), name)


def icon_if(name: str) -> SafeString:
    return icon(name) if name else SafeString("")


def count_of(value: Any, tone: str = "") -> SafeString:
    """A counter beside words; nothing where there is nothing to count."""
    if value is None:
        return SafeString("")
    return format_html('<data value="{0}"{1}>{0}</data>', value, format_html(' data-tone="{}"', tone) if tone else "")


@register.simple_tag
def plate(number: Any, url: str = "", size: str = "") -> SafeString:
    """The number of a thing, stamped; `size` is "large" at the head of its card."""
    large = format_html(' data-size="{}"', size) if size else ""
    if url:
        return format_html('<a class="plate" href="{}"{}>{}</a>', url, large, number)
    return format_html('<span class="plate"{}>{}</span>', large, number)


@register.simple_tag
def status(tone: str, text: Any, bare: bool = False, icon_name: str = "") -> SafeString:
    """State in words with its icon; `bare` leaves out the tint, for tables that would turn into confetti."""
    return format_html(
        '<span class="status" data-tone="{}"{}>{}{}</span>',
        tone,
        mark_safe(" data-bare") if bare else "",
        icon(icon_name or STATUS_ICONS.get(tone, "circle-dashed")),
        text,
    )


@register.simple_block_tag
def note(content: str, tone: str = "info") -> SafeString:
    return format_html(
        '<div class="note" data-tone="{}">{}<div>{}</div></div>', tone, icon(NOTE_ICONS.get(tone, "info")), content
    )


@register.simple_block_tag
def nothing(content: str) -> SafeString:
    """Nothing here yet: a contour, the fact, one action."""
    contour = mark_safe(
        '<svg class="contour" viewBox="0 0 150 78" aria-hidden="true">'
        '<path d="M8 62c18-26 30 4 46-20s34-34 52-28 26 6 40-2M2 70c20-24 34 6 52-18s34-32 52-26 26 6 42 0"/>'
        '<path d="M16 54c16-24 26 2 42-20s32-32 48-26"/><circle cx="97" cy="30" r="3.6"/></svg>'
    )
    return format_html('<div class="empty">{}{}</div>', contour, content)


@register.simple_block_tag
def actions(content: str) -> SafeString:
    return format_html('<div class="actions">{}</div>', content)


@register.simple_tag
def button(text: str, kind: str = "primary", icon_name: str = "", **attributes: Any) -> SafeString:
    """Sends the form it stands in. `name` and `value` tell the view which button it was."""
    extra = format_html_join("", ' {}="{}"', attributes.items())
    return format_html('<button type="submit" data-kind="{}"{}>{}{}</button>', kind, extra, icon_if(icon_name), text)


@register.simple_tag
def link_button(text: str, url: str, kind: str = "", icon_name: str = "") -> SafeString:
    return format_html('<a class="button" data-kind="{}" href="{}">{}{}</a>', kind, url, icon_if(icon_name), text)


@register.simple_tag
def face(name: str) -> SafeString:
    """A person's initials in a circle; the name stands beside it, so the circle is silent."""
    letters = "".join(word[0] for word in str(name).split()[:2]).upper()
    return format_html('<span class="face" aria-hidden="true">{}</span>', letters)


@register.simple_tag
def key(name: str) -> SafeString:
    return format_html("<kbd>{}</kbd>", name)
