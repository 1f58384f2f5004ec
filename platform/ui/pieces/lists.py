"""Lists and the ways about them: conditions, views, tabs, documents, history, tasks, tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ui.pieces.charts import scale, spark
from ui.pieces.figures import figure
from ui.pieces.marks import count_of, icon, icon_if
from ui.typography import typeset

register = template.Library()
CURRENT = mark_safe(' aria-current="page"')


@register.simple_block_tag
def page_head(content: str, title: str, count: int | None = None, lede: str = "") -> SafeString:
    """The head of a page: what it is, how many there are, and at the right what may be done (the content)."""
    return format_html(
        '<header class="page-head"><div><h1>{} {}</h1>{}</div><div class="actions">{}</div></header>',
        title,
        count_of(count),
        format_html("<p>{}</p>", lede) if lede else "",
        content,
    )


@register.simple_tag
def tabs(items: Sequence[Any], label: str, kind: str = "card") -> SafeString:
    """Faces of a card or saved views of a list: (words, address, count or None, is it the open one)."""
    lines = format_html_join(
        "",
        '<li><a href="{}"{}>{} {}</a></li>',
        ((url, CURRENT if current else "", words, count_of(count)) for words, url, count, current in items),
    )
    return format_html('<nav class="{}-tabs" aria-label="{}"><ul role="list">{}</ul></nav>', kind, label, lines)


@register.simple_tag
def segmented(items: Sequence[Any], label: str) -> SafeString:
    """One of two or three ways to look at the same: (words, address, icon, is it the present one)."""
    lines = format_html_join(
        "",
        '<li><a href="{}"{}>{}{}</a></li>',
        ((url, CURRENT if current else "", icon_if(sign), words) for words, url, sign, current in items),
    )
    return format_html('<nav class="segmented" aria-label="{}"><ul role="list">{}</ul></nav>', label, lines)


@register.simple_block_tag
def filter_bar(content: str) -> SafeString:
    return format_html('<div class="filter-bar">{}</div>', content)


@register.simple_tag
def condition(label: str, value: Any, remove_url: str) -> SafeString:
    """A condition that is on, with the cross that takes it off."""
    return format_html(
        '<span class="chip" data-on>{}: <b>{}</b><a class="remove" href="{}" aria-label="{}">{}</a></span>',
        label,
        value,
        remove_url or "?",
        _("Зняти умову «%(label)s»") % {"label": label},
        icon("x"),
    )


@register.simple_block_tag
def filters(content: str) -> SafeString:
    """A form that only asks: it may be sent again and again, and leaves its wishes in the address."""
    return format_html(
        '<form class="filters" method="get" role="search" aria-label="{}" data-repeatable>{}</form>',
        _("Пошук у переліку"),
        content,
    )


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
        count_of(count),
    )


@register.simple_block_tag
def menu(content: str, text: str, icon_name: str = "", kind: str = "button", side: str = "end") -> SafeString:
    """A <details> that opens without a script; `kind` is the look of its handle: button, chip or empty."""
    return format_html(
        '<menu-drop><details><summary class="{}">{}{}{}</summary>'
        '<div class="panel" data-side="{}">{}</div></details></menu-drop>',
        kind,
        icon_if(icon_name),
        text,
        icon("chevron-down") if kind == "chip" else "",
        side,
        content,
    )


@register.simple_tag
def menu_item(text: str, url: str, icon_name: str = "", current: bool = False) -> SafeString:
    return format_html(
        '<a class="menu-item" href="{}"{}>{}{}</a>', url, CURRENT if current else "", icon_if(icon_name), text
    )


@register.simple_block_tag
def bulk_bar(content: str, count: int = 0) -> SafeString:
    """What may be done to the chosen rows; with a script it appears when a row is chosen."""
    return format_html(
        '<div class="bulk-bar" data-bulk role="region" aria-label="{}"><b>{} <output data-count>{}</output></b><hr>{}'
        '<button type="button" data-clear>{} <kbd>Esc</kbd></button></div>',
        _("Дії з вибраним"),
        _("Вибрано"),
        count,
        content,
        _("Зняти вибір"),
    )


@register.inclusion_tag("ui/parts/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("ui/parts/crumbs.html")
def crumbs(*steps: str) -> dict[str, Any]:
    """{% crumbs _("Громади") list_url "Дубогір" %}: text and address in turn; the last text is where we are."""
    pairs = list(zip(steps[0::2], [*steps[1::2], ""], strict=False))
    return {"steps": pairs}


@register.simple_tag
def crumb_line(text: str, url: str, place: str = "", before: str = "", after: str = "") -> SafeString:
    """The way back to a list and along it: {% crumb_line "Зупинки" list_url "3 з 48" previous_url next_url %}."""
    ends = format_html_join(
        "",
        "{}",
        (
            (
                format_html('<a rel="{}" href="{}" aria-label="{}">{}</a>', rel, there, words, icon(sign))
                if there
                else format_html('<span aria-disabled="true">{}</span>', icon(sign)),
            )
            for rel, there, words, sign in (
                ("prev", before, _("Попередня картка"), "chevron-up"),
                ("next", after, _("Наступна картка"), "chevron-down"),
            )
        ),
    )
    return format_html(
        '<nav class="crumb-line" aria-label="{}"><a href="{}">{}{}</a>{}<span class="end">{}</span></nav>',
        _("Місце в переліку"),
        url,
        icon("arrow-left"),
        text,
        format_html(" <span>· {}</span>", place) if place else "",
        ends if before or after else "",
    )


@register.simple_tag
def document_list(items: Sequence[Any]) -> SafeString:
    """Files and links of a card: (words, address, remark, icon)."""
    lines = format_html_join(
        "",
        "<li>{}{}<small>{}</small></li>",
        (
            (
                icon(sign or "file"),
                format_html('<a href="{}">{}</a>', url, words) if url else format_html("<span>{}</span>", words),
                remark,
            )
            for words, url, remark, sign in items
        ),
    )
    return format_html('<ul class="document-list" role="list">{}</ul>', lines)


@register.simple_tag
def history(items: Sequence[Any]) -> SafeString:
    """Sentences, newest first: (when in words, sentence, is it a turning point)."""
    lines = format_html_join(
        "",
        "<li{}><time>{}</time> {}</li>",
        ((mark_safe(" data-key") if turning else "", when, sentence) for when, sentence, turning in items),
    )
    return format_html('<ol class="history" role="list">{}</ol>', lines)


@register.simple_tag
def photo_strip(photos: Sequence[Any]) -> SafeString:
    """(address of the small picture, what is on it, caption, address of the large one); no small one — a blank."""
    lines = format_html_join(
        "",
        '<li><figure><a href="{}">{}</a><figcaption>{}</figcaption></figure></li>',
        (
            (
                large or "#",
                format_html('<img src="{}" alt="{}" loading="lazy" width="160" height="112">', small, told)
                if small
                else format_html('<span class="blank" role="img" aria-label="{}">{}</span>', told, icon("photo")),
                caption,
            )
            for small, told, caption, large in photos
        ),
    )
    return format_html('<ul class="photo-strip" role="list">{}</ul>', lines)


@register.simple_tag
def tile(
    title: str, url: str, icon_name: str, counter: Any = None, told: str = "", tone: str = "", trend: Any = ()
) -> SafeString:
    """An area of work: its name, one counter, what is counted."""
    return format_html(
        '<li><a class="tile" href="{}"><h3>{}{}</h3>{}<p>{}</p></a></li>',
        url,
        icon(icon_name),
        title,
        format_html(
            '<div class="tile-count">{}{}</div>', figure(counter, tone=tone), spark(trend, title) if trend else ""
        )
        if counter is not None
        else "",
        told,
    )


@register.simple_tag
def task_row(title: str, url: str, told: str = "", start: Any = None, due: Any = None, today: Any = None) -> SafeString:
    """An errand: what, of which thing, and its term on a rule."""
    return format_html(
        '<li class="task-row"><div><a href="{}">{}</a><small>{}</small></div>{}</li>',
        url,
        typeset(str(title)),
        typeset(str(told)),
        scale(start, due, today, width=84) if start and due else "",
    )


@register.simple_block_tag
def doors(content: str) -> SafeString:
    """A list of ways in; each is a `door`."""
    return format_html('<ul class="doors" role="list">{}</ul>', content)


@register.simple_tag
def door(url: str, title: str, text: str = "", icon_name: str = "") -> SafeString:
    return format_html(
        '<li><a class="door" href="{}">{}<div><b>{}</b><small>{}</small></div>{}</a></li>',
        url,
        icon_if(icon_name),
        title,
        text,
        icon("arrow-right"),
    )


@register.inclusion_tag("ui/parts/sort_head.html", takes_context=True)
def sort_head(context: Context, field: str, text: str, current: str) -> dict[str, Any]:
    """The head of a column that sorts: a second press turns the order round."""
    direction = {field: "ascending", f"-{field}": "descending"}.get(current, "")
    target = f"-{field}" if direction == "ascending" else field
    return {"text": text, "direction": direction, "target": target, "request": context["request"]}


@register.simple_block_tag
def timeline(content: str) -> SafeString:
    """What happened, newest first; each `li` is a sentence."""
    return format_html('<ol class="timeline" role="list">{}</ol>', content)
