"""Our screens beside the pictures of the design, out of a cloud that `make run` holds up.

`python -m tests.pictures` draws them anew into docs/pictures; a design that is not at hand is left out, and ours stands alone.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
DESIGN = ROOT.parent / "shared" / "design"
KEPT = ROOT / "docs" / "pictures"
PASSWORD = "Dubohir-leleka-2026"
CLERK = "ukladach@dubohirska.demo.test"
ADMINISTRATOR = "admin@dubohirska.demo.test"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
GROUND = "#c8d0d3"


@dataclass(frozen=True)
class Shown:
    """`press` is a link to follow from the address, by what it is called; `act` is what else a person does there."""

    name: str
    design: str
    path: str
    press: str = ""
    scheme: str = "light"
    phone: bool = False
    act: Callable[[Page], None] | None = None
    who: str = CLERK


def _in_contrast(page: Page) -> None:
    page.evaluate("document.documentElement.dataset.scheme = 'contrast'")


def _made_ready(page: Page) -> None:
    page.get_by_text("Готово до роботи без мережі").wait_for()


def _try_a_file(page: Page) -> None:
    """A file with a mistake of each common kind, as far as its trial."""
    lines = (
        "Код;Назва;Укриття;Діє з;Розташування",
        "ЗП-901;Стара криниця;навіс;31.02.2026;49.2, 33.6",
        ";Без коду;щось;01.01.2026;",
        "ЗП-902;Млин;немає;01.05.2024;49.23, 33.62",
        "ЗП-902;Млин удруге;немає;01.05.2024;49.23, 33.62",
        "ЗП-903;Сільрада;павільйон;01.06.2024;49.24, 33.63",
    )
    page.set_input_files(
        "[type=file]", files=[{"name": "зупинки.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}]
    )
    page.get_by_role("button", name="Далі").click()
    page.wait_for_load_state()
    # Drawn a second time, the file stands tried already.
    if (trial := page.get_by_role("button", name="Випробувати")).count():
        trial.click()
    page.get_by_role("heading", name="Помилки й поради").wait_for()


SHOWN = (
    Shown("home", "a-home", "/workspace/"),
    Shown("list", "b-register-list", "/temporary-structures/"),
    Shown("map", "b-register-map", "/temporary-structures/?show=both"),
    Shown("map-dark", "b-register-map-dark", "/temporary-structures/?show=both", scheme="dark"),
    Shown("card", "c-card", "/temporary-structures/", press="tbody a"),
    Shown("form", "d-form", "/temporary-structures/new/"),
    Shown("import-trial", "e-import-trial", "/bus-stops/import/", act=_try_a_file),
    Shown("mayor", "i-mayor", "/dashboards/"),
    Shown("mayor-phone", "i-mayor-phone", "/dashboards/", phone=True),
    Shown("field-phone", "", "/field/", phone=True, act=_made_ready),
    Shown("gallery", "m-gallery", "/gallery/", who=ADMINISTRATOR),
    Shown("gallery-dark", "m-gallery-dark", "/gallery/", scheme="dark", who=ADMINISTRATOR),
    Shown("gallery-contrast", "m-gallery-contrast", "/gallery/", act=_in_contrast, who=ADMINISTRATOR),
    Shown("portal", "g-portal", "/"),
    Shown("portal-phone", "g-portal-phone", "/", phone=True),
)


def main(base: str) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for shown, page in _signed_in(browser, base):
            page.goto(base + shown.path)
            if shown.press:
                page.locator(shown.press).first.click()
                page.wait_for_load_state()
            if shown.act:
                shown.act(page)
            if page.locator("tenant-map").count():
                page.wait_for_selector("tenant-map[data-idle]")
            _keep(shown, page.screenshot())
        browser.close()


def _signed_in(browser: Browser, base: str) -> Iterator[tuple[Shown, Page]]:
    for phone, who in dict.fromkeys((shown.phone, shown.who) for shown in SHOWN):
        context = browser.new_context(viewport=PHONE if phone else DESKTOP, locale="uk-UA")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{base}/accounts/login/")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", PASSWORD)
        page.get_by_role("button", name="Увійти", exact=True).click()
        page.wait_for_load_state()
        for shown in SHOWN:
            if (shown.phone, shown.who) == (phone, who):
                page.emulate_media(color_scheme=shown.scheme)  # type: ignore[arg-type]
                yield shown, page
        context.close()


def _keep(shown: Shown, ours: bytes) -> None:
    pictures = [Image.open(io.BytesIO(ours)).convert("RGB")]
    design = DESIGN / f"{shown.design}.png"
    if design.exists():
        pictures.append(Image.open(design).convert("RGB"))
    width = 390 if shown.phone else 900
    sized = [one.resize((width, one.height * width // one.width)) for one in pictures]
    beside = Image.new("RGB", (len(sized) * (width + 8) - 8, max(one.height for one in sized)), GROUND)
    for place, one in enumerate(sized):
        beside.paste(one, (place * (width + 8), 0))
    beside.save(KEPT / f"{shown.name}.webp", quality=72)
    sys.stdout.write(f"{shown.name}\n")


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["http://dubohirska.localhost:8000"]))
