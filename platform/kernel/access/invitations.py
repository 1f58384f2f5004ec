"""Invitations: the only way in for a person. A link works once, for a week, in this tenant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.mail import absolute, deliver
from kernel.access.models import Invitation, Role, User
from kernel.access.people import PERSON_FIELDS, add_person
from kernel.access.rights import require
from kernel.access.seats import take_seat
from kernel.access.secret import hash_of, new_secret
from kernel.operations import Denied, Who, name_of, operation
from kernel.tenancy.actor import Actor, acting, actor_or_none

VALID_FOR = timedelta(days=7)
PURPOSE = "invitation"


class InvitationVoid(Exception):
    """The link opens nothing: unknown, used, withdrawn or too old. Which of these is nobody's business."""


def invitation_path(token: str) -> str:
    return reverse("access_invitation", kwargs={"token": token})


@operation("access", Level.EDIT)
def invite(
    email: str, *, by: Who, roles: Iterable[str] = (), send: bool = True, **fields: Any
) -> tuple[Invitation, str]:
    """The invitation and its token, which is nowhere else. Giving roles needs the right to give them."""
    codes = list(dict.fromkeys(roles))
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Denied(_("«%(email)s» — не адреса пошти. Перевірте її.") % {"email": email}) from None
    if codes and isinstance(by, User):
        require(by, "access", Level.MANAGE)
    known = set(Role.objects.filter(code__in=codes).values_list("code", flat=True))
    if missing := [code for code in codes if code not in known]:
        raise Denied(_("Ролі немає: %(roles)s. Перевірте код.") % {"roles": ", ".join(missing)})
    if User.objects.filter(email__iexact=email).exists():
        raise Denied(_("Людина з такою поштою вже є. Знайдіть її в переліку користувачів."))
    now, token = timezone.now(), new_secret()
    # An old letter nobody opened must not stand in the way of a new one.
    Invitation.objects.filter(
        email__iexact=email, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__lte=now
    ).update(revoked_at=now, revoked_by=name_of(by))
    take_seat()
    invitation = Invitation(
        email=email,
        roles=codes,
        token_hash=hash_of(token, PURPOSE),
        invited_by=name_of(by),
        inviter=by if isinstance(by, User) else None,
        expires_at=now + VALID_FOR,
        **{name: value for name, value in fields.items() if name in PERSON_FIELDS},
    )
    invitation.full_clean(exclude=["token_hash"])
    invitation.save()
    if send:
        _send(invitation, token)
    return invitation, token


@operation("access", Level.EDIT)
def resend_invitation(invitation: Invitation, *, by: Who) -> str:
    """A new token for another week; the old letter stops working."""
    if invitation.state not in ("open", "expired"):
        raise Denied(_("Це запрошення вже прийнято або відкликано. Запросіть людину знову."))
    if invitation.roles and isinstance(by, User):
        require(by, "access", Level.MANAGE)
    if invitation.state == "expired":
        take_seat()
    token = new_secret()
    invitation.token_hash = hash_of(token, PURPOSE)
    invitation.expires_at = timezone.now() + VALID_FOR
    invitation.inviter = by if isinstance(by, User) else invitation.inviter
    invitation.save(update_fields=["token_hash", "expires_at", "inviter"])
    _send(invitation, token)
    return token


@operation("access", Level.EDIT)
def revoke_invitation(invitation: Invitation, *, by: Who, reason: str = "") -> None:
    if invitation.accepted_at:
        raise Denied(_("Запрошення вже прийнято. Доступ забирають на картці людини."))
    if invitation.revoked_at is None:
        invitation.revoked_at, invitation.revoked_by = timezone.now(), name_of(by)
        invitation.save(update_fields=["revoked_at", "revoked_by"])


def _send(invitation: Invitation, token: str) -> None:
    sent = deliver(
        "invitation", invitation.email, invitation=invitation, url=absolute(invitation_path(token)), days=VALID_FOR.days
    )
    invitation.sent_at = timezone.now() if sent else None
    invitation.save(update_fields=["sent_at"])


# -- on the other side of the letter --------------------------------------------------------------


def open_invitation(token: str) -> Invitation:
    found = Invitation.objects.open().select_related("inviter").filter(token_hash=hash_of(token, PURPOSE)).first()
    return _still_good(found)


def _still_good(found: Invitation | None) -> Invitation:
    if found is None or (found.inviter and not found.inviter.is_active):
        raise InvitationVoid
    return found


def accept_invitation(token: str, *, password: str, last_name: str, first_name: str, patronymic: str = "") -> User:
    return _accept(
        Invitation.objects.filter(token_hash=hash_of(token, PURPOSE)),
        password=password,
        names={"last_name": last_name, "first_name": first_name, "patronymic": patronymic},
    )


def accept_by_address(email: str, *, last_name: str, first_name: str) -> User:
    """For a person whose address a trusted OpenID provider vouches for; the account has no password."""
    return _accept(
        Invitation.objects.filter(email__iexact=email),
        password=None,
        names={"last_name": last_name, "first_name": first_name},
    )


def _accept(candidates: Any, *, password: str | None, names: dict[str, str]) -> User:
    with transaction.atomic():
        # Locked, so that a link clicked twice at once makes one person.
        found = _still_good(candidates.open().select_for_update(of=("self",)).select_related("inviter").first())
        take_seat(invited=True)
        here = actor_or_none()
        author = Actor(
            "invitation",
            str(found.pk),
            found.email,
            here.address if here else "",
            here.request_id if here else "",
            found.invited_by,
        )
        given = {name: getattr(found, name) for name in PERSON_FIELDS}
        given |= {name: value for name, value in names.items() if value}
        with acting(author):
            user = add_person(found.email, password=password, roles=found.roles, given_by=found.invited_by, **given)
            found.accepted_at, found.accepted_by = timezone.now(), user
            found.save(update_fields=["accepted_at", "accepted_by"])
    return user
