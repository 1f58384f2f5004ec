"""The register's own faces, where the module adds something of its own: import by code, masks, actions."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.access.roles import create_ready_roles
from kernel.audit.models import Viewing
from kernel.registers.importing import runs
from kernel.registers.importing.models import ImportLine
from kernel.registers.registry import register_named
from kernel.testing.access import enter, make_person
from tenant_apps.property.organisations import demo
from tenant_apps.property.organisations.models import BankAccount, Party

HEAD = "вид;код за ЄДРПОУ;РНОКПП;найменування;КВЕД;адреса"


@pytest.fixture(autouse=True)
def roles(in_alpha, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    create_ready_roles("hromada")


@pytest.fixture
def accountant():
    return make_person("accountant")


@pytest.fixture
def parties():
    return register_named("organisations.parties")


@pytest.fixture
def client(client_for, accountant):
    return enter(client_for("alpha"), accountant)


def tried(register, user, *rows, head=HEAD):
    content = "\n".join([head, *rows, ""]).encode("cp1251")
    run = runs.begin(register, SimpleUploadedFile("контрагенти.csv", content), by=user)
    assert runs.match(run, run.columns, "both", by=user) == [], run.columns
    return runs.try_out(run, by=user)


def told(run, number):
    line = ImportLine.objects.get(run_id=run.pk, number=number)
    return " ".join(fault["message"] for fault in line.errors or [])


def test_import_by_code(parties, accountant):
    rows = (
        "юридична особа;15622;;Установа;8411;м. Дубогір",
        "юридична особа;1436 0570;;Товариство;84,11;",
    )
    run = tried(parties, accountant, *rows)
    assert (run.rows, run.to_create, run.wrong) == (2, 2, 0), list(ImportLine.objects.values("number", "errors"))
    run = runs.start_loading(run, by=accountant)
    assert run.loaded == 2, list(ImportLine.objects.values("number", "errors"))
    assert Party.objects.get(edrpou="00015622").kved == "84.11"
    again = tried(parties, accountant, "юридична особа;14360570;;Товариство «Нове»;84.11;")
    assert (again.to_create, again.to_update, again.wrong) == (0, 1, 0)
    runs.start_loading(again, by=accountant)
    assert Party.objects.get(edrpou="14360570").full_name == "Товариство «Нове»"


def test_people_are_imported_by_their_number(parties, accountant):
    run = tried(
        parties,
        accountant,
        "ФОП;3287345283;Мельник;Ірина;Олегівна",
        "фізична особа;3121212314;Гук;Іван;",
        head="вид;РНОКПП;прізвище;ім’я;по батькові",
    )
    run = runs.start_loading(run, by=accountant)
    assert run.loaded == 2, list(ImportLine.objects.values("number", "errors"))
    assert Party.objects.get(rnokpp="3287345283").name == "Мельник Ірина Олегівна"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("юридична особа;32855968;;Товариство;;", "Контрольна цифра"),
        ("юридична особа;143605701;;Товариство;;", "вміщується 8"),
        ("юридична особа;ТОВ;;Товариство;;", "лише з цифр"),
        ("фізична особа;;3121212315;Мельник Іван;;", "не сходиться"),
        ("юридична особа;14360570;;;;", "Впишіть повну назву"),
        ("юридична особа;14360570;3121212314;Товариство;;", "РНОКПП має людина"),
        ("юридична особа;14360570;;Товариство;84;", "довіднику"),
    ],
)
def test_wrong_row_is_named_and_nothing_is_made(parties, accountant, row, words):
    run = tried(parties, accountant, row)
    if not run.wrong:
        run = runs.start_loading(run, by=accountant)
    assert words in told(run, 2)
    assert not Party.objects.exists()


def test_number_stands_behind_a_mask_on_list_and_card(client, accountant, parties):
    demo.load(accountant)
    person = Party.objects.filter(kind="entrepreneur").first()
    for page in (parties.url(), parties.url("card", person.pk), parties.url("edit", person.pk)):
        assert person.rnokpp not in client.get(page).content.decode(), page
    assert not Viewing.objects.exists()


def test_form_says_what_is_wrong_and_keeps_what_was_typed(client, parties):
    given = {"kind": "legal", "full_name": "Товариство", "edrpou": "32855968", "status": "active"}
    page = client.post(parties.url("new"), given)
    html = page.content.decode()
    assert page.status_code == 422 and "підставу винятку" in html and 'value="32855968"' in html
    page = client.post(parties.url("new"), given | {"edrpou_exception": "виписка від 01.02.2026"}, follow=True)
    assert Party.objects.get().edrpou == "32855968", page.content.decode()
    assert "записано як виняток" in page.content.decode()


def test_account_is_added_and_closed_by_pages(client, accountant):
    party = Party.objects.create(kind="legal", full_name="Товариство", edrpou="14360570")
    accounts = register_named("organisations.bank-accounts")
    given = {"party": party.pk, "iban": "UA45 3052 9900 0002 6007 0116 0957 1", "currency": "UAH"}
    assert client.post(accounts.url("new"), given).status_code == 302
    account = BankAccount.objects.get()
    assert account.main and account.iban == "UA453052990000026007011609571"
    assert client.post(accounts.url("action", account.pk, "close"), {"on": "2026-06-30"}).status_code == 302
    account.refresh_from_db()
    assert str(account.closed_on) == "2026-06-30" and not account.main
    assert client.get(accounts.url("action", account.pk, "close")).status_code in (403, 404)
