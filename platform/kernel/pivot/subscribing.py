"""Having a saved pivot come by itself: for oneself, or for those it is shared with."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.modules.entitlement import enabled_labels
from kernel.notices.notify import notify
from kernel.operations import Denied, operation
from kernel.pivot.keeping import may_change, saved_for
from kernel.pivot.models import PivotSending, PivotSubscription, SavedPivot
from kernel.registers.registry import UnknownRegister, register_named

SHOWN = 10
Rhythm, Format = PivotSubscription.Rhythm, PivotSubscription.Format


def sees_register(label: str, person: User) -> bool:
    try:
        register = register_named(label)
    except UnknownRegister:
        return False
    return person.is_active and register.module in enabled_labels() and register.may(person, Level.VIEW)


def sees(saved: SavedPivot, person: User) -> bool:
    """Whether this person would find the pivot on the screen now."""
    return sees_register(saved.register, person) and saved_for(person).filter(pk=saved.pk).exists()


def subscriptions_to(saved: SavedPivot, user: User) -> QuerySet[PivotSubscription]:
    """One's own; all of them for whoever may change the pivot."""
    found = PivotSubscription.objects.filter(pivot=saved).select_related("person")
    return (
        found.order_by("person__last_name", "person__first_name", "pk")
        if may_change(saved, user)
        else found.filter(person=user)
    )


def subscription_of(saved: SavedPivot | None, user: User) -> PivotSubscription | None:
    return PivotSubscription.objects.filter(pivot=saved, person=user).first() if saved else None


def journal_of(saved: SavedPivot | None, user: User) -> QuerySet[PivotSending]:
    """The last of what was sent or not: to oneself, or to everybody of one's own pivot."""
    if saved is None:
        return PivotSending.objects.none()
    found = PivotSending.objects.filter(pivot=saved.pk).select_related("person")
    return (found if may_change(saved, user) else found.filter(person=user))[:SHOWN]


@operation("pivot", None)
def subscribe(saved: SavedPivot, *, by: User, rhythm: str, format: str, email: str = "") -> PivotSubscription:
    """For oneself; for a colleague by e-mail, when one may change the pivot and the colleague sees it."""
    person = by
    email = email.strip()
    if email and email.casefold() != by.email.casefold():
        if not may_change(saved, by):
            raise Denied(_("Підписати колегу може той, хто зберіг таблицю. Себе підпишіть без адреси."))
        found = User.objects.filter(email__iexact=email, is_active=True).first()
        if found is None or not sees(saved, found):
            # The same words for both: who works here is not told by guessing.
            raise Denied(
                _("За адресою %(email)s немає людини, якій видно цю таблицю. Перевірте адресу й кому видно таблицю.")
                % {"email": email[:120]}
            )
        person = found
    elif not sees(saved, by):
        raise Denied(_("Цю таблицю вам більше не показують. Попросіть того, хто її зберіг."))
    if rhythm not in Rhythm.values:
        raise Denied(_("Оберіть, коли надсилати: щодня, у день тижня чи першого числа місяця."))
    if format not in Format.values:
        raise Denied(_("Оберіть файл: Excel або PDF."))
    one = PivotSubscription.objects.select_for_update().filter(pivot=saved, person=person).first()
    fresh = one is None
    one = one or PivotSubscription(pivot=saved, person=person)
    if fresh or one.rhythm != rhythm:
        one.since = local_today()
    one.rhythm, one.format = rhythm, format
    one.save()
    if fresh and person != by:
        notify(
            [person],
            kind="pivot.ready",
            title=_("Вам надходитиме зведена таблиця: %(title)s") % {"title": saved.title},
            body=_("%(name)s підписує вас на неї: %(rhythm)s. Відмовитися можна на сторінці таблиці.")
            % {"name": by.full_name, "rhythm": one.get_rhythm_display()},
            url=f"{reverse('pivot:show', args=[saved.register])}?saved={saved.pk}#sending",
        )
    return one


@operation("pivot", None)
def unsubscribe(one: PivotSubscription, *, by: User) -> None:
    """One's own, or of one's own pivot."""
    if one.person_id != by.pk and not may_change(one.pivot, by):
        raise Denied(_("Це чужа підписка. Відмовитися від неї може сама людина або той, хто зберіг таблицю."))
    one.delete()
