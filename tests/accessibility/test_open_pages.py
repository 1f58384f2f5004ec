"""axe-core on the pages of open registers, as a resident meets them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.accessibility.looking import walk
from tests.journeys.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OPEN = ["/open/", "/open/zupynky/", "/open/zupynky/?q=нічого+такого", "/open/zupynky/?after=zz", "/"]


def test_pages_of_open_registers(office: Town, visitor: Callable[..., Page]) -> None:
    reader = visitor(bypass_csp=True, reduced_motion="reduce")
    assert walk(reader, [office.url("gamma", path) for path in OPEN]) == []
