"""Registers with references, codes of their own and rules in the model."""

from __future__ import annotations

import pytest

from kernel.access.levels import Level
from kernel.registers.importing import runs
from kernel.registers.registry import register_named
from kernel.testing.access import make_person, make_role
from tests.importing.conftest import csv_of, told, upload


@pytest.fixture
def officer(in_alpha):
    make_role("importer", staff=Level.MANAGE, organisations=Level.MANAGE)
    return make_person("importer")


def tried(label: str, officer, content: bytes, columns: list[str]):
    run = runs.begin(register_named(label), upload(content), by=officer)
    assert runs.match(run, columns, "both", by=officer) == []
    return runs.try_out(run, by=officer)


def test_references_are_found_by_what_people_call_them(officer, media):
    departments = register_named("staff.departments").model
    run = tried(
        "staff.departments",
        officer,
        csv_of("01;ЦНАП", "02;Відділ земельних ресурсів", head="Код;Назва"),
        ["code", "name"],
    )
    run = runs.start_loading(run, by=officer)
    assert run.loaded == 2, run.failure
    run = tried(
        "staff.positions", officer,
        csv_of("цнап;Адміністратор;1", "02;Землевпорядник;0,5", "Відділ земельних ресурс;Юрист;1", "Немає такого;Юрист;1",
               "ЦНАП;Касир;багато", head="Відділ;Посада;Ставка"),
        ["department", "title", "rate"],
    )  # fmt: skip
    assert (run.to_create, run.wrong) == (2, 3)
    assert "Схоже на «Відділ земельних ресурсів»" in told(run, 4)
    assert "Немає в реєстрі" in told(run, 5) and "не число" in told(run, 6)
    assert runs.accept_all(run, by=officer) == 1
    run.refresh_from_db()
    assert (run.to_create, run.wrong) == (3, 2)
    run = runs.start_loading(run, by=officer)
    titles = register_named("staff.positions").model.objects.filter(department__in=departments.objects.all())
    assert set(titles.values_list("title", flat=True)) == {"Адміністратор", "Землевпорядник", "Юрист"}


def test_parties_are_known_by_either_code_and_judged_by_their_model(officer, media):
    head = "Вид;ЄДРПОУ;РНОКПП;Прізвище;Імʼя;Повна назва"
    columns = ["kind", "edrpou", "rnokpp", "last_name", "first_name", "full_name"]
    label = "organisations.parties"
    kinds = dict(register_named(label).facets["kind"].choices)
    legal = kinds.get("legal", next(iter(kinds.values())))
    run = tried(
        label, officer, csv_of(f"{legal};1234567;;;;ТОВ «Мале»", f"{legal};00032129;;;;Банк", head=head), columns
    )
    assert "8 цифр" in told(run, 2)
    if run.to_create:
        run = runs.start_loading(run, by=officer)
        again = tried(label, officer, csv_of(f"{legal};00032129;;;;Банк ощадний", head=head), columns)
        assert (again.to_create, again.to_update) == (0, 1)
