"""Letters that need not hold anybody up, and the sweeping out of sessions that ended."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from kernel.access.mail import absolute, deliver
from kernel.access.models import OneTimeLink, SignInEvent
from kernel.jobs.registry import JobRun, job
from kernel.tenancy import TenantRef, for_each_tenant

UNUSUAL = "access.unusual_sign_in"
EMERGENCY = "access.emergency_notice"


@job(UNUSUAL)
def tell_of_unusual(run: JobRun, event: int) -> None:
    """To the person whose account it was: they know whether it was them."""
    found = SignInEvent.objects.select_related("user").get(pk=event)
    if found.user:
        deliver("unusual", found.user.email, person=found.user, event=found, url=absolute(reverse("usersessions_list")))


@job(EMERGENCY)
def tell_of_emergency(run: JobRun, link: str) -> None:
    from kernel.access.roles import administrators

    found, people = OneTimeLink.objects.get(pk=link), list(administrators())
    for done, person in enumerate(people, start=1):
        deliver("emergency", person.email, person=person, link=found, url=absolute(reverse("access:support")))
        run.progress(done, len(people))


def forget_ended_sessions(_tenant: TenantRef | None = None) -> int:
    """The journal of entries stays; rows of sessions nobody can use any more go."""
    gone, _by_model = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return gone


@shared_task(name="kernel.access.forget_ended_sessions")
def forget_ended_sessions_everywhere() -> None:
    forget_ended_sessions()
    for_each_tenant(forget_ended_sessions, reason="sweep out ended sessions")
