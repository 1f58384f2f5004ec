"""A dashboard: widgets as cells of one sheet, divided by hairlines; a sentence in large letters before them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def board(content: str, label: str) -> SafeString:
    """Four columns where there is room, two on a phone; inside are `widget` blocks."""
    return format_html('<div class="board" role="group" aria-label="{}">{}</div>', label, content)


@register.simple_block_tag
def widget(content: str, columns: int = 1) -> SafeString:
    """One, two or four columns wide."""
    return format_html('<section class="widget" data-columns="{}">{}</section>', columns, content)


@register.simple_block_tag
def headline(content: str) -> SafeString:
    """What the figures come to, said in words, with ways to what it names."""
    return format_html('<p class="headline">{}</p>', content)


@register.simple_block_tag
def toned(content: str, tone: str = "") -> SafeString:
    """Words in the colour of their tone; what is good or bad is said by the words too."""
    return (
        format_html('<span class="toned" data-tone="{}">{}</span>', tone, content)
        if tone
        else format_html("{}", content)
    )
