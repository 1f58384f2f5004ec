"""The work list of what is wrong on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.access.rights import allowed
from kernel.jobs.queue import enqueue
from kernel.maps.models import Problem
from kernel.maps.topology.recounting import JOB, registers_with_rules
from kernel.operations import Denied, name_of
from kernel.registers.register import Register

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    problem: Problem
    register: Register
    rule: Any
    card: Any
    url: str
    other: Any
    other_url: str
    may_allow: bool


def _open_to(user: Any, level: Level = Level.VIEW) -> dict[str, Register]:
    return {one.label: one for one in registers_with_rules() if allowed(user, one.module, level)}


@require_safe
@login_required
def listed(request: SignedRequest) -> HttpResponse:
    """Only disorder of cards this person may see."""
    seen = _open_to(request.user)
    chosen = request.GET.get("register", "")
    state = request.GET.get("state", "")
    theirs = Q(pk__in=[])
    for label, register in seen.items():
        if chosen in ("", label):
            theirs |= Q(register=label, card__in=register.rows(request.user, archived=None).order_by().values("pk"))
    found = Problem.objects.filter(theirs, allowed_at__isnull=state != "allowed")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": _lines(request.user, list(page.object_list), seen),
        "registers": [(one.label, one.name) for one in seen.values()],
        "chosen": chosen,
        "state": state,
        "may_recount": bool(_open_to(request.user, Level.EDIT)),
    }
    return render(request, "maps/problems.html", context)


def _lines(user: Any, problems: list[Problem], seen: dict[str, Register]) -> list[Line]:
    lines = []
    for label in dict.fromkeys(one.register for one in problems):
        register = seen[label]
        rules = {rule.name: rule for rule in register.topology}
        here = [one for one in problems if one.register == label and one.rule in rules]
        keys = {one.card for one in here} | {one.other for one in here if one.other}
        cards = register.rows(user, archived=None).in_bulk(keys)
        for one in here:
            card = cards.get(one.card)
            if card is None:
                continue
            rule = rules[one.rule]
            other = cards.get(one.other) if one.other and not getattr(rule, "register", "") else None
            lines.append(
                Line(
                    one, register, rule, register.label_of(card), register.url("card", card.pk),
                    register.label_of(other) if other else "", register.url("card", other.pk) if other else "",
                    not rule.refuses and one.allowed_at is None and register.may(user, Level.EDIT, card),
                )
            )  # fmt: skip
    return lines


@require_POST
@login_required
def recount(request: SignedRequest) -> HttpResponse:
    if not _open_to(request.user, Level.EDIT):
        raise Denied(_("Перерахувати порушення може той, хто веде хоч один реєстр із контурами."))
    enqueue(JOB, subject="all", title=_("Перевірка контурів на мапі"))
    messages.success(request, _("Перевірку поставлено в чергу. Оновіть сторінку за хвилину."))
    return redirect("maps:problems")


@require_POST
@login_required
def allow(request: SignedRequest, pk: int) -> HttpResponse:
    """It is so and may stay so: with a reason, by whoever keeps the register."""
    problem = Problem.objects.filter(pk=pk, allowed_at__isnull=True).first()
    register = _open_to(request.user).get(problem.register) if problem else None
    card = register.rows(request.user).filter(pk=problem.card).first() if register and problem else None
    if problem is None or register is None or card is None:
        raise Http404
    if not register.may(request.user, Level.EDIT, card):
        raise Denied(_("Дозволити порушення може той, хто веде цей реєстр."))
    rule = next((one for one in register.topology if one.name == problem.rule), None)
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:500]
    if rule is None or rule.refuses:
        messages.error(request, _("Це порушення дозволити не можна: виправте контур."))
    elif not reason:
        messages.error(request, _("Впишіть підставу: без неї дозволу не записати."))
    else:
        problem.allowed_at, problem.allowed_by, problem.reason = timezone.now(), name_of(request.user), reason
        problem.save(update_fields=["allowed_at", "allowed_by", "reason"])
        messages.success(request, _("Дозволено й записано з підставою."))
    return redirect("maps:problems")
