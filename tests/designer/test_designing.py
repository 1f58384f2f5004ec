"""What the designer refuses, and in which words; what a change of a definition does to the values."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from kernel.access.levels import Level
from kernel.audit.sentences import history_of
from kernel.designer import designing, registering
from kernel.designer.converting import change_kind, try_kind
from kernel.designer.models import Definition, OwnField
from kernel.designer.reading import Unreadable, read
from kernel.designer.rules import MOST_FIELDS
from kernel.operations import Denied
from kernel.registers.models import SavedView
from kernel.registers.saving import save_card
from kernel.testing.access import OPERATOR, enter, make_person, make_role
from tests.designer.conftest import STOPS

HOME = "/administration/registers/"


@pytest.mark.parametrize("code", ["id", "sort", "name", "shelter", "extra", "Ї", "a__b", "1a"])
def test_codes_of_the_system_are_not_given_away(field, code):
    with pytest.raises(ValidationError) as refused:
        field("Нове", code=code)
    assert "Дайте інший" in str(refused.value) or "Виправте його" in str(refused.value)


def test_no_more_than_two_hundred(field, designer):
    field("Перше")
    definition = Definition.objects.get()
    OwnField.objects.bulk_create(
        OwnField(definition=definition, code=f"f{number}", title=f"Поле {number}", kind="text")
        for number in range(MOST_FIELDS - 1)
    )
    with pytest.raises(ValidationError, match="більше 200 не буває"):
        field("Зайве")


def test_titles(field):
    field("Опора")
    with pytest.raises(ValidationError, match="знаків < і >"):
        field("<script>alert(1)</script>")
    with pytest.raises(ValidationError, match="Назвіть це"):
        field("   ")
    with pytest.raises(ValidationError, match="такою назвою в цьому реєстрі вже є"):
        field("опора")


def test_references_in_a_circle(designer):
    first = registering.make_register({"title": "Котельні", "area": "services"}, by=designer).register
    second = registering.make_register({"title": "Труби", "area": "services"}, by=designer).register
    designing.add_field(
        first, {"title": "Труба", "kind": "reference", "points_to": second, "required": True}, by=designer
    )
    with pytest.raises(ValidationError, match="Труби → Котельні → Труби"):
        designing.add_field(
            second, {"title": "Котельня", "kind": "reference", "points_to": first, "required": True}, by=designer
        )
    designing.add_field(second, {"title": "Котельня", "kind": "reference", "points_to": first}, by=designer)
    with pytest.raises(Denied, match="На реєстр указують поля: «Котельня»"):
        registering.retire_register(first, by=designer)


def test_wrong_definitions(field, designer):
    for title, kind, values, told in (
        ("А", "choice", {"options": []}, "Впишіть варіанти"),
        ("А", "choice", {"options": [["a", "Так"], ["b", "так"]]}, "повторено"),
        ("А", "reference", {"points_to": "нема.є"}, "Оберіть реєстр"),
        ("А", "boolean", {"unique": True}, "Без повторів бувають"),
        ("А", "number", {"default": "багато"}, "тут має бути число"),
        ("А", "date", {"default": "31.02.2026"}, "тут має бути дата"),
        ("А", "text", {"default": "x", "unique": True}, "не має типового"),
        ("А", "text", {"public": True, "level": Level.EDIT}, "не показують і мешканцям"),
    ):
        with pytest.raises(ValidationError, match=told):
            field(title, kind, **values)
    for numbering in ("{number.__class__}", "{0}", "{number:>99999999}", "без номера"):
        with pytest.raises(ValidationError, match="Виправте зразок"):
            registering.make_register({"title": "Р", "area": "services", "numbering": numbering}, by=designer)


def test_unique_while_doubles_and_required_while_empties(field, stop, designer):
    made = field("Інвентарний")
    stop("Перша", inventarnyi="1")
    stop("Друга", inventarnyi=" 1")
    with pytest.raises(ValidationError, match="«1»: Перша, Друга"):
        designing.change_field(STOPS, made.pk, {"unique": True}, by=designer)
    stop("Третя")
    with pytest.raises(ValidationError, match=r"Без значення картки \(1\): Третя"):
        designing.change_field(STOPS, made.pk, {"required": True}, by=designer)


def test_two_designers_at_once(field, designer):
    made = field("Опора")
    version = Definition.objects.get().version
    designing.change_field(STOPS, made.pk, {"title": "Опора моя"}, by=designer, version=version)
    with pytest.raises(designing.Late, match="тим часом змінив хтось інший"):
        designing.change_field(STOPS, made.pk, {"title": "Опора інша"}, by=designer, version=version)


def test_a_retired_field_keeps_its_values(field, stops, stop, designer):
    made = field("Опора")
    card = stop("Ринок", opora="бетон")
    SavedView.objects.create(register=STOPS, title="Бетонні", query="x_opora__is=бетон", owner=designer)
    with pytest.raises(Denied, match="«Бетонні»"):
        designing.retire_field(STOPS, made.pk, by=designer)
    designing.retire_field(STOPS, made.pk, by=designer, anyway=True)
    assert "x_opora" not in stops.facets
    told = " ".join(change.label for one in history_of(card, reader=designer) for change in one.changes)
    assert "Опора (вилучене)" in told
    card.name = "Ринок новий"
    save_card(stops, card, by=OPERATOR)
    field("Опора")
    with pytest.raises(ValidationError, match="вже є"):
        designing.restore_field(STOPS, made.pk, by=designer)
    newer = OwnField.objects.get(code="opora_2")
    designing.retire_field(STOPS, newer.pk, by=designer, anyway=True)
    designing.restore_field(STOPS, made.pk, by=designer)
    assert stops.facets["x_opora"].text(type(card).objects.get(pk=card.pk)) == "бетон"


def test_renaming_touches_no_value(field, stops, stop, designer):
    made = field("Опора")
    card = stop("Ринок", opora="бетон")
    designing.change_field(STOPS, made.pk, {"title": "Матеріал опори"}, by=designer)
    facet = stops.facets["x_opora"]
    assert (facet.label, facet.text(type(card).objects.get(pk=card.pk))) == ("Матеріал опори", "бетон")


def test_a_kind_is_tried_before_it_is_changed(field, stops, stop, designer):
    made = field("Потужність")
    stop("Перша", potuzhnist="12,5")
    bad = stop("Друга", potuzhnist="багато")
    trial = try_kind(stops, made, "number")
    assert (trial.fits, trial.refused, trial.examples) == (1, 1, [("Друга", "багато", "тут має бути число")])
    with pytest.raises(ValidationError, match="Подивіться пробу"):
        change_kind(STOPS, made.pk, "number", by=designer)
    stops.added.keeping.put(bad, "x_potuzhnist", "7")
    save_card(stops, bad, by=OPERATOR)
    change_kind(STOPS, made.pk, "number", by=designer)
    values = {card.name: stops.facets["x_potuzhnist"].value(card) for card in stops.queryset()}
    assert values == {"Перша": Decimal("12.5"), "Друга": Decimal("7.0")}
    change_kind(STOPS, made.pk, "choice", by=designer)
    assert set(stops.facets["x_potuzhnist"].choices.values()) == {"12,5", "7,0"}


def test_the_last_change_is_undone(field, stops, designer):
    made = field("Опора")
    second = field("Лава")
    before = Definition.objects.get().version
    designing.change_field(STOPS, made.pk, {"title": "Стовп"}, by=designer)
    registering.go_back(STOPS, before, by=designer)
    assert stops.facets["x_opora"].label == "Опора"
    registering.go_back(STOPS, 2, by=designer)
    assert list(stops.added.facets) == ["x_opora"] and OwnField.objects.get(pk=second.pk).retired_at


def test_options_in_use_stay(field, stop, designer):
    made = field("Лава", "choice", options=[["a", "дерево"], ["b", "сталь"]])
    stop("Ринок", lava="a")
    with pytest.raises(ValidationError, match=r"«дерево» \(1\)"):
        designing.change_field(STOPS, made.pk, {"options": [["b", "сталь"]]}, by=designer)
    designing.change_field(STOPS, made.pk, {"options": [["a", "дерево"], ["c", "бетон"]]}, by=designer)


def test_only_a_designer_designs(field, client_for, in_alpha):
    made = field("Опора")
    make_role("stop_keeper", bus_stops=Level.MANAGE)
    person = make_person("stop_keeper")
    with pytest.raises(Denied):
        designing.change_field(STOPS, made.pk, {"title": "Ні"}, by=person)
    client = enter(client_for("alpha"), person)
    for page in ("", f"{STOPS}/", f"{STOPS}/fields/new/", "new/", "take/"):
        assert client.get(HOME + page).status_code == 403, page


def test_the_screens(field, desk, stops, stop, designer):
    empty = desk.get(HOME)
    assert empty.status_code == 200 and "Своїх реєстрів ще немає" in empty.content.decode()
    assert "Власних полів ще немає" in desk.get(f"{HOME}{STOPS}/").content.decode()
    version = 1
    form = {
        "version": version,
        "title": "Лава",
        "kind": "choice",
        "options": "дерево\nсталь",
        "level": "1",
        "decimals": "0",
    }
    added = desk.post(f"{HOME}{STOPS}/fields/new/", form)
    assert added.status_code == 302, added.content.decode()
    page = desk.get(f"{HOME}{STOPS}/").content.decode()
    assert "Лава" in page and "Як виглядатиме форма" in page and "дерево" in page and "Скасувати останню зміну" in page
    late = desk.post(f"{HOME}{STOPS}/fields/new/", {**form, "title": "Урна"})
    assert late.status_code == 422 and "тим часом змінив хтось інший" in late.content.decode()
    assert 'value="Урна"' in late.content.decode()
    made = OwnField.objects.get()
    other = field("Урна", "boolean")
    assert desk.get(f"{HOME}{STOPS}/fields/{made.pk}/").status_code == 200
    assert desk.get(f"{HOME}{STOPS}/fields/{made.pk}/kind/text/").status_code == 200
    assert desk.get(f"{HOME}{STOPS}/versions/2/").status_code == 200
    assert b"hromada-register/1" in desk.get(f"{HOME}{STOPS}/give/").content
    desk.post(f"{HOME}{STOPS}/do/", {"do": f"up:{other.pk}", "version": Definition.objects.get().version})
    assert list(stops.added.facets) == ["x_urna", "x_lava"]
    desk.post(f"{HOME}{STOPS}/do/", {"do": f"retire:{other.pk}", "version": Definition.objects.get().version})
    assert list(stops.added.facets) == ["x_lava"]
    made_page = desk.post(f"{HOME}new/", {"title": "Пункти обігріву", "area": "services", "icon": "home"})
    assert made_page.status_code == 302, made_page.content.decode()
    assert desk.get(f"{HOME}own.punkty-obihrivu/edit/").status_code == 200
    for text in ("{", "{}", '{"format": "hromada-register/1", "fields": [{"kind": "magic"}]}', "[" * 10000):
        refused = desk.post(f"{HOME}take/", {"text": text, "into": ""})
        assert refused.status_code == 422, text[:20]


def test_texts_are_read_as_values():
    assert read("number", "1 200,5", decimals=1) == Decimal("1200.5")
    for kind, text in (
        ("number", "NaN"),
        ("number", "1e99"),
        ("money", "1,234"),
        ("date", "30.02.2026"),
        ("boolean", "може"),
    ):
        with pytest.raises(Unreadable):
            read(kind, text)
