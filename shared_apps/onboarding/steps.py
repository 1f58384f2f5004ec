"""The way of an application: what is asked, in which order, and what is answered already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared_apps.communities.models import Community
from shared_apps.onboarding.models import Application

State = Application.State
WAYS: tuple[tuple[str | Promise, str | Promise], ...] = (
    (_("Громада"), _("знайти в КАТОТТГ")),
    (_("Повноваження"), _("пошта, КЕП або лист")),
    (_("План"), _("модулі й оплата")),
    (_("Створення"), _("кілька секунд")),
)


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    stage: int
    answered: Callable[[Application], bool]


def _owned(one: Application) -> bool:
    return one.kind == Community.Kind.HROMADA or one.parent_id is not None


STEPS = (
    Step("mail", 2, lambda one: bool(one.email)),
    Step("code", 2, lambda one: one.email_proved_at is not None),
    Step("you", 2, lambda one: bool(one.last_name and one.first_name)),
    Step("owner", 2, _owned),
    Step("community", 2, lambda one: bool(one.name and one.slug and one.edrpou)),
    Step("authority", 2, lambda one: bool(one.authority)),
    Step("plan", 3, lambda one: one.plan_id is not None),
    Step("modules", 3, lambda one: one.left_out is not None),
    Step("payment", 3, lambda one: bool(one.way)),
    Step("check", 4, lambda one: False),
)
STAGES = {step.name: step.stage for step in STEPS}
STATE_PAGES = {
    State.HELD: "waiting",
    State.REFUSED: "waiting",
    State.LOST: "waiting",
    State.CREATING: "creating",
    State.DONE: "creating",
}


def next_page(application: Application) -> str:
    """Where the person is to go now; never past a question that is not answered."""
    if page := STATE_PAGES.get(State(application.state)):
        return reverse(f"onboarding:{page}")
    return reverse(f"onboarding:{next_step(application)}")


def next_step(application: Application) -> str:
    return next(step.name for step in STEPS if not step.answered(application))


def may_ask(name: str, application: Application) -> bool:
    """A question may be looked at again, never ahead of its turn."""
    if application.state not in (State.DRAFT, State.APPROVED):
        return False
    order = [step.name for step in STEPS]
    return order.index(name) <= order.index(next_step(application))
