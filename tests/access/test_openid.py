"""Sign-in by OpenID Connect, end to end over HTTP: who is let in, who is not, and what a bad provider gets."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa

from kernel.access import invitations, openid_apps
from kernel.access.models import SignInEvent, User
from kernel.access.openid.adapter import AddressRefused, refuse_inner
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR, enter, give_totp, make_person, sign_in
from tests.access.openid_provider import Provider, running

LOGIN = "/accounts/oidc/sso/login/"


@pytest.fixture
def provider(here) -> Iterator[Provider]:
    with running() as provider:
        connect(provider)
        yield provider


def connect(provider: Provider) -> None:
    openid_apps.save_provider(
        None,
        by=OPERATOR,
        name="Вхід громади",
        provider_id="sso",
        server_url=provider.url,
        client_id=provider.client_id,
        secret=provider.client_secret,
    )


def come_in(client, provider: Provider):
    """From the button to the page the browser ends on; the provider's page always agrees."""
    away = client.post(LOGIN)
    assert away.status_code == 302 and away["Location"].startswith(f"{provider.url}/authorize?")
    back = urlsplit(provider.agree(away["Location"]))
    return client.get(f"{back.path}?{back.query}")


def is_in(client) -> bool:
    return client.get("/access/profile/").status_code == 200


def test_person_with_the_same_proved_address_comes_in(provider, here, at):
    user = make_person("clerk", email="iryna@example.org")
    client = at(here)
    come_in(client, provider)
    assert is_in(client)
    assert SocialAccount.objects.get().user == user
    assert SignInEvent.objects.get(user=user, kind="success").method == "socialaccount"
    again = at(here)
    come_in(again, provider)
    assert is_in(again) and User.objects.count() == 1
    assert "/keys" in provider.paths, "the signature was checked, not taken on trust"


def test_button_is_on_the_sign_in_page_and_needs_a_post(provider, here, at):
    assert "Вхід громади" in at(here).get("/accounts/login/").content.decode()
    page = at(here).get(LOGIN)
    assert page.status_code == 200, "a link from elsewhere must not start a sign-in"


def test_the_page_lets_its_form_lead_to_this_provider_only(provider, here, at):
    """Everything else of the policy stays, and no other page has the provider in it."""
    policy = at(here).get(LOGIN)["Content-Security-Policy"]
    assert f"form-action 'self' {provider.url};" in f"{policy};"
    plain = at(here).get("/accounts/login/")["Content-Security-Policy"]
    assert policy.replace(f" {provider.url}", "") == plain
    assert provider.url not in plain


def test_the_page_opens_while_the_provider_is_down(here, at):
    with running() as gone:
        connect(gone)
    page = at(here).get(LOGIN)
    assert page.status_code == 200
    assert f"form-action 'self' {gone.url}" in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    ["https://sso.example; script-src *", "https://sso.exa mple", "javascript:alert(1)", "https://*", "//sso.example"],
)
def test_an_odd_address_never_reaches_the_header(here, at, address):
    with running() as gone:
        connect(gone)
    app = openid_apps.providers().get()
    app.settings["server_url"] = address
    app.save()
    policy = at(here).get(LOGIN)["Content-Security-Policy"]
    assert policy == at(here).get("/accounts/login/")["Content-Security-Policy"]


def test_address_carries_state_nonce_and_pkce(provider, here, at):
    asked = parse_qs(urlsplit(at(here).post(LOGIN)["Location"]).query)
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://alpha.localhost/accounts/oidc/sso/login/callback/"]


def test_page_address_cannot_change_what_is_asked(provider, here, at):
    away = at(here).post(f"{LOGIN}?auth_params=redirect_uri%3Dhttps%3A%2F%2Fevil.example&scope=everything")
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["redirect_uri"] == ["http://alpha.localhost/accounts/oidc/sso/login/callback/"]
    assert "everything" not in asked["scope"][0]


def test_stranger_is_refused_with_the_next_step(provider, here, at):
    client = at(here)
    page = come_in(client, provider)
    assert page.status_code == 403 and "Попросіть адміністратора" in page.content.decode()
    assert not is_in(client) and not User.objects.exists() and not SocialAccount.objects.exists()


def test_unproved_address_is_refused(provider, here, at):
    make_person(email="iryna@example.org")
    provider.person["email_verified"] = False
    client = at(here)
    assert come_in(client, provider).status_code == 403 and not is_in(client)


def test_dismissed_person_is_refused_like_a_stranger(provider, here, at):
    make_person(email="iryna@example.org", is_active=False)
    client = at(here)
    assert come_in(client, provider).status_code == 403 and not is_in(client)


def test_dismissed_person_with_a_linked_account_is_refused(provider, here, at):
    user, client = make_person(email="iryna@example.org"), at(here)
    come_in(client, provider)
    User.objects.filter(pk=user.pk).update(is_active=False)
    other = at(here)
    assert come_in(other, provider).status_code == 403 and not is_in(other)


