"""The boundary of a demonstration community goes around everything it has on the map."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from kernel.maps import demo
from kernel.maps.boundary import boundary, metres_outside
from kernel.maps.layers import Layer
from kernel.registers.registry import registers


@pytest.mark.usefixtures("in_gamma")
def test_everything_of_the_demonstration_is_within_its_boundary():
    cache.clear()
    assert demo.load() == 1
    line = boundary()
    assert line is not None and line.valid
    placed = [one for one in registers() if one.layer is not None]
    for register in placed:
        layer = Layer(register, whole_sight=True)
        shapes = layer.whole.exclude(**{layer.geometry: None}).values_list(layer.geometry, flat=True)
        assert [one.wkt for one in shapes if metres_outside(one)] == [], register.label
    # Once: a community that has set its own is left with it.
    assert demo.load() == 0
