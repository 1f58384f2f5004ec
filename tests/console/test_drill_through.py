"""The region sees the documents behind a figure while the community's own row allows it, and not otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from kernel.access.levels import Level
from kernel.access.roles import create_ready_roles
from kernel.indicators.catalogue import declared_named
from kernel.indicators.crossing import granted
from kernel.indicators.models import Grant, GrantedRow, GrantView
from kernel.notices.models import Notice
from kernel.operations import Denied
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.actor import Actor
from kernel.testing.access import enter, make_person, make_role
from shared_apps.communities.models import Community
from shared_apps.rollups import access
from shared_apps.rollups.behind import grantable
from shared_apps.rollups.models import AccessRequest

HTML = {"HTTP_ACCEPT": "text/html"}
STOPS = "bus_stops.bus-stops"
OPENED = f"{STOPS}.opened"
PURPOSE = "Перевірка субвенції на зупинки за жовтень"


@pytest.fixture
def house(alpha, platform):
    """Stops of two months, an administrator there, an analyst here."""
    with tenant_context(alpha):
        make_role("chief", access=Level.MANAGE)
        chief = make_person("chief")
        register = register_named(STOPS)
        for code, opened in (("ЗП-1", date(2026, 10, 3)), ("ЗП-2", date(2026, 10, 31)), ("ЗП-3", date(2026, 11, 1))):
            card = register.model(
                code=code, name=f"Назва {code}", landmark=f"Таємний орієнтир {code}", opened_on=opened
            )
            save_card(register, card, by=Actor("job", name="тести"))
    create_ready_roles("platform")
    return chief, make_person("operator", last_name="Аналітик")


def ask(alpha: Any, analyst: Any, **given: Any) -> AccessRequest:
    community = Community.objects.get(pk=alpha.id)
    wanted: dict[str, Any] = {"fields": ["code", "opened_on"], "purpose": PURPOSE, "days": 14, **given}
    return access.ask_access(community, declared_named(OPENED), "2026-10", by=analyst, **wanted)


def allow(alpha: Any, asked: AccessRequest, chief: Any, **given: Any) -> Grant:
    with tenant_context(alpha):
        return access.allow(asked, by=chief, **{"fields": ["code"], "days": 7, **given})


def test_asked_granted_seen_to_a_document_and_revoked(house, alpha, client_for):
    chief, analyst = house
    console = enter(client_for("console"), analyst)
    with tenant_context(alpha):
        home = enter(client_for("alpha"), chief)
    asking = {"fields_wanted": ["code", "opened_on"], "purpose": PURPOSE, "days": 14}
    sent = console.post(f"/communities/{alpha.id}/ask/?indicator={OPENED}&period=2026-10", asking)
    page = sent.headers["location"]
    assert "ще не відповіла" in console.get(page, **HTML).content.decode()
    asked = AccessRequest.objects.get()
    with tenant_context(alpha):
        assert Notice.objects.filter(person=chief, url=f"/administration/region/{asked.pk}/").exists()
    assert PURPOSE in home.get(f"/administration/region/{asked.pk}/", **HTML).content.decode()
    assert home.post(f"/administration/region/{asked.pk}/", {"fields_shown": ["code"], "days": 7}).status_code == 302

    listed = console.get(page, **HTML).content.decode()
    assert "ЗП-1" in listed and "ЗП-2" in listed and "ЗП-3" not in listed, "the rows of that month"
    document = console.get(f"{page}1/", **HTML).content.decode()
    assert "ЗП-1" in document and "03.10.2026" not in document and "Таємний" not in document
    assert console.get(f"{page}9/", **HTML).status_code == 404

    shown = home.get(f"/administration/region/{asked.pk}/", **HTML).content.decode()
    assert shown.count(analyst.email) >= 3, "every look is seen by the community"
    assert home.post(f"/administration/region/{asked.pk}/revoke/").status_code == 302
    assert console.get(f"{page}1/", **HTML).status_code == 404
    after = console.get(page, **HTML).content.decode()
    assert "відкликала дозвіл" in after and "ЗП-1" not in after
    with tenant_context(alpha):
        assert not GrantedRow.objects.exists()
        assert GrantView.objects.filter(answered=False).count() == 2


def test_the_database_itself_refuses_when_the_time_is_over(house, alpha):
    chief, analyst = house
    asked = ask(alpha, analyst)
    grant = allow(alpha, asked, chief)
    assert len(granted(asked.pk, "хтось")) == 2
    with tenant_context(alpha):
        Grant.objects.filter(pk=grant.pk).update(
            granted_at=timezone.now() - timedelta(days=2), until=timezone.now() - timedelta(seconds=1)
        )
    assert granted(asked.pk, "хтось") == [] and access.look(asked, by=analyst, place=1) == []


def test_other_fields_are_not_reachable_by_raw_sql(house, alpha):
    """Neither from the register, nor from the grant's own rows; and the function tells no more than was allowed."""
    chief, analyst = house
    asked = ask(alpha, analyst)
    grant = allow(alpha, asked, chief)
    for statement in (
        "SELECT * FROM t_alpha.bus_stops_busstop",
        "SELECT * FROM t_alpha.indicators_grantedrow",
        "UPDATE t_alpha.indicators_grant SET fields = '{code,landmark}', until = now() + interval '9 years'",
        "INSERT INTO t_alpha.indicators_grantview (grant_id, by, answered) VALUES (gen_random_uuid(), 'x', true)",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert [set(words) for _place, _key, words in granted(asked.pk, "хтось")] == [{"code"}, {"code"}]
    with tenant_context(alpha):
        GrantedRow.objects.filter(grant=grant).update(shown={"code": "ЗП-1", "landmark": "Таємний"})
    assert [set(words) for _place, _key, words in granted(asked.pk, "хтось")] == [{"code"}, {"code"}]


def test_the_trace_of_a_look_cannot_be_left_out(house, alpha):
    chief, analyst = house
    asked = ask(alpha, analyst)
    allow(alpha, asked, chief)
    with pytest.raises(DatabaseError), transaction.atomic():
        granted(asked.pk, "  ")
    granted(asked.pk, "хтось")
    with tenant_context(alpha):
        assert [one.by for one in GrantView.objects.all()] == ["хтось"]
        with pytest.raises(DatabaseError), transaction.atomic():
            GrantView.objects.all().delete()


def test_a_tenant_cannot_call_the_door_of_the_console(house, alpha, beta):
    chief, analyst = house
    asked = ask(alpha, analyst)
    allow(alpha, asked, chief)
    with tenant_context(beta), pytest.raises(DatabaseError), transaction.atomic():
        granted(asked.pk, "сусід")


def test_personal_fields_are_never_offered_nor_accepted(house, alpha):
    assert not {"rnokpp", "last_name", "phone", "email", "account"} & set(grantable(register_named("staff.employees")))
    with pytest.raises(ValidationError, match="не показує нікому"):
        ask(alpha, house[1], fields=["code", "password"])


@pytest.mark.parametrize(
    ("given", "words"),
    [({"fields": []}, "хоча б одне"), ({"purpose": "бо"}, "мету"), ({"days": 0}, "днів"), ({"days": 91}, "днів")],
)
def test_what_cannot_be_asked(house, alpha, given, words):
    with pytest.raises(ValidationError, match=words):
        ask(alpha, house[1], **given)


def test_asked_twice_is_refused_with_words(house, alpha):
    ask(alpha, house[1])
    with pytest.raises(ValidationError, match="уже чекає"):
        ask(alpha, house[1])


def test_no_more_is_allowed_than_was_asked(house, alpha):
    chief, analyst = house
    asked = ask(alpha, analyst)
    with pytest.raises(ValidationError, match="не просила"):
        allow(alpha, asked, chief, fields=["code", "landmark"])
    with pytest.raises(ValidationError, match="Не довше"):
        allow(alpha, asked, chief, days=15)
    allow(alpha, asked, chief)
    with pytest.raises(Denied, match="уже відповіли"):
        allow(alpha, asked, chief)


def test_refused_with_a_reason(house, alpha, client_for):
    chief, analyst = house
    asked = ask(alpha, analyst)
    with tenant_context(alpha):
        with pytest.raises(ValidationError):
            access.refuse(asked, by=chief, reason=" ")
        access.refuse(asked, by=chief, reason="Спершу лист")
    page = enter(client_for("console"), analyst).get(f"/requests/{asked.pk}/", **HTML)
    assert "Спершу лист" in page.content.decode()


def test_another_analyst_and_another_community_see_nothing(house, alpha, beta, client_for):
    chief, analyst = house
    asked = ask(alpha, analyst)
    allow(alpha, asked, chief)
    other = enter(client_for("console"), make_person("operator"))
    assert other.get(f"/requests/{asked.pk}/", **HTML).status_code == 404
    with tenant_context(beta):
        make_role("chief", access=Level.MANAGE)
        neighbour = enter(client_for("beta"), make_person("chief"))
    assert neighbour.get(f"/administration/region/{asked.pk}/", **HTML).status_code == 404
    with tenant_context(alpha):
        clerk = enter(client_for("alpha"), make_person())
    assert clerk.get("/administration/region/", **HTML).status_code == 403


def test_a_suspended_community_shows_nothing(house, alpha):
    chief, analyst = house
    asked = ask(alpha, analyst)
    allow(alpha, asked, chief)
    with platform_context():
        Community.objects.filter(pk=alpha.id).update(state="suspended")
        assert granted(asked.pk, "хтось") == []
