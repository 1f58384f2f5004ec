"""A whole register made by a tenant: every face of a built-in one, and a neighbour who adopts it."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from kernel.access.levels import Level
from kernel.access.tokens import create_token
from kernel.designer.designing import add_field
from kernel.designer.exchange import adopt, package_of, read_package
from kernel.designer.models import Definition, FileKept, Record
from kernel.designer.registering import make_register
from kernel.registers.importing import runs
from kernel.registers.importing.loading import load
from kernel.registers.listing import Listing
from kernel.registers.registry import UnknownRegister, register_named
from kernel.registers.saving import save_card
from kernel.search.everywhere import search_everywhere
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR, enter, make_person, make_role

POINTS = "own.punkty-obihrivu"
STOPS = "bus_stops.bus-stops"
REGISTER = {
    "title": "Пункти обігріву", "singular": "пункт обігріву", "area": "services", "icon": "home",
    "numbering": "ПО-{number:03}", "placed": True,
}  # fmt: skip


def design(by: Any) -> Definition:
    made = make_register(REGISTER, by=by)
    add_field(made.register, {"title": "Місць", "kind": "number", "required": True, "unit": "осіб"}, by=by)
    add_field(
        made.register, {"title": "Опалення", "kind": "choice", "options": [["gas", "газове"], ["wood", "дрова"]]}, by=by
    )
    add_field(made.register, {"title": "Телефон чергового", "kind": "text", "level": Level.EDIT}, by=by)
    add_field(made.register, {"title": "Найближча зупинка", "kind": "reference", "points_to": STOPS}, by=by)
    return made


@pytest.fixture
def points(designer: Any) -> Any:
    design(designer)
    return register_named(POINTS)


@pytest.fixture
def keeper(points: Any) -> Any:
    make_role("keeper", own__x=Level.VIEW, **{"own:punkty-obihrivu": Level.MANAGE, "bus_stops": Level.VIEW})
    return make_person("keeper")


@pytest.fixture
def at(client_for: Any, keeper: Any) -> Any:
    return enter(client_for("alpha"), keeper)


def point(points: Any, name: str, **own: Any) -> Record:
    card = Record(name=name)
    for code, value in own.items():
        points.added.keeping.put(card, f"x_{code}", value)
    return save_card(points, card, by=OPERATOR)


def test_it_stands_among_the_others(points, at, keeper):
    home = at.get("/workspace/").content.decode()
    assert "Пункти обігріву" in home and "/own/punkty-obihrivu/" in home
    assert at.get(points.url()).status_code == 200
    assert "газове" in at.get(points.url("new")).content.decode()


def test_a_card_is_made_found_changed_and_archived(points, at, stop, keeper):
    near = stop("Ринок")
    made = at.post(points.url("new"), {
        "name": "Бібліотека", "place": "49.07, 33.42", "x_mists": "40", "x_opalennia": "gas", "x_telefon_cherhovoho": "0501112233",
        "x_naiblyzhcha_zupynka": near.pk,
    })  # fmt: skip
    assert made.status_code == 302, made.content.decode()
    card = Record.objects.get()
    assert (card.number, card.definition.register) == ("ПО-001", POINTS)
    shown = at.get(points.url("card", card.pk)).content.decode()
    for words in ("ПО-001", "Бібліотека", "газове", "0501112233", "Ринок"):
        assert words in shown, words
    listed = at.get(points.url() + "?x_opalennia=gas&sort=-x_mists").content.decode()
    assert "Бібліотека" in listed and "Опалення" in listed
    assert [group.title for group in search_everywhere(keeper, "бібліотека")] == ["Пункти обігріву"]
    changed = at.post(points.url("edit", card.pk), {"name": "Бібліотека", "x_mists": "45", "version": card.version})
    assert changed.status_code == 302
    assert "45" in at.get(points.url("history", card.pk)).content.decode()
    assert at.post(points.url("archive", card.pk), {"reason": ""}).status_code == 302
    assert not Listing(points, keeper).rows.exists()
    refused = at.post(points.url("new"), {"name": "Школа"})
    assert refused.status_code == 422 and "Місць" in refused.content.decode()


def test_files_go_out_and_come_in(points, at, keeper, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    point(points, "Бібліотека", mists=Decimal(40), opalennia="gas")
    answer = at.get(points.url("export"), {"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:4] == ["Номер", "Назва", "Місць, осіб", "Опалення"] and rows[1][:4] == [
        "ПО-001",
        "Бібліотека",
        40,
        "газове",
    ]
    assert at.get(points.url("export"), {"format": "geojson"}).status_code == 200
    content = "Номер;Назва;Місць;Опалення\nПО-001;Бібліотека;55;дрова\n;Школа;120;газове\n;Без місць;;\n"
    assert at.get(points.url("import")).status_code == 200
    run = runs.begin(points, SimpleUploadedFile("п.csv", content.encode()), by=keeper)
    assert runs.match(run, run.columns, "both", by=keeper) == []
    run = runs.try_out(run, by=keeper)
    assert (run.to_create, run.to_update, run.wrong) == (1, 1, 1)
    assert at.get(points.url("import-run", run.pk)).status_code == 200
    load(run, points, keeper)
    assert {card.name: points.facets["x_mists"].value(card) for card in points.queryset()} == {
        "Бібліотека": 55,
        "Школа": 120,
    }
    assert Record.objects.get(name="Школа").number == "ПО-002"


def test_programs_work_with_it(points, keeper, client_for):
    _token, key = create_token("П", ["own:punkty-obihrivu:manage"], by=keeper, valid_for=timedelta(days=1))

    def ask(method: str, path: str = "", content: Any = None, **headers: str) -> Any:
        return getattr(client_for("alpha"), method)(
            f"/api/v1/own/punkty-obihrivu/{path}", data=json.dumps(content) if content else "", content_type="application/json",
            headers={"authorization": f"Bearer {key}", **{name.replace("_", "-"): text for name, text in headers.items()}},
        )  # fmt: skip

    made = ask("post", "", {"name": "Школа", "extra": {"mists": "120", "opalennia": "wood"}})
    assert made.status_code == 201, made.content.decode()
    assert made.json()["number"] == "ПО-001" and made.json()["extra"]["mists"] == "120"
    pk = made.json()["id"]
    assert ask("patch", str(pk), {"extra": {"mists": "90"}}, if_match=made["ETag"]).json()["extra"]["mists"] == "90"
    listed = client_for("alpha").get(
        "/api/v1/own/punkty-obihrivu/?x_opalennia=wood", headers={"authorization": f"Bearer {key}"}
    )
    assert [one["name"] for one in listed.json()["items"]] == ["Школа"]
    assert client_for("alpha").get("/api/v1/own/nemaie/", headers={"authorization": f"Bearer {key}"}).status_code == 404
    assert ask("post", "", {"name": "Без місць"}).status_code == 422


def test_rights_are_those_of_its_own_row(points, client_for, designer):
    card = point(points, "Школа", mists=Decimal(5), telefon_cherhovoho="0670000000")
    make_role("looker", **{"own:punkty-obihrivu": Level.VIEW})
    looker = enter(client_for("alpha"), make_person("looker"))
    assert looker.get(points.url("card", card.pk)).status_code == 200
    assert "0670000000" not in looker.get(points.url("card", card.pk)).content.decode()
    assert looker.get(points.url("new")).status_code == 403
    make_role("nobody", bus_stops=Level.MANAGE)
    assert enter(client_for("alpha"), make_person("nobody")).get(points.url()).status_code == 403
    make_role("granting", access=Level.MANAGE)
    granting = enter(client_for("alpha"), make_person("granting"))
    assert "Пункти обігріву" in granting.get("/access/roles/looker/").content.decode()


def test_two_tenants_exchange_it(points, designer, beta, client_for):
    given = package_of(Definition.objects.get(register=POINTS))
    point(points, "Секрет альфи", mists=Decimal(1))
    with tenant_context(beta):
        with pytest.raises(UnknownRegister):
            register_named(POINTS)
        role = make_role("there", designer=Level.MANAGE, bus_stops=Level.MANAGE)
        person = make_person(role.code)
        client = enter(client_for("beta"), person)
        assert client.get("/own/punkty-obihrivu/").status_code == 404
        looked = client.post("/administration/registers/take/", {"text": given, "into": ""})
        assert looked.status_code == 200 and "Опалення" in looked.content.decode()
        taken = client.post("/administration/registers/take/", {
            "text": given, "into": "", "adopt": "1", "field-mists": "+", "field-opalennia": "+", "field-telefon_cherhovoho": "",
            "field-naiblyzhcha_zupynka": "+", "points-naiblyzhcha_zupynka": STOPS,
        })  # fmt: skip
        assert taken.status_code == 302, taken.content.decode()
        there = register_named(POINTS)
        assert [facet.label for facet in there.added.facets.values()] == ["Місць", "Опалення", "Найближча зупинка"]
        assert not there.queryset().exists()
        card = point(there, "Клуб бети", mists=Decimal(30), opalennia="wood")
        assert card.number == "ПО-001"
        described = client.get("/api/v1/openapi.json").content.decode()
        assert "opalennia" not in described and "Пункти" not in described
        # Adopted once more it changes what is there: options are added, nothing is lost.
        content = read_package(given)
        content["fields"][1]["options"].append(["solar", "сонячне"])
        adopt(content, by=person, label=POINTS, fields={
            "mists": "mists", "opalennia": "opalennia", "telefon_cherhovoho": "", "naiblyzhcha_zupynka": ""})  # fmt: skip
        assert dict(register_named(POINTS).facets["x_opalennia"].choices) == {
            "gas": "газове",
            "wood": "дрова",
            "solar": "сонячне",
        }
        assert register_named(POINTS).facets["x_opalennia"].text(Record.objects.get(pk=card.pk)) == "дрова"
    assert {card.name for card in register_named(POINTS).queryset()} == {"Секрет альфи"}
    assert "solar" not in register_named(POINTS).facets["x_opalennia"].choices


def test_residents_see_what_is_meant_for_them(points, designer, client_for, stop):
    point(points, "Школа", mists=Decimal(120), telefon_cherhovoho="0670000000")
    visitor = client_for("alpha")
    assert visitor.get("/open/own-punkty-obihrivu/").status_code == 404
    add_field(POINTS, {"title": "Години", "kind": "text", "public": True}, by=designer)
    card = Record.objects.get()
    register_named(POINTS).added.keeping.put(card, "x_hodyny", "цілодобово")
    save_card(register_named(POINTS), card, by=OPERATOR)
    shown = visitor.get("/open/own-punkty-obihrivu/").content.decode()
    assert "Школа" in shown and "цілодобово" in shown and "Години" in shown
    assert "0670000000" not in shown and "Місць" not in shown
    assert "цілодобово" in b"".join(visitor.get("/open/own-punkty-obihrivu/data.csv").streaming_content).decode()
    add_field(STOPS, {"title": "Лава", "kind": "text", "public": True}, by=designer)
    stop("Ринок", lava="дубова")
    open_page = visitor.get("/open/zupynky/").content.decode()
    assert "Лава" in open_page and "дубова" in open_page


def test_files_and_places_are_kinds_too(points, designer, at, keeper, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    add_field(POINTS, {"title": "Акт", "kind": "file"}, by=designer)
    add_field(POINTS, {"title": "Запасний вхід", "kind": "point"}, by=designer)
    made = at.post(points.url("new"), {
        "name": "Школа", "x_mists": "5", "x_zapasnyi_vkhid": "49.0712, 33.4204",
        "x_akt": SimpleUploadedFile("акт.txt", "акт".encode(), "text/plain"),
    })  # fmt: skip
    assert made.status_code == 302, made.content.decode()
    card = Record.objects.get()
    shown = at.get(points.url("card", card.pk)).content.decode()
    assert "акт.txt" in shown and "49.0712" in shown
    assert FileKept.objects.get().row_id == card.pk


def test_demonstration(in_alpha, designer):
    from provisioning.demo import designed as demo

    assert demo.load(by=designer) == len(demo.POINTS)
    assert demo.load(by=designer) == 0
    assert register_named(POINTS).queryset().order_by("pk").first().number == "ПО-001"
