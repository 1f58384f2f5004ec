"""The second step: a real code, a duty by role, the console, recovery codes, and who may take it away."""

from __future__ import annotations

import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator

from kernel.access.mfa import has_second_step
from kernel.access.models import Role, SignInEvent
from kernel.access.people import reset_second_step
from kernel.access.roles import assign_role
from kernel.operations import Denied
from kernel.testing.access import OPERATOR, enter, give_totp, make_person, sign_in, totp_code


def test_sign_in_with_a_real_code(here, at):
    user = make_person("administrator")
    secret = give_totp(user)
    client = at(here)
    assert sign_in(client, user)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/access/profile/").status_code == 302, "a password alone opens nothing"
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Код не той" in wrong.content.decode()
    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert client.get("/access/people/").status_code == 200
    event = SignInEvent.objects.get(user=user, kind="success")
    assert event.method == "password+totp"
    assert SignInEvent.objects.filter(user=user, kind="mfa_failure").exists()


def test_a_code_is_good_once(here, at):
    user = make_person("clerk")
    secret = give_totp(user)
    with time_machine.travel("2026-03-02 09:00:05+00:00", tick=False):
        code = totp_code(secret, time.time())
        first, second = at(here), at(here)
        for client in (first, second):
            sign_in(client, user)
            client.post("/accounts/2fa/authenticate/", {"code": code})
        assert first.get("/access/profile/").status_code == 200
        assert second.get("/access/profile/").status_code == 302


def test_the_secret_is_not_readable_in_the_database(here):
    user = make_person()
    secret = give_totp(user)
    assert secret not in str(Authenticator.objects.get(user=user).data)


def test_role_that_demands_it_leads_to_the_set_up_and_nowhere_else(here, at):
    user = make_person("administrator")
    client = at(here)
    sign_in(client, user)
    for path in ("/access/profile/", "/access/people/", "/workspace/", "/contacts/", "/accounts/password/change/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, "/accounts/second-step/"), path
    assert client.get("/accounts/second-step/").status_code == 200
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})
    assert answer.status_code == 302
    assert client.get("/access/people/").status_code == 200
    assert client.get("/accounts/second-step/").status_code == 302


def test_person_without_the_duty_works_with_a_password(here, at):
    client = at(here)
    sign_in(client, make_person("clerk"))
    assert client.get("/access/profile/").status_code == 200


def test_duty_catches_a_session_that_is_already_open(here, at):
    user, client = make_person("clerk"), at(here)
    sign_in(client, user)
    assert client.get("/access/profile/").status_code == 200
    assign_role(user, Role.objects.get(code="administrator"), by=OPERATOR)
    assert client.get("/access/profile/")["Location"] == "/accounts/second-step/"


def test_every_console_account_owes_it(console, at):
    user = make_person("ministry_reader")
    client = at("console")
    sign_in(client, user)
    assert client.get("/access/profile/")["Location"] == "/accounts/second-step/"
    give_totp(user)
    assert client.get("/access/profile/").status_code == 200


def test_last_authenticator_of_an_obliged_person_stays(here, at):
    user = make_person("administrator")
    secret = give_totp(user)
    client = at(here)
    sign_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    response = client.post("/accounts/2fa/totp/deactivate/")
    assert "Ваша роль вимагає" in response.content.decode()
    assert has_second_step(user)


def test_free_person_may_take_it_off(here, at):
    user = make_person("clerk")
    secret = give_totp(user)
    client = at(here)
    sign_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not has_second_step(user)


def test_recovery_code_comes_in_once(here, at):
    user = make_person("clerk")
    secret = give_totp(user)
    client = at(here)
    sign_in(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    client.post("/accounts/2fa/recovery-codes/generate/")
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    codes = RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes")).get_unused_codes()
    assert codes[0] in page
    for expected in (200, 302):
        other = at(here)
        sign_in(other, user)
        other.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert other.get("/access/profile/").status_code == expected


def test_too_many_wrong_codes_lock_out(here, at):
    user = make_person("clerk")
    give_totp(user)
    client = at(here)
    sign_in(client, user)
    for _attempt in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    page = client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "Забагато спроб" in page


def test_administrator_resets_a_lost_phone_but_not_his_own(here, at):
    boss, user = make_person("administrator"), make_person("accountant")
    give_totp(user)
    give_totp(boss)
    reset_second_step(user, by=boss, reason="загублено телефон, прийшов особисто")
    assert not has_second_step(user)
    with pytest.raises(Denied):
        reset_second_step(boss, by=boss, reason="незручно")
    assert has_second_step(boss)


def test_passkey_page_names_the_tenant_as_the_relying_party(here, at):
    user, client = make_person("clerk"), at(here)
    sign_in(client, user)
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    assert re.search(r'"id":\s*"alpha\.localhost"', page.replace("\\u0022", '"').replace("&quot;", '"'))


def test_second_step_cannot_be_posted_without_a_password(here, at):
    user = make_person("clerk")
    secret = give_totp(user)
    client = at(here)
    assert client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})["Location"] == "/accounts/login/"
    assert client.get("/access/profile/").status_code == 302


def test_forms_are_protected_from_other_sites(here, at):
    user = make_person("administrator")
    client = at(here, enforce_csrf_checks=True)
    enter(client, user)
    assert client.post("/access/people/invite/", {"email": "x@example.org"}).status_code == 403
    assert client.post("/accounts/login/", {"login": user.email, "password": "x"}).status_code == 403


def test_old_sign_in_is_asked_for_the_password_again(here, at):
    user, client = make_person("clerk"), at(here)
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as clock:
        sign_in(client, user)
        assert client.get("/accounts/2fa/totp/activate/").status_code == 200
        clock.shift(3600)
        assert "/accounts/reauthenticate/" in client.get("/accounts/2fa/totp/activate/")["Location"]
