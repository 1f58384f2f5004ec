"""Links: forged, expired, used, withdrawn, and of another tenant. None of them opens anything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.utils import timezone

from kernel.access import invitations, support
from kernel.access.models import Invitation, OneTimeLink, SignInEvent, User
from kernel.access.people import deactivate_person, password_reset_path
from kernel.operations import Denied
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR, PASSWORD, enter, make_person, sign_in

NEW = {"last_name": "Гончар", "first_name": "Олесь", "password": PASSWORD, "again": PASSWORD}


def link_in(letter) -> str:
    return re.search(r"https?://[^/\s]+(/accounts/\S+)", letter.body).group(1)


# -- invitations ----------------------------------------------------------------------------------


def test_invited_person_names_himself_and_works(here, at, letters):
    boss = make_person("administrator")
    invitation, token = invitations.invite(
        "New.Person@Example.org", by=boss, roles=["clerk"], position="Діловод", department="Загальний відділ"
    )
    assert token not in str(Invitation.objects.values().get(pk=invitation.pk))
    assert letters[0].to == ["new.person@example.org"]
    client = at(here)
    page = client.get(link_in(letters[0]))
    assert page.status_code == 200 and "new.person@example.org" in page.content.decode()
    assert client.post(link_in(letters[0]), NEW).status_code == 302
    user = User.objects.get(email="new.person@example.org")
    assert (user.full_name, user.position, user.department) == ("Гончар Олесь", "Діловод", "Загальний відділ")
    assert [row.role.code for row in user.assignments.all()] == ["clerk"]
    assert user.assignments.get().given_by == boss.full_name
    assert client.get("/access/profile/").status_code == 200, "he is already in"
    assert sign_in(at(here), user).status_code == 302


def test_invitation_works_once(here, at):
    _invitation, token = invitations.invite("one@example.org", by=OPERATOR)
    path = invitations.invitation_path(token)
    assert at(here).post(path, NEW).status_code == 302
    again = at(here).post(path, NEW | {"last_name": "Інший"})
    assert again.status_code == 404
    assert User.objects.get(email="one@example.org").last_name == "Гончар"


def test_invitation_ends_after_a_week(here, at):
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as clock:
        _invitation, token = invitations.invite("one@example.org", by=OPERATOR)
        path = invitations.invitation_path(token)
        clock.shift(timedelta(days=7) - timedelta(seconds=1))
        assert at(here).get(path).status_code == 200
        clock.shift(2)
        assert at(here).get(path).status_code == 404
        assert at(here).post(path, NEW).status_code == 404
        invitations.invite("one@example.org", by=OPERATOR)


def test_invitation_of_another_tenant_opens_nothing(here, beta, at):
    _invitation, token = invitations.invite("one@example.org", by=OPERATOR)
    assert at(beta).get(invitations.invitation_path(token)).status_code == 404
    with tenant_context(beta):
        # Even the row itself, carried over, does not fit: hashes are keyed by the tenant.
        Invitation.objects.create(
            email="one@example.org",
            token_hash=_invitation.token_hash,
            invited_by="зловмисник",
            expires_at=timezone.now() + timedelta(days=7),
        )
    assert at(beta).post(invitations.invitation_path(token), NEW).status_code == 404


def test_forged_unknown_and_withdrawn_look_the_same(here, at):
    invitation, token = invitations.invite("one@example.org", by=OPERATOR)
    invitations.revoke_invitation(invitation, by=OPERATOR)
    pages = [at(here).get(invitations.invitation_path(one)) for one in (token, "A" * 43, token[:-1] + "x")]
    assert {page.status_code for page in pages} == {404}
    assert "Запрошення не діє" in pages[0].content.decode()


def test_resent_letter_replaces_the_old_one(here, at, letters):
    invitation, token = invitations.invite("one@example.org", by=OPERATOR)
    invitations.resend_invitation(invitation, by=OPERATOR)
    assert at(here).get(invitations.invitation_path(token)).status_code == 404
    assert at(here).get(link_in(letters[-1])).status_code == 200


def test_dismissed_inviter_takes_invitations_along(here, at):
    boss, other = make_person("administrator"), make_person("administrator")
    _invitation, token = invitations.invite("friend@example.org", by=boss, roles=["administrator"])
    deactivate_person(boss, by=other, reason="звільнено")
    assert at(here).get(invitations.invitation_path(token)).status_code == 404
    Invitation.objects.update(revoked_at=None)
    assert at(here).get(invitations.invitation_path(token)).status_code == 404, "even if it was not withdrawn"
    User.objects.filter(pk=boss.pk).update(is_active=True)
    assert at(here).get(invitations.invitation_path(token)).status_code == 200


def test_invitation_refuses_weak_and_unequal_passwords_and_keeps_what_was_typed(here, at):
    _invitation, token = invitations.invite("one@example.org", by=OPERATOR)
    path = invitations.invitation_path(token)
    for wrong in ({"password": "12345678", "again": "12345678"}, {"again": "зовсім інший пароль"}):
        page = at(here).post(path, NEW | wrong)
        assert page.status_code == 422
        assert "Гончар" in page.content.decode()
    assert not User.objects.filter(email="one@example.org").exists()


def test_invitation_is_refused_for_those_who_are_here_and_for_unknown_roles(here):
    user = make_person()
    with pytest.raises(Denied, match="вже є"):
        invitations.invite(user.email.upper(), by=OPERATOR)
    with pytest.raises(Denied, match="Ролі немає"):
        invitations.invite("one@example.org", by=OPERATOR, roles=["emperor"])
    with pytest.raises(Denied, match="не адреса"):
        invitations.invite("не пошта", by=OPERATOR)


# -- password reset and e-mail confirmation -------------------------------------------------------


def test_reset_link_belongs_to_its_tenant(here, beta, at):
    user = make_person(email="same@example.org")
    path = password_reset_path(user)
    with tenant_context(beta):
        twin = User.objects.create_user(
            "same@example.org", PASSWORD, last_name="Двійник", first_name="Юрій", id=user.pk
        )
    # Same key, same password field, same address: only the tenant differs.
    User.objects.filter(pk=user.pk).update(password=twin.password, last_login=None)
    user.refresh_from_db()
    path = password_reset_path(user)
    assert "password1" in at(here).get(path, follow=True).content.decode()
    foreign = at(beta).get(path, follow=True).content.decode()
    assert "password1" not in foreign


def test_reset_link_ends(here, at, settings):
    user = make_person()
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as clock:
        path = password_reset_path(user)
        clock.shift(settings.PASSWORD_RESET_TIMEOUT + 5)
        assert "password1" not in at(here).get(path, follow=True).content.decode()


def test_reset_link_ends_with_the_next_sign_in_and_when_forged(here, at):
    user = make_person()
    path = password_reset_path(user)
    assert "password1" not in at(here).get(path[:-2] + "x/", follow=True).content.decode()
    sign_in(at(here), user)
    assert "password1" not in at(here).get(path, follow=True).content.decode()


def test_email_confirmation_belongs_to_its_tenant(here, beta, at):
    user = make_person()
    address = EmailAddress.objects.create(user=user, email="second@example.org", verified=False)
    key = EmailConfirmationHMAC(address).key
    with tenant_context(beta):
        twin = make_person()
        EmailAddress.objects.filter(pk=address.pk).delete()
        EmailAddress.objects.create(pk=address.pk, user=twin, email="victim@example.org", verified=False)
    at(beta).post(f"/accounts/confirm-email/{key}/")
    with tenant_context(beta):
        assert not EmailAddress.objects.get(pk=address.pk).verified
    at(here).post(f"/accounts/confirm-email/{key}/")
    address.refresh_from_db()
    assert address.verified


def test_email_confirmation_ends_and_cannot_be_forged(here, at):
    user = make_person()
    address = EmailAddress.objects.create(user=user, email="second@example.org", verified=False)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        key = EmailConfirmationHMAC(address).key
        at(here).post(f"/accounts/confirm-email/{key[:-1]}x/")
        clock.shift(timedelta(days=3, seconds=5))
        at(here).post(f"/accounts/confirm-email/{key}/")
    address.refresh_from_db()
    assert not address.verified


# -- the support's one-time link ------------------------------------------------------------------


def consent(days: int = 1):
    boss = make_person("administrator")
    return boss, support.give_consent(timezone.now() + timedelta(days=days), by=boss, reason="не друкується квитанція")


def test_support_needs_consent_or_an_emergency(here):
    with pytest.raises(Denied, match="не дала дозволу"):
        support.issue_one_time_link(by="Петренко", reason="глянути")
    with pytest.raises(Denied, match="причину"):
        support.issue_one_time_link(by="Петренко", reason=" ", emergency=True)
    consent()
    support.issue_one_time_link(by="Петренко", reason="заявка 15")
    link = OneTimeLink.objects.get()
    assert (link.emergency, link.issued_by) == (False, "Петренко")


def test_support_comes_in_looks_and_goes(here, at):
    boss, _consent = consent()
    client = at(here)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        path = support.issue_one_time_link(by="Петренко", reason="заявка 15")
        assert client.get(path).status_code == 200
        assert client.get(path).status_code == 200, "looking does not use it up"
        assert client.post(path).status_code == 302
        page = client.get("/access/people/")
        assert page.status_code == 200
        assert "Сеанс підтримки" in page.content.decode() and "Петренко" in page.content.decode()
        assert client.post("/access/people/invite/", {"email": "x@example.org"}).status_code == 403, "it only looks"
        assert client.post(f"/access/people/{boss.pk}/sessions/").status_code == 403
        clock.shift(timedelta(minutes=31))
        assert client.get("/access/people/")["Location"].startswith("/accounts/login/")
    assert SignInEvent.objects.get(kind="support").note == "Петренко: заявка 15"
    assert at(here).post(path).status_code == 404, "used"


def test_support_link_lives_ten_minutes(here, at):
    consent()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        path = support.issue_one_time_link(by="Петренко", reason="заявка 15")
        clock.shift(601)
        assert at(here).get(path).status_code == 404
        assert at(here).post(path).status_code == 404


def test_support_link_of_another_tenant_opens_nothing(here, beta, at):
    consent()
    path = support.issue_one_time_link(by="Петренко", reason="заявка 15")
    assert at(beta).post(path).status_code == 404


def test_withdrawn_consent_ends_links_and_visits(here, at):
    boss, given = consent()
    first = support.issue_one_time_link(by="Петренко", reason="заявка 15")
    second = support.issue_one_time_link(by="Петренко", reason="заявка 15")
    client = at(here)
    client.post(first)
    assert client.get("/access/people/").status_code == 200
    support.withdraw_consent(given, by=boss)
    assert client.get("/access/people/").status_code == 302
    assert at(here).post(second).status_code == 404


def test_emergency_is_told_shown_and_reviewed(here, at, letters):
    from kernel.access.jobs import tell_of_emergency
    from kernel.jobs.models import Job
    from kernel.jobs.registry import JobRun

    boss = make_person("administrator")
    path = support.issue_one_time_link(by="Петренко", reason="сервер не віддає квитанції", emergency=True)
    link = OneTimeLink.objects.get()
    queued = Job.objects.get(kind="access.emergency_notice")
    tell_of_emergency(JobRun(queued.pk), **queued.arguments)
    assert letters[0].to == [boss.email] and "Петренко" in letters[0].body
    at(here).post(path)
    client = enter(at(here), boss)
    assert "аварійно" in client.get("/access/support/").content.decode()
    assert "не розглянуто" in client.get("/access/monitoring/").content.decode()
    client.post(f"/access/support/links/{link.pk}/review/", {"reason": "виправдано"})
    link.refresh_from_db()
    assert (link.review, link.reviewed_by) == ("виправдано", boss.full_name)
    assert not support.unreviewed().exists()


def test_support_account_has_no_other_door(here, at, letters):
    user = support.support_account()
    user.set_password(PASSWORD)
    user.save()
    client = at(here)
    sign_in(client, user)
    assert client.get("/access/profile/").status_code == 302
    before = len(letters)
    at(here).post("/accounts/password/reset/", {"email": user.email})
    assert len(letters) == before
    enter(client, user)
    assert client.get("/access/profile/").status_code == 302, "a session without a link is nobody's"
