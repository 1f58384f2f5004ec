"""The card of an object: facts, panels, history, and the verbs one may do with it."""

from __future__ import annotations

import json
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.forms import ActionForm
from kernel.access.levels import Level
from kernel.audit.naming import Names, names_of_state
from kernel.audit.sentences import history_of
from kernel.audit.state import state_at
from kernel.audit.viewing import PurposeForm, log_view
from kernel.files.links import file_url
from kernel.files.receiving import refused_uploads
from kernel.operations import Denied, operation
from kernel.registers.asking import form_of
from kernel.registers.bulk import changeable
from kernel.registers.declarations import Panel, Related
from kernel.registers.facets import Facet
from kernel.registers.heads import measures_of
from kernel.registers.keyset import ordering
from kernel.registers.listing import Listing, sums_of
from kernel.registers.merging.leading import led_on
from kernel.registers.register import Register
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card, card_or_404, restore_card
from kernel.registers.views.shared import frame
from kernel.remarks.places import note_visit

IN_PANEL = 10
IN_HISTORY = 6


class OptionalReasonForm(ActionForm):
    reason = forms.CharField(
        label=gettext_lazy("Підстава"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Її побачать в історії картки."),
    )


def card_page(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    user: Any = request.user
    card = card_or_404(register, user, pk)
    if (elsewhere := led_on(request, register, card)) is not None:
        return elsewhere
    on = _day_asked(request)
    shown = _as_it_was(register, card, on) if on else card
    opened = _opened(request, register, card)
    note_visit(user, register.url("card", card.pk), register.label_of(card), card)
    context = frame(
        request,
        register,
        card=card,
        title=register.label_of(card),
        number=_number_of(register, card, user),
        standing=None if on or not _may_tell(register, user) else register.status_of(card),
        subtitle=register.subtitle_of(card),
        measures=[] if on else measures_of(register, card, user),
        on=on,
        missing=shown is None,
        facts=facts_of(register, shown, user, opened, names_of_state(shown, user) if on else None)
        if shown is not None
        else [],
        masked=[] if opened or on else [name for name in register.masked if _filled(register, card, name, user)],
        panels=[] if on else panels_of(register, card, user),
        history=history_of(card, limit=IN_HISTORY, untold=register.untold(user), reader=user)
        if getattr(register.model, "audited", None)
        else [],
        actions=_actions(register, card, user),
        assign_url=_assign_url(register, card, user) if register.assignee else "",
        card_table=register.table,
        card_id=card.pk,
        editable=register.may(user, Level.EDIT, card) and not getattr(card, "archived_at", None),
        archivable=register.archives and register.may(user, Level.EDIT, card),
        **_neighbours(request, register, card),
    )
    return render(request, "registers/card.html", context)


def _day_asked(request: HttpRequest) -> Any:
    try:
        return parse_date(request.GET.get("on", ""))
    except ValueError:
        return None


def _as_it_was(register: Register, card: Any, on: Any) -> Any:
    """The card at the end of that day; None when there was none yet."""
    if not getattr(register.model, "audited", None):
        return card
    moment = timezone.make_aware(datetime.combine(on, time.max))
    state = state_at(register.model, card.pk, moment)
    if state is None:
        return None
    known = {}
    for field in register.model._meta.concrete_fields:
        value = state.get(field.attname, getattr(card, field.attname))
        # The journal keeps places as GeoJSON.
        place = isinstance(value, dict) and isinstance(field, GeometryField)
        known[field.attname] = GEOSGeometry(json.dumps(value, default=float), srid=field.srid) if place else value
    return register.model.from_db("default", list(known), list(known.values()))


def facts_of(
    register: Register, card: Any, user: Any, opened: bool, called: Names | None = None
) -> list[tuple[str, list[tuple[Any, str, str]]]]:
    """`called` names are given for a card of the past: what it pointed to may be gone since."""
    sections = []
    for title, names in register.form_sections.items():
        lines = []
        for name in names:
            if not register.may_see(name, user):
                continue
            facet = register.facets[name]
            other = facet.reference if facet.kind == "reference" else None
            value = facet.value(card) if other else None
            url = other.url("card", value.pk) if other and value is not None else ""
            if facet.kind == "file" and (file := facet.value(card)) is not None and file.is_open:
                url = file_url(file, user)
            text = register.text_of(name, card, opened=opened)
            if called and facet.is_own and facet.related_model and name not in register.masked:
                key = getattr(card, facet.field.attname)
                text = "" if key is None else called.of(facet.related_model, key) or _("№ %(key)s") % {"key": key}
            lines.append((facet, text, url))
        if lines:
            sections.append((str(title), lines))
    return sections


def _number_of(register: Register, card: Any, user: Any) -> str:
    """What stands on the card's plate, by the same rules as the rest of the card."""
    names = [name for name in ("number", "code") if name in register.facets and register.may_see(name, user)]
    return next((text for name in names if (text := register.text_of(name, card))), "")


def _may_tell(register: Register, user: Any) -> bool:
    return not register.status or register.may_see(register.status, user)


def _filled(register: Register, card: Any, name: str, user: Any) -> bool:
    return register.may_see(name, user) and bool(register.facets[name].text(card))


def panels_of(register: Register, card: Any, user: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for panel in register.panels:
        if isinstance(panel, Related):
            other = register_named(panel.register)
            if other.may(user, Level.VIEW):
                found.append(_related(panel, other, card, user))
        elif isinstance(panel, Panel):
            given = panel.context(card, user)
            found.append({"code": panel.code, "title": str(panel.title), "template": panel.template, "given": given})
    return found


def _related(panel: Related, other: Register, card: Any, user: Any) -> dict[str, Any]:
    rows = other.rows(user).filter(**{panel.by: card.pk})
    named = [name for name in panel.columns or other.columns if name != panel.by]
    columns = [other.facet(name) for name in named if other.may_see(name, user)][:4]
    listing = Listing(other, user)
    joined = other.joined([facet.name for facet in columns])
    ordered = rows.select_related(*joined) if joined else rows
    cards = list(ordered.order_by(*ordering(listing.steps))[: IN_PANEL + 1])
    foot, beside = _totals(panel, other, rows, columns, user) if cards else ([], [])
    return {
        "code": panel.code,
        "title": str(panel.title or other.name),
        "register": other,
        "columns": columns,
        "rows": [
            (other.url("card", one.pk), [other.text_of(facet.name, one) for facet in columns])
            for one in cards[:IN_PANEL]
        ],
        "foot": foot,
        "beside": beside,
        "more": len(cards) > IN_PANEL,
        "all_url": f"{other.url()}?{panel.by}={card.pk}",
        "new_url": f"{other.url('new')}?{panel.by}={card.pk}" if other.may(user, Level.EDIT) else "",
    }


def _totals(
    panel: Related, other: Register, rows: QuerySet[Any], columns: list[Facet], user: Any
) -> tuple[list[tuple[Facet, str]], list[tuple[Facet, str]]]:
    """Sums under the columns, and of what has no column here; what the person may not read is in no sum."""
    sums = sums_of(other, rows, other.totals if panel.totals is None else panel.totals, user)
    if not sums:
        return [], []
    shown = {facet.name for facet in columns}
    under = [(facet, sums.get(facet.name, "")) for facet in columns]
    return under, [(other.facets[name], text) for name, text in sums.items() if name not in shown]


def _assign_url(register: Register, card: Any, user: Any) -> str:
    """Given to a person by the way many are: with what is now, a reason, and back again."""
    fits = register.may(user, Level.EDIT, card) and not getattr(card, "archived_at", None)
    if not fits or register.assignee not in changeable(register, user):
        return ""
    return f"{register.url('bulk')}?{urlencode({'verb': 'assign', 'id': card.pk})}"


def _actions(register: Register, card: Any, user: Any) -> list[tuple[str, Any]]:
    return [
        (register.url("action", card.pk, one.name), one)
        for one in register.actions.values()
        if register.may(user, one.level, card) and (one.when is None or one.when(card))
    ]


def _neighbours(request: HttpRequest, register: Register, card: Any) -> dict[str, str]:
    """The way to the cards before and after this one, when it was opened from a list."""
    given = request.GET.get("in")
    if given is None:
        return {}
    listing = Listing(register, request.user, QueryDict(given[:2000]))
    before, after = listing.neighbours(card)
    tail = "?" + request.GET.urlencode()
    return {
        "back_url": f"{register.url()}?{given}",
        "previous_url": register.url("card", before) + tail if before else "",
        "next_url": register.url("card", after) + tail if after else "",
    }


# -- personal data ------------------------------------------------------------------------------------


def _opened(request: HttpRequest, register: Register, card: Any) -> bool:
    """Opened with a purpose for the very next look, and no longer."""
    return bool(register.masked) and request.session.pop(f"opened:{register.label}:{card.pk}", False)


def open_masked(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """Ask why, write it down, show it once."""
    card = card_or_404(register, request.user, pk)
    names = [name for name in register.masked if register.may_see(name, request.user)]
    if not names:
        raise Http404
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        @operation(register.module, Level.VIEW, on="card")
        def open_personal_data(card: Any, *, by: Any) -> None:
            log_view(card, purpose=form.cleaned_data["purpose"], note=form.cleaned_data["note"], fields=names)

        open_personal_data(card, by=request.user)
        request.session[f"opened:{register.label}:{card.pk}"] = True
        return redirect(register.url("card", card.pk))
    context = frame(
        request,
        register,
        card=card,
        form=form,
        title=_("Показати персональні дані"),
        intro=_("Перегляд буде записано: хто, коли і з якою метою. Людина має право бачити цей перелік."),
        submit=_("Показати"),
        back=register.url("card", card.pk),
    )
    return render(request, "registers/ask.html", context, status=422 if form.errors else 200)


# -- verbs --------------------------------------------------------------------------------------------


def move(request: HttpRequest, register: Register, pk: int, archive: bool) -> HttpResponse:
    card = card_or_404(register, request.user, pk, Level.EDIT)
    form = OptionalReasonForm(request.POST if request.method == "POST" else None)
    verb: Any = archive_card if archive else restore_card
    if request.method == "POST" and form.attempt(
        lambda: verb(register, card, by=request.user, reason=form.cleaned_data["reason"])
    ):
        told = _("«%(card)s» тепер в архіві.") if archive else _("«%(card)s» повернуто до реєстру.")
        messages.success(request, told % {"card": register.label_of(card)})
        return redirect(register.url("card", card.pk))
    context = frame(
        request,
        register,
        card=card,
        form=form,
        title=_("До архіву") if archive else _("Повернути з архіву"),
        intro=(
            _("Картка зникне зі списків і пошуку, але лишиться за своєю адресою разом з історією; її можна повернути.")
            if archive
            else _("Картка знову зʼявиться у списках і пошуку.")
        ),
        held=register.keeps(card) if archive and card.archived_at is None else [],
        submit=_("Перенести до архіву") if archive else _("Повернути"),
        back=register.url("card", card.pk),
    )
    return render(request, "registers/ask.html", context, status=422 if form.errors else 200)


def act(request: HttpRequest, register: Register, pk: int, name: str) -> HttpResponse:
    """An action of the register: done at once, or after its form."""
    action = register.actions.get(name)
    if action is None:
        raise Http404
    card = card_or_404(register, request.user, pk, action.level)
    if action.when is not None and not action.when(card):
        raise Http404
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = form_of(action, register, request.user, data, files, card=card)
    back = register.url("card", card.pk)
    for why in refused_uploads(request) if request.method == "POST" else ():
        form.add_error(None, str(why))
    if request.method == "POST" and form.is_valid():
        try:
            outcome = action.run(register, card, by=request.user, **form.cleaned_data)
        except ValidationError as invalid:
            form.add_error(None, invalid.messages)
        except Denied as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, str(outcome) if isinstance(outcome, str) else _("Зроблено."))
            return redirect(back)
    context = frame(
        request, register, card=card, form=form, title=str(action.title), intro="", submit=str(action.title), back=back,
        danger=action.danger,
    )  # fmt: skip
    return render(request, "registers/ask.html", context, status=422 if form.errors else 200)


def history_page(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    card = card_or_404(register, request.user, pk)
    context = frame(
        request,
        register,
        card=card,
        title=register.label_of(card),
        history=history_of(card, limit=500, untold=register.untold(request.user), reader=request.user),
    )
    return render(request, "registers/history.html", context)
