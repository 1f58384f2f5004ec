"""The pieces pages are made of. Templates outside `ui` use these and plain elements, never class names."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kernel.access.signins import device_name
from ui.typography import typeset

register = template.Library()

STATUS_ICONS = {
    "ok": "check",
    "warn": "clock",
    "bad": "alert-triangle",
    "info": "circle-dashed",
    "idle": "circle-dashed",
}
NOTE_ICONS = {"info": "info", "ok": "circle-check", "warn": "alert-triangle", "bad": "alert-triangle"}
MESSAGE_TONES = {"debug": "info", "info": "info", "success": "ok", "warning": "warn", "error": "bad"}
_TAG = re.compile(r"(<[^>]*>|&\w+;)")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Decoration beside words; with a label, a picture that speaks for itself."""
    told = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', told, static("built/icons.svg"), name)


@register.simple_tag
def plate(number: Any) -> SafeString:
    return format_html('<span class="plate">{}</span>', number)


@register.simple_tag
def status(tone: str, text: Any) -> SafeString:
    return format_html(
        '<span class="status" data-tone="{}">{}{}</span>', tone, icon(STATUS_ICONS.get(tone, "circle-dashed")), text
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
def scroll(content: str, label: str) -> SafeString:
    """Holds a table that may be wider than its place; the keyboard can move it too."""
    return format_html('<div class="scroll" role="group" tabindex="0" aria-label="{}">{}</div>', label, content)


@register.simple_block_tag
def doors(content: str) -> SafeString:
    """A list of ways in; each is a `door`."""
    return format_html('<ul class="doors" role="list">{}</ul>', content)


@register.simple_tag
def door(url: str, title: str, text: str = "", icon_name: str = "") -> SafeString:
    return format_html(
        '<li><a class="door" href="{}">{}<div><b>{}</b><small>{}</small></div>{}</a></li>',
        url,
        icon(icon_name) if icon_name else "",
        title,
        text,
        icon("arrow-right"),
    )


@register.simple_block_tag
def actions(content: str) -> SafeString:
    return format_html('<div class="actions">{}</div>', content)


@register.simple_block_tag
def columns(content: str) -> SafeString:
    """Sections side by side where there is room."""
    return format_html('<div class="columns">{}</div>', content)


@register.simple_block_tag
def timeline(content: str) -> SafeString:
    """What happened, newest first; each `li` is a sentence."""
    return format_html('<ol class="timeline" role="list">{}</ol>', content)


@register.simple_block_tag
def filters(content: str) -> SafeString:
    """A form that only asks: it may be sent again and again, and leaves its wishes in the address."""
    return format_html('<form class="filters" method="get" role="search" data-repeatable>{}</form>', content)


@register.simple_block_tag
def chips(content: str, label: str) -> SafeString:
    return format_html('<nav aria-label="{}"><ul class="chips">{}</ul></nav>', label, content)


@register.simple_tag
def chip(text: str, url: str, count: int | None = None, current: bool = False) -> SafeString:
    return format_html(
        '<li><a class="chip" href="{}"{}>{} {}</a></li>',
        url or "?",
        mark_safe(' aria-current="true"') if current else "",
        text,
        "" if count is None else format_html('<data value="{0}">{0}</data>', count),
    )


@register.simple_tag
def button(text: str, kind: str = "primary", icon_name: str = "", **attributes: Any) -> SafeString:
    """Sends the form it stands in. `name` and `value` tell the view which button it was."""
    extra = format_html_join("", ' {}="{}"', attributes.items())
    return format_html(
        '<button type="submit" data-kind="{}"{}>{}{}</button>', kind, extra, icon(icon_name) if icon_name else "", text
    )


@register.simple_tag
def link_button(text: str, url: str, kind: str = "", icon_name: str = "") -> SafeString:
    return format_html(
        '<a class="button" data-kind="{}" href="{}">{}{}</a>', kind, url, icon(icon_name) if icon_name else "", text
    )


@register.inclusion_tag("ui/parts/crumbs.html")
def crumbs(*steps: str) -> dict[str, Any]:
    """{% crumbs _("Громади") list_url "Дубогір" %}: text and address in turn; the last text is where we are."""
    pairs = list(zip(steps[0::2], [*steps[1::2], ""], strict=False))
    return {"steps": pairs}


@register.inclusion_tag("ui/parts/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("ui/parts/sort_head.html", takes_context=True)
def sort_head(context: Context, field: str, text: str, current: str) -> dict[str, Any]:
    """The head of a column that sorts: a second press turns the order round."""
    direction = {field: "ascending", f"-{field}": "descending"}.get(current, "")
    target = f"-{field}" if direction == "ascending" else field
    return {"text": text, "direction": direction, "target": target, "request": context["request"]}


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The widget, without a placeholder that only repeats the label."""
    placeholder = str(field.field.widget.attrs.get("placeholder", ""))
    repeats = placeholder and placeholder.casefold() == str(field.label).casefold()
    return field.as_widget(attrs={"placeholder": False} if repeats else None)


@register.simple_tag
def labelled(field: BoundField, label: str) -> SafeString:
    """A library's field with a label of ours: where it gave none, Django makes one of the English name."""
    field.label = label
    return format_html('<div class="field">{}</div>', field.as_field_group())


@register.filter
def tone_of(level_tag: str) -> str:
    return MESSAGE_TONES.get(level_tag, "info")


@register.filter
def device(user_agent: str) -> str:
    return device_name(user_agent)


@register.filter
def initials(name: str) -> str:
    return "".join(word[0] for word in str(name).split()[:2]).upper()


@register.filter(needs_autoescape=True)
def typo(value: Any, autoescape: bool = True) -> str:
    """Typesets the words, not the markup."""
    if isinstance(value, SafeString):
        return SafeString("".join(part if part.startswith(("<", "&")) else typeset(part) for part in _TAG.split(value)))
    text = typeset(str(value))
    return conditional_escape(text) if autoescape else text
