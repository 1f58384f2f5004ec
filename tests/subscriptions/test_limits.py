"""Limits that hold: seats for people, letters of a month; what is obligatory leaves all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from kernel.access.invitations import accept_invitation, invite, resend_invitation, revoke_invitation
from kernel.access.levels import Level
from kernel.access.models import Invitation, User
from kernel.access.people import deactivate_person, reactivate_person
from kernel.access.roles import create_ready_roles
from kernel.notices import room
from kernel.notices.kinds import notice_kind
from kernel.notices.models import Notice, Sending
from kernel.notices.notify import notify
from kernel.notices.sending import send_waiting
from kernel.operations import Denied
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.actor import Actor
from kernel.testing.access import enter, make_person, make_role
from shared_apps.communities.models import Quota
from shared_apps.communities.notices import warn_of
from shared_apps.communities.quotas import uses

BY = Actor("operator", name="тести")
NAMES = {"last_name": "Коваль", "first_name": "Ірина"}
State = Sending.State
notice_kind("limits.plain", "Звичайна новина")
notice_kind("limits.money", "Про оплату", obligatory=True)


def limit(tenant: TenantRef, key: str, most: int) -> None:
    with platform_context():
        Quota.objects.update_or_create(community_id=tenant.id, key=key, defaults={"limit": most})
    with tenant_context(tenant):
        room.forget()


# -- seats ---------------------------------------------------------------------------------------------


def test_the_last_seat_is_kept_by_an_invitation_and_freed_with_it(alpha: TenantRef):
    limit(alpha, "users", 1)
    with tenant_context(alpha):
        first, _token = invite("one@alpha.example", by=BY, send=False, **NAMES)
        with pytest.raises(Denied, match="administration/plan"):
            invite("two@alpha.example", by=BY, send=False, **NAMES)
        revoke_invitation(first, by=BY)
        second, token = invite("two@alpha.example", by=BY, send=False, **NAMES)
        user = accept_invitation(token, password="довгий-пароль-для-входу", **NAMES)
        assert user.is_active and second.pk


def test_a_grown_quota_lets_in_at_once_and_a_neighbour_was_never_stopped(alpha: TenantRef, beta: TenantRef):
    limit(alpha, "users", 0)
    with tenant_context(alpha), pytest.raises(Denied):
        invite("one@alpha.example", by=BY, send=False, **NAMES)
    with tenant_context(beta):
        invite("one@beta.example", by=BY, send=False, **NAMES)
    limit(alpha, "users", 1)
    with tenant_context(alpha):
        invite("one@alpha.example", by=BY, send=False, **NAMES)


def test_neither_a_return_nor_an_old_letter_nor_a_shrunk_plan_gets_round_it(alpha: TenantRef):
    with tenant_context(alpha):
        create_ready_roles("hromada")
        make_person("administrator")
        gone = make_person()
        deactivate_person(gone, by=BY, reason="звільнено")
        old, _token = invite("old@alpha.example", by=BY, send=False, **NAMES)
        Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(days=1))
        old.refresh_from_db()
        _open, token = invite("new@alpha.example", by=BY, send=False, **NAMES)
    limit(alpha, "users", 1)
    with tenant_context(alpha):
        with pytest.raises(Denied):
            reactivate_person(gone, by=BY)
        with pytest.raises(Denied):
            resend_invitation(old, by=BY)
        with pytest.raises(Denied):
            accept_invitation(token, password="довгий-пароль-для-входу", **NAMES)
        assert User.objects.persons().filter(is_active=True).count() == 1


def test_two_invitations_at_once_for_the_last_seat(transactional_db: Any, alpha: TenantRef):
    limit(alpha, "users", 1)
    told: list[str] = []
    together = threading.Barrier(2)

    def work(number: int) -> None:
        try:
            with tenant_context(alpha):
                together.wait()
                invite(f"{number}@alpha.example", by=BY, send=False, **NAMES)
            told.append("invited")
        except Denied:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["invited", "refused"]
    with tenant_context(alpha):
        assert Invitation.objects.count() == 1


def test_the_page_refuses_in_words(alpha: TenantRef, client_for: Callable[..., Client]):
    with tenant_context(alpha):
        make_role("boss", access=Level.MANAGE)
        boss = enter(client_for("alpha"), make_person("boss"))
    limit(alpha, "users", 1)
    page = boss.post("/access/people/invite/", {"email": "new@alpha.example", **NAMES}, HTTP_ACCEPT="text/html")
    assert page.status_code == 422 and "на сторінці «Тариф»" in page.content.decode()
    assert boss.get("/access/people/").status_code == 200, "whoever works goes on working"


# -- letters -------------------------------------------------------------------------------------------


def waiting(kind: str) -> Sending:
    return Sending.objects.get(notice__kind=kind, channel="email")


def test_plain_news_waits_obligatory_leaves_and_a_grown_plan_releases(alpha: TenantRef):
    limit(alpha, "mail_month", 0)
    with tenant_context(alpha):
        person = make_person()
        for kind in ("limits.plain", "limits.money"):
            notify([person], kind=kind, title="Новина")
        send_waiting()
        plain, money = waiting("limits.plain"), waiting("limits.money")
        assert (plain.state, plain.attempts, money.state) == (State.WAITING, 0, State.SENT)
        assert "Тариф" in plain.why and plain.next_at > timezone.now()
        assert Notice.objects.filter(person=person).count() == 2, "the bell has both"
        Sending.objects.update(next_at=timezone.now())
    limit(alpha, "mail_month", 5)
    with tenant_context(alpha):
        send_waiting()
        assert waiting("limits.plain").state == State.SENT
    assert len(mail.outbox) == 2


def test_a_new_month_has_room_again_and_old_news_is_given_up(alpha: TenantRef):
    limit(alpha, "mail_month", 1)
    with tenant_context(alpha):
        person = make_person()
        notify([person], kind="limits.money", title="Перша")
        send_waiting()
        assert not room.is_room("email") and room.is_room("app")
        notify([person], kind="limits.plain", title="Давня")
        Notice.objects.filter(kind="limits.plain").update(created_at=timezone.now() - timedelta(days=4))
        send_waiting()
        assert waiting("limits.plain").state == State.SKIPPED
        Sending.objects.filter(state=State.SENT).update(finished_at=room.month_began() - timedelta(minutes=1))
        assert room.is_room("email")


# -- early words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("taken", "told"), [(7, []), (8, ["80"]), (19, ["95"]), (20, ["100"])])
def test_administrators_hear_of_it_in_time_and_once(alpha: TenantRef, taken: int, told: list[str]):
    limit(alpha, "users", 20 if taken > 10 else 10)
    with tenant_context(alpha):
        create_ready_roles("hromada")
        make_person("administrator")
        for number in range(taken - 1):
            User.objects.create_user(f"p{number}@alpha.example", None, last_name="Коваль", first_name="Іван")
        warn_of(uses())
        warn_of(uses())
        keys = Notice.objects.filter(kind="communities.quota").values_list("key", flat=True)
        assert [key.split(":")[2] for key in keys] == told
