"""People: let in, changed, shut out, let in again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.grants import forget_rights
from kernel.access.levels import Level
from kernel.access.mail import absolute, deliver
from kernel.access.models import ApiToken, Delegation, Invitation, Role, RoleAssignment, User
from kernel.access.rights import allowed, require
from kernel.access.roles import somebody_administers
from kernel.access.seats import take_seat
from kernel.operations import Denied, Who, name_of, operation

PERSON_FIELDS = ("last_name", "first_name", "patronymic", "position", "department", "territories")


def add_person(email: str, *, password: str | None, roles: Iterable[str], given_by: str, **fields: Any) -> User:
    """The account with its confirmed address and its roles. Codes of roles that are gone are passed over."""
    user = User.objects.create_user(email, password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    today = local_today()
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role=role, valid_from=today, given_by=given_by)
        for role in Role.objects.filter(code__in=list(roles))
    )
    return user


@operation("access", Level.MANAGE)
def create_person(
    email: str,
    *,
    by: Who,
    last_name: str,
    first_name: str,
    password: str | None = None,
    roles: Iterable[str] = (),
    **fields: Any,
) -> User:
    """Without a letter: for the first administrator, for demonstrations, for sign-in by OpenID Connect only."""
    wanted = list(roles)
    known = set(Role.objects.filter(code__in=wanted).values_list("code", flat=True))
    if missing := [code for code in wanted if code not in known]:
        raise Denied(_("Ролі немає: %(roles)s. Перевірте код.") % {"roles": ", ".join(missing)})
    return add_person(
        email,
        password=password,
        roles=wanted,
        given_by=name_of(by),
        last_name=last_name,
        first_name=first_name,
        **fields,
    )


@operation("access", Level.EDIT, on="user")
def change_person(user: User, *, by: Who, reason: str = "", **fields: Any) -> User:
    changed = {name: value for name, value in fields.items() if getattr(user, name) != value}
    if unknown := changed.keys() - set(PERSON_FIELDS):
        raise Denied(_("Ці відомості тут не змінюють: %(fields)s.") % {"fields": ", ".join(sorted(unknown))})
    if isinstance(by, User) and by.pk == user.pk and changed.keys() & {"department", "territories"}:
        raise Denied(
            _("Підрозділ і території визначають, які записи ви бачите. Собі їх не змінюють: попросіть колегу.")
        )
    for name, value in changed.items():
        setattr(user, name, value)
    user.full_clean(exclude=["password"])
    user.save(update_fields=list(changed) or ["last_name"])
    forget_rights(user)
    return user


@operation("access", None)
def change_own_names(*, by: User, last_name: str, first_name: str, patronymic: str = "") -> User:
    if by.is_support:
        raise Denied(_("Ім’я підтримки не змінюють."))
    by.last_name, by.first_name, by.patronymic = last_name, first_name, patronymic
    by.full_clean(exclude=["password"])
    by.save(update_fields=["last_name", "first_name", "patronymic"])
    return by


@operation("access", Level.MANAGE)
def deactivate_person(user: User, *, by: Who, reason: str) -> None:
    """At once: sessions end, keys and delegations stop, invitations written by them are void."""
    if isinstance(by, User) and by.pk == user.pk:
        raise Denied(_("Себе не вимикають. Попросіть іншого адміністратора."))
    if not reason.strip():
        raise Denied(_("Назвіть причину: її видно в історії."))
    now, author = timezone.now(), name_of(by)
    with somebody_administers():
        user.is_active = False
        user.save(update_fields=["is_active"])
    end_all_sessions(user)
    ApiToken.objects.filter(created_by=user, revoked_at__isnull=True).update(revoked_at=now, revoked_by=author)
    Invitation.objects.open().filter(inviter=user).update(revoked_at=now, revoked_by=author)
    for side in ("from_user", "to_user"):
        Delegation.objects.filter(**{side: user}, ended_at__isnull=True, to_date__gte=local_today()).update(
            ended_at=now, ended_by=author
        )
    forget_rights(user)


@operation("access", Level.MANAGE)
def reactivate_person(user: User, *, by: Who, reason: str = "") -> None:
    if not user.is_active:
        take_seat()
    user.is_active = True
    user.save(update_fields=["is_active"])


# -- sessions and credentials ---------------------------------------------------------------------


def end_all_sessions(user: User, *, except_key: str | None = None) -> int:
    ended = 0
    for session in UserSession.objects.filter(user=user):
        if session.session_key != except_key:
            session.end()
            ended += 1
    return ended


@operation("access", None)
def end_session(session: UserSession, *, by: Who, reason: str = "") -> None:
    """One's own, or anybody's by an administrator."""
    if isinstance(by, User) and by.pk != session.user_id:
        require(by, "access", Level.MANAGE)
    session.end()


@operation("access", Level.MANAGE)
def end_sessions_of(user: User, *, by: Who, reason: str = "") -> int:
    return end_all_sessions(user)


@operation("access", Level.MANAGE)
def reset_second_step(user: User, *, by: Who, reason: str) -> None:
    """For somebody who lost the phone: all authenticators go, all sessions end; the next sign-in sets new ones."""
    if isinstance(by, User) and by.pk == user.pk:
        raise Denied(_("Свій другий крок входу змінюють у профілі; скинути його може інший адміністратор."))
    if not reason.strip():
        raise Denied(_("Назвіть причину: як ви переконалися, що це та сама людина."))
    Authenticator.objects.filter(user=user).delete()
    end_all_sessions(user)


def password_reset_path(user: User) -> str:
    """The path of a reset link that works once and only in this tenant."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )


@operation("access", Level.EDIT, on="user")
def send_password_reset(user: User, *, by: Who, reason: str = "") -> bool:
    if not user.is_active or user.is_support:
        raise Denied(_("Обліковий запис вимкнено. Спершу поверніть людині доступ."))
    return deliver("password_reset", user.email, person=user, url=absolute(password_reset_path(user)))


def may_change_rights_of(actor: User, user: User) -> bool:
    return actor.pk != user.pk and not user.is_support and allowed(actor, "access", Level.MANAGE)
