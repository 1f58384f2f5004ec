"""Keys of programs and the API: scopes, the owner's rights, ends, other tenants, problem documents."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from kernel.access import roles
from kernel.access.levels import Level
from kernel.access.models import ApiToken, RoleAssignment
from kernel.access.people import deactivate_person
from kernel.access.tokens import create_token, possible_scopes, revoke_token
from kernel.modules.entitlement import disable_module
from kernel.operations import Denied
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR, make_person, make_role
from tenant_apps.portal.contacts.models import Contact


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def is_problem(response, status: int) -> dict:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status and body["title"] and body["detail"]
    return body


def test_key_is_shown_once_and_only_its_hash_is_kept(here):
    token, key = create_token("Сайт", ["contacts:view"], by=make_person("press_officer"))
    assert key.startswith(f"hc_{token.prefix}_") and len(token.prefix) == 8
    assert key.rsplit("_", 1)[1] not in str(ApiToken.objects.values().get(pk=token.pk))


def test_program_asks_who_it_is_and_whose_data_it_sees(here, at):
    user = make_person("press_officer")
    _token, key = create_token("Сайт", ["contacts:view"], by=user)
    me = at(here).get("/api/v1/me", headers=bearer(key)).json()
    assert (me["name"], me["token"], me["scopes"]) == (user.full_name, "Сайт", ["contacts:view"])
    assert [(right["module"], right["level"]) for right in me["rights"]] == [("contacts", "view")]
    community = at(here).get("/api/v1/community", headers=bearer(key)).json()
    assert (community["slug"], community["id"]) == ("alpha", str(here.id))


@pytest.mark.parametrize(
    "key",
    ["", "hc_", "hc_aaaaaaaa_" + "b" * 43, "Basic qwerty", "hc_AAAAAAAA_'; DROP TABLE", "ключ", "x" * 5000],
)
def test_forged_key_is_refused(here, at, key):
    response = at(here).get("/api/v1/me", headers={"authorization": f"Bearer {key}".encode().decode("latin-1")})
    is_problem(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"


def test_no_key_and_a_session_instead_of_a_key_are_refused(here, at):
    from kernel.testing.access import enter

    is_problem(at(here).get("/api/v1/me"), 401)
    is_problem(enter(at(here), make_person("press_officer")).get("/api/v1/me"), 401)


def test_right_beginning_with_a_wrong_end_is_refused(here, at):
    _token, key = create_token("Сайт", ["contacts:view"], by=make_person("press_officer"))
    is_problem(at(here).get("/api/v1/me", headers=bearer(key[:-1] + ("a" if key[-1] != "a" else "b"))), 401)


def test_key_of_another_tenant_opens_nothing(here, beta, at):
    user = make_person("press_officer")
    token, key = create_token("Сайт", ["contacts:view"], by=user)
    is_problem(at(beta).get("/api/v1/me", headers=bearer(key)), 401)
    with tenant_context(beta):
        twin = make_person("press_officer")
        ApiToken.objects.create(
            prefix=token.prefix,
            hash=token.hash,
            name="Перенесений",
            scopes=token.scopes,
            created_by=twin,
            expires_at=token.expires_at,
        )
    is_problem(at(beta).get("/api/v1/me", headers=bearer(key)), 401)
    is_problem(at("console").get("/api/v1/me", headers=bearer(key)), 404)


def test_key_ends_is_revoked_and_dies_with_its_owner(here, at):
    user = make_person("press_officer")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        _token, key = create_token("Сайт", ["contacts:view"], by=user, valid_for=timedelta(days=1))
        assert at(here).get("/api/v1/me", headers=bearer(key)).status_code == 200
        clock.shift(timedelta(days=1))
        is_problem(at(here).get("/api/v1/me", headers=bearer(key)), 401)
    token, key = create_token("Сайт", ["contacts:view"], by=user)
    with pytest.raises(Denied):
        revoke_token(token, by=make_person("clerk"))
    revoke_token(token, by=user)
    is_problem(at(here).get("/api/v1/me", headers=bearer(key)), 401)
    _token, key = create_token("Сайт", ["contacts:view"], by=user)
    deactivate_person(user, by=OPERATOR, reason="звільнено")
    is_problem(at(here).get("/api/v1/me", headers=bearer(key)), 401)


def test_key_never_gives_more_than_the_owner_has_today(here, at):
    user = make_person("press_officer")
    _token, key = create_token("Сайт", ["contacts:manage"], by=user)
    assert at(here).get("/api/v1/contacts/", headers=bearer(key)).status_code == 200
    roles.withdraw_role(RoleAssignment.objects.get(user=user), by=OPERATOR)
    is_problem(at(here).get("/api/v1/contacts/", headers=bearer(key)), 403)


def test_key_is_refused_beyond_the_owner_when_made(here):
    clerk = make_person("clerk")
    offered = {subject.code: levels for subject, levels in possible_scopes(clerk)}
    assert offered["contacts"] == [Level.VIEW, Level.EDIT]
    assert not {"access", "modules", "audit"} & offered.keys()
    for scopes in (["contacts:manage"], ["access:view"], ["ghost:view"], ["contacts:everything"], []):
        with pytest.raises(Denied):
            create_token("Сайт", scopes, by=clerk)
    for days in (0, -1, 367):
        with pytest.raises(Denied):
            create_token("Сайт", ["contacts:view"], by=clerk, valid_for=timedelta(days=days))


def test_key_does_less_than_its_owner(here, at):
    user = make_person("press_officer")
    _token, key = create_token("Читач", ["contacts:view"], by=user)
    body = {"title": "ЦНАП", "phone": "067 123-45-67"}
    is_problem(at(here).post("/api/v1/contacts/", body, "application/json", headers=bearer(key)), 403)
    _token, key = create_token("Писар", ["contacts:edit"], by=user)
    made = at(here).post("/api/v1/contacts/", body, "application/json", headers=bearer(key))
    assert made.status_code == 201 and made.json()["phone"] == "+380671234567"
    _token, key = create_token("Інший", ["access:view"], by=make_person("administrator"))
    is_problem(at(here).get("/api/v1/contacts/", headers=bearer(key)), 403)


def test_record_rules_hold_in_the_api(here, at):
    make_role("one", contacts=(Level.EDIT, "own"))
    user, other = make_person("one"), make_person()
    _token, key = create_token("Сайт", ["contacts:edit"], by=user)
    foreign = Contact(title="Чужий", created_by=other)
    foreign.name_address()
    foreign.save()
    client = at(here)
    assert client.get("/api/v1/contacts/", headers=bearer(key)).json()["items"] == []
    is_problem(client.get(f"/api/v1/contacts/{foreign.pk}", headers=bearer(key)), 404)
    is_problem(
        client.put(f"/api/v1/contacts/{foreign.pk}", {"title": "Мій"}, "application/json", headers=bearer(key)), 404
    )
    is_problem(client.delete(f"/api/v1/contacts/{foreign.pk}", headers=bearer(key)), 404)
    made = client.post("/api/v1/contacts/", {"title": "Свій"}, "application/json", headers=bearer(key))
    seen = {**bearer(key), "if-match": made["ETag"]}
    assert client.delete(f"/api/v1/contacts/{made.json()['id']}", headers=seen).status_code == 200


def test_errors_are_problem_documents(here, at):
    _token, key = create_token("Сайт", ["contacts:edit"], by=make_person("press_officer"))
    client, headers = at(here), bearer(key)
    body = is_problem(client.post("/api/v1/contacts/", {"phone": 5}, "application/json", headers=headers), 422)
    assert {error["field"] for error in body["errors"]} >= {"title"}
    body = is_problem(
        client.post("/api/v1/contacts/", {"title": "А", "phone": "12"}, "application/json", headers=headers), 422
    )
    assert [error["field"] for error in body["errors"]] == ["phone"]
    is_problem(client.post("/api/v1/contacts/", "{", "application/json", headers=headers), 400)
    is_problem(client.post("/api/v1/contacts/", {"title": "А\0"}, "application/json", headers=headers), 422)
    for query in ("limit=-1", "limit=0", "offset=-5", "limit=x"):
        is_problem(client.get(f"/api/v1/contacts/?{query}", headers=headers), 422)
    is_problem(client.get(f"/api/v1/contacts/{10**30}", headers=headers), 422)
    is_problem(client.get("/api/v1/no-such-thing", headers=headers), 404)
    is_problem(client.get("/api/v2/me", headers=headers), 404)
    answer = client.patch("/api/v1/me", headers=headers)
    is_problem(answer, 405)
    assert answer["Allow"] == "GET"


def test_module_that_is_off_is_not_in_the_api(here, at):
    _token, key = create_token("Сайт", ["contacts:view"], by=make_person("press_officer"))
    disable_module("contacts", by=OPERATOR, reason="не треба")
    is_problem(at(here).get("/api/v1/contacts/", headers=bearer(key)), 404)
    assert at(here).get("/api/v1/me", headers=bearer(key)).json()["rights"] == []


def test_description_is_openapi_3_1(here, at):
    schema = at(here).get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert {"/api/v1/me", "/api/v1/community", "/api/v1/contacts/"} <= set(schema["paths"])
    answer = schema["paths"]["/api/v1/me"]["get"]["responses"]["default"]
    assert "application/problem+json" in answer["content"]
    assert schema["components"]["securitySchemes"]


def test_last_use_is_noted_but_not_on_every_call(here, at):
    user = make_person("press_officer")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        token, key = create_token("Сайт", ["contacts:view"], by=user)
        at(here).get("/api/v1/me", headers=bearer(key))
        token.refresh_from_db()
        first = token.last_used_at
        assert (first, token.last_used_from) == (timezone.now(), "127.0.0.1")
        clock.shift(30)
        at(here).get("/api/v1/me", headers=bearer(key))
        token.refresh_from_db()
        assert token.last_used_at == first
        clock.shift(31)
        at(here).get("/api/v1/me", headers=bearer(key))
        token.refresh_from_db()
        assert token.last_used_at > first


def test_history_names_the_program(here, at):
    from kernel.audit.models import History

    user = make_person("press_officer")
    token, key = create_token("Сайт", ["contacts:edit"], by=user)
    at(here).post("/api/v1/contacts/", {"title": "ЦНАП"}, "application/json", headers=bearer(key))
    entry = History.objects.filter(table_name="contacts_contact").latest("id")
    assert "Сайт" in str(entry.__dict__) and str(token.pk) in str(entry.__dict__)


def test_guessing_is_slowed_down(here, at):
    client = at(here)
    for _attempt in range(30):
        client.get("/api/v1/me", headers=bearer("hc_aaaaaaaa_" + "b" * 43))
    is_problem(client.get("/api/v1/me", headers=bearer("hc_aaaaaaaa_" + "b" * 43)), 429)
