"""An action over many cards, as a page: who takes it and who does not, what it asks, what came of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kernel.jobs.queue import enqueue
from kernel.registers.asking import form_of
from kernel.registers.bulk import AT_ONCE, Unfit
from kernel.registers.declarations import Action
from kernel.registers.listing import Listing
from kernel.registers.many import JOB, act_on_many, begin, choose
from kernel.registers.register import Register
from kernel.registers.views.shared import frame

SHOWN = 8
NAMED = 50


def act_page(request: HttpRequest, register: Register, name: str, query: str) -> HttpResponse:
    """GET shows what will happen, POST does it."""
    action = register.actions.get(name)
    user: Any = request.user
    if action is None or not action.many or not register.may(user, action.level):
        raise Http404
    listing = Listing(register, user, query, level=action.level)
    chosen = choose(register, action, user, listing)
    asked = request.method == "POST" and request.POST.get("go") == "1"
    form = form_of(action, register, user, *((request.POST, request.FILES) if asked else ()))
    problems: list[tuple[Any, str]] = []
    if asked and (chosen.fit or not chosen.whole) and form.is_valid():
        skip = request.POST.get("skip") == "1"
        if listing.counted > AT_ONCE:
            return _later(request, register, action, query, form, skip)
        try:
            return _now(request, register, action, chosen.fit, form, skip, refused=len(chosen.refused))
        except Unfit as unfit:
            problems = unfit.problems
            form.add_error(
                None,
                _("Нічого не зроблено: частина карток цього не приймає. Виправте їх або виконайте для решти."),
            )
    context = frame(
        request,
        register,
        action=action,
        query=query,
        form=form,
        count=len(chosen.fit),
        count_text=str(len(chosen.fit)) if chosen.whole else listing.count_text,
        beyond=not chosen.whole,
        looked=chosen.looked,
        sample=[(register.label_of(card), register.url("card", card.pk)) for card in chosen.fit[:SHOWN]],
        more=len(chosen.fit) > SHOWN or not chosen.whole,
        refused=_named(register, chosen.refused),
        refused_count=len(chosen.refused),
        problems=_named(register, problems),
        later=listing.counted > AT_ONCE,
        back=f"{register.url()}?{query}",
    )
    return render(request, "registers/bulk_action.html", context, status=422 if problems or form.errors else 200)


def _named(register: Register, cards: list[tuple[Any, str]]) -> list[tuple[str, str, str]]:
    return [(register.label_of(card), register.url("card", card.pk), why) for card, why in cards[:NAMED]]


def _now(
    request: HttpRequest, register: Register, action: Action, cards: list[Any], form: Any, skip: bool, refused: int
) -> HttpResponse:
    user: Any = request.user
    with transaction.atomic():
        change = begin(register, action, by=user, reason=str(form.cleaned_data.get("reason") or ""))
        problems = act_on_many(register, action, cards, form.cleaned_data, change, by=user, skip=skip)
    passed = len(problems) + refused
    told = _("«%(action)s»: зроблено для карток — %(count)s.") % {"action": action.title, "count": change.count}
    if passed:
        told += " " + _("Пропущено: %(count)s.") % {"count": passed}
    messages.success(request, told)
    return redirect(register.url("bulk-change", change.pk))


def _later(request: HttpRequest, register: Register, action: Action, query: str, form: Any, skip: bool) -> HttpResponse:
    user: Any = request.user
    # As it was typed: the job reads it by the same form, and by the rights of that moment.
    typed = {
        key: request.POST.getlist(key)
        for key in request.POST
        if key in form.fields or key.removesuffix("__text") in form.fields
    }
    with transaction.atomic():
        change = begin(register, action, by=user, reason=str(form.cleaned_data.get("reason") or ""))
        enqueue(
            JOB,
            subject=f"{register.label} {uuid4().hex[:12]}",
            title=f"{action.title}: {register.name}",
            register=register.label,
            action=action.name,
            query=query,
            data=typed,
            user=str(user.pk),
            change=change.pk,
            skip=skip,
        )
    messages.success(request, _("Карток багато, тож дія виконується у фоні. Перебіг видно в завданнях."))
    return redirect(register.url("bulk-change", change.pk))
