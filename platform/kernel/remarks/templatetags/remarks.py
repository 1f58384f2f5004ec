"""What the parts of a card's page show: `{% load remarks %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from kernel.access.levels import Level
from kernel.remarks import comments, places, subscriptions, tags
from kernel.remarks.mentions import MENTION
from kernel.remarks.models import LONGEST_COMMENT, Comment, Tag
from kernel.remarks.subjects import rows_of

register = template.Library()


@register.simple_tag
def comments_at(table: str, row_id: Any) -> list[Comment]:
    return list(comments.comments_at(table, str(row_id)))


@register.simple_tag
def longest_comment() -> int:
    return LONGEST_COMMENT


@register.simple_tag
def tags_at(table: str, row_id: Any) -> list[Tag]:
    return list(tags.tags_at(table, str(row_id)))


@register.simple_tag
def known_tags() -> list[Tag]:
    return list(Tag.objects.all()[:200])


@register.simple_tag
def tag_colours() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Tag.Colour.choices]


@register.simple_tag(takes_context=True)
def manages_card(context: Context, table: str, row_id: Any) -> bool:
    return rows_of(table, context["request"].user, Level.MANAGE).filter(pk=row_id).exists()


@register.simple_tag(takes_context=True)
def is_favourite(context: Context, url: str) -> bool:
    return places.is_favourite(context["request"].user, url)


@register.simple_tag(takes_context=True)
def is_subscribed(context: Context, table: str, row_id: Any = "") -> bool:
    return subscriptions.is_subscribed(context["request"].user, table, str(row_id))


@register.filter
def commented(text: str) -> SafeString:
    """Paragraphs, lines and names called; nothing else of what was typed becomes markup."""
    told: list[str] = []
    position = 0
    for found in MENTION.finditer(text):
        told.append(conditional_escape(text[position : found.start()]))
        told.append(format_html("<b>{}</b>", found[0]))
        position = found.end()
    told.append(conditional_escape(text[position:]))
    paragraphs = "".join(told).split("\n\n")
    # Every piece above is escaped.
    lines = (f"<p>{part.strip().replace(chr(10), '<br>')}</p>" for part in paragraphs if part.strip())
    return mark_safe("".join(lines))  # noqa: S308
