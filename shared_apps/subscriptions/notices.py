"""What people are told of money: a banner over the pages of staff, and letters in good time."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.tenancy import platform_context
from kernel.tenancy.cache import cache
from kernel.tenancy.log import get_logger
from shared_apps.communities.models import Community
from shared_apps.communities.standing import Banner
from shared_apps.subscriptions.models import Reminder, Subscription

State = Subscription.State
DAYS_BEFORE = (14, 7, 3, 1)
_SECONDS = 300
log = get_logger("subscriptions.mail")


def _key(community: Community) -> str:
    return f"subscriptions.told:{community.pk}"


def banner_of(community: Community) -> list[Banner]:
    """Asked by every page of staff, so remembered."""
    with platform_context():
        known = cache.get(_key(community))
        if known is None:
            found = latest(community)
            known = (found.state, found.trial_until, found.grace_until, found.ends_at) if found else ()
            cache.set(_key(community), known, _SECONDS)
    return [banner] if known and (banner := _banner(*known)) else []


def forget_banner(community: Community) -> None:
    with platform_context():
        cache.delete(_key(community))


def living(community: Community) -> Subscription | None:
    return Subscription.objects.filter(community=community).exclude(state=State.ENDED).first()


def latest(community: Community) -> Subscription | None:
    """The living one, else the last that was."""
    return living(community) or Subscription.objects.filter(community=community).order_by("-created_at").first()


def _banner(
    state: str, trial_until: datetime | None, grace_until: datetime | None, ends_at: datetime | None
) -> Banner | None:
    step = _("Рахунок і оплата: «Громада в хмарі» → «Тариф».")
    if state == State.ENDED:
        return Banner(_("Підписку припинено."), f"{_('Дані можна читати й вивезти; поновити можна будь-коли.')} {step}")
    if ends_at and state in (State.TRIAL, State.ACTIVE) and days_left(ends_at) <= DAYS_BEFORE[0]:
        title = _("Підписка закінчується %(day)s.") % {"day": day(ends_at)}
        return Banner(title, f"{_('Після цього дані можна буде читати й вивезти.')} {step}")
    if state == State.TRIAL and trial_until and (left := days_left(trial_until)) <= DAYS_BEFORE[0]:
        return Banner(_("Пробний строк закінчується %(day)s.") % {"day": day(trial_until)}, f"{in_days(left)} {step}")
    if state == State.DUE and grace_until:
        title = _("Підписку не сплачено.")
        text = _("З %(day)s зміни не прийматимуться, читати можна буде все.") % {"day": day(grace_until)}
        return Banner(title, f"{text} {step}")
    if state == State.READ_ONLY:
        return Banner(_("Підписку не сплачено."), f"{_('Щойно оплата надійде, зміни відкриються самі.')} {step}")
    return None


def days_left(until: datetime) -> int:
    return (timezone.localtime(until).date() - timezone.localdate()).days


def day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d.%m.%Y}"


def in_days(count: int) -> str:
    return _("Лишилося днів: %(count)s.") % {"count": max(count, 0)}


def remind(subscription: Subscription, kind: str, until: datetime) -> bool:
    """A letter to the payer, once for this day and this matter."""
    about = timezone.localdate()
    if Reminder.objects.filter(subscription=subscription, kind=kind, about=about).exists():
        return False
    context = {"subscription": subscription, "kind": kind, "until": day(until), "left": max(days_left(until), 0)}
    if not send("reminder", subscription.payer.email, **context):
        return False
    Reminder.objects.create(subscription=subscription, kind=kind, about=about)
    return True


def send(template: str, to: str, **context: object) -> bool:
    """The first line of the template is the subject."""
    body = render_to_string(f"subscriptions/email/{template}.txt", context)
    subject, _newline, text = body.strip().partition("\n")
    try:
        EmailMessage(subject.strip(), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to]).send()
    except OSError as error:
        log.error("mail_failed", template=template, error=str(error))
        return False
    return True
