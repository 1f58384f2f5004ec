from __future__ import annotations

import pytest

from tenant_apps.territory.adjacent_territories.calc import corners, scale_for


@pytest.mark.parametrize(
    ("side", "scale"),
    # A frame of 170 × 120 mm; with its room, 40 m need 1:400 along the shorter side.
    [(5, 100), (10, 100), (20, 200), (40, 500), (900, 10_000), (10_000_000, 250_000)],
)
def test_scale_is_the_largest_that_fits(side, scale):
    assert scale_for((0, 0, side, side), (170, 120)) == scale


def test_a_point_has_the_largest_scale_too():
    assert scale_for((3, 3, 3, 3), (170, 120)) == 100


def test_corners_of_a_square_with_a_hole():
    outer = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]
    inner = [(4.0, 4.0), (4.0, 7.0), (8.0, 4.0), (4.0, 4.0)]
    found = corners([outer, inner])
    assert [(one.number, one.following, round(one.length, 2)) for one in found] == [
        (1, 2, 10.0), (2, 3, 10.0), (3, 4, 10.0), (4, 1, 10.0), (5, 6, 3.0), (6, 7, 5.0), (7, 5, 4.0),
    ]  # fmt: skip
