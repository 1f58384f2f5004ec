"""What residents see of registers: declared columns of living cards, and nothing else in any form."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from django.db.models import Q
from django.http import QueryDict

from kernel.access.levels import Level
from kernel.modules.entitlement import disable_module
from kernel.registers.declarations import PublicPage
from kernel.registers.keyset import decode
from kernel.registers.public import checks
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card, save_card
from kernel.tenancy.locks import lock_number
from kernel.testing.access import OPERATOR, enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop


@pytest.fixture
def stops(in_alpha):
    return register_named("bus_stops.bus-stops")


@pytest.fixture
def place(stops, in_alpha):
    def put(code, **given):
        return save_card(stops, BusStop(**{"code": code, "name": f"Зупинка {code}", **given}), by=OPERATOR)

    return put


@pytest.fixture
def opened(monkeypatch, stops):
    """opened(columns=…): the page of stops declared otherwise."""

    def declare(**changes):
        monkeypatch.setattr(type(stops), "public", replace(stops.public, **changes))

    return declare


@pytest.fixture
def resident(client_for):
    return client_for("alpha")


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def page(client, path="/open/zupynky/", **query):
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_anybody_reads_without_signing_in(resident, place):
    place("1", name="Ринок", landmark="біля мосту", shelter="canopy", lit=True)
    html = page(resident)
    assert "Ринок" in html and "біля мосту" in html and "навіс" in html
    assert "світлен" not in html, "a column that was not declared"
    assert "/bus_stops/" not in html and "/bus-stops/" not in html, "no way into the workspace"
    assert "Зупинки" in page(resident, "/open/")
    assert "/open/zupynky/" in page(resident, "/")


def test_archived_cards_and_those_the_condition_keeps_are_not_there(resident, stops, place, opened):
    gone = place("1", name="Стара")
    place("2", name="Темна", lit=False)
    place("3", name="Світла", lit=True)
    archive_card(stops, gone, by=OPERATOR, reason="знесено")
    opened(where=Q(lit=True))
    for address in ("", "?q=стара", "?archived=1", "?lit=no"):
        html = page(resident, f"/open/zupynky/{address}")
        assert "Стара" not in html and "Темна" not in html
    for extension in ("csv", "json", "geojson"):
        text = body(resident.get(f"/open/zupynky/data.{extension}")).decode()
        assert "Світла" in text and "Стара" not in text and "Темна" not in text


def test_neighbour_shows_only_its_own(client_for, place):
    place("1", name="Альфівський ринок")
    theirs = client_for("beta")
    assert "Альфівський" not in page(theirs)
    for extension in ("csv", "json", "geojson"):
        assert "Альфівський" not in body(theirs.get(f"/open/zupynky/data.{extension}")).decode()


def test_search_finds_by_open_columns_and_does_not_tell_of_closed_ones(resident, place, opened):
    place("1", name="Ринок", settlement="Вербопіль")
    assert "Ринок" in page(resident, q="вербопіль ринок")
    opened(columns=("code", "name"))
    assert "Ринок" in page(resident, q="ринок")
    assert "За цими умовами нічого немає" in page(resident, q="вербопіль")


def test_search_is_absent_where_nothing_open_is_sought(resident, place, opened):
    place("1", name="Ринок")
    opened(columns=("shelter",))
    html = page(resident, q="ринок")
    assert 'name="q"' not in html and "немає" in html


def test_pages_follow_one_another(resident, place):
    for number in range(53):
        place(f"{number:03}")
    first = resident.get("/open/zupynky/")
    assert "Зупинка 049" in first.content.decode() and "Зупинка 050" not in first.content.decode()
    older = first.context["older_url"]
    second = page(resident, f"/open/zupynky/{older}")
    assert "Зупинка 050" in second and "Зупинка 049" not in second
    assert "Такого місця в переліку немає" in page(resident, after="зла-рядок")


def test_place_in_the_list_tells_no_closed_value(resident, place, opened):
    """The list is ordered by a code that is closed; the address of the next page names a card and nothing of it."""
    cards = [place(f"{number:03}") for number in range(51)]
    opened(columns=("name",))
    older = QueryDict(resident.get("/open/zupynky/").context["older_url"].removeprefix("?"))["after"]
    assert decode(older, 1).values == [cards[49].pk]


def test_place_of_a_card_that_left_is_told(resident, stops, place):
    cards = [place(f"{number:03}") for number in range(51)]
    older = resident.get("/open/zupynky/").context["older_url"]
    archive_card(stops, cards[49], by=OPERATOR, reason="знесено")
    assert "Такого місця в переліку немає" in page(resident, f"/open/zupynky/{older}")


@pytest.mark.parametrize("odd", ["q=%00", "q=" + "я" * 5000, "after=W10", "after=" + "A" * 3000, "size=1000000"])
def test_odd_addresses_break_nothing(resident, place, odd):
    place("1")
    assert resident.get(f"/open/zupynky/?{odd}").status_code == 200


def test_module_switched_off_closes_its_page(resident, place):
    place("1")
    disable_module("bus_stops", by=OPERATOR, reason="перевірка")
    for path in ("", "data.csv", "datapackage.json"):
        assert resident.get(f"/open/zupynky/{path}").status_code == 404
    assert "zupynky" not in page(resident, "/open/") and "zupynky" not in page(resident, "/")


def test_unknown_addresses_are_not_there(resident, place, opened):
    assert resident.get("/open/nema/").status_code == 404
    assert resident.get("/open/zupynky/data.xlsx").status_code == 404
    assert resident.post("/open/zupynky/").status_code == 405
    opened(open_data=False)
    assert resident.get("/open/zupynky/").status_code == 200
    assert resident.get("/open/zupynky/data.csv").status_code == 404
    assert resident.get("/open/zupynky/datapackage.json").status_code == 404


def test_files_hold_the_declared_columns(resident, place):
    place("1", name="=Ринок", accessible=True, location="SRID=4326;POINT(33.5 49.25)")
    answer = resident.get("/open/zupynky/data.csv")
    text = body(answer).decode("utf-8-sig")
    heads, row = csv.reader(io.StringIO(text))
    assert heads == ["code", "name", "landmark", "settlement", "shelter", "accessible", "location"]
    assert row == ["1", "'=Ринок", "", "", "немає", "true", "33.5000000, 49.2500000"]
    [card] = json.loads(body(resident.get("/open/zupynky/data.json")))
    assert (card["name"], card["accessible"], card["landmark"]) == ("=Ринок", True, None)
    [feature] = json.loads(body(resident.get("/open/zupynky/data.geojson")))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [33.5, 49.25]}
    assert "location" not in feature["properties"]


def test_map_file_needs_the_geometry_among_the_columns(resident, place, opened):
    opened(columns=("code", "name"))
    assert resident.get("/open/zupynky/data.geojson").status_code == 404


def test_package_describes_the_columns(resident):
    told = resident.get("/open/zupynky/datapackage.json").json()
    assert [one["format"] for one in told["resources"]] == ["csv", "json", "geojson", "txt"]
    assert told["resources"][0]["path"].endswith("/open/zupynky/data.csv")
    fields = {one["name"]: one for one in told["resources"][0]["schema"]["fields"]}
    assert fields["code"] == {
        "name": "code",
        "title": "Код",
        "type": "string",
        "description": "Напр. ЗП-014: той самий, що на табличці.",
        "constraints": {"required": True, "maxLength": 20},
    }
    assert fields["shelter"]["constraints"]["enum"] == ["немає", "навіс", "павільйон"]
    assert (fields["accessible"]["type"], fields["location"]["type"]) == ("boolean", "geopoint")


def test_unchanged_file_is_not_sent_again(resident, stops, place):
    card = place("1", name="Ринок")
    first = resident.get("/open/zupynky/data.json")
    assert "public" in first["Cache-Control"] and first["Access-Control-Allow-Origin"] == "*"
    body(first)
    again = resident.get("/open/zupynky/data.json", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, first["ETag"])
    card.name = "Базар"
    save_card(stops, card, by=OPERATOR)
    changed = resident.get("/open/zupynky/data.json", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]
    assert json.loads(body(changed))[0]["name"] == "Базар"


def test_file_is_written_once_for_one_state(resident, place, monkeypatch):
    from kernel.registers.public import files

    place("1", name="Ринок")
    before = body(resident.get("/open/zupynky/data.csv"))
    monkeypatch.setattr(files, "_cards", lambda *_given, **_extra: pytest.fail("written anew"))
    assert body(resident.get("/open/zupynky/data.csv")) == before


def test_one_file_is_not_written_twice_at_once(resident, place, app_connection):
    place("1", name="Ринок")
    number = lock_number("open/bus_stops.bus-stops/csv")
    app_connection.execute("SELECT pg_advisory_lock(%s)", [number])
    answer = resident.get("/open/zupynky/data.csv")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60") and "Повторіть" in answer.content.decode()
    app_connection.execute("SELECT pg_advisory_unlock(%s)", [number])
    assert resident.get("/open/zupynky/data.csv").status_code == 200


def test_looks_of_a_page_are_kept_by_residents_only(resident, client_for, in_alpha):
    assert resident.get("/open/zupynky/")["Cache-Control"] == "private, max-age=60"
    worker = enter(client_for("alpha"), make_person(make_role("reader", bus_stops=Level.VIEW).code))
    assert worker.get("/open/zupynky/")["Cache-Control"] == "private, no-store"


# -- declarations ---------------------------------------------------------------------------------------


def told(register):
    return " ".join(problem.msg for problem in checks.problems(register))


def test_declared_pages_are_safe():
    assert checks.public_pages_are_safe() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slug": "Зупинки"}, "is no address"),
        ({"slug": "a/b"}, "is no address"),
        ({"columns": ()}, "columns is empty"),
        ({"columns": ("code", "created_by")}, "points to access.User"),
        ({"columns": ("created_by__email",)}, "personal data of access.User"),
        ({"where": Q(nothing=1)}, "where: "),
    ],
)
def test_wrong_declarations_are_told(stops, opened, wrong, said):
    opened(**wrong)
    assert said in told(stops)


def test_masked_personal_and_guarded_columns_are_refused(stops, opened, monkeypatch):
    monkeypatch.setattr(type(stops), "masked", ("landmark",))
    monkeypatch.setattr(type(stops), "field_levels", {"shelter": Level.EDIT})
    monkeypatch.setattr(BusStop, "personal_data", {"name": "text"}, raising=False)
    for name, why in (("landmark", "is masked"), ("shelter", "level"), ("name", "personal data")):
        opened(columns=(name,))
        assert f"'{name}'" in told(stops) and why in told(stops)


def test_two_registers_do_not_share_an_address(stops, monkeypatch):
    other = register_named("addresses.streets")
    monkeypatch.setattr(type(other), "public", PublicPage("zupynky", columns=("name",)))
    assert any("is bus_stops.bus-stops's too" in one.msg or "too" in one.msg for one in checks.public_pages_are_safe())
