"""Figures: sums, measures, shares of a whole, progress."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ui.numerals import ABSENT, is_number, quiet, written

register = template.Library()
HRYVNIA = "₴"


@register.simple_tag
def money(amount: Decimal | int | None, unit: str = "") -> SafeString:
    """Quiet kopecks. In a table the unit stands in the column's head, elsewhere it is given: {% money sum "₴" %}."""
    if amount is None or amount == "":
        return ABSENT
    sum_ = Decimal(str(amount))
    return format_html('<data class="money" value="{}">{}</data>', sum_, quiet(sum_, unit, 2, kopecks=True))


@register.simple_tag
def num(value: Any, unit: str = "", places: int | None = None) -> SafeString:
    """A quantity: groups of three, a comma, the unit after a no-break space."""
    if value is None or value == "":
        return ABSENT
    return format_html('<data class="amount" value="{}">{}</data>', value, quiet(value, unit, places))


@register.simple_tag
def figure(
    value: Any, unit: str = "", label: str = "", tone: str = "", url: str = "", hint: Any = "", size: str = ""
) -> SafeString:
    """A big number with its name. `size` is empty, "small" or "huge"; with `url` the figure leads to what it counts."""
    places = 2 if unit == HRYVNIA else None
    inside = format_html(
        '{}<span class="value">{}</span>{}',
        format_html('<span class="label">{}</span>', label) if label else "",
        ABSENT if value is None else quiet(value, unit, places, kopecks=unit == HRYVNIA),
        format_html('<span class="hint">{}</span>', hint) if hint else "",
    )
    marks = format_html_join("", ' data-{}="{}"', ((n, v) for n, v in (("tone", tone), ("size", size)) if v))
    if url:
        return format_html('<a class="figure" href="{}"{}>{}</a>', url, marks, inside)
    return format_html('<div class="figure"{}>{}</div>', marks, inside)


@register.simple_block_tag
def measures(content: str) -> SafeString:
    """A row of figures divided by hairlines; inside are `measure` blocks."""
    return format_html('<div class="measures">{}</div>', content)


@register.simple_block_tag
def measure(content: str, label: str = "", wide: bool = False) -> SafeString:
    head = format_html('<span class="eyebrow">{}</span>', label) if label else ""
    return format_html("<div{}>{}{}</div>", mark_safe(" data-grow") if wide else "", head, content)


@register.simple_tag
def facts(pairs: list[tuple[str, Any]]) -> SafeString:
    """What is known of a thing: its names at the left, values at the right; an empty value is a dash."""
    rows = format_html_join(
        "", "<dt>{}</dt><dd>{}</dd>", ((name, ABSENT if value in (None, "") else value) for name, value in pairs)
    )
    return format_html('<dl class="facts">{}</dl>', rows)


@register.simple_tag
def progress(value: int, total: int, label: str, tone: str = "", note: str = "") -> SafeString:
    """Done of how many, in words and as a bar; a spinner without a count is not used anywhere."""
    counted = _("%(done)s з %(total)s") % {"done": written(value), "total": written(total)}
    return format_html(
        '<div class="progress"{}><span><b>{}</b> <span>{}{}</span></span>'
        '<progress value="{}" max="{}" aria-label="{}"{}></progress></div>',
        mark_safe(" data-progress"),
        label,
        counted,
        f" · {note}" if note else "",
        min(value, total),
        max(total, 1),
        f"{label}: {counted}",
        format_html(' data-tone="{}"', tone) if tone else "",
    )


@register.simple_tag
def share(parts: list[tuple[str, Any]], label: str, unit: str = "") -> SafeString:
    """What a whole is made of: one bar in steps of one hue, and its words beneath."""
    amounts = [(name, Decimal(str(amount))) for name, amount in parts]
    total = sum((amount for _name, amount in amounts), Decimal(0))
    if not total:
        return format_html('<p class="fine">{}</p>', _("Ще нема з чого рахувати частки."))
    bars, left = [], Decimal(0)
    for position, (_name, amount) in enumerate(amounts):
        width = amount / total * 1000
        bars.append((f"{left:.1f}", f"{max(width - 2, Decimal(1)):.1f}", min(position + 1, 6)))
        left += width
    svg = format_html(
        '<svg class="share-bar" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        format_html_join("", '<rect x="{}" y="0" width="{}" height="16" class="s{}"></rect>', bars),
    )
    words = format_html_join(
        "",
        '<li><span class="swatch s{}"></span><span>{}</span> <b>{}</b> <span class="fine">{}\xa0%</span></li>',
        (
            (min(position + 1, 6), name, quiet(amount, unit, kopecks=unit == HRYVNIA), written(amount * 100 / total, 0))
            for position, (name, amount) in enumerate(amounts)
        ),
    )
    return format_html(
        '<figure class="share"><figcaption class="eyebrow">{}</figcaption>{}<ul role="list">{}</ul></figure>',
        label,
        svg,
        words,
    )


@register.filter
def figure_text(value: Any) -> str:
    """A figure inside an attribute or a sentence: «1 284,56»."""
    return written(value) if is_number(value) else str(value)
