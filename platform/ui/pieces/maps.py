"""Maps that are read without a map server: regions by colour, what the marks mean, a card at a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ui.numerals import written

register = template.Library()
CLASSES = 5
# A mark is a shape as well as a colour.
SHAPES = {
    "ok": '<circle cx="7" cy="7" r="5"></circle>',
    "warn": '<path d="M7 1l6 6-6 6-6-6z"></path>',
    "bad": '<path d="M7 1.5l6 11H1z"></path>',
    "info": '<circle cx="7" cy="7" r="4" class="ring"></circle>',
    "idle": '<path d="M2 2h10v10H2z"></path>',
}


def classes_of(values: Sequence[Any]) -> list[Any]:
    """Upper edges of five classes with equal numbers of members."""
    ordered = sorted(values)
    return [ordered[min(len(ordered) * (step + 1) // CLASSES, len(ordered)) - 1] for step in range(CLASSES)]


def _class_of(value: Any, edges: Sequence[Any]) -> int:
    return next((number for number, edge in enumerate(edges, start=1) if value <= edge), CLASSES)


@register.simple_tag
def choropleth(
    shapes: Sequence[tuple[str, str, Any]],
    label: str,
    unit: str = "",
    box: str = "0 0 300 200",
    ours: str = "",
    words: Sequence[tuple[float, float, str, Any]] = (),
) -> SafeString:
    """Regions (name, path, value or None) in five steps of one hue; one without a value is hatched. The words: a table.

    `words` are written over the map: (x, y, name, value).
    """
    known = [value for _name, _path, value in shapes if value is not None]
    edges = classes_of(known) if known else []
    drawn = format_html_join(
        "",
        '<path class="{}{}" d="{}"><title>{}</title></path>',
        (
            (
                "missing" if value is None else f"q{_class_of(value, edges)}",
                " ours" if name == ours else "",
                path,
                f"{name}: {_('немає даних') if value is None else written(value)}",
            )
            # The outline of ours must not lie beneath its neighbours.
            for name, path, value in sorted(shapes, key=lambda shape: shape[0] == ours)
        ),
    )
    legend = format_html_join(
        "",
        '<li><span class="swatch q{}"></span>{}</li>',
        (
            (number, _("до %(edge)s") % {"edge": written(edge)})
            for number, edge in enumerate(edges, start=1)
            # A class nobody is in has the edge of the one before it.
            if number == 1 or edge != edges[number - 2]
        ),
    )
    over = format_html_join(
        "",
        '<text x="{0}" y="{1}">{2}</text><text x="{0}" y="{3}">{4}</text>',
        (
            (f"{x:.1f}", f"{y - 1:.1f}", name, f"{y + 10:.1f}", "" if value is None else written(value))
            for x, y, name, value in words
        ),
    )
    hatched = format_html('<li><span class="swatch missing"></span>{}</li>', _("немає даних"))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="num">{}</td></tr>',
        ((name, "—" if value is None else written(value)) for name, _path, value in shapes),
    )
    caption = f"{label}, {unit}" if unit else label
    return format_html(
        '<figure class="choropleth"><figcaption class="eyebrow">{0}</figcaption>'
        '<svg viewBox="{1}" aria-hidden="true"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path d="M0 0V5"></path></pattern></defs>{2}{7}</svg>'
        '<ul class="legend" role="list">{3}{4}</ul>'
        '<details><summary>{5}</summary><table><caption class="unseen">{0}</caption><tbody>{6}</tbody></table></details></figure>',
        caption,
        box,
        drawn,
        legend,
        hatched,
        _("Те саме таблицею"),
        rows,
        over,
    )


@register.simple_tag
def map_mark(tone: str = "ok") -> SafeString:
    return format_html(
        '<svg class="map-mark" data-tone="{}" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">{}</svg>',
        tone,
        SafeString(SHAPES.get(tone, SHAPES["idle"])),
    )


@register.simple_tag
def map_legend(title: str, items: Sequence[tuple[str, str, Any]]) -> SafeString:
    """What a mark means and how many there are: (tone, words, count)."""
    lines = format_html_join(
        "",
        '<li>{}<span>{}</span><data value="{}">{}</data></li>',
        ((map_mark(tone), words, count, written(count)) for tone, words, count in items),
    )
    return format_html('<div class="map-legend"><b>{}</b><ul role="list">{}</ul></div>', title, lines)


@register.simple_block_tag
def map_tag(content: str) -> SafeString:
    """The card at a point of a map."""
    return format_html('<div class="map-tag">{}</div>', content)
