"""Changing, archiving and returning many cards: chosen, previewed, done, taken back."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.forms import ActionForm
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import allowed
from kernel.jobs.queue import enqueue
from kernel.operations import Denied
from kernel.registers.bulk import (
    AT_ONCE,
    JOB,
    Unfit,
    change_many,
    changeable,
    may_be_undone,
    move_many,
    undo,
)
from kernel.registers.facets import EMPTY
from kernel.registers.inputs import input_for
from kernel.registers.listing import Listing
from kernel.registers.many import out_of_reach
from kernel.registers.models import BulkChange
from kernel.registers.reasons import says_enough, wanted
from kernel.registers.register import Register
from kernel.registers.views.many import act_page
from kernel.registers.views.shared import frame

SHOWN = 8
LONGEST_QUERY = 200_000
NOBODY = "id=0"
VERBS = ("change", "assign", "archive", "restore")
DO = "do-"


class BulkForm(ActionForm):
    reason = forms.CharField(
        label=gettext_lazy("Підстава"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Напр. номер рішення: її побачать в історії кожної картки."),
    )


def bulk(request: HttpRequest, register: Register) -> HttpResponse:
    """One address for all of them: GET shows what will happen, POST does it."""
    given: Any = request.POST if request.method == "POST" else request.GET
    verb = given.get("verb", "change")
    query = _query(given)
    if verb.startswith(DO):
        return act_page(request, register, verb.removeprefix(DO), query)
    if verb not in VERBS or register.read_only or (verb in ("archive", "restore") and not register.archives):
        raise Http404
    # To give a card to a person is to change one field, known beforehand.
    assigning = verb == "assign"
    if assigning:
        verb = "change"
        if register.assignee not in changeable(register, request.user):
            raise Http404
    listing = Listing(register, request.user, query, level=Level.EDIT)
    count = listing.counted
    field = register.assignee if assigning else given.get("field", "")
    offered = {name: register.facets[name].label for name in changeable(register, request.user)}
    form = _form(request, register, field if field in offered else "", assigning)
    problems: list[tuple[Any, str]] = []
    asked = request.method == "POST" and given.get("go") == "1"
    if asked and count and (verb != "change" or field in offered) and form.is_valid():
        values = {field: form.cleaned_data[field]} if verb == "change" else {}
        try:
            return _go(request, register, listing, verb, values, form.cleaned_data["reason"])
        except Unfit as unfit:
            problems = unfit.problems
            told = (
                _("Нічого не змінено: частина карток не приймає цього значення. Причини — нижче.")
                if verb == "change"
                else _("Нічого не перенесено: частину карток перенести не можна. Причини — нижче.")
            )
            form.add_error(None, told)
    sample = list(listing.ordered()[:SHOWN])
    context = frame(
        request,
        register,
        verb=verb,
        assigning=assigning,
        query=query,
        count=count,
        count_text=listing.count_text,
        offered=offered.items(),
        field=field if field in offered else "",
        form=form,
        sample=[
            (register.label_of(card), register.text_of(field, card) or EMPTY if field in offered else "")
            for card in sample
        ],
        more=count > SHOWN,
        problems=_named(register, problems),
        refused=_named(register, out_of_reach(register, request.user, listing)) if assigning else [],
        back=_back(register, query),
    )
    return render(request, "registers/bulk.html", context, status=422 if problems or form.errors else 200)


def _named(register: Register, cards: list[tuple[Any, str]]) -> list[tuple[str, str, str]]:
    return [(register.label_of(card), register.url("card", card.pk), why) for card, why in cards[:50]]


def _back(register: Register, query: str) -> str:
    """One card alone was chosen on its own page."""
    keys = QueryDict(query).getlist("id")
    alone = len(keys) == 1 and keys[0].isdecimal() and len(keys[0]) < 19 and query == f"id={keys[0]}"
    return register.url("card", keys[0]) if alone else f"{register.url()}?{query}"


def _query(given: Any) -> str:
    """The rows: those ticked, or the whole list with its conditions when asked for all of it."""
    query = given.get("query", "").removeprefix("?")
    if len(query) > LONGEST_QUERY:
        # A part of it would name other cards than those that were chosen.
        return NOBODY
    if given.get("all") == "1":
        return str(query)
    chosen = "&".join(f"id={pk}" for pk in given.getlist("id") if pk.isdecimal())
    if chosen:
        return "&".join(filter(None, (query, chosen)))
    return str(query) if QueryDict(query).getlist("id") else NOBODY


def _form(request: HttpRequest, register: Register, field: str, assigning: bool = False) -> BulkForm:
    fields: dict[str, Any] = {field: input_for(register, field, request.user)} if field else {}
    if assigning:
        # An empty choice would take the cards away from everybody.
        fields[field].required = True
        if register.facets[field].related_model is User:
            fields[field].queryset = fields[field].queryset.filter(is_active=True)
    cls = type("FieldForm", (BulkForm,), fields)
    asked = request.method == "POST" and request.POST.get("go") == "1"
    form: BulkForm = cls(request.POST if asked else None)
    if told := wanted(register, [field]):
        form.fields["reason"].required = True
        form.fields["reason"].validators.append(partial(_enough, told))
    if field:
        form.order_fields([field, "reason"])
    return form


def _enough(told: str, reason: str) -> None:
    if not says_enough(reason):
        raise ValidationError(told)


def _go(
    request: HttpRequest, register: Register, listing: Listing, verb: str, values: dict[str, Any], reason: str
) -> HttpResponse:
    user: Any = request.user
    if listing.counted > AT_ONCE:
        return _later(request, register, listing, verb, values, reason)
    cards = list(listing.rows)
    if verb == "change":
        change = change_many(register, cards, values, by=user, reason=reason)
    else:
        change = move_many(register, cards, archive=verb == "archive", by=user, reason=reason)
    messages.success(request, _("Готово: змінено карток — %(count)s.") % {"count": change.count})
    return redirect(register.url("bulk-change", change.pk))


def _later(
    request: HttpRequest, register: Register, listing: Listing, verb: str, values: dict[str, Any], reason: str
) -> HttpResponse:
    plain = {name: getattr(value, "pk", value) for name, value in values.items()}
    enqueue(
        JOB,
        subject=f"{register.label} {uuid4().hex[:12]}",
        title=_("Групова зміна: %(register)s") % {"register": register.name},
        register=register.label,
        query=listing.query.urlencode(),
        verb=verb,
        values={
            name: value if value is None or isinstance(value, bool | int) else str(value)
            for name, value in plain.items()
        },
        user=str(request.user.pk),
        reason=reason,
    )
    messages.success(request, _("Карток багато, тож зміна виконується у фоні. Перебіг видно в завданнях."))
    return redirect(register.url())


def change_page(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """What was done to many at once; its author, or whoever manages the register, may take it back."""
    change = BulkChange.objects.filter(register=register.label, pk=pk).first()
    manages = allowed(request.user, register.module, Level.MANAGE)
    if change is None or not (change.made_by_id == request.user.pk or manages):
        raise Http404
    if request.method == "POST":
        return _undo(request, register, change)
    lines = change.lines.order_by("pk")[:100]
    cards = register.rows(request.user, archived=None).in_bulk([line.row_id for line in lines])
    context = frame(
        request,
        register,
        change=change,
        fields=[(register.facets[name].label, name) for name in change.fields if name in register.facets],
        action=register.actions.get(change.action),
        undoable=change.count and may_be_undone(register, change),
        lines=[
            (register.label_of(cards[line.row_id]), register.url("card", line.row_id))
            for line in lines
            if line.row_id in cards
        ],
    )
    return render(request, "registers/bulk_change.html", context)


def _undo(request: HttpRequest, register: Register, change: BulkChange) -> HttpResponse:
    user: Any = request.user
    try:
        back, left = undo(change, by=user)
    except Denied as refused:
        messages.error(request, str(refused))
    except ValidationError as invalid:
        why = " ".join(invalid.messages)
        messages.error(request, _("Нічого не повернуто: %(why)s Виправте картку й повторіть.") % {"why": why})
    else:
        told = _("Повернуто карток: %(back)s.") % {"back": back}
        if left:
            told += " " + _("Ще %(left)s хтось змінив після того — їх лишено, як є.") % {"left": left}
        messages.success(request, told)
    return redirect(register.url("bulk-change", change.pk))
