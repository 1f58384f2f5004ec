"""Maps in a real browser: the journeys' town with one clerk who keeps stops and organisations, painted by software."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.fixtures import _close_connections
from tests.journeys.conftest import keeper, office, town, visitor
from tests.journeys.town import QUIET, chromium_program

__all__ = ["browser", "keeper", "office", "town", "visitor"]
PAINTED = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; Django takes that for asynchronous code and refuses.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=20_000)
        arguments = [one for one in QUIET if one != "--disable-gpu"]
        chromium = playwright.chromium.launch(executable_path=chromium_program(), args=[*arguments, *PAINTED])
        yield chromium
        # While that loop runs Django keeps other connections than without it: they are closed here or not at all.
        _close_connections()
        chromium.close()
