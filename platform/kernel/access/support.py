"""The platform's support inside a tenant: by the tenant's consent, or in an emergency that is never silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.jobs import EMERGENCY
from kernel.access.levels import Level
from kernel.access.models import OneTimeLink, Role, RoleAssignment, SignInEvent, SupportConsent, User
from kernel.access.secret import hash_of, new_secret
from kernel.access.signins import address_of, device_of
from kernel.jobs.queue import enqueue
from kernel.operations import Denied, Who, name_of, operation
from kernel.tenancy import current_tenant
from kernel.tenancy.actor import Actor, acting

PURPOSE = "one-time-link"
LINK_LIVES = timedelta(minutes=10)
SESSION_LIVES = timedelta(minutes=30)
LONGEST_CONSENT = timedelta(days=14)
SESSION_KEY = "support"
SUPPORT_ROLE = "support"


class LinkVoid(Exception):
    """Unknown, used or too old, or the consent behind it was withdrawn."""


# -- the tenant's side ----------------------------------------------------------------------------


@operation("access", Level.MANAGE)
def give_consent(valid_until: datetime, *, by: User, reason: str) -> SupportConsent:
    now = timezone.now()
    if not now < valid_until <= now + LONGEST_CONSENT:
        raise Denied(_("Дозвіл дають на строк до 14 днів. Виберіть ближчу дату."))
    if not reason.strip():
        raise Denied(_("Напишіть, із чим має допомогти підтримка."))
    return SupportConsent.objects.create(valid_until=valid_until, reason=reason.strip(), given_by=by, given_at=now)


@operation("access", Level.MANAGE)
def withdraw_consent(consent: SupportConsent, *, by: Who, reason: str = "") -> None:
    """Sessions opened by it end with the next request."""
    if consent.withdrawn_at is None:
        consent.withdrawn_at, consent.withdrawn_by = timezone.now(), name_of(by)
        consent.save(update_fields=["withdrawn_at", "withdrawn_by"])


@operation("access", Level.MANAGE)
def review_emergency(link: OneTimeLink, *, by: User, review: str) -> None:
    if not review.strip():
        raise Denied(_("Напишіть висновок: чи був аварійний вхід виправданий."))
    link.reviewed_at, link.reviewed_by, link.review = timezone.now(), by.full_name, review.strip()
    link.save(update_fields=["reviewed_at", "reviewed_by", "review"])


def open_consent() -> SupportConsent | None:
    return SupportConsent.objects.filter(withdrawn_at__isnull=True, valid_until__gt=timezone.now()).first()


def unreviewed() -> QuerySet[OneTimeLink]:
    return OneTimeLink.objects.filter(emergency=True, reviewed_at__isnull=True)


# -- the operator's side --------------------------------------------------------------------------


def issue_one_time_link(*, by: str | Actor, reason: str, emergency: bool = False) -> str:
    """The path of a link for one sign-in within ten minutes; call it in the tenant's scope.

    Without the tenant's consent only `emergency` opens, and the tenant's administrators are told.
    """
    current_tenant()
    return _issue(by=by if isinstance(by, Actor) else Actor("operator", name=by), reason=reason, emergency=emergency)


@operation("access", None)
def _issue(*, by: Actor, reason: str, emergency: bool) -> str:
    if not reason.strip():
        raise Denied(_("Назвіть причину входу: громада її побачить."))
    consent = open_consent()
    if consent is None and not emergency:
        raise Denied(
            _(
                "Громада не дала дозволу на вхід підтримки. Попросіть її адміністратора дати його на сторінці "
                "«Підтримка» або, якщо справа не чекає, повторіть з --emergency."
            )
        )
    now, token = timezone.now(), new_secret()
    link = OneTimeLink.objects.create(
        token_hash=hash_of(token, PURPOSE),
        reason=reason.strip(),
        emergency=consent is None,
        consent=consent,
        issued_by=by.name,
        issued_at=now,
        expires_at=now + LINK_LIVES,
    )
    if link.emergency:
        enqueue(EMERGENCY, subject=str(link.pk), link=str(link.pk))
    return reverse("access_one_time", kwargs={"token": token})


def look_at_link(token: str) -> OneTimeLink:
    link = OneTimeLink.objects.select_related("consent").filter(token_hash=hash_of(token, PURPOSE)).first()
    if link is None or link.opened_at or link.expires_at <= timezone.now() or not _is_permitted(link):
        raise LinkVoid
    return link


def _is_permitted(link: OneTimeLink) -> bool:
    return link.emergency or bool(link.consent and link.consent.is_open)


def support_account() -> User:
    """One guest account per tenant; who sat behind it is in the link and in every row of the history."""
    user, created = User.objects.get_or_create(
        kind=User.Kind.SUPPORT,
        defaults={"email": "support@platform.invalid", "last_name": "Підтримка", "first_name": "платформи"},
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    role = Role.objects.filter(code=SUPPORT_ROLE).first()
    if role and not user.assignments.filter(role=role).exists():
        RoleAssignment.objects.create(user=user, role=role, valid_from=local_today(), given_by="платформа")
    return user


def enter_by_link(request: HttpRequest, token: str) -> OneTimeLink:
    """Use the link up and sign the operator in for half an hour."""
    address = address_of(request)
    with transaction.atomic():
        OneTimeLink.objects.select_for_update().filter(token_hash=hash_of(token, PURPOSE)).first()
        link = look_at_link(token)
        now = timezone.now()
        actor = Actor(
            "support",
            str(link.pk),
            _("Підтримка: %(operator)s") % {"operator": link.issued_by},
            address or "",
            getattr(request, "request_id", ""),
            link.reason,
        )
        with acting(actor):
            link.opened_at, link.opened_from, link.session_until = now, address, now + SESSION_LIVES
            link.save(update_fields=["opened_at", "opened_from", "session_until"])
            user = support_account()
            get_adapter().login(request, user)
            SignInEvent.objects.create(
                kind=SignInEvent.Kind.SUPPORT,
                user=user,
                method="one_time_link",
                address=address,
                device=device_of(request),
                note=f"{link.issued_by}: {link.reason}"[:300],
                request_id=getattr(request, "request_id", ""),
            )
    request.session[SESSION_KEY] = str(link.pk)
    request.session.set_expiry(int(SESSION_LIVES.total_seconds()))
    return link


def support_link_of(request: HttpRequest) -> OneTimeLink | None:
    """The link behind the request's session while it may still be used; None means the visit is over."""
    key = request.session.get(SESSION_KEY)
    if not key:
        return None
    link = OneTimeLink.objects.select_related("consent").filter(pk=key, session_until__gt=timezone.now()).first()
    return link if link and _is_permitted(link) else None
