"""The pieces pages are made of. Templates outside `ui` use these and plain elements, never class names."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from kernel.access.signins import device_name
from ui.pieces import boards, charts, figures, lists, maps, marks, papers, setup, writing
from ui.typography import typeset

register = template.Library()
for piece in (marks, figures, boards, charts, maps, lists, writing, papers, setup):
    register.tags.update(piece.register.tags)
    register.filters.update(piece.register.filters)

MESSAGE_TONES = {"debug": "info", "info": "info", "success": "ok", "warning": "warn", "error": "bad"}
_TAG = re.compile(r"(<[^>]*>|&\w+;)")


@register.simple_block_tag
def scroll(content: str, label: str) -> SafeString:
    """Holds a table that may be wider than its place; the keyboard can move it too."""
    return format_html('<div class="scroll" role="group" tabindex="0" aria-label="{}">{}</div>', label, content)


@register.simple_block_tag
def columns(content: str) -> SafeString:
    """Sections side by side where there is room."""
    return format_html('<div class="columns">{}</div>', content)


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
