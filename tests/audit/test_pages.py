"""The administrator's pages, through the real chain of middleware."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.test import Client

from kernel.access.levels import Level
from kernel.access.models import Role, RoleAssignment, RoleLevel, User
from kernel.audit import search, views
from kernel.audit.chain import Break, Broken, Verdict
from kernel.audit.export import harmless
from kernel.audit.models import History, Viewing
from kernel.audit.search import page_of
from kernel.audit.viewing import log_view
from kernel.tenancy import tenant_context
from kernel.tenancy.actor import acting

AUDIT = "/administration/audit/"


@pytest.fixture
def reader(db, alpha, client_for, new_user):
    """A signed-in person with the given levels: reader(audit=Level.VIEW, access=Level.VIEW)."""

    def make(**levels: Level) -> Client:
        client = client_for("alpha")
        with tenant_context(alpha):
            person = new_user("auditor@alpha.example", last_name="Мельник", first_name="Ганна", patronymic="Юріївна")
            role = Role.objects.create(code="readers", title="Читачі")
            for module, level in levels.items():
                RoleLevel.objects.create(role=role, module=module, level=level)
            RoleAssignment.objects.create(user=person, role=role, valid_from=date(2020, 1, 1), given_by="тест")
            client.force_login(person)
        client.person = person
        return client

    return make


@pytest.fixture
def full_reader(reader):
    return reader(audit=Level.VIEW, access=Level.VIEW)


def body(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_change_through_the_site_carries_its_request(full_reader, alpha, monkeypatch):
    """The whole way: middleware, actor, trigger, page. The view writes; nobody tells it who is there."""

    def change_something(**_kwargs: object) -> Verdict:
        User.objects.filter(email="auditor@alpha.example").update(position="аудитор")
        return Verdict(0, 0, 0)

    monkeypatch.setattr(views, "verify_chain", change_something)
    response = full_reader.post(f"{AUDIT}verify/", REMOTE_ADDR="10.20.30.40")
    with tenant_context(alpha):
        entry = History.objects.get(table_name="access_user", action="update", after={"position": "аудитор"})
    assert entry.request_id == response["X-Request-ID"]
    assert (entry.actor_kind, entry.actor_id) == ("user", str(full_reader.person.pk))
    assert (entry.actor_name, entry.address) == ("Мельник Ганна Юріївна", "10.20.30.40")
    page = body(full_reader.get(AUDIT, {"request": entry.request_id}))
    assert "Мельник Г. Ю." in page and "було порожньо, стало «аудитор»" in page and "10.20.30.40" in page


def test_the_page_is_closed_to_strangers_and_to_those_without_the_right(reader, client_for, db, alpha):
    for path in ("", "views/", "verify/", "export.csv"):
        assert client_for("alpha").get(AUDIT + path).status_code == 302
    without = reader(access=Level.MANAGE)
    for path in ("", "views/", "verify/", "export.csv"):
        assert without.get(AUDIT + path).status_code == 403
    assert without.post(f"{AUDIT}verify/").status_code == 403


MADE, CHANGED = "Створено запис", "стало «архіваріус»"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({}, {MADE, CHANGED}),
        ({"person": "коваленко"}, {CHANGED}),
        ({"person": "7"}, {CHANGED}),
        ({"person": "ніхто"}, set()),
        ({"table": "access_user", "action": "update"}, {CHANGED}),
        ({"table": "access_role"}, {MADE}),
        ({"text": "АРХІВАРІУС"}, {CHANGED}),
        ({"text": "заява № 12"}, {CHANGED}),
        ({"text": "50%"}, set()),
        ({"request": "запит-1"}, {CHANGED}),
        ({"since": "2020-01-01", "until": "2020-12-31"}, set()),
        ({"since": "2020-01-01"}, {MADE, CHANGED}),
    ],
)
def test_search(full_reader, alpha, by_olena, question, found):
    with tenant_context(alpha), acting(by_olena):
        User.objects.filter(pk=full_reader.person.pk).update(position="архіваріус")
    page = body(full_reader.get(AUDIT, question))
    assert {text for text in (MADE, CHANGED) if text in page} == found
    assert ("записів немає" in page) is (not found)


def test_values_of_closed_registers_are_not_shown(reader, alpha, by_olena):
    without = reader(audit=Level.MANAGE)
    with tenant_context(alpha):
        User.objects.filter(pk=without.person.pk).update(position="таємниця")
    page = body(without.get(AUDIT))
    assert "Змінено поле «Посада»" in page and "таємниця" not in page
    assert "записів немає" in body(without.get(AUDIT, {"text": "таємниця"})), "an answer would tell the value too"
    export = b"".join(without.get(f"{AUDIT}export.csv").streaming_content).decode()
    assert "таємниця" not in export and "Посада" in export


def test_a_wrong_period_is_explained(full_reader):
    assert "Кінець періоду раніший за початок" in body(
        full_reader.get(AUDIT, {"since": "2026-02-01", "until": "2026-01-01"})
    )


def test_pages_follow_each_other_without_gaps(full_reader, alpha, new_user):
    with tenant_context(alpha):
        for number in range(120):
            new_user(f"n{number}@alpha.example")
        everything = list(History.objects.order_by("-id").values_list("id", flat=True))
        seen, before = [], None
        while True:
            page = page_of(History.objects.all(), before)
            seen += [row.pk for row in page.rows]
            if page.older is None:
                break
            before = page.older
        assert seen == everything
    assert f"before={everything[49]}" in body(full_reader.get(AUDIT))
    for strange in ("x", "-1", "9" * 30, "1.5"):
        assert full_reader.get(AUDIT, {"before": strange}).status_code == 200


def test_the_export_is_complete_safe_and_on_record(full_reader, alpha, by_olena):
    with tenant_context(alpha):
        User.objects.filter(pk=full_reader.person.pk).update(position='=HYPERLINK("http://evil")')
        User.objects.filter(pk=full_reader.person.pk).update(position="рядок\nдругий; третій")
        count = History.objects.count()
    response = full_reader.get(f"{AUDIT}export.csv")
    assert response.streaming and "attachment" in response["Content-Disposition"]
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:]), delimiter=";"))
    assert rows[0][:3] == ["Номер", "Коли (UTC)", "Хто"]
    assert len(rows) == count + 1 and {len(row) for row in rows} == {12}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    with tenant_context(alpha):
        look = Viewing.objects.get()
        assert look.actor_id == str(full_reader.person.pk) and "вивантаження" in look.note


@pytest.mark.parametrize("start", ["=1+1", "+380", "-5", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_formulas_are_neutralised(start):
    assert harmless(start) == f"'{start}"


def test_ordinary_text_is_left_alone():
    assert harmless("Коваленко") == "Коваленко"


def test_verification_shows_its_result(full_reader):
    assert "Перевірити зараз" in body(full_reader.get(f"{AUDIT}verify/"))
    assert "Журнал цілий" in body(full_reader.post(f"{AUDIT}verify/"))


def test_a_broken_journal_is_an_alarm(full_reader, monkeypatch):
    broken = Verdict(5, 1, 0, broken=Broken(Break.ROW_CHANGED, 1, 1, 9, "Серед записів є змінений."))
    monkeypatch.setattr(views, "verify_chain", lambda newest: broken)
    page = body(full_reader.post(f"{AUDIT}verify/"))
    assert "Серед записів є змінений." in page and 'role="alert"' in page and "Повідомте відповідального" in page


def test_looks_at_personal_data(full_reader, alpha, by_olena, new_user):
    with tenant_context(alpha):
        log_view(new_user("a@alpha.example"), purpose="court", note="ухвала № 1", fields=("email",))
    page = body(full_reader.get(f"{AUDIT}views/"))
    assert "запит суду чи правоохоронного органу: ухвала № 1" in page
    assert "Електронна пошта" in page and "Коваленко О. П." in page
    assert "переглядів немає" in body(full_reader.get(f"{AUDIT}views/", {"purpose": "appeal"}))


def test_a_slow_search_says_what_to_do(full_reader, monkeypatch):
    monkeypatch.setattr(search, "PATIENCE", "1ms")
    monkeypatch.setattr(
        search.HistorySearch,
        "entries",
        lambda self, readable, reader: History.objects.extra(where=["pg_sleep(0.2) IS NOT NULL"]),
    )
    assert "звузьте період" in body(full_reader.get(AUDIT))


def test_the_history_of_another_tenant_is_not_here(full_reader, beta, new_user):
    with tenant_context(beta):
        new_user("stranger@beta.example")
    assert "stranger@beta.example" not in body(full_reader.get(AUDIT, {"text": "stranger"}))
