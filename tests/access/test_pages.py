"""Every page opens for those who may, sends strangers to the door, keeps what was typed, and says what to do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import get_resolver
from django.utils import timezone

from kernel.access import invitations, openid_apps, support
from kernel.access.dates import local_today
from kernel.access.delegations import delegate
from kernel.access.models import Delegation, Invitation, OneTimeLink, Role, RoleAssignment, User
from kernel.access.tokens import create_token
from kernel.testing.access import OPERATOR, enter, make_person, make_role, sign_in


@pytest.fixture
def boss(here) -> User:
    return make_person("administrator", last_name="Керівна", email="boss@example.org")


@pytest.fixture
def client(at, here, boss):
    return enter(at(here), boss)


@pytest.fixture
def furnished(here, boss) -> dict[str, object]:
    """One of everything, for the addresses that need a key."""
    person = make_person("clerk", last_name="Діловодна")
    delegate(
        person, boss, by=OPERATOR, from_date=local_today(), to_date=local_today() + timedelta(days=3), reason="наказ 5"
    )
    consent = support.give_consent(timezone.now() + timedelta(days=1), by=boss, reason="допомога")
    support.issue_one_time_link(by="Петренко", reason="заявка")
    link = OneTimeLink.objects.get()
    OneTimeLink.objects.filter(pk=link.pk).update(emergency=True)
    token, _key = create_token("Сайт", ["contacts:view"], by=boss)
    app = openid_apps.save_provider(
        None, by=OPERATOR, name="SSO", provider_id="sso", server_url="https://sso.example", client_id="x"
    )
    invitation, _token = invitations.invite("new@example.org", by=boss)
    own = make_role("own-role")
    return {
        "person_id": person.pk,
        "assignment_id": RoleAssignment.objects.get(user=person).pk,
        "delegation_id": Delegation.objects.get().pk,
        "consent_id": consent.pk,
        "link_id": link.pk,
        "token_id": token.pk,
        "app_id": app.pk,
        "invitation_id": invitation.pk,
        "code": own.code,
        "session_id": 1,
    }


def addresses(furnished: dict[str, object]) -> dict[str, str]:
    resolver = get_resolver("kernel.access.urls")
    found = {}
    for pattern in resolver.url_patterns:
        path = re.sub(r"<\w+:(\w+)>", lambda match: str(furnished[match.group(1)]), str(pattern.pattern))
        found[pattern.name] = f"/access/{path}"
    return found


def test_every_page_opens_or_asks_for_a_post(client, furnished):
    for name, path in addresses(furnished).items():
        response = client.get(path)
        expected = (200, 405) if name != "index" else (302,)
        assert response.status_code in expected, (name, path, response.status_code)
        if response.status_code == 200:
            html = response.content.decode()
            assert "<h1>" in html and "{{" not in html and "{%" not in html, name


def test_every_page_sends_a_stranger_to_the_door(at, here, furnished):
    for name, path in addresses(furnished).items():
        if name == "index":
            continue
        for method in ("get", "post"):
            response = getattr(at(here), method)(path)
            assert response.status_code in (302, 405), (name, method, response.status_code)
            if response.status_code == 302:
                assert response["Location"].startswith("/accounts/login/"), name


def test_no_page_of_administration_opens_for_a_clerk(at, here, furnished):
    own = {"profile", "names", "tokens", "revoke_token", "new_delegation", "end_delegation", "end_session", "index"}
    clerk = enter(at(here), make_person("clerk"))
    for name, path in addresses(furnished).items():
        if name in own:
            continue
        for method in ("get", "post"):
            assert getattr(clerk, method)(path).status_code in (403, 404, 405), (name, method)


def test_another_tenants_person_is_not_found(client, beta):
    from kernel.tenancy import tenant_context

    with tenant_context(beta):
        stranger = make_person()
    for path in ("", "edit/", "roles/", "deactivate/"):
        assert client.get(f"/access/people/{stranger.pk}/{path}").status_code == 404


def test_list_searches_filters_sorts_and_pages(client, here, boss):
    for number in range(30):
        make_person("clerk", last_name=f"Шевченко{number:02d}", position="Діловод")
    make_person("starosta", last_name="Гнатюк", is_active=False)
    page = client.get("/access/people/").content.decode()
    assert "1–25 з 31" in page and "Гнатюк" not in page
    assert "Шевченко29" in client.get("/access/people/?page=2").content.decode()
    found = client.get("/access/people/?q=шевченко07").content.decode()
    assert "Шевченко07" in found and "Шевченко08" not in found
    assert "Гнатюк" in client.get("/access/people/?active=no").content.decode()
    only = client.get("/access/people/?role=administrator").content.decode()
    assert "Керівна" in only and "Шевченко" not in only
    backwards = client.get("/access/people/?sort=-name").content.decode()
    assert "Шевченко29" in backwards and "Шевченко00" not in backwards
    assert "Нікого" not in page and "нікого не знайдено" in client.get("/access/people/?q=ЯЯЯ").content.decode()
    assert client.get("/access/people/?sort=password&page=zzz&role=ghost").status_code == 200


def test_list_asks_few_questions(client, here, django_assert_max_num_queries):
    for _number in range(20):
        make_person("clerk")
    # What stands over every page is remembered by the first.
    client.get("/access/people/")
    with django_assert_max_num_queries(20):
        client.get("/access/people/")


def test_invitation_form_keeps_what_was_typed(client, letters):
    page = client.post(
        "/access/people/invite/", {"email": "boss@example.org", "position": "Радниця", "roles": ["clerk"]}
    )
    html = page.content.decode()
    assert page.status_code == 422
    assert "вже є" in html and 'value="Радниця"' in html and re.search(r'value="clerk"[^>]*checked', html)
    made = client.post("/access/people/invite/", {"email": "new@example.org", "roles": ["clerk"]}, follow=True)
    assert "new@example.org" in made.content.decode() and len(letters) == 1


def test_wrong_territory_is_explained(client, furnished):
    path = f"/access/people/{furnished['person_id']}/edit/"
    page = client.post(path, {"last_name": "А", "first_name": "Б", "territories": "UA53, 12"})
    assert "не код КАТОТТГ" in page.content.decode()
    client.post(path, {"last_name": "А", "first_name": "Б", "territories": "ua53060010000012345"})
    assert User.objects.get(pk=furnished["person_id"]).territories == ["UA53060010000012345"]


def test_role_is_given_and_taken_on_the_card(client, furnished):
    card = f"/access/people/{furnished['person_id']}/"
    role = Role.objects.get(code="press_officer")
    client.post(f"{card}roles/", {"role": role.pk, "valid_from": str(local_today()), "reason": "наказ"})
    page = client.get(card).content.decode()
    assert "Речник громади" in page and "керування" in page and "Приймальні" in page
    assignment = RoleAssignment.objects.get(user=furnished["person_id"], role=role)
    client.post(f"{card}roles/{assignment.pk}/")
    assert not RoleAssignment.objects.filter(pk=assignment.pk).exists()


def test_own_card_offers_no_rights(client, boss):
    page = client.get(f"/access/people/{boss.pk}/").content.decode()
    assert "Надати роль" not in page and "Вимкнути доступ" not in page
    role = Role.objects.get(code="head")
    answer = client.post(f"/access/people/{boss.pk}/roles/", {"role": role.pk, "valid_from": str(local_today())})
    assert answer.status_code == 422 and "Собі прав не надають" in answer.content.decode()


def test_person_is_switched_off_with_a_reason_and_back(client, furnished):
    card = f"/access/people/{furnished['person_id']}/"
    assert client.post(f"{card}deactivate/", {"reason": ""}).status_code == 422
    client.post(f"{card}deactivate/", {"reason": "звільнено за згодою"})
    assert not User.objects.get(pk=furnished["person_id"]).is_active
    client.post(f"{card}reactivate/")
    assert User.objects.get(pk=furnished["person_id"]).is_active


def test_matrix_is_edited(client, furnished):
    path = "/access/roles/own-role/"
    page = client.get(path).content.decode()
    assert "Портал" in page and "Приймальні" in page and "за областю (немає)" in page
    form = {"title": "Власна роль", "level:area:portal": "1", "rule:area:portal": "department"}
    assert client.post(path, form).status_code == 302
    assert "за областю (перегляд)" in client.get(path).content.decode()
    client.post(path, form | {"level:contacts": "2", "rule:contacts": "own"})
    role = Role.objects.get(code="own-role")
    assert {(row.module, row.level, row.rule) for row in role.levels.all()} == {
        ("area:portal", 1, "department"),
        ("contacts", 2, "own"),
    }
    client.post(path, form | {"level:contacts": "inherit"})
    assert not role.levels.filter(module="contacts").exists()
    wrong = client.post(path, form | {"level:contacts": "9"})
    assert wrong.status_code == 422 and "Рівня «9» немає" in wrong.content.decode()
    refused = client.post(
        "/access/roles/administrator/",
        {"title": "Адміністратор системи", "requires_mfa": "on", "level:area:people": "3"},
    )
    assert refused.status_code == 422 and "Ви самі маєте роль" in refused.content.decode()


def test_role_is_made_like_another_and_deleted(client):
    clerk = Role.objects.get(code="clerk")
    client.post("/access/roles/new/", {"title": "Секретар школи", "code": "school", "like": clerk.pk})
    role = Role.objects.get(code="school")
    assert role.levels.count() == clerk.levels.count() and not role.built_in
    taken = client.post("/access/roles/new/", {"title": "Ще один", "code": "clerk"})
    assert taken.status_code == 422 and "зайнято" in taken.content.decode()
    client.post("/access/roles/school/delete/")
    assert not Role.objects.filter(code="school").exists()
    client.post("/access/roles/clerk/delete/")
    assert Role.objects.filter(code="clerk").exists()


def test_person_lends_rights_from_the_profile(at, here):
    user, deputy = make_person("clerk"), make_person()
    client = enter(at(here), user)
    form = {
        "from_user": user.pk,
        "to_user": deputy.pk,
        "from_date": local_today(),
        "to_date": local_today(),
        "reason": "наказ 7",
    }
    assert client.post("/access/delegations/new/", form).status_code == 302
    assert deputy.full_name in client.get("/access/profile/").content.decode()
    assert user.initials in enter(at(here), deputy).get("/access/profile/").content.decode()
    foreign = client.post("/access/delegations/new/", form | {"from_user": deputy.pk, "to_user": user.pk})
    assert foreign.status_code == 422
    delegation = Delegation.objects.get()
    assert enter(at(here), make_person("clerk")).post(f"/access/delegations/{delegation.pk}/end/").status_code == 404
    client.post(f"/access/delegations/{delegation.pk}/end/")
    delegation.refresh_from_db()
    assert delegation.ended_at and delegation.ended_by == user.full_name


def test_key_is_shown_once_on_the_page(at, here):
    client = enter(at(here), make_person("press_officer"))
    page = client.post("/access/profile/tokens/", {"name": "Сайт", "scope:contacts": "contacts:view", "days": "30"})
    assert re.search(r"hc_[a-z0-9]{8}_[\w-]{43}", page.content.decode())
    assert page["Cache-Control"] == "no-store"
    assert not re.search(r"hc_[a-z0-9]{8}_[\w-]{43}", client.get("/access/profile/tokens/").content.decode())
    wrong = client.post("/access/profile/tokens/", {"name": "Сайт", "scope:contacts": "access:manage", "days": "30"})
    assert wrong.status_code == 422


def test_own_name_is_changed(at, here):
    user = make_person("clerk")
    client = enter(at(here), user)
    client.post("/access/profile/names/", {"last_name": "Бондар", "first_name": "Ганна"})
    user.refresh_from_db()
    assert user.full_name == "Бондар Ганна"


def test_monitoring_shows_who_is_in_and_what_failed(client, at, here):
    user = make_person("clerk", last_name="Присутня")
    sign_in(at(here), user)
    at(here).post("/accounts/login/", {"login": user.email, "password": "не той"})
    page = client.get("/access/monitoring/").content.decode()
    assert "Присутня" in page and "невдала спроба" in page
    assert "Присутня" in client.get("/access/monitoring/?kind=failures").content.decode()
    assert client.get("/access/monitoring/?kind=ghost").status_code == 200


def test_consent_is_given_and_withdrawn_on_the_page(client):
    client.post("/access/support/", {"reason": "не друкується", "days": "2"})
    consent = support.open_consent()
    assert consent and "не друкується" in client.get("/access/support/").content.decode()
    assert client.post("/access/support/", {"reason": "", "days": "99"}).status_code == 422
    client.post(f"/access/support/consents/{consent.pk}/withdraw/")
    assert support.open_consent() is None


def test_pages_hold_no_class_names():
    from pathlib import Path

    import kernel.access

    folder = Path(kernel.access.__file__).parent / "templates"
    assert not [path for path in folder.rglob("*.html") if "class=" in path.read_text(encoding="utf-8")]


def test_console_has_the_same_pages(console, at):
    operator = make_person("operator")
    client = enter(at("console"), operator)
    for path in ("people/", "roles/", "roles/operator/", "profile/", "monitoring/"):
        assert client.get(f"/access/{path}").status_code == 200, path
    analyst = enter(at("console"), make_person("oblast_analyst"))
    assert analyst.get("/access/people/").status_code == 403


def test_expired_invitations_are_marked(client):
    Invitation.objects.create(
        email="late@example.org",
        token_hash="x" * 64,
        invited_by="тести",
        invited_at=timezone.now() - timedelta(days=9),
        expires_at=timezone.now() - timedelta(days=2),
    )
    assert "строк минув" in client.get("/access/people/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "people/?q=%00&page=-1&sort=%27",
        "people/00000000-0000-0000-0000-000000000000/",
        "people/not-a-key/",
        "roles/%00/",
        "roles/ghost/",
        "openid/99999999999999999999999/",
        "monitoring/?page=999999999999999999999&kind=%00",
        "delegations/new/?from=%00",
    ],
)
def test_nonsense_in_the_address_is_not_an_error(client, path):
    assert client.get(f"/access/{path}").status_code in (200, 404)


def test_nonsense_in_doors_is_not_an_error(at, here):
    for path in ("/accounts/invitation/%00/", "/accounts/one-time/%D1%97/", f"/accounts/invitation/{'a' * 5000}/"):
        assert at(here).get(path).status_code == 404
    login = at(here).post("/accounts/login/", {"login": "a\0@b.ua", "password": "x\0"})
    assert login.status_code == 200
    assert at(here).get("/accounts/oidc/ghost/login/").status_code == 404
    assert at(here).get("/accounts/oidc/ghost/login/callback/?code=x&state=y").status_code == 404
