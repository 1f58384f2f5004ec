"""axe-core on the region's console, its public portal, and a community's pages of what the region asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.accessibility.looking import walk
from tests.accessibility.region import OPENED, SHARE, TOTAL, Region, region
from tests.journeys.town import ADMINISTRATOR, OPERATOR, pass_second_step, sign_in

__all__ = ["region"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIGURES = [
    f"/indicators/?indicator={OPENED}&ours=gromada4",
    f"/indicators/?indicator={OPENED}&district=UA9999",
    f"/indicators/rating/?w.{OPENED}=5&w.{SHARE}=3",
    "/indicators/rating/?find=зупин",
    f"/indicators/report/?pick={OPENED}&pick={SHARE}",
    f"/indicators/together/?indicator={OPENED}&other={TOTAL}",
    f"/indicators/table/?pick={OPENED}&pick={SHARE}&when=2026-10",
    f"/indicators/days/?indicator={SHARE}",
    "/indicators/passports/",
    f"/indicators/passports/{SHARE}/",
    "/alerts/",
    "/announcements/",
    "/print-forms/",
    "/print-forms/UA99/bus_stops.bus-stops/upload/",
    "/requests/",
    "/bus/",
    "/bus/?community=gromada4",
    "/bus/?q=ніде",
    "/print-forms/rules/",
    "/print-forms/rules/UA99/new/",
    "/print-forms/rules/UA99/sets/stroky-rakhunkiv/",
    "/print-forms/rules/UA99/sets/stroky-rakhunkiv/1/withdraw/",
    "/payments/payers/",
    "/payments/payers/new/",
    "/payments/contracts/",
]


def test_pages_of_figures(region: Region, visitor: Callable[..., Page]) -> None:
    reader = visitor(bypass_csp=True, reduced_motion="reduce")
    sign_in(reader, region.town, "console", OPERATOR)
    pass_second_step(reader)
    requests = [f"/requests/{region.request}/", f"/requests/{region.grant}/", f"/requests/{region.grant}/1/"]
    assert walk(reader, [region.url(path) for path in (*FIGURES, *requests)]) == []


def test_pages_of_what_the_region_asked(region: Region, visitor: Callable[..., Page]) -> None:
    reader = visitor(bypass_csp=True, reduced_motion="reduce")
    sign_in(reader, region.town, "alpha", ADMINISTRATOR)
    pass_second_step(reader)
    asked = "/administration/region/"
    pages = [asked, f"{asked}{region.request}/", f"{asked}{region.grant}/", f"{asked}{region.request}/refuse/"]
    rules = "/administration/region-rules/"
    pages += [rules, f"{rules}stroky-rakhunkiv/", f"{rules}stroky-rakhunkiv/undo/"]
    assert walk(reader, [region.town.url("alpha", path) for path in pages]) == []


def test_pages_of_the_public_portal(region: Region, visitor: Callable[..., Page]) -> None:
    reader = visitor(bypass_csp=True, reduced_motion="reduce")
    paths = ("/", f"/?indicator={OPENED}", "/?q=альф", "/?q=ніде", "/indicators/", f"/indicators/{OPENED}/",
             "/communities/alpha/", "/communities/gromada4/", "/data/", "/data/?q=ніде", "/cnap/")  # fmt: skip
    assert walk(reader, [region.town.url("region", path) for path in paths]) == []
