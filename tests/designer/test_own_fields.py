"""A field a tenant added to a built-in register, on every face of it."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from kernel.access.levels import Level
from kernel.access.tokens import create_token
from kernel.audit.sentences import history_of
from kernel.designer.models import Extra, UniqueValue
from kernel.registers.importing import runs
from kernel.registers.listing import Listing
from kernel.registers.saving import save_card
from kernel.testing.access import OPERATOR, enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop

OPTIONS = [["steel", "сталь"], ["wood", "дерево"]]


@pytest.fixture
def fields(field: Any) -> Any:
    field("Матеріал лави", "choice", options=OPTIONS)
    field("Місць", "number", unit="шт.")
    field("Оглянуто", "date")
    field("Є урна", "boolean")
    field("Примітка майстра")
    field("Вартість", "money")
    return field


FULL = {
    "material_lavy": "wood", "mists": Decimal(4), "ohlianuto": date(2026, 3, 1), "ye_urna": True,
    "prymitka_maistra": "Підфарбувати", "vartist": Decimal("1200.50"),
}  # fmt: skip


def test_fields_are_asked_for_by_the_form_and_shown_by_the_card(fields, stops, desk):
    asked = desk.get(stops.url("new")).content.decode()
    assert "Додаткові поля" in asked and "Матеріал лави" in asked and "Місць, шт." in asked
    saved = desk.post(stops.url("new"), {
        "code": "А-1", "name": "Нова", "shelter": "none", "x_material_lavy": "steel", "x_mists": "6", "x_vartist": "1 200,50",
        "x_ohlianuto": "2026-03-01", "x_ye_urna": "on", "x_prymitka_maistra": "Ціла",
    })  # fmt: skip
    assert saved.status_code == 302, saved.content.decode()
    card = BusStop.objects.get(code="А-1")
    shown = desk.get(stops.url("card", card.pk)).content.decode()
    for words in ("сталь", "01.03.2026", "1\N{NO-BREAK SPACE}200,50", "Ціла"):
        assert words in shown, words
    edited = desk.get(stops.url("edit", card.pk)).content.decode()
    assert 'value="Ціла"' in edited and 'value="1200,50"' in edited
    wrong = desk.post(
        stops.url("edit", card.pk), {"code": "А-1", "name": "Нова", "shelter": "none", "x_mists": "багато"}
    )
    assert wrong.status_code == 422
    assert BusStop.objects.get(pk=card.pk).version == card.version


def test_the_list_shows_narrows_and_sorts_by_them(fields, stops, stop, designer):
    for number in range(1, 31):
        stop(f"Зупинка {number:02}", **({"mists": Decimal(31 - number), "material_lavy": "steel" if number % 3 else "wood"}
                                        if number != 30 else {}))  # fmt: skip

    def names(query: str) -> list[str]:
        listing = Listing(stops, designer, query)
        found = [card.name for card in listing.page().cards]
        assert not listing.mistakes
        return found

    assert names("sort=x_mists&columns=name,x_mists&size=25")[0] == "Зупинка 29"
    assert names("sort=-x_mists&columns=name,x_mists&size=25")[0] == "Зупинка 01"
    listing = Listing(stops, designer, "sort=x_mists&columns=name,x_mists&size=25")
    first = listing.page()
    second = Listing(stops, designer, f"sort=x_mists&columns=name,x_mists&size=25&after={first.older}").page()
    assert [card.name for card in second.cards][-1] == "Зупинка 30", "empty ones are the last"
    assert len({card.pk for card in (*first.cards, *second.cards)}) == 30
    assert listing.neighbours(first.cards[1]) == (first.cards[0].pk, first.cards[2].pk)
    assert len(names("x_material_lavy=wood&size=50")) == 9
    assert len(names("x_mists__from=5&x_mists__to=7&size=50")) == 3
    assert names("x_mists__empty=1&size=50") == ["Зупинка 30"]
    narrowed = Listing(stops, designer, "x_material_lavy=wood")
    assert narrowed.rows.count() == 9
    assert [(chip.label, chip.value) for chip in narrowed.chips] == [("Матеріал лави", "дерево")]


def test_every_condition_of_every_kind_answers(fields, stops, stop, designer):
    stop("Повна", **FULL)
    stop("Порожня")
    for query in ("x_ye_urna=yes", "x_ohlianuto__from=2026-02-01&x_ohlianuto__to=2026-03-31", "x_prymitka_maistra__has=фарб",
                  "x_prymitka_maistra__is=Підфарбувати", "x_vartist__from=1200", "x_material_lavy__empty=0"):  # fmt: skip
        assert [card.name for card in Listing(stops, designer, query).rows] == ["Повна"], query
    assert [card.name for card in Listing(stops, designer, "x_prymitka_maistra__empty=1").rows] == ["Порожня"]
    wrong = Listing(stops, designer, "x_material_lavy=iron&after=WzEsMiwzXQ")
    assert wrong.rows.count() == 2 and wrong.mistakes


def test_a_list_asks_for_all_values_at_once(fields, stops, stop, desk):
    def asked(columns: str) -> int:
        desk.get(stops.url(), {"columns": columns})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(stops.url(), {"columns": columns}).status_code == 200
        return len(queries)

    for number in range(3):
        stop(f"З{number}", **FULL)
    few = asked("name,x_mists,x_material_lavy")
    for number in range(20):
        stop(f"Ж{number}", **FULL)
    assert asked("name,x_mists,x_material_lavy") == few


def test_without_own_fields_nothing_more_is_asked(stops, designer, client_for):
    client = enter(client_for("alpha"), designer)
    client.get(stops.url())
    with CaptureQueriesContext(connection) as queries:
        client.get(stops.url())
    assert not [one["sql"] for one in queries if "designer_" in one["sql"]]


def test_the_history_tells_the_fields(fields, stops, stop, designer):
    card = stop("Ринок", **FULL)
    stops.added.keeping.put(card, "x_mists", Decimal(7))
    save_card(stops, card, by=designer)
    told = " ".join(str(one) for one in history_of(card, reader=designer))
    assert "«4» → «7»" in told or ("«4»" in told and "«7»" in told), told
    assert "Місць" in told


def test_a_file_goes_out_and_comes_in(fields, stops, stop, desk, designer, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    stop("Ринок", **FULL)
    answer = desk.get(
        stops.url("export"),
        {"format": "xlsx", "columns": "code,name,shelter,x_mists,x_material_lavy,x_ye_urna,x_vartist"},
    )
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][3:] == ["Місць, шт.", "Матеріал лави", "Є урна", "Вартість"], rows
    assert [rows[1][3], *rows[1][4:]] == [4, "дерево", "так", 1200.5]
    content = (
        "Код;Назва;Укриття;Місць, шт.;Матеріал лави;Є урна;Оглянуто;Вартість\n"
        + "П-001;Ринок;немає;9;сталь;ні;;\n"
        + ("П-900;Нова;немає;2;дерево;так;05.06.2026;10,50\nП-901;Хибна;немає;два;залізо;так;;\n")
    )
    run = runs.begin(stops, SimpleUploadedFile("з.csv", content.encode()), by=designer)
    assert runs.match(run, run.columns, "both", by=designer) == []
    run = runs.try_out(run, by=designer)
    assert (run.to_create, run.to_update, run.wrong) == (1, 1, 1)
    runs.start(run, by=designer) if hasattr(runs, "start") else None
    from kernel.registers.importing.loading import load

    load(run, stops, designer)
    run.refresh_from_db()
    assert run.loaded == 2
    old, new = BusStop.objects.get(code="П-001"), BusStop.objects.get(code="П-900")
    assert stops.facets["x_mists"].value(old) == 9 and stops.facets["x_ohlianuto"].value(old) == date(2026, 3, 1)
    assert stops.facets["x_material_lavy"].text(new) == "дерево" and stops.facets["x_vartist"].value(new) == Decimal(
        "10.50"
    )
    from kernel.registers.importing.undoing import undo

    assert undo(run, stops, designer) == 0
    assert not BusStop.objects.filter(code="П-900").exists()
    assert stops.facets["x_mists"].value(BusStop.objects.get(code="П-001")) == 4
    assert not Extra.objects.filter(row_id=new.pk).exists()


@pytest.fixture
def ask(designer, client_for):
    def program(method: str, path: str = "", content: Any = None, owner: Any = designer, **headers: str) -> Any:
        _token, key = create_token("Перевірка", ["bus_stops:manage"], by=owner, valid_for=timedelta(days=3))
        given = {"authorization": f"Bearer {key}", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return getattr(client_for("alpha"), method)(
            f"/api/v1/bus-stops/{path}", data=json.dumps(content) if content is not None else "",
            content_type="application/json", headers=given,
        )  # fmt: skip

    return program


def test_programs_read_and_write_them_under_extra(fields, stops, ask):
    sent = {
        "code": "П-5",
        "name": "Нова",
        "extra": {"mists": "5", "material_lavy": "wood", "ye_urna": True, "vartist": "12.50"},
    }
    made = ask("post", "", sent)
    assert made.status_code == 201, made.content.decode()
    assert made.json()["extra"] == {
        "material_lavy": "wood", "mists": "5", "ohlianuto": None, "ye_urna": True, "prymitka_maistra": None, "vartist": "12.50"
    }  # fmt: skip
    key, tag = made.json()["id"], made["ETag"]
    changed = ask("patch", str(key), {"extra": {"ohlianuto": "2026-05-01"}}, if_match=tag)
    assert changed.json()["extra"]["ohlianuto"] == "2026-05-01" and changed.json()["extra"]["mists"] == "5"
    refused = ask("patch", str(key), {"extra": {"mists": "п'ять", "colour": "red"}}, if_match=changed["ETag"])
    assert refused.status_code == 422
    assert {one["field"] for one in refused.json()["errors"]} == {"extra.mists", "extra.colour"}


def test_what_is_required_is_asked_of_people_and_programs(field, stops, stop, desk, ask):
    field("Опора", required=True)
    form = {"code": "А-1", "name": "Нова", "shelter": "none"}
    refused = desk.post(stops.url("new"), form)
    assert refused.status_code == 422
    assert ask("post", "", {"code": "П-6", "name": "Без опори"}).status_code == 422
    assert desk.post(stops.url("new"), {**form, "x_opora": "бетон"}).status_code == 302
    # What the system itself writes knows nothing of the tenant's fields.
    stop("Системна")


def test_one_value_for_one_card(field, stops, stop):
    field("Інвентарний", unique=True)
    first = stop("Перша", inventarnyi="ІН-1")
    with pytest.raises(ValidationError, match="таке значення вже має інша картка"):
        stop("Друга", inventarnyi=" ін-1 ")
    stops.added.keeping.put(first, "x_inventarnyi", "ІН-2")
    save_card(stops, first, by=OPERATOR)
    stop("Третя", inventarnyi="ІН-1")
    assert UniqueValue.objects.count() == 2


def test_who_may_not_see_a_field_sees_it_nowhere(field, stops, stop, client_for, in_alpha):
    field("Вартість ремонту", "money", level=Level.EDIT)
    card = stop("Ринок", vartist_remontu=Decimal("77777.00"))
    stops.added.keeping.put(card, "x_vartist_remontu", Decimal("88888.00"))
    save_card(stops, card, by=OPERATOR)
    make_role("reader", bus_stops=Level.VIEW)
    reader = make_person("reader")
    client = enter(client_for("alpha"), reader)
    for page in (
        stops.url() + "?columns=name,x_vartist_remontu",
        stops.url("card", card.pk),
        stops.url("history", card.pk),
    ):
        shown = client.get(page).content.decode()
        assert "77\N{NO-BREAK SPACE}777" not in shown and "88\N{NO-BREAK SPACE}888" not in shown, page
    assert "x_vartist_remontu" not in stops.seen(reader)
    assert not Listing(stops, reader, "x_vartist_remontu__from=1").chips


def test_a_neighbour_knows_nothing_of_it(field, stops, stop, beta, client_for):
    from kernel.tenancy import tenant_context

    field("Таємниця альфи")
    stop("Ринок", taiemnytsia_alfy="є")
    assert "x_taiemnytsia_alfy" in stops.facets
    with tenant_context(beta):
        assert "x_taiemnytsia_alfy" not in stops.facets
        assert stops.form_sections == stops.declared_sections
        role = make_role("there", bus_stops=Level.MANAGE)
        person = make_person(role.code)
        client = enter(client_for("beta"), person)
        for page in (stops.url(), stops.url("new")):
            assert "Таємниця альфи" not in client.get(page).content.decode()
        described = client.get("/api/v1/openapi.json").content.decode()
        assert "taiemnytsia" not in described and "Таємниця" not in described
    assert "x_taiemnytsia_alfy" in stops.facets


def test_a_point_nobody_touched_stays_exactly_where_it_was(stops, stop, desk):
    card = stop("Ринок")
    exact = Point(33.62252544321, 49.23116512345, srid=4326)
    BusStop.objects.filter(pk=card.pk).update(location=exact)
    posted = {"code": card.code, "name": "Ринок новий", "shelter": "none", "version": card.version}
    assert "49.231165, 33.622525" in desk.get(stops.url("edit", card.pk)).content.decode()
    done = desk.post(stops.url("edit", card.pk), {**posted, "location": "49.231165, 33.622525"})
    assert done.status_code == 302, done.content.decode()
    card.refresh_from_db()
    assert card.name == "Ринок новий" and card.location.equals_exact(exact, 0)
    assert [change.label for change in history_of(card)[0].changes] == ["Назва"]
    moved = {**posted, "version": card.version, "location": "49.231166, 33.622525"}
    assert desk.post(stops.url("edit", card.pk), moved).status_code == 302
    card.refresh_from_db()
    assert card.location.y == 49.231166
    (change,) = history_of(card)[0].changes
    assert (change.label, change.became) == ("Розташування", "«49.231166, 33.622525»")
