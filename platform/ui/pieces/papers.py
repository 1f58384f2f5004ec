"""Papers and residents' things: a document as it is printed, a ticket, a line of a bill, the bar at a phone's foot."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ui.pieces.figures import money
from ui.pieces.marks import count_of, icon, icon_if

register = template.Library()


@register.simple_block_tag
def paper(content: str, label: str) -> SafeString:
    """A document as it lies on a table: white in every scheme, in a serif."""
    return format_html('<article class="paper" aria-label="{}">{}</article>', label, content)


@register.simple_tag
def ticket(number: str, window: str = "", told: str = "") -> SafeString:
    """A call of the queue: whose turn it is and where to go."""
    return format_html(
        '<div class="ticket"><div><span>{}</span><b>{}</b></div>{}{}</div>',
        _("Талон"),
        number,
        format_html("{}<div><span>{}</span><b>{}</b></div>", icon("arrow-right"), _("Вікно"), window) if window else "",
        format_html("<p>{}</p>", told) if told else "",
    )


@register.simple_block_tag
def bill(content: str) -> SafeString:
    """Lines of a bill; the last one, `bill_total`, ends in a double rule."""
    return format_html('<dl class="bill">{}</dl>', content)


@register.simple_tag
def bill_line(title: str, amount: Decimal | int, arithmetic: str = "", remark: str = "", step: int = 0) -> SafeString:
    """One service: what for, how it was reckoned, how much. `step` ties it to the colour of the share above."""
    swatch = format_html('<span class="swatch s{}"></span>', min(step, 6)) if step else ""
    return format_html(
        "<div><dt>{}<span><b>{}</b>{}{}</span></dt><dd>{}</dd></div>",
        swatch,
        title,
        format_html('<span class="fine">{}</span>', arithmetic) if arithmetic else "",
        format_html("<span>{}</span>", remark) if remark else "",
        money(amount),
    )


@register.simple_tag
def bill_total(title: str, amount: Decimal | int) -> SafeString:
    return format_html("<div data-total><dt><b>{}</b></dt><dd>{}</dd></div>", title, money(amount, "₴"))


@register.simple_tag
def bottom_bar(items: Sequence[Any], label: str) -> SafeString:
    """The five ways of a phone: (words, address, icon, is it the open one)."""
    lines = format_html_join(
        "",
        '<li><a href="{}"{}>{}<span>{}</span></a></li>',
        (
            (url, mark_safe(' aria-current="page"') if current else "", icon(sign), words)
            for words, url, sign, current in items
        ),
    )
    return format_html('<nav class="bottom-bar" aria-label="{}"><ul role="list">{}</ul></nav>', label, lines)


@register.simple_tag
def area_nav(groups: Sequence[Any], label: str = "") -> SafeString:
    """The registers of an area at the left: groups with `title` and `items`
    (title, icon, url, count, current, tone; `inner` is a register within the one above)."""

    def read(thing: Any, name: str) -> Any:
        return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)

    lists = format_html_join(
        "",
        '{}<ul role="list">{}</ul>',
        (
            (
                format_html("<h2>{}</h2>", read(group, "title")) if read(group, "title") else "",
                format_html_join(
                    "",
                    '<li{}><a href="{}"{}>{}<span>{}</span>{}</a></li>',
                    (
                        (
                            mark_safe(" data-inner") if read(item, "inner") else "",
                            read(item, "url"),
                            mark_safe(' aria-current="page"') if read(item, "current") else "",
                            icon_if(read(item, "icon") or ""),
                            read(item, "title"),
                            count_of(read(item, "count"), read(item, "tone") or ""),
                        )
                        for item in read(group, "items") or ()
                    ),
                ),
            )
            for group in groups
        ),
    )
    return format_html('<nav class="area-nav" aria-label="{}">{}</nav>', label or _("Розділи області"), lists)
