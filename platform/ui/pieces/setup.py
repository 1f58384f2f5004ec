"""Setting up: the stages of a long way, one question at a time, what is being made right now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ui.pieces.marks import icon, plate, status

register = template.Library()


@register.simple_tag
def stages(items: Sequence[tuple[str, str]], current: int, label: str = "") -> SafeString:
    """A long way from above: (title, what it is about); `current` counts from one."""
    lines = format_html_join(
        "",
        '<li{}><span class="dot">{}</span><span><b>{}</b><small>{}</small></span></li>',
        (
            (
                mark_safe(' data-state="done"')
                if place < current
                else mark_safe(' aria-current="step"')
                if place == current
                else "",
                icon("check", _("зроблено")) if place < current else place,
                title,
                told,
            )
            for place, (title, told) in enumerate(items, 1)
        ),
    )
    return format_html('<ol class="stages" role="list" aria-label="{}">{}</ol>', label or _("Кроки"), lines)


@register.simple_block_tag
def picks(content: str, label: str) -> SafeString:
    """One of several: each a whole line with what is known of it."""
    return format_html('<fieldset class="picks"><legend class="unseen">{}</legend>{}</fieldset>', label, content)


@register.simple_tag
def pick(
    name: str,
    value: str,
    title: str,
    told: str = "",
    number: str = "",
    badge: str = "",
    checked: bool = False,
    several: bool = False,
    end: str = "",
) -> SafeString:
    """A line to choose; with `badge` it says what is already so, with `end` what it costs."""
    return format_html(
        '<label class="pick"><input type="{}" name="{}" value="{}"{}{}><span><b>{}</b>{}</span>{}{}{}</label>',
        "checkbox" if several else "radio",
        name,
        value,
        mark_safe(" checked") if checked else "",
        "" if several else mark_safe(" required"),
        title,
        format_html("<small>{}</small>", told) if told else "",
        plate(number) if number else "",
        status("ok", badge) if badge else "",
        format_html('<span class="end">{}</span>', end) if end else "",
    )


@register.simple_tag
def wide_search(name: str, value: str, label: str, count: str = "") -> SafeString:
    return format_html(
        '<span class="wide-search">{}<input type="search" name="{}" value="{}" aria-label="{}" maxlength="100"'
        ' autocomplete="off">{}</span>',
        icon("search"),
        name,
        value,
        label,
        format_html("<output>{}</output>", count) if count else "",
    )


@register.simple_tag
def making(seconds: str, told: str, done: int, total: int) -> SafeString:
    """How long it has been going on, huge, with a rule beneath."""
    return format_html(
        '<div class="making"><p><b>{}</b> <span>{}</span></p><progress value="{}" max="{}" aria-label="{}"></progress></div>',
        seconds,
        told,
        done,
        max(total, 1),
        _("%(done)s з %(total)s") % {"done": done, "total": total},
    )


@register.simple_tag
def made_steps(items: Sequence[tuple[str, str, str]]) -> SafeString:
    """Lines of what is made: (title, `done` / `now` / `next`, what is said at the end)."""
    signs = {"done": ("check", _("зроблено")), "now": ("refresh", _("зараз")), "next": ("clock", _("чекає"))}
    lines = format_html_join(
        "",
        '<li data-state="{}">{}<span>{}</span><small>{}</small></li>',
        ((state, icon(*signs[state]), title, told) for title, state, told in items),
    )
    return format_html('<ol class="made" role="list">{}</ol>', lines)


@register.simple_tag
def first_steps(items: Sequence[Any]) -> SafeString:
    """The list of a first day; each has title, told, done, minutes, url, action. The first undone one is called out."""
    called = next((one for one in items if not one.done), None)
    lines = format_html_join(
        "",
        '<li{}{}><span class="dot">{}</span><span><b>{}</b><small>{}</small></span><small>{}</small>{}</li>',
        (
            (
                mark_safe(' data-state="done"') if one.done else "",
                mark_safe(' aria-current="step"') if one is called else "",
                icon("check", _("зроблено")) if one.done else place,
                one.title,
                one.told,
                "" if one.done or not one.minutes else _("%(count)s хв") % {"count": one.minutes},
                ""
                if one.done or not one.url
                else format_html(
                    '<a class="button" data-kind="{}" href="{}">{}</a>',
                    "primary" if one is called else "",
                    one.url,
                    one.action,
                ),
            )
            for place, one in enumerate(items, 1)
        ),
    )
    return format_html('<ol class="first-steps" role="list">{}</ol>', lines)
