"""What a page is looked at for: axe in each scheme, and a phone on which nothing sticks out or is cut."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from tests.journeys.town import DESKTOP, PHONE

AXE = Path(__file__).resolve().parents[2] / "platform/ui/node_modules/axe-core/axe.min.js"
EVERYTHING: dict[str, object] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS: dict[str, object] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
# A folder for eyes: every page of a walk as a phone shows it.
PICTURES = os.environ.get("ACCESSIBILITY_PICTURES", "")

# A link inside something that scrolls sideways is reached by scrolling; one that is clipped is not reached at all.
CUT = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth
  const found = wide > 0 ? [`the page is wider than the screen by ${wide}`] : []
  for (const target of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    const box = target.getBoundingClientRect()
    if (!target.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || box.width < 3 || box.height < 3) continue
    let [left, right, scrolls] = [0, innerWidth, false]
    for (let around = target.parentElement; around && !scrolls; around = around.parentElement) {
      const overflow = getComputedStyle(around).overflowX
      // A map is moved to whatever lies beyond its edge.
      scrolls = overflow === "auto" || overflow === "scroll" || around.matches(".maplibregl-map, tenant-map")
      if (overflow !== "hidden" && overflow !== "clip") continue
      const edge = around.getBoundingClientRect()
      if (edge.width < 3) scrolls = true
      left = Math.max(left, edge.left)
      right = Math.min(right, edge.right)
    }
    if (!scrolls && box.bottom > 0 && (box.left < left - 1 || box.right > right + 1))
      found.push(`cut: ${target.outerHTML.slice(0, 160)}`)
  }
  return found
}"""


def asked(page: Page, how: str, rules: dict[str, object]) -> list[str]:
    answer = page.evaluate("rules => axe.run(document, rules)", rules)
    return [
        f"{how} {page.url} {fault['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for fault in answer["violations"]
        for node in fault["nodes"]
    ]


def cut(page: Page) -> list[str]:
    """With the screen of a phone already there."""
    return [f"phone {page.url} {one}" for one in page.evaluate(CUT)]


def faults(page: Page) -> list[str]:
    """Everything on a wide and on a narrow screen; colours in each scheme. One load serves all."""
    page.add_script_tag(path=str(AXE))
    found = asked(page, "wide", EVERYTHING)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found += cut(page) + asked(page, "phone", EVERYTHING)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="dark")
    found += asked(page, "dark", COLOURS)
    page.emulate_media(color_scheme="light", contrast="more")
    found += asked(page, "contrast", COLOURS)
    page.emulate_media(color_scheme="light", contrast="no-preference")
    return found


def walk(page: Page, addresses: list[str]) -> list[str]:
    found = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None and answer.status != 500, f"{address} is broken"
        found += faults(page)
    return found


def glance(page: Page) -> list[str]:
    """Everything wide and light, edges and dark colours on a phone: for walks of many pages."""
    page.add_script_tag(path=str(AXE))
    found = asked(page, "wide", EVERYTHING)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found += cut(page)
    if PICTURES:
        name = re.sub(r"\W+", "-", page.url.partition("://")[2].partition("/")[2])[:80]
        page.screenshot(path=str(Path(PICTURES) / f"{name or 'home'}.png"), full_page=True)
    page.emulate_media(color_scheme="dark")
    found += asked(page, "dark", COLOURS)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return found


def visit(page: Page, address: str) -> list[str]:
    """A page that is really the one asked for: not another it leads to, not a file, not a refusal."""
    answer = page.goto(address)
    assert answer is not None
    kind = answer.headers.get("content-type", "")
    if answer.status != 200 or not kind.startswith("text/html"):
        return [f"{address} answers {answer.status} {kind}"]
    if page.url.partition("?")[0] != address.partition("?")[0]:
        return [f"{address} leads on to {page.url}"]
    with suppress(PlaywrightError):
        # Some pages are made by their script; one that has no heading is axe's to tell.
        page.locator("h1").first.wait_for(timeout=5_000)
    return glance(page)
