"""What people are told when a community is not simply working: why, since when, and whom to call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.tenancy import platform_context
from shared_apps.communities import quotas
from shared_apps.communities.models import Community
from shared_apps.fleet.models import Operation
from ui.problems import problem, wants_problem

State = Community.State
# Seconds. Programs and search engines come back by themselves and do not take the page for the real one.
RETRY = {State.SUSPENDED: 3600, State.REQUESTED: 30, State.PROVISIONING: 10}
STATUS = {
    State.SUSPENDED: 503,
    State.REQUESTED: 503,
    State.PROVISIONING: 503,
    State.ARCHIVED: 410,
    State.DELETED: 410,
}
TITLES: dict[str, str | Promise] = {
    State.SUSPENDED: gettext_lazy("Роботу громади в хмарі призупинено"),
    State.REQUESTED: gettext_lazy("Громада щойно подала заявку"),
    State.PROVISIONING: gettext_lazy("Хмару громади готують"),
    State.ARCHIVED: gettext_lazy("Громада більше не працює в хмарі"),
    State.DELETED: gettext_lazy("Цієї громади в хмарі більше немає"),
}


@dataclass(frozen=True, slots=True)
class Banner:
    title: str
    text: str


# What other parts of the platform have to say over every page; each gets the community and answers with its banners.
MORE_BANNERS: list[Callable[[Community], list[Banner]]] = []


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    phone: str
    email: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.phone, self.email) if part)


def contact_of(community: Community) -> Contact:
    """Whom the community itself named; otherwise the cloud's support."""
    if community.contact_phone:
        return Contact(community.contact_person, community.contact_phone, "")
    return Contact(_("підтримка хмари"), settings.SUPPORT_PHONE, settings.SUPPORT_EMAIL)


def page_of(request: HttpRequest, community: Community, *, for_staff: bool) -> HttpResponse:
    state = State(community.state)
    status = STATUS[state]
    making = creation_of(community) if state in (State.REQUESTED, State.PROVISIONING) else None
    if wants_problem(request):
        more = {"progress": making.progress} if making else {}
        response: HttpResponse = problem(
            request, status, str(TITLES[state]), _detail(community), state=str(state), **more
        )
    else:
        context: dict[str, Any] = {
            "community": community,
            "state": str(state),
            "title": TITLES[state],
            "for_staff": for_staff,
            "contact": contact_of(community),
            "being_made": state in (State.REQUESTED, State.PROVISIONING),
            "making": making,
            "stopped": making is not None and making.status == Operation.Status.FAILED,
        }
        response = render(request, "communities/standing.html", context, status=status)
    if state in RETRY:
        response.headers["Retry-After"] = str(RETRY[state])
    response.headers["Cache-Control"] = "no-store"
    return response


def creation_of(community: Community) -> Operation | None:
    """How far provisioning has come; the row is there from the first step."""
    with platform_context():
        return Operation.objects.filter(kind="create", subject=community.slug).order_by("-started_at").first()


def _detail(community: Community) -> str:
    # Programs belong to others as often as to the community: they learn the fact, not the reason.
    if community.state == State.SUSPENDED:
        return _("Дані збережено. Повторіть запит після відновлення роботи: %(contact)s.") % {
            "contact": contact_of(community)
        }
    return _("Запити до цієї громади зараз не виконуються.")


def banners_of(community: Community) -> list[Banner]:
    """What staff must know on every page while they can still work."""
    banners = []
    since = f"{localtime(community.state_at):%d.%m.%Y}"
    if community.state == State.SUSPENDED:
        banners.append(
            Banner(
                _("Роботу призупинено з %(day)s.") % {"day": since},
                _("%(reason)s Зателефонуйте: %(contact)s.")
                % {"reason": _sentence(community.state_reason), "contact": contact_of(community)},
            )
        )
    elif community.read_only:
        banners.append(
            Banner(
                _("Лише читання."),
                _("%(reason)s Зміни поки що не приймаються. Запитання: %(contact)s.")
                % {"reason": _sentence(community.state_reason), "contact": contact_of(community)},
            )
        )
    if community.training:
        banners.append(
            Banner(
                _("Навчальна копія."),
                _("Імена й адреси тут вигадані, листи назовні не йдуть. Усе, що зробите, лишиться тільки тут."),
            )
        )
    return banners


def staff_banners(community: Community) -> list[Banner]:
    """For those who work here: what is nearly used up or about to end, and what to do about it."""
    nearly = [Banner(title, text) for title, text in quotas.warnings()]
    return [*nearly, *(banner for more in MORE_BANNERS for banner in more(community))]


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."
