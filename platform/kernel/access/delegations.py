"""Rights lent for the days of a vacation."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.grants import forget_rights, own_roles
from kernel.access.levels import Level
from kernel.access.models import Delegation, User
from kernel.access.rights import allowed
from kernel.operations import Denied, Who, name_of, operation

LONGEST = timedelta(days=92)


@operation("access", None)
def delegate(
    from_user: User,
    to_user: User,
    *,
    by: Who,
    from_date: date,
    to_date: date,
    reason: str,
    roles: list[str] | None = None,
) -> Delegation:
    """By the person, or by an administrator for them — but never by those who would gain from it."""
    if isinstance(by, User):
        if by.pk == to_user.pk:
            raise Denied(_("Чужі права собі не беруть: їх передає сама людина або інший адміністратор."))
        if by.pk != from_user.pk and not allowed(by, "access", Level.MANAGE):
            raise Denied(_("Передати можна лише власні права. За інших це робить адміністратор системи."))
    if from_user.pk == to_user.pk:
        raise Denied(_("Передати права можна лише іншій людині."))
    if not to_user.is_active or to_user.is_support:
        raise Denied(_("Ця людина не працює в системі. Виберіть іншу."))
    if not from_user.is_active:
        raise Denied(_("Обліковий запис вимкнено: передавати нічого."))
    if not reason.strip():
        raise Denied(_("Назвіть підставу: наказ про відпустку, відрядження тощо."))
    today = local_today()
    if from_date < today:
        raise Denied(_("Перший день уже минув. Передання починається сьогодні або пізніше."))
    if to_date < from_date:
        raise Denied(_("Останній день раніше за перший. Перевірте дати."))
    if to_date - from_date > LONGEST:
        raise Denied(_("Передають не довше як на 92 дні. Для довшого строку адміністратор надає роль."))
    held = {one.role.code: one.role.title for one in own_roles(from_user, from_date)}
    wanted = list(dict.fromkeys(roles or []))
    if not held or (foreign := [code for code in wanted if code not in held]):
        if not held:
            raise Denied(_("На ці дні людина сама не має жодної ролі: передавати нічого."))
        raise Denied(_("Цих ролей людина сама не має: %(roles)s.") % {"roles": ", ".join(foreign)})
    forget_rights(to_user)
    return Delegation.objects.create(
        from_user=from_user,
        to_user=to_user,
        roles=wanted,
        from_date=from_date,
        to_date=to_date,
        reason=reason.strip(),
        given_by=name_of(by),
    )


@operation("access", None)
def end_delegation(delegation: Delegation, *, by: Who, reason: str = "") -> None:
    """Either side, or an administrator, may end it before its day."""
    sides = (delegation.from_user_id, delegation.to_user_id)
    if isinstance(by, User) and by.pk not in sides and not allowed(by, "access", Level.MANAGE):
        raise Denied(_("Припинити передання може той, хто передав, той, кому передано, або адміністратор."))
    if delegation.ended_at:
        return
    delegation.ended_at, delegation.ended_by = timezone.now(), name_of(by)
    delegation.save(update_fields=["ended_at", "ended_by"])
    forget_rights(delegation.to_user)


def delegations_of(user: User) -> QuerySet[Delegation]:
    """Everything lent or borrowed that is in force or still to come."""
    return (
        Delegation.objects.filter(Q(from_user=user) | Q(to_user=user))
        .filter(ended_at__isnull=True, to_date__gte=local_today())
        .select_related("from_user", "to_user")
    )
