"""Drill-through: the region asks, the community allows for a time and for fields, sees every look, takes it back.

What may be seen is the tenant's own row; `hromada_granted` asks it at each look. Nothing here can widen it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.access.roles import administrators
from kernel.indicators.catalogue import Declared, declared_named
from kernel.indicators.crossing import granted
from kernel.indicators.models import Grant, GrantedRow
from kernel.notices.notify import notify
from kernel.operations import Denied, Who, name_of, operation
from kernel.tenancy import current_tenant, platform_context, tenant_context
from shared_apps.communities.models import Community
from shared_apps.rollups import periods
from shared_apps.rollups.behind import grantable, rows_behind
from shared_apps.rollups.models import AccessRequest

State = AccessRequest.State
MOST_DAYS = 90
SHORTEST_PURPOSE = 10
MOST_ROWS = 1_000


@operation("console", Level.VIEW)
def ask_access(
    community: Community, one: Declared, period: str, *, fields: Collection[str], purpose: str, days: int, by: Who
) -> AccessRequest:
    """In platform scope. The community's administrators are told at once."""
    if not isinstance(by, User):
        raise Denied(_("Просити доступ може лише людина: увійдіть до консолі."))
    require(by, "communities", Level.VIEW, community)
    if community.state != Community.State.ACTIVE:
        raise Denied(_("Громада зараз не працює в хмарі, тож відповісти не зможе."))
    asked = AccessRequest(
        community=community,
        indicator=one.code,
        period=period,
        fields=_known(one, fields),
        purpose=_purpose(purpose),
        days=_days(days),
        asked_by=name_of(by),
        asked_by_id=by.pk,
    )
    asked.full_clean()
    asked.save()
    with tenant_context(community):
        notify(
            administrators(),
            kind="rollups.access_asked",
            title=_("Область просить показати документи: %(title)s") % {"title": one.title},
            body=purpose.strip(),
            url=reverse("region_access:request", args=[asked.pk], urlconf="config.urls_tenant"),
            key=f"access:{asked.pk}",
        )
    return asked


def _known(one: Declared, fields: Collection[str]) -> list[str]:
    may = grantable(one.register)
    wanted = [name for name in may if name in set(fields)]
    if not wanted:
        raise ValidationError({"fields": _("Виберіть хоча б одне поле.")})
    if strange := set(fields) - set(may):
        raise ValidationError(
            {"fields": _("Цих полів громада не показує нікому: %(names)s.") % {"names": ", ".join(sorted(strange))}}
        )
    return wanted


def _purpose(text: str) -> str:
    if len(text.strip()) < SHORTEST_PURPOSE:
        raise ValidationError({"purpose": _("Назвіть мету так, щоб громада зрозуміла, навіщо це вам.")})
    return text.strip()


def _days(days: int) -> int:
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"days": _("Від одного до %(most)s днів.") % {"most": MOST_DAYS}})
    return days


# -- the community's side ------------------------------------------------------------------------------


def asked_of_us() -> list[AccessRequest]:
    """In a tenant: what is asked of it."""
    tenant = current_tenant()
    with platform_context():
        return list(AccessRequest.objects.filter(community_id=tenant.id))


def ours_or_none(pk: UUID) -> AccessRequest | None:
    tenant = current_tenant()
    with platform_context():
        return AccessRequest.objects.filter(pk=pk, community_id=tenant.id).first()


@operation("access", Level.MANAGE)
def allow(asked: AccessRequest, *, fields: Collection[str], days: int, by: Who, reason: str = "") -> Grant:
    """Fewer fields and fewer days than asked may be allowed, never more."""
    one = declared_named(asked.indicator)
    shown = _known(one, fields)
    if strange := set(shown) - set(asked.fields):
        raise ValidationError({"fields": _("Про це область не просила: %(names)s.") % {"names": ", ".join(strange)}})
    if not 1 <= days <= asked.days:
        raise ValidationError({"days": _("Не довше, ніж просили: %(days)s днів.") % {"days": asked.days}})
    _answer(asked, State.ASKED, State.GRANTED, "")
    now = timezone.now()
    grant = Grant.objects.create(
        request=asked.pk,
        indicator=asked.indicator,
        period=asked.period,
        fields=shown,
        purpose=asked.purpose,
        granted_by=name_of(by),
        granted_at=now,
        until=now + timedelta(days=days),
    )
    register = one.register
    cards, joined = rows_behind(one, asked.period), register.joined(shown)
    cards = cards.select_related(*joined) if joined else cards
    GrantedRow.objects.bulk_create(
        GrantedRow(
            grant=grant, place=place, key=str(card.pk), shown={name: _words(register, name, card) for name in shown}
        )
        for place, card in enumerate(cards[:MOST_ROWS], start=1)
    )
    with platform_context():
        AccessRequest.objects.filter(pk=asked.pk).update(grant=grant.pk)
    return grant


def _words(register: Any, name: str, card: Any) -> str:
    return str(register.text_of(name, card))


@operation("access", Level.MANAGE)
def refuse(asked: AccessRequest, *, by: Who, reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Назвіть причину: її побачить область.")})
    _answer(asked, State.ASKED, State.REFUSED, reason.strip())


@operation("access", Level.MANAGE)
def revoke(grant: Grant, *, by: Who, reason: str = "") -> None:
    """From this moment the database answers nothing, and what was handed over is gone."""
    found = Grant.objects.select_for_update().get(pk=grant.pk)
    if found.revoked_at is None:
        found.revoked_at, found.revoked_by = timezone.now(), name_of(by)
        found.save(update_fields=["revoked_at", "revoked_by"])
    found.rows.all().delete()
    with platform_context():
        AccessRequest.objects.filter(pk=found.request).update(
            state=State.REVOKED, answered_at=timezone.now(), answer=reason.strip()[:500]
        )


def _answer(asked: AccessRequest, was: str, becomes: str, words: str) -> None:
    with platform_context():
        changed = AccessRequest.objects.filter(pk=asked.pk, state=was).update(
            state=becomes, answered_at=timezone.now(), answer=words[:500]
        )
    if not changed:
        raise Denied(_("На цей запит уже відповіли: оновіть сторінку."))


# -- the region's side ---------------------------------------------------------------------------------


def look(asked: AccessRequest, *, by: User, place: int | None = None) -> list[tuple[int, str, dict[str, str]]]:
    """In platform scope. The look is written in the tenant even when nothing is shown."""
    if asked.asked_by_id != by.pk:
        raise Denied(_("Цей дозвіл дали іншій людині: %(name)s. Попросіть свій.") % {"name": asked.asked_by})
    with transaction.atomic():
        return granted(asked.pk, f"{name_of(by)}, {by.email}", place)


def title_of(asked: AccessRequest) -> str:
    return f"{declared_named(asked.indicator).title}, {periods.words(asked.period)}"
