"""Sessions: one tenant's, seen, ended by their owner or an administrator; dead with a dismissal."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from kernel.access.models import SignInEvent, User
from kernel.access.people import deactivate_person, end_session
from kernel.operations import Denied
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR, PASSWORD, enter, make_person, sign_in

COOKIE = "hromada_session"


def test_cookie_of_one_tenant_is_nobodys_on_another(here, beta, at):
    user = make_person()
    client = at(here)
    sign_in(client, user)
    assert client.get("/access/profile/").status_code == 200
    foreign = at(beta)
    foreign.cookies[COOKIE] = client.cookies[COOKIE].value
    assert foreign.get("/access/profile/").status_code == 302
    console = at("console")
    console.cookies[COOKIE] = client.cookies[COOKIE].value
    assert console.get("/access/profile/").status_code == 302


def test_row_carried_into_another_tenant_opens_nothing(here, beta, at):
    user, client = make_person(), at(here)
    sign_in(client, user)
    row = Session.objects.get(pk=client.cookies[COOKIE].value)
    with tenant_context(beta):
        User.objects.create(pk=user.pk, email=user.email, password=user.password, last_name="Т", first_name="Т")
        Session.objects.create(pk=row.pk, session_data=row.session_data, expire_date=row.expire_date)
    foreign = at(beta)
    foreign.cookies[COOKIE] = row.pk
    assert foreign.get("/access/profile/").status_code == 302


def test_session_that_names_another_owner_is_refused(here, at):
    """Even with one key for all: the second ring of the same wall."""
    user, client = make_person(), at(here)
    enter(client, user)
    session = client.session
    assert session["_scope"] == str(here.id)
    data = session.load() | {"_scope": "somebody else"}
    Session.objects.filter(pk=session.session_key).update(session_data=session.encode(data))
    assert client.get("/access/profile/").status_code == 302


@pytest.mark.parametrize("forged", ["x" * 32, "", "../../etc/passwd"])
def test_forged_cookie_is_a_stranger(here, at, forged):
    client = at(here)
    client.cookies[COOKIE] = forged
    assert client.get("/access/profile/").status_code == 302


def test_session_is_seen_with_address_and_ended_by_its_owner(here, at):
    user, first, second = make_person(), at(here), at(here)
    sign_in(first, user)
    sign_in(second, user)
    sessions = UserSession.objects.filter(user=user)
    assert sessions.count() == 2
    mine = sessions.get(session_key=second.cookies[COOKIE].value)
    assert mine.ip == "127.0.0.1"
    assert first.post(f"/access/sessions/{mine.pk}/end/").status_code == 302
    assert second.get("/access/profile/").status_code == 302
    assert first.get("/access/profile/").status_code == 200


def test_owner_ends_all_others_from_the_list(here, at):
    user, first, second = make_person(), at(here), at(here)
    sign_in(first, user)
    sign_in(second, user)
    assert second.get("/accounts/sessions/").status_code == 200
    second.post("/accounts/sessions/")
    assert first.get("/access/profile/").status_code == 302
    assert second.get("/access/profile/").status_code == 200


def test_administrator_ends_anybodys_and_others_do_not(here, at):
    user, boss, colleague = make_person("clerk"), make_person("administrator"), make_person("head")
    client = at(here)
    sign_in(client, user)
    session = UserSession.objects.get(user=user)
    with pytest.raises(Denied):
        end_session(session, by=colleague)
    assert enter(at(here), colleague).post(f"/access/sessions/{session.pk}/end/").status_code == 404
    assert enter(at(here), boss).post(f"/access/sessions/{session.pk}/end/").status_code == 302
    assert client.get("/access/profile/").status_code == 302


def test_dismissal_is_felt_at_once(here, at):
    user, client = make_person(), at(here)
    sign_in(client, user)
    deactivate_person(user, by=OPERATOR, reason="звільнено")
    assert client.get("/access/profile/").status_code == 302
    assert not UserSession.objects.filter(user=user).exists()


def test_new_password_ends_other_sessions(here, at):
    user, here_client, elsewhere = make_person(), at(here), at(here)
    sign_in(here_client, user)
    sign_in(elsewhere, user)
    new = "Жовтий-пароплав-на-Ворсклі-3"
    here_client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert elsewhere.get("/access/profile/").status_code == 302
    assert SignInEvent.objects.filter(user=user, kind="password_changed").exists()


def test_session_moved_to_another_device_is_noted(here, at):
    from tests.access.conftest import PHONE

    user, client = make_person(), at(here)
    sign_in(client, user)
    client.get("/access/profile/")
    client.get("/access/profile/", headers={"user-agent": PHONE}, REMOTE_ADDR="203.0.113.7")
    event = SignInEvent.objects.get(user=user, kind="client_changed")
    assert event.note == "Firefox, Windows → Chrome, Android" and event.unusual


def test_presence_is_written_once_a_minute(here, at, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "usersessions" not in name]
    user, client = make_person("clerk"), at(here)
    sign_in(client, user)
    client.get("/accounts/2fa/")
    before = UserSession.objects.get(user=user).last_seen_at
    client.get("/accounts/2fa/")
    assert UserSession.objects.get(user=user).last_seen_at == before


def test_exit_is_noted(here, at):
    user, client = make_person(), at(here)
    sign_in(client, user)
    client.post("/accounts/logout/")
    assert SignInEvent.objects.filter(user=user, kind="logout").exists()
    assert client.get("/access/profile/").status_code == 302


def test_ended_sessions_are_swept_out(here, at):
    from datetime import timedelta

    from django.utils import timezone

    from kernel.access.jobs import forget_ended_sessions

    user, old, current = make_person(), at(here), at(here)
    sign_in(old, user)
    sign_in(current, user)
    Session.objects.filter(pk=old.cookies[COOKIE].value).update(expire_date=timezone.now() - timedelta(days=1))
    assert forget_ended_sessions() == 1
    assert UserSession.objects.get(user=user).session_key == current.cookies[COOKIE].value
