"""Every register on its way out: files and the API tell what the list tells."""

from __future__ import annotations

import csv
import io
import json

import pytest

from kernel.access.levels import Level
from kernel.access.tokens import create_token
from kernel.registers.listing import Listing
from kernel.testing.access import enter


@pytest.mark.parametrize("kind", ["csv", "xlsx", "geojson", "pdf"])
def test_files_hold_the_rows_of_the_list(register, kind, person_with, client_for):
    user = person_with(Level.VIEW)
    listing = Listing(register, user)
    answer = enter(client_for("gamma"), user).get(register.url("export"), {"format": kind})
    assert answer.status_code == 200
    if kind == "geojson" and not answer.streaming:
        pytest.skip("no place among the fields of this register")
    content = b"".join(answer.streaming_content)
    cards = list(listing.ordered().select_related(*register.joined(listing.column_names)))
    if kind == "csv":
        heads, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
        assert len(heads) == len(listing.columns) == len(set(heads)) and len(rows) == len(cards)
        for place, facet in enumerate(listing.columns):
            if facet.kind in ("text", "choice", "reference", "boolean", "date"):
                told = [row[place].removeprefix("'") for row in rows]
                assert told == [register.text_of(facet.name, card) for card in cards], facet.name
    elif kind == "geojson":
        assert len(json.loads(content)["features"]) == len(cards)
    else:
        assert content.startswith(b"PK" if kind == "xlsx" else b"%PDF-")


def test_paper_and_label_of_a_card(register, person_with, client_for):
    user = person_with(Level.VIEW)
    card = register.rows(user).first()
    if card is None:
        pytest.skip("no cards to print")
    browser = enter(client_for("gamma"), user)
    for page in ("print", "label"):
        assert browser.get(register.url(page, card.pk)).content.startswith(b"%PDF-")


def test_programs_read_what_people_see_and_save_it_back(register, person_with, client_for):
    from kernel.modules.registry import module_named

    user = person_with(Level.EDIT)
    _token, key = create_token("Перевірка", [f"{register.module}:edit"], by=user)
    place = f"/api/v1/{module_named(register.module).slug}/" + ("" if register.is_main else f"{register.code}/")
    headers = {"authorization": f"Bearer {key}"}
    program = client_for("gamma")
    page = program.get(place, headers=headers).json()
    keys = [card.pk for card in Listing(register, user).page().cards]
    assert [one["id"] for one in page["items"]] == keys
    assert set(page["items"][0]) >= set(register.seen(user)) if keys else True
    if not keys:
        pytest.skip("no cards to read")
    one = program.get(f"{place}{keys[0]}", headers=headers)
    assert one.json() == page["items"][0]
    saved = program.patch(
        f"{place}{keys[0]}", "{}", content_type="application/json", headers={**headers, "if-match": one["ETag"]}
    )
    assert saved.status_code == (405 if register.read_only else 200), saved.content.decode()
