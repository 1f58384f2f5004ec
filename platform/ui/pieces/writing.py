"""Filling in: sections, fields, the bar that saves, steps of an import, questions and answers in a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ui.pieces.marks import NOTE_ICONS, icon, icon_if

register = template.Library()


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


@register.simple_block_tag
def form_page(content: str, sections: Sequence[Any] = ()) -> SafeString:
    """A long form; `sections` is its contents at the left: (anchor, words, number of errors, is it filled in)."""
    lines = format_html_join(
        "",
        '<li><a href="#{}" data-tone="{}">{}{}</a></li>',
        (
            (
                anchor,
                "bad" if errors else "ok" if done else "",
                words,
                format_html(" <small>{}</small>", _("помилок: %(n)s") % {"n": errors}) if errors else "",
            )
            for anchor, words, errors, done in sections
        ),
    )
    contents = format_html(
        '<nav class="form-nav" aria-label="{}"><ol role="list">{}</ol></nav>', _("Розділи форми"), lines
    )
    return format_html('<div class="form-page">{}{}</div>', contents if sections else "", content)


@register.simple_block_tag
def form_section(content: str, title: str, text: str = "", anchor: str = "") -> SafeString:
    """Explanation at the left, fields at the right."""
    return format_html(
        '<section class="form-section"{}><div class="about"><h2>{}</h2>{}</div><div class="field-rows">{}</div></section>',
        format_html(' id="{}"', anchor) if anchor else "",
        title,
        format_html("<p>{}</p>", text) if text else "",
        content,
    )


@register.simple_block_tag
def field_row(content: str) -> SafeString:
    return format_html('<div class="field-row">{}</div>', content)


@register.simple_tag
def wide_field(field: BoundField, span: int = 6) -> SafeString:
    """A field that takes so many of the row's twelve columns."""
    return format_html('<div class="field" data-span="{}">{}</div>', span, field.as_field_group())


@register.simple_block_tag
def save_bar(content: str) -> SafeString:
    return format_html('<div class="save-bar">{}</div>', content)


@register.simple_tag
def type_ahead(name: str, url: str, label: str, value: Any = "", shown: str = "", depends: str = "") -> SafeString:
    """A reference to another card. Without a script it is a list with the present value; with one it seeks as one types."""
    kept = format_html('<option value="{}" selected>{}</option>', value, shown) if value else ""
    return format_html(
        '<label for="id_{0}">{1}</label><type-ahead data-url="{2}"{3}>'
        '<select name="{0}" id="id_{0}"><option value="">—</option>{4}</select></type-ahead>',
        name,
        label,
        url,
        format_html(' data-depends="{}"', depends) if depends else "",
        kept,
    )


@register.simple_tag
def file_drop(name: str, label: str, hint: str = "", accept: str = "", multiple: bool = False) -> SafeString:
    return format_html(
        '<file-drop><label for="id_{0}">{1}</label><input type="file" name="{0}" id="id_{0}"{2}{3}{4}>{5}</file-drop>',
        name,
        label,
        format_html(' accept="{}"', accept) if accept else "",
        mark_safe(" multiple") if multiple else "",
        format_html(' aria-describedby="id_{}_hint"', name) if hint else "",
        format_html('<p class="fine" id="id_{}_hint">{}</p>', name, hint) if hint else "",
    )


@register.simple_tag
def steps(names: Sequence[str], current: int, label: str = "") -> SafeString:
    """A way of a few steps; `current` counts from one."""
    lines = format_html_join(
        "",
        '<li{}><span class="dot">{}</span>{}{}</li>',
        (
            (
                mark_safe(' data-state="done"')
                if number < current
                else mark_safe(' aria-current="step"')
                if number == current
                else "",
                icon("check") if number < current else number,
                name,
                format_html('<span class="unseen">, {}</span>', _("зроблено")) if number < current else "",
            )
            for number, name in enumerate(names, start=1)
        ),
    )
    return format_html('<ol class="steps" role="list" aria-label="{}">{}</ol>', label or _("Кроки"), lines)


TAPE_LIMIT = 200


@register.simple_tag
def row_tape(rows: Sequence[Any], label: str) -> SafeString:
    """A mark for each row of a file: (number, tone, address or ""). A long file is drawn by shares, worst on top."""
    drawn = list(rows) if len(rows) <= TAPE_LIMIT else _folded(rows)
    step = 576 / max(len(drawn), 1)
    marks = []
    for position, (number, tone, url) in enumerate(drawn):
        tall = tone in ("bad", "warn")
        rect = format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" data-tone="{}"></rect>',
            f"{position * step:.1f}",
            2 if tall else 6,
            f"{max(step - 2, step * 0.7):.1f}",
            24 if tall else 20,
            tone,
        )
        told = _("рядок %(number)s") % {"number": number}
        marks.append((format_html('<a href="{}" aria-label="{}">{}</a>', url, told, rect) if url else rect,))
    counted = ", ".join(
        f"{words} — {sum(row[1] == tone for row in rows)}"
        for tone, words in (
            ("ok", _("додати")),
            ("info", _("оновити")),
            ("warn", _("з порадою")),
            ("bad", _("з помилкою")),
        )
        if any(row[1] == tone for row in rows)
    )
    linked = any(row[2] for row in drawn)
    return format_html(
        '<span class="eyebrow">{}</span><svg class="row-tape" viewBox="0 0 576 28" preserveAspectRatio="none" '
        'role="{}" aria-label="{}">{}</svg>',
        label,
        "group" if linked else "img",
        f"{label}: {counted}",
        format_html_join("", "{}", marks),
    )


def _folded(rows: Sequence[Any]) -> list[tuple[Any, str, str]]:
    weight = {"bad": 3, "warn": 2, "info": 1}
    size = -(-len(rows) // TAPE_LIMIT)
    groups = (list(rows[start : start + size]) for start in range(0, len(rows), size))
    worst = (max(group, key=lambda row: weight.get(row[1], 0)) for group in groups)
    return [(number, tone, url) for number, tone, url in worst]


@register.simple_block_tag
def dialog(content: str, name: str, title: str, opener: str = "", kind: str = "") -> SafeString:
    """A window over the page with the button that opens it; without a script it lies open in its place."""
    return format_html(
        '<open-dialog><button type="button" data-open data-kind="{}" hidden>{}</button>'
        '<dialog id="{}" aria-labelledby="{}-title" open><header><h2 id="{}-title">{}</h2>'
        '<form method="dialog"><button class="plain close" aria-label="{}">{}</button></form></header>{}</dialog></open-dialog>',
        kind,
        opener or title,
        name,
        name,
        name,
        title,
        _("Закрити"),
        icon("x"),
        content,
    )


@register.simple_tag
def toast(text: str, tone: str = "ok", url: str = "", action: str = "") -> SafeString:
    """What has just happened, with one way to undo or to look; with a script it leaves by itself after a while."""
    return format_html(
        '<div class="toast" data-tone="{}">{}<p>{}{}</p></div>',
        tone,
        icon_if(NOTE_ICONS.get(tone, "info")),
        text,
        format_html(' <a href="{}">{}</a>', url, action) if url else "",
    )
