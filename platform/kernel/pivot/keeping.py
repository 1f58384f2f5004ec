"""Keeping a pivot under a name: for oneself, for a role, for everybody who sees its register."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.access.grants import rights_of
from kernel.access.levels import Level
from kernel.access.models import Role, User
from kernel.notices.notify import notify
from kernel.operations import Denied, operation
from kernel.pivot.layout import Pivot
from kernel.pivot.models import LONGEST_QUERY, SavedPivot
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named

Audience = SavedPivot.Audience


def saved_for(user: Any) -> QuerySet[SavedPivot]:
    """One's own and those others share; whether the register is seen is asked apart."""
    roles = {held.role.pk for held in rights_of(user).held}
    mine = Q(owner=user) | Q(audience=Audience.EVERYBODY) | Q(audience=Audience.ROLE, role__in=roles)
    return SavedPivot.objects.filter(mine).select_related("owner", "role")


def saved_in(register: Register, user: Any) -> QuerySet[SavedPivot]:
    return saved_for(user).filter(register=register.label)


def may_change(saved: SavedPivot, user: Any) -> bool:
    """Its owner; what is shared, also whoever manages the register, for owners leave."""
    if saved.owner_id == user.pk:
        return True
    try:
        register = register_named(saved.register)
    except UnknownRegister:
        return False
    return saved.audience != Audience.OWNER and register.may(user, Level.MANAGE)


@operation("pivot", None)
def save_pivot(
    pivot: Pivot,
    *,
    by: User,
    title: str,
    audience: str,
    role: str = "",
    saved: SavedPivot | None = None,
    version: int | None = None,
) -> SavedPivot:
    """A new one, or `saved` anew: refused when somebody saved it since the `version` the author saw."""
    query = pivot.written.urlencode()
    if len(query) > LONGEST_QUERY:
        raise Denied(_("Умов забагато, щоб їх запамʼятати. Приберіть частину й збережіть ще раз."))
    kept = _held(saved, by, version) if saved else SavedPivot(register=pivot.register.label, owner=by)
    if audience not in Audience.values:
        raise Denied(_("Оберіть, кому видно таблицю: лише вам, людям із роллю чи всім, хто бачить реєстр."))
    kept.role = Role.objects.filter(code=role).first() if audience == Audience.ROLE else None
    if audience == Audience.ROLE and kept.role is None:
        raise Denied(_("Оберіть роль, людям якої показувати таблицю."))
    kept.title, kept.query, kept.audience = title, query, audience
    kept.full_clean()
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as refused:
        # The same name at the same moment: the check passed before either was written.
        raise ValidationError(_("У вас уже є зведена таблиця з такою назвою. Назвіть цю інакше.")) from refused
    return kept


@operation("pivot", None)
def delete_pivot(saved: SavedPivot, *, by: User) -> None:
    if not may_change(saved, by):
        raise Denied(_("Таблицю зберіг хтось інший. Попросіть його прибрати або збережіть собі власну."))
    notify(
        [one.person for one in saved.subscriptions.select_related("person") if one.person_id != by.pk],
        kind="pivot.ready",
        title=_("Зведену таблицю прибрано: %(title)s") % {"title": saved.title},
        body=_("Її прибирає %(name)s, тож вона більше не надходитиме. Складіть власну, якщо вона потрібна.")
        % {"name": by.full_name},
        url=reverse("pivot:index"),
    )
    saved.delete()


def _held(saved: SavedPivot, by: User, version: int | None) -> SavedPivot:
    """The row as it is now, held until the end."""
    current = SavedPivot.objects.select_for_update(of=("self",)).filter(pk=saved.pk).first()
    if current is None:
        raise Denied(_("Цю таблицю тим часом прибрано. Збережіть свою як нову."))
    if not may_change(current, by):
        raise Denied(_("Таблицю зберіг хтось інший, змінює її він. Збережіть собі власну під новою назвою."))
    if version != current.version:
        raise Denied(
            _("Таблицю «%(title)s» тим часом змінено. Відкрийте її нинішню з переліку або збережіть свою як нову.")
            % {"title": current.title}
        )
    current.version += 1
    return current
