"""Shapes in metres as a drawing in millimetres of paper."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import cos, pi, sin
from typing import Any

# Tokens of the sheet as ink on white paper.
INKS = {
    "accent": "#005d5d", "s1": "#00474a", "s2": "#1f7a7b", "s3": "#5fa3a2", "ok-mark": "#2f8f4e",
    "warn-mark": "#c87a1a", "bad-mark": "#d03a34", "info-mark": "#3a78c9", "idle-mark": "#7c8890",
}  # fmt: skip
# More names than this on one sheet cover each other.
MOST_LABELS = 400


def _corners(count: int, radius: float, turned: float) -> list[tuple[float, float]]:
    return [
        (radius * cos(2 * pi * step / count + turned), radius * sin(2 * pi * step / count + turned))
        for step in range(count)
    ]


_FORMS = {
    "diamond": _corners(4, 1.7, 0),
    "triangle": _corners(3, 1.7, -pi / 2),
    "square": _corners(4, 1.8, pi / 4),
    "hexagon": _corners(6, 1.6, 0),
    "cross": [(-0.6, -1.6), (0.6, -1.6), (0.6, -0.6), (1.6, -0.6), (1.6, 0.6), (0.6, 0.6), (0.6, 1.6), (-0.6, 1.6),
              (-0.6, 0.6), (-1.6, 0.6), (-1.6, -0.6), (-0.6, -0.6)],
}  # fmt: skip


class Canvas:
    def __init__(self, frame: tuple[int, int], middle: tuple[float, float], scale: int) -> None:
        self.frame, self.middle, self.scale = frame, middle, scale
        self._drawn: list[str] = []
        self._labels: list[str] = []

    @property
    def ground(self) -> tuple[float, float, float, float]:
        """What the frame covers, in metres."""
        across, up = (side * self.scale / 2000 for side in self.frame)
        east, north = self.middle
        return east - across, north - up, east + across, north + up

    def _at(self, point: Sequence[float]) -> tuple[float, float]:
        east, north = self.middle
        return (
            self.frame[0] / 2 + (point[0] - east) * 1000 / self.scale,
            self.frame[1] / 2 - (point[1] - north) * 1000 / self.scale,
        )

    def _path(self, points: Any) -> str:
        return "M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in map(self._at, points))

    def boundary(self, shape: Any) -> None:
        d = "".join(self._path(ring) + "Z" for part in shape for ring in part)
        self._drawn.append(
            f'<path d="{d}" fill="#f4f7f8" stroke="#414c54" stroke-width="0.5" stroke-dasharray="3 1.5"/>'
        )

    def shape(self, shape: Any, look: dict[str, str], label: str) -> None:
        for part in shape if shape.geom_type.startswith(("Multi", "Geometry")) else [shape]:
            self._part(part, look)
        if label and len(self._labels) < MOST_LABELS:
            where = shape if shape.geom_type == "Point" else shape.point_on_surface
            x, y = self._at(where.coords)
            place = f'x="{x + 2.4:.2f}" y="{y + 0.9:.2f}" font-family="Libertinus Serif" font-size="2.6"'
            # Some readers of SVG know no order of painting: the halo is a text of its own beneath.
            self._labels += [
                f'<text {place} fill="none" stroke="#fff" stroke-width="0.7">{escape(label)}</text>',
                f'<text {place} fill="#17222a">{escape(label)}</text>',
            ]

    def _part(self, part: Any, look: dict[str, str]) -> None:
        ink = INKS.get(look["token"], INKS["accent"])
        if part.geom_type == "Point":
            self._drawn.append(_mark(self._at(part.coords), look["shape"], ink))
        elif part.geom_type == "LineString":
            self._drawn.append(f'<path d="{self._path(part)}" fill="none" stroke="{ink}" stroke-width="0.5"/>')
        elif part.geom_type == "Polygon":
            d = "".join(self._path(ring) + "Z" for ring in part)
            self._drawn.append(
                f'<path d="{d}" fill="{ink}" fill-opacity="0.22" fill-rule="evenodd" stroke="{ink}" stroke-width="0.35"/>'
            )

    def svg(self) -> str:
        width, height = self.frame
        inside = "".join([*self._drawn, *self._labels])
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
            f'viewBox="0 0 {width} {height}"><clipPath id="frame"><rect width="{width}" height="{height}"/></clipPath>'
            f'<rect width="{width}" height="{height}" fill="#fff"/><g clip-path="url(#frame)">{inside}</g></svg>'
        )

    @staticmethod
    def sample(look: dict[str, str], *, kind: str) -> str:
        """How it looks on the sheet, for the legend: a point, a line, an area."""
        ink = INKS.get(look["token"], INKS["accent"])
        if kind == "line":
            drawn = f'<path d="M0.3 3.2L2 1L3 2.8L4.7 0.8" fill="none" stroke="{ink}" stroke-width="0.5"/>'
            return f'<svg xmlns="http://www.w3.org/2000/svg" width="5mm" height="4mm" viewBox="0 0 5 4">{drawn}</svg>'
        drawn = (
            _mark((2.5, 2.0), look["shape"], ink)
            if kind == "point"
            else f'<rect x="0.4" y="0.5" width="4.2" height="3" fill="{ink}" fill-opacity="0.22" stroke="{ink}" stroke-width="0.35"/>'
        )
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="5mm" height="4mm" viewBox="0 0 5 4">{drawn}</svg>'


def _mark(place: tuple[float, float], form: str, ink: str) -> str:
    x, y = place
    edge = 'stroke="#fff" stroke-width="0.3"'
    if form in _FORMS:
        corners = " ".join(f"{x + dx:.2f},{y + dy:.2f}" for dx, dy in _FORMS[form])
        return f'<polygon points="{corners}" fill="{ink}" {edge}/>'
    if form == "ring":
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.1" fill="#fff" stroke="{ink}" stroke-width="0.8"/>'
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.4" fill="{ink}" {edge}/>'
