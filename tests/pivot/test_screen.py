"""The page, keeping and sharing, files; what others see."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from kernel.access.levels import Level
from kernel.access.models import RoleAssignment
from kernel.audit.models import History
from kernel.pivot.crossing import Cap
from kernel.pivot.keeping import may_change, saved_for
from kernel.pivot.models import SavedPivot
from kernel.tenancy import tenant_context
from kernel.testing.access import enter, make_person, make_role
from tests.pivot.conftest import EQUIPMENT

SAVE = f"/pivot/{EQUIPMENT}/save/"
QUERY = "by=ground&across=kind&measure=sum:cost&formula=[Кількість] × 2&formula_title=Подвоєно&kind=swing&nothing=1"


def page(client, url, **given):
    answer = client.get(url, given)
    assert answer.status_code == 200
    return answer.content.decode()


def keep(client, title="Вартість", **given):
    return client.post(SAVE, {"title": title, "query": QUERY, "audience": "owner", "as": "new", **given}, follow=True)


def test_it_opens_from_the_list_with_its_conditions(equipment, at_work):
    client = at_work()
    listed = page(client, equipment.url(), kind="swing")
    assert f'href="/pivot/{EQUIPMENT}/?kind=swing"' in listed
    opened = page(client, f"/pivot/{EQUIPMENT}/", kind="swing", show="map", sort="name")
    assert 'name="show"' not in opened
    assert 'name="across"' in opened
    assert 'type="hidden" name="kind" value="swing"' in opened
    assert "Вид: гойдалка" in opened


def test_it_is_composed_by_a_plain_form(equipment, at_work, url):
    asked = {
        "plain": "1", "by": ["ground", "", ""], "across": ["kind", ""], "measure": ["sum:cost"],
        "formula": ["[Кількість] × 2", "", "("], "formula_title": ["Подвоєно", "", ""], "chart": "bars", "sums": "",
    }  # fmt: skip
    shown = page(at_work(), url, **asked)
    assert '<th scope="row">' in shown
    assert "Подвоєно" in shown
    assert "<svg" in shown
    assert "обірвана" in shown
    assert "Рядки: майданчик; Стовпці: вид" in shown
    assert "2 400,00" in shown.replace("\u00a0", " ")
    assert "/playgrounds/equipment/?ground=" in shown
    assert "<svg" in page(at_work(), url, **{**asked, "by": "installed_on:year", "chart": "lines"})


@pytest.mark.parametrize(
    "query",
    [
        "by=name%27;--", "by=ground&by=ground&across=ground", "chart=pie&sums=x", "measure=sum:name", "saved=",
        "format=exe", "by=ground&sort=-x", "formula=%00&formula_title=", "version=abc", "installed_on__from=zz&by=kind",
    ],
)  # fmt: skip
def test_nonsense_in_the_address_breaks_nothing(equipment, at_work, url, query):
    assert at_work().get(f"{url}?{query}").status_code == 200


@pytest.mark.parametrize("query", ["saved=x", "saved=999", "saved=99999999999999999999", "saved=7x"])
def test_what_is_not_there_is_404(equipment, at_work, url, query):
    assert at_work().get(f"{url}?{query}").status_code == 404


def test_the_cap_is_said_and_files_hold_more(equipment, at_work, url, monkeypatch):
    monkeypatch.setattr("kernel.pivot.views.SCREEN", Cap(1, 50))
    shown = page(at_work(), url, by="kind")
    assert "Рядків вийшло 3, а вміщується 1. Приберіть «Вид»" in shown
    assert "У файлі Excel чи CSV" in shown
    assert "format=xlsx" in shown


def test_those_without_the_right_find_nothing(equipment, at_work, client_for, url):
    assert at_work("bus_stops").get(url).status_code == 404
    assert client_for("alpha").get(url).status_code == 302
    assert at_work("bus_stops").post(SAVE, {"title": "x", "audience": "owner"}).status_code == 404


# -- keeping ---------------------------------------------------------------------------------------------------


def test_it_is_kept_by_codes_and_opens_again(equipment, at_work, url):
    client = at_work()
    answer = keep(client)
    saved = SavedPivot.objects.get()
    assert answer.redirect_chain[-1][0] == f"{url}?saved={saved.pk}"
    assert "formula=count+%2A+2" in saved.query
    assert "nothing" not in saved.query
    assert "650,00" in answer.content.decode()
    assert "Вартість" in page(client, reverse("pivot:index"))
    assert "у вас уже є" in keep(client).content.decode().lower()
    assert History.objects.filter(table_name="pivot_savedpivot", action="insert").count() == 1


def test_what_is_ones_own_is_nobody_elses(equipment, at_work, url):
    keep(at_work())
    saved, other = SavedPivot.objects.get(), at_work(level=Level.MANAGE)
    assert other.get(url, {"saved": saved.pk}).status_code == 404
    assert other.get(reverse("pivot:history", args=[saved.pk])).status_code == 404
    assert other.post(reverse("pivot:delete", args=[saved.pk])).status_code == 404
    assert other.post(SAVE, {"title": "x", "audience": "owner", "as": "same", "saved": saved.pk}).status_code == 404
    assert "Вартість" not in page(other, reverse("pivot:index"))


def test_shared_with_everybody_who_sees_the_register(equipment, at_work, url):
    keep(at_work(), audience="everybody")
    saved = SavedPivot.objects.get()
    other = at_work()
    assert "Вартість" in page(other, reverse("pivot:index"))
    assert "Зберегти зміни" not in page(other, url, saved=saved.pk)
    told = other.post(reverse("pivot:delete", args=[saved.pk]), follow=True).content.decode()
    assert "Попросіть його прибрати" in told
    stranger = at_work("bus_stops")
    assert "Вартість" not in page(stranger, reverse("pivot:index"))
    assert stranger.post(reverse("pivot:delete", args=[saved.pk])).status_code == 404
    assert may_change(saved, at_work(level=Level.MANAGE).person)


def test_shared_with_a_role(equipment, at_work, url):
    other, third = at_work(), at_work()
    code = RoleAssignment.objects.get(user=other.person).role.code
    assert "Оберіть роль" in keep(at_work(), audience="role").content.decode()
    keep(at_work(), audience="role", role=code)
    saved = SavedPivot.objects.get()
    assert "Вартість" in page(other, url, saved=saved.pk)
    assert third.get(url, {"saved": saved.pk}).status_code == 404
    RoleAssignment.objects.filter(role=saved.role).delete()
    assert saved.role is not None
    saved.role.delete()
    assert not saved_for(third.person).exists()
    assert SavedPivot.objects.get().role is None


def test_two_who_change_it_at_once(equipment, at_work, url):
    client = at_work()
    keep(client)
    saved = SavedPivot.objects.get()
    change = {"as": "same", "saved": saved.pk, "version": 1}
    assert "збережено" in keep(client, "Нова назва", **change).content.decode()
    late = keep(client, "Запізніла", **change)
    assert "тим часом змінено" in late.content.decode()
    assert f"saved={saved.pk}" in late.redirect_chain[-1][0]
    assert 'name="version" value="1"' in late.content.decode()
    saved.refresh_from_db()
    assert (saved.title, saved.version) == ("Нова назва", 2)
    assert "збережено" in keep(client, "Запізніла", **{**change, "version": 2}).content.decode()
    told = page(client, reverse("pivot:history", args=[saved.pk]))
    assert "Нова назва" in told
    assert "Запізніла" in told


def test_a_key_that_is_none_is_404(equipment, at_work):
    client = at_work()
    for key in ("", "x", "1" * 18 + "x", "9" * 30):
        assert keep(client, **{"as": "same", "saved": key}).status_code == 404


def test_it_is_taken_away(equipment, at_work):
    client = at_work()
    keep(client)
    client.post(reverse("pivot:delete", args=[SavedPivot.objects.get().pk]))
    assert not SavedPivot.objects.exists()
    assert History.objects.filter(table_name="pivot_savedpivot", action="delete").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"title": "  "}, "Назвіть зведену таблицю"),
        ({"audience": "world"}, "Оберіть, кому видно"),
        ({"query": "&".join(f"kind={n}" + "x" * 300 for n in range(20))}, "Умов забагато"),
    ],
)
def test_what_cannot_be_kept_is_said(equipment, at_work, given, told):
    assert told in keep(at_work(), **{"title": "Вартість", **given}).content.decode()


def test_the_neighbour_has_none_of_it(equipment, at_work, client_for, beta, url):
    keep(at_work(), audience="everybody")
    saved = SavedPivot.objects.get()
    with tenant_context(beta):
        person = make_person(make_role("neighbour", playgrounds=Level.MANAGE).code)
        client = enter(client_for("beta"), person)
        assert client.get(url, {"saved": saved.pk}).status_code == 404
        assert client.post(reverse("pivot:delete", args=[saved.pk])).status_code == 404
        assert client.get(reverse("pivot:history", args=[saved.pk])).status_code == 404
        assert "Парк" not in page(client, url, by="ground")


# -- files -----------------------------------------------------------------------------------------------------


def test_files_hold_the_figures(equipment, at_work, url):
    client = at_work()
    asked = {"by": ["ground", "kind"], "across": "installed_on:year", "measure": ["count", "sum:cost"]}
    sheet = load_workbook(io.BytesIO(b"".join(client.get(url, {**asked, "format": "xlsx"})))).active
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    swings = next(row for row in found if row[:2] == ["Парк", "гойдалка"])
    assert swings[2:4] == [2, 350]
    assert swings[-2:] == [2, 350]
    assert found[-1][0] == "Разом"
    assert found[-1][-2:] == [7, 2400]
    text = b"".join(client.get(url, {**asked, "format": "csv", "sums": "none"})).decode("utf-8-sig")
    assert "Парк;гойдалка;2;350,00" in text
    assert "Разом" not in text


def test_a_sheet_runs_no_formula(equipment, at_work, url):
    asked = {"by": "kind", "formula": "count + 1", "formula_title": "=1+1", "format": "csv"}
    assert "'=1+1" in b"".join(at_work().get(url, asked)).decode("utf-8-sig")
