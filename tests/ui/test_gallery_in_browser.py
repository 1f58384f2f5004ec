"""The gallery in headless Chromium: nothing for axe to blame in any scheme or width, and behaviour by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.browser]
AXE = Path(__file__).resolve().parents[2] / "platform/ui/node_modules/axe-core/axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# A browser zoomed twice on a laptop's screen.
ZOOMED = {"width": 640, "height": 400}
Open = Callable[..., Page]


@pytest.fixture
def look(browser: Browser, window: str) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(path: str, **options: object) -> Page:
        context = browser.new_context(
            **{"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{window}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def faults(page: Page, rules: dict[str, object]) -> list[str]:
    answer = page.evaluate("rules => axe.run(document, rules)", rules)
    return [f"{fault['id']}: {node['html'][:200]}" for fault in answer["violations"] for node in fault["nodes"]]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/gallery/", "/workspace/"])
def test_axe_finds_nothing_in_any_scheme_or_width(look: Open, path: str) -> None:
    page = look(path, bypass_csp=True)
    page.add_script_tag(path=str(AXE))
    for size in (ZOOMED, PHONE, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert size is ZOOMED or faults(page, RULES) == [], size
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"wider than the screen: {size}"
    page.emulate_media(color_scheme="dark")
    assert faults(page, COLOURS) == [], "dark"
    page.emulate_media(color_scheme="light", contrast="more")
    assert faults(page, COLOURS) == [], "contrast"


def test_what_is_chosen_is_seen_in_forced_colours(look: Open) -> None:
    page = look("/gallery/", forced_colors="active")
    chosen, other = (page.locator(f".segmented a{one}").first for one in ("[aria-current]", ":not([aria-current])"))
    ground = "link => getComputedStyle(link).backgroundColor"
    assert chosen.evaluate(ground) != other.evaluate(ground)
    row, next_row = (page.locator(".register tbody tr").nth(number).locator("td").nth(1) for number in (1, 2))
    assert row.evaluate(ground) != next_row.evaluate(ground)


def test_rows_are_chosen_by_mouse_and_by_keys(look: Open) -> None:
    page = look("/gallery/")
    bar, boxes = page.locator("[data-bulk]"), page.locator(".register tbody .check input")
    expect(bar).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(bar.locator("[data-count]")).to_have_text("4")
    page.locator("[data-all]").click()
    expect(bar.locator("[data-count]")).to_have_text("5")
    page.locator("[data-clear]").click()
    expect(bar).to_be_hidden()
    page.locator("#main").focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(boxes.nth(1)).to_be_checked()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#(ТС|%D0%A2%D0%A1)-0046$"))
    page.keyboard.press("/")
    expect(page.locator(".filter-bar input[type=search]")).to_be_focused()


def test_a_reference_is_found_by_typing(look: Open) -> None:
    page = look("/gallery/")
    field = page.get_by_role("combobox", name="Вулиця")
    expect(field).to_have_value("вул. Соборна")
    field.fill("лес")
    expect(page.get_by_role("option", name="вул. Лесі Українки")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("вул. Лесі Українки")
    assert page.locator("select[name=street]").input_value() == "2"
    field.fill("нема такої")
    expect(page.locator(".offers [data-quiet]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.locator("select[name=street]").input_value() == "" and field.input_value() == ""


def test_columns_are_put_in_order_by_keys(look: Open) -> None:
    page = look("/gallery/")
    page.get_by_role("button", name="Вище: Адреса").press("Enter")
    names = page.locator("column-order li label").all_inner_texts()
    assert [name.strip() for name in names[:2]] == ["Адреса", "Номер"]
    expect(page.locator("column-order [role=status]")).to_have_text("Адреса: місце 1 з 5")
    expect(page.get_by_role("button", name="Нижче: Адреса")).to_be_focused()


def test_a_draft_waits_on_the_device_and_leaves_with_its_person(look: Open) -> None:
    page = look("/gallery/")
    page.locator("#id_address").fill("вул. Тиха, 2")
    page.locator("#id_phone").fill("+380 50 000 12 44")
    expect(page.locator(".draft-state")).to_contain_text("Чернетку збережено")
    page.reload()
    page.get_by_role("button", name="Відновити").click()
    expect(page.locator("#id_address")).to_have_value("вул. Тиха, 2")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "Тиха" in kept and "csrfmiddlewaretoken" not in kept
    page.evaluate("""() => {
        const form = document.querySelector("form[action*=logout]");
        form.addEventListener("submit", (event) => event.preventDefault());
        form.requestSubmit();
    }""")
    assert page.evaluate("localStorage.length") == 0


def test_another_person_finds_no_drafts(look: Open) -> None:
    page = look("/gallery/")
    page.evaluate(
        "localStorage.setItem('draft:somebody:/x/', JSON.stringify({ when: Date.now(), values: { a: 'Тиха' } }))"
    )
    page.reload()
    assert page.evaluate("localStorage.getItem('draft:somebody:/x/')") is None


def test_a_field_left_wrong_says_what_to_do(look: Open) -> None:
    page = look("/gallery/")
    area = page.locator("#id_area")
    area.fill("45")
    area.blur()
    expect(area).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Забагато: щонайбільше 30.")).to_be_visible()
    area.fill("12")
    expect(page.get_by_text("Забагато: щонайбільше 30.")).to_have_count(0)
    refused = page.locator("#id_wrong-address")
    refused.fill("вул. Козацька, 5")
    refused.blur()
    expect(page.get_by_text("Вулицю Комарова 2023 року перейменовано")).to_be_visible()


def test_search_over_everything_opens_by_keys(look: Open) -> None:
    page = look("/workspace/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Soborna, 31")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#found$"))


def test_a_window_opens_closes_and_gives_the_focus_back(look: Open) -> None:
    page = look("/gallery/")
    opener = page.get_by_role("button", name="Продовжити строк…")
    opener.click()
    expect(page.get_by_role("dialog", name="Продовжити строк")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_what_happened_is_said_in_a_stack(look: Open) -> None:
    page = look("/gallery/")
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('toast', { detail: { text: 'Збережено', url: '#x', action: 'Скасувати' } }))"
    )
    stack = page.locator("toast-stack")
    expect(stack).to_contain_text("Збережено")
    stack.get_by_role("button", name="Закрити").click()
    expect(stack.locator(".toast")).to_have_count(0)


def test_a_job_is_followed_to_its_end(look: Open) -> None:
    page = look("/job-page")
    expect(page.get_by_role("link", name="Open")).to_be_visible()
    assert page.locator("progress").evaluate("bar => bar.value / bar.max") == 1


def test_chosen_files_are_named_and_checked(look: Open) -> None:
    page = look("/gallery/")
    files = page.locator("file-drop input[type=file]")
    files.set_input_files({"name": "фасад.png", "mimeType": "image/png", "buffer": b"\x89PNG" * 400})
    expect(page.locator("file-drop .chosen")).to_contain_text("фасад.png")
    files.set_input_files({"name": "кошторис.xlsx", "mimeType": "application/zip", "buffer": b"PK"})
    expect(page.locator("file-drop [role=status]")).to_contain_text("Такий файл тут не приймаємо")


def test_pages_work_without_scripts(look: Open) -> None:
    page = look("/gallery/", java_script_enabled=False)
    expect(page.locator("select[name=street]")).to_be_visible()
    expect(page.locator("[data-bulk]")).to_be_visible()
    page.locator("menu-drop summary", has_text="Ще дії").click()
    expect(page.get_by_role("link", name="Надрукувати паспорт")).to_be_visible()
    expect(page.get_by_label("Діє до").last).to_be_visible()


def test_a_phone_shows_a_row_as_a_card(look: Open) -> None:
    page = look("/gallery/", viewport={"width": 390, "height": 844}, has_touch=True)
    row = page.locator(".register tbody tr").nth(1)
    box = row.bounding_box()
    assert box and box["width"] <= 390 and box["height"] > 100
    assert (
        row.locator("td[data-label='Призначення']").evaluate("cell => getComputedStyle(cell, '::before').content")
        == '"Призначення"'
    )


def test_paper_gets_the_table_and_not_the_tools(look: Open) -> None:
    page = look("/gallery/")
    page.emulate_media(media="print")
    for hidden in (".topbar .tools", "[data-bulk]", ".filter-bar", ".desk-body > nav", ".save-bar"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".register").first).to_be_visible()


def test_the_font_has_every_ukrainian_sign(look: Open) -> None:
    page = look("/gallery/")
    missing = page.evaluate(
        """async (signs) => {
            await document.fonts.load('40px "Source Sans 3"', signs);
            const pen = document.createElement("canvas").getContext("2d");
            const width = (font, sign) => { pen.font = `40px ${font}`; return pen.measureText(sign).width; };
            return [...signs].filter((sign) => width('"Source Sans 3", monospace', sign) === width("monospace", sign));
        }""",
        "ʼ₴ґҐєЄіІїЇ№−«»—–·²³×§",
    )
    assert missing == []