def test_invited_person_comes_in_and_the_invitation_is_used(provider, here, at):
    invitation, token = invitations.invite("iryna@example.org", by=OPERATOR, roles=["clerk"], position="Діловод")
    client = at(here)
    come_in(client, provider)
    assert is_in(client)
    user = User.objects.get()
    assert (user.full_name, user.position, user.has_usable_password()) == ("Мельник Ірина", "Діловод", False)
    assert [row.role.code for row in user.assignments.all()] == ["clerk"]
    invitation.refresh_from_db()
    assert invitation.accepted_by == user
    assert at(here).get(invitations.invitation_path(token)).status_code == 404


def test_provider_of_one_tenant_is_not_anothers(provider, here, beta, at):
    make_person(email="iryna@example.org")
    assert at(beta).post(LOGIN).status_code == 404
    away = at(here).post(LOGIN)
    back = urlsplit(provider.agree(away["Location"]))
    with tenant_context(beta):
        make_person(email="iryna@example.org")
        connect(provider)
    client = at(beta)
    client.get(f"{back.path}?{back.query}")
    assert not is_in(client), "an answer meant for another tenant"


def test_answer_without_our_question_is_refused(provider, here, at):
    make_person(email="iryna@example.org")
    asked = provider.agree(at(here).post(LOGIN)["Location"])
    victim = at(here)
    back = urlsplit(asked)
    victim.get(f"{back.path}?{back.query}")
    assert not is_in(victim), "the state belongs to another browser"
    assert not is_in(victim) and SocialAccount.objects.count() == 0


def test_answer_works_once(provider, here, at):
    make_person(email="iryna@example.org")
    client = at(here)
    back = urlsplit(provider.agree(client.post(LOGIN)["Location"]))
    client.get(f"{back.path}?{back.query}")
    assert is_in(client)
    client.post("/accounts/logout/")
    client.get(f"{back.path}?{back.query}")
    assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "somebody else's"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"exp": 1},
        {"azp": "another-client"},
    ],
)
def test_token_not_made_for_this_sign_in_is_refused(provider, here, at, claims):
    make_person(email="iryna@example.org")
    provider.claims = claims
    client = at(here)
    page = come_in(client, provider)
    assert not is_in(client) and page.status_code in (200, 401, 403)


def test_token_signed_by_another_key_is_refused(provider, here, at):
    make_person(email="iryna@example.org")
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    client = at(here)
    come_in(client, provider)
    assert not is_in(client)


@pytest.mark.parametrize(("algorithm", "key"), [("none", None), ("HS256", Provider.client_secret.encode() * 3)])
def test_unsigned_token_and_shared_secret_are_refused(provider, here, at, algorithm, key):
    make_person(email="iryna@example.org")
    provider.algorithm, provider.signing_key = algorithm, key
    client = at(here)
    come_in(client, provider)
    assert not is_in(client)


def test_user_info_of_another_subject_is_refused(provider, here, at):
    make_person(email="victim@example.org")
    provider.userinfo = {"sub": "43", "email": "victim@example.org"}
    client = at(here)
    come_in(client, provider)
    assert not is_in(client)


def test_second_step_is_asked_after_the_provider_too(provider, here, at):
    user = make_person("administrator", email="iryna@example.org")
    give_totp(user)
    client = at(here)
    assert come_in(client, provider)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_provider_that_is_down_gives_a_page_and_not_an_error(provider, here, at):
    client = at(here)
    away = client.post(LOGIN)
    back = urlsplit(provider.agree(away["Location"]))
    provider.codes.clear()
    page = client.get(f"{back.path}?{back.query}")
    assert page.status_code in (200, 401, 403) and not is_in(client)


def test_only_an_administrator_names_providers(provider, here, at):
    assert enter(at(here), make_person("head")).get("/access/openid/").status_code == 403
    client = enter(at(here), make_person("administrator"))
    assert "Вхід громади" in client.get("/access/openid/").content.decode()
    app = openid_apps.providers().get()
    page = client.get(f"/access/openid/{app.pk}/").content.decode()
    assert provider.client_secret not in page
    changed = {"name": "Новий", "provider_id": "sso", "server_url": provider.url, "client_id": "x", "secret": ""}
    assert client.post(f"/access/openid/{app.pk}/", changed).status_code == 302
    app.refresh_from_db()
    assert (app.name, app.secret) == ("Новий", provider.client_secret), "an empty secret keeps the old one"


@pytest.mark.parametrize(
    "url",
    ["http://sso.example.org/", "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://[::1]/"],
)
def test_our_server_is_not_a_way_inside(url):
    with pytest.raises(AddressRefused):
        refuse_inner(url)


def test_password_still_works_beside_it(provider, here, at):
    user = make_person(email="iryna@example.org")
    come_in(at(here), provider)
    client = at(here)
    sign_in(client, user)
    assert is_in(client)
