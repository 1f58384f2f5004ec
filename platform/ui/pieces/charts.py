"""Charts drawn by the server: plain SVG by classes, every one with its words for those who do not see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from math import ceil, floor, log10
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ui.numerals import quiet, written

register = template.Library()
TICK_STEPS = ((45, 1), (130, 7), (800, 30), (4000, 365))


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pairs)


def _ticks(days: int) -> Iterator[tuple[int, bool]]:
    """Days, weeks, months or years, so that a rule never turns into a grey smear; every fifth is taller."""
    step = next((step for limit, step in TICK_STEPS if days <= limit), 3650)
    for number, day in enumerate(range(0, days + 1, step)):
        yield day, number % 5 == 0


def term_words(end: date, today: date) -> str:
    left = (end - today).days
    if left == 0:
        return _("сьогодні")
    if left < 0:
        return ngettext("%(n)s день тому", "%(n)s днів тому", -left) % {"n": -left}
    return ngettext("лишився %(n)s день", "лишилося %(n)s днів", left) % {"n": left}


def term_tone(start: date, end: date, today: date) -> str:
    left = (end - today).days
    if left < 0:
        return "bad"
    return "warn" if left <= min(30, max(3, (end - start).days // 10)) else "ok"


@register.simple_tag
def scale(
    start: date, end: date, today: date | None = None, tone: str = "", width: int = 190, words: bool = True
) -> SafeString:
    """A term as a rule: ticks are days or months, the thick line is what has passed, the needle stands at today."""
    today = today or timezone.localdate()
    tone = tone or term_tone(start, end, today)
    days = max((end - start).days, 1)
    passed = max((today - start).days, 0)
    reach = width - 8 if passed <= days else (width - 8) * days / passed
    unit = reach / days
    needle = 4 + min(passed * unit, width - 8)
    ticks = format_html_join(
        "",
        '<path class="tick" d="M{} {}V13"></path>',
        ((f"{4 + day * unit:.1f}", "8" if tall else "10.5") for day, tall in _ticks(days)),
    )
    overdue = format_html('<path class="edge" d="M{} 5V13"></path>', f"{4 + reach:.1f}") if passed > days else ""
    told = _("Строк від %(start)s до %(end)s: %(left)s") % {
        "start": date_format(start, "d.m.Y"),
        "end": date_format(end, "d.m.Y"),
        "left": term_words(end, today),
    }
    svg = format_html(
        '<svg class="scale" data-tone="{}" viewBox="0 0 {} 16" width="{}" height="16" role="img" aria-label="{}">'
        '{}<path class="rule" d="M4 13H{}"></path><path class="passed" d="M4 13H{}"></path>{}'
        '<path class="needle" d="M{} 0h7l-3.5 5z"></path></svg>',
        tone,
        width,
        width,
        told,
        ticks,
        width - 4,
        f"{needle:.1f}",
        overdue,
        f"{needle - 3.5:.1f}",
    )
    if not words:
        return svg
    return format_html(
        '<span class="term" data-tone="{}">{}<span class="ends" aria-hidden="true"><span>{}</span><b>{}</b></span></span>',
        tone,
        svg,
        date_format(start, "d.m.Y"),
        date_format(end, "d.m.Y"),
    )


@register.simple_tag
def spark(
    values: Sequence[float], label: str, reference: float | None = None, width: int = 116, height: int = 30
) -> SafeString:
    """The course of a figure without axes; a dotted line is the plan or last year."""
    if len(values) < 2:
        return mark_safe("")
    known = [float(value) for value in values] + ([float(reference)] if reference is not None else [])
    low, span = min(known), (max(known) - min(known)) or 1.0

    def down(value: float) -> float:
        return 4 + (height - 8) * (1 - (float(value) - low) / span)

    step = (width - 8) / (len(values) - 1)
    line = [(4 + index * step, down(value)) for index, value in enumerate(values)]
    course = _("%(label)s: від %(first)s до %(last)s, найменше %(low)s, найбільше %(high)s") % {
        "label": label,
        "first": written(values[0]),
        "last": written(values[-1]),
        "low": written(min(values)),
        "high": written(max(values)),
    }
    dotted = (
        format_html('<path class="plan" d="M4 {0}H{1}"></path>', f"{down(reference):.1f}", width - 4)
        if (reference is not None)
        else ""
    )
    return format_html(
        '<svg class="spark" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">'
        '{3}<path d="{4}"></path><circle cx="{5}" cy="{6}" r="2.6"></circle></svg>',
        width,
        height,
        course,
        dotted,
        _points(line),
        f"{line[-1][0]:.1f}",
        f"{line[-1][1]:.1f}",
    )


@register.simple_tag
def bar_chart(rows: Sequence[Any], label: str, unit: str = "") -> SafeString:
    """Bars from zero inside a table: the table is their words. A row is (name, value) or (name, value, tone)."""
    top = max((abs(float(row[1])) for row in rows if row[1] is not None), default=0) or 1
    lines = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect data-tone="{}" width="{}" height="10"></rect></svg></td><td class="num">{}</td></tr>',
        (
            (
                row[0],
                row[2] if len(row) > 2 else "",
                f"{abs(float(row[1] or 0)) / top * 100:.2f}",
                "—" if row[1] is None else quiet(row[1]),
            )
            for row in rows
        ),
    )
    caption = f"{label}, {unit}" if unit else label
    return format_html('<table class="bars"><caption>{}</caption><tbody>{}</tbody></table>', caption, lines)


@register.simple_tag
def line_chart(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[Any]]], label: str, unit: str = ""
) -> SafeString:
    """Up to two lines over the same months, the second one dotted; beneath is the same as a table."""
    width, height, left, foot, right = 640, 220, 52, 24, 92
    known = [float(value) for _name, values in series for value in values if value is not None]
    if len(labels) < 2 or not known:
        return format_html('<p class="fine">{}</p>', _("Для лінії треба щонайменше два періоди."))
    marks = _marks(min(0.0, min(known)), max(known) or 1.0)
    low, top = marks[0], marks[-1]
    step = (width - left - right) / (len(labels) - 1)

    def down(value: float) -> float:
        return 10 + (height - foot - 20) * (1 - (value - low) / ((top - low) or 1))

    grid = format_html_join(
        "",
        '<path class="grid" d="M{0} {1}H{2}"></path><text class="axis" x="{3}" y="{4}" text-anchor="end">{5}</text>',
        (
            (left, f"{down(mark):.1f}", width - right, left - 8, f"{down(mark) + 4:.1f}", written(mark, _places(top)))
            for mark in marks
        ),
    )
    every = -(-len(labels) // 12)
    names = format_html_join(
        "",
        '<text class="axis" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((f"{left + i * step:.1f}", height - 6, name) for i, name in enumerate(labels) if i % every == 0),
    )
    drawn: list[tuple[Any, ...]] = []
    ends: list[float] = []
    for position, (name, values) in enumerate(series):
        line = [(left + i * step, down(float(v))) for i, v in enumerate(values) if v is not None]
        if not line:
            continue
        end_x, end_y = line[-1]
        while any(abs(end_y - other) < 14 for other in ends):
            end_y += 14
        ends.append(end_y)
        drawn.append(
            (
                position + 1,
                _points(line),
                f"{line[-1][0]:.1f}",
                f"{line[-1][1]:.1f}",
                f"{end_x + 9:.1f}",
                f"{end_y + 4:.1f}",
                name,
            )
        )
    lines = format_html_join(
        "",
        '<g class="line l{}"><path d="{}"></path><circle cx="{}" cy="{}" r="3.4"></circle>'
        '<text x="{}" y="{}">{}</text></g>',
        drawn,
    )
    caption = f"{label}, {unit}" if unit else label
    return format_html(
        '<figure class="chart"><figcaption class="eyebrow">{0}</figcaption>'
        '<div class="chart-scroll" tabindex="0" role="region" aria-label="{0}">'
        '<svg class="line-chart" viewBox="0 0 {1} {2}" aria-hidden="true">{3}{4}{5}</svg></div>{6}</figure>',
        caption,
        width,
        height,
        grid,
        names,
        lines,
        _as_table(
            caption,
            [name for name, _values in series],
            [
                (name, *(values[i] if i < len(values) else None for _series, values in series))
                for i, name in enumerate(labels)
            ],
        ),
    )


def _marks(low: float, top: float) -> list[float]:
    """Round numbers for an axis: 0, 100, 200, 300, and the topmost is not below the data."""
    rough = (top - low) / 3 or 1.0
    power = 10 ** floor(log10(rough))
    step = next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= rough)
    first = floor(low / step)
    return [step * number for number in range(first, ceil(top / step) + 1)]


def _places(top: float) -> int:
    return 0 if top >= 20 else 1 if top >= 2 else 2


def _as_table(caption: str, heads: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> SafeString:
    head = format_html_join("", '<th scope="col" class="num">{}</th>', ((name,) for name in heads))
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (
                row[0],
                format_html_join("", '<td class="num">{}</td>', (("—" if v is None else written(v),) for v in row[1:])),
            )
            for row in rows
        ),
    )
    return format_html(
        '<details><summary>{}</summary><table><caption class="unseen">{}</caption>'
        "<thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></details>",
        _("Те саме таблицею"),
        caption,
        head,
        body,
    )


@register.simple_tag
def rank(rows: Sequence[Any], label: str, unit: str = "", mean: Any = None) -> SafeString:
    """Places in order, a dot on a short rule; a row is (place, name, value, url, ours, change, its tone), or None for a gap."""
    known = [row for row in rows if row is not None]
    values = [float(row[2]) for row in known if row[2] is not None] + ([float(mean)] if mean is not None else [])
    changing = any(len(row) > 5 for row in known)
    low, span = (min(values), (max(values) - min(values)) or 1.0) if values else (0.0, 1.0)

    def along(value: Any) -> str:
        return f"{5 + (float(value) - low) / span * 100:.1f}"

    middle = format_html('<path class="mean" d="M{} 2V12"></path>', along(mean)) if mean is not None else ""
    lines = format_html_join(
        "",
        '<tr{}><td>{}</td><th scope="row">{}</th><td>{}</td><td class="num">{}</td>{}</tr>',
        (
            ("", "⋯", _("інші"), "", "", mark_safe("<td></td>") if changing else "")
            if row is None
            else (
                mark_safe(' data-ours=""') if len(row) > 4 and row[4] else "",
                row[0],
                format_html('<a href="{}">{}</a>', row[3], row[1]) if len(row) > 3 and row[3] else row[1],
                ""
                if row[2] is None
                else format_html(
                    '<svg viewBox="0 0 110 14" width="110" height="14" aria-hidden="true">'
                    '<path class="grid" d="M5 7H105"></path>{}<circle cx="{}" cy="7" r="4"></circle></svg>',
                    middle,
                    along(row[2]),
                ),
                "—" if row[2] is None else quiet(row[2]),
                _change(row[5:]) if changing else "",
            )
            for row in rows
        ),
    )
    caption = f"{label}, {unit}" if unit else label
    heads = format_html(
        '<thead class="unseen"><tr><th scope="col">{}</th><th scope="col">{}</th><td></td><th scope="col">{}</th>{}</tr></thead>',
        _("Місце"),
        _("Назва"),
        _("Значення"),
        format_html('<th scope="col">{}</th>', _("Зміна")) if changing else "",
    )
    return format_html('<table class="rank"><caption>{}</caption>{}<tbody>{}</tbody></table>', caption, heads, lines)


def _change(told: Sequence[Any]) -> SafeString:
    value, tone = (*told, None, "")[:2]
    if value is None:
        return mark_safe("<td></td>")
    words = f"+{written(value)}" if value > 0 else written(value)
    return format_html('<td class="num"{}>{}</td>', format_html(' data-tone="{}"', tone) if tone else "", words)


@register.simple_tag
def strip_plot(values: Sequence[tuple[str, Any]], label: str, ours: str = "", unit: str = "") -> SafeString:
    """Everyone at once, each a tick on one rule; ours is the tall one."""
    known = [(name, value) for name, value in values if value is not None]
    if not known:
        return format_html('<p class="fine">{}</p>', _("Даних ще немає."))
    low, high = min(value for _n, value in known), max(value for _n, value in known)
    first, span = float(low), float(high - low) or 1.0
    mean = sum(float(value) for _n, value in known) / len(known)
    ticks = format_html_join(
        "",
        '<path{} d="M{} {}V26"><title>{}</title></path>',
        (
            (
                mark_safe(' class="ours"') if name == ours else "",
                f"{5 + (float(value) - first) / span * 290:.1f}",
                4 if name == ours else 10,
                f"{name}: {written(value)}",
            )
            for name, value in known
        ),
    )
    told = _("%(label)s: від %(low)s до %(high)s, середнє %(mean)s") % {
        "label": label,
        "low": written(low),
        "high": written(high),
        "mean": written(mean, _places(float(high))),
    }
    mine = next((f"; {name} — {written(value)}" for name, value in known if name == ours), "")
    return format_html(
        '<figure class="strip"><svg class="strip-plot" viewBox="0 0 300 34" width="300" height="34" role="img" aria-label="{}">'
        '<path class="grid" d="M5 26H295"></path>{}<path class="mean" d="M{} 2V30"></path></svg>'
        '<figcaption class="ends"><span>{}</span><span>{}</span><span>{}</span></figcaption></figure>',
        told + mine,
        ticks,
        f"{5 + (mean - first) / span * 290:.1f}",
        quiet(low, unit),
        _("середнє %(mean)s") % {"mean": written(mean, _places(float(high)))},
        quiet(high, unit),
    )
