"""The list of a register, and what people set up around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.operations import operation
from kernel.registers.bulk import changeable
from kernel.registers.facets import Facet
from kernel.registers.filters import Chip, Filter
from kernel.registers.inputs import OFFERED, ReferenceField
from kernel.registers.listing import FORM_OF_LIST, PAGES, Listing
from kernel.registers.many import actions_for_many
from kernel.registers.models import ListChoice, SavedView
from kernel.registers.register import Register
from kernel.registers.tabs import audience_of, audiences, may_change, show_to, views_of
from kernel.registers.views.shared import frame
from kernel.search.query import find


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: how it is sorted now and how it will be after a press."""

    facet: Facet
    direction: str
    url: str


@dataclass(frozen=True, slots=True)
class Control:
    """One filter as the page asks for it."""

    filter: Filter
    field: Any
    chosen: list[str]
    active: bool
    query: Any
    yes_url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """`label` is what a phone shows beside the value, where there is no head of a column."""

    facet: Facet
    label: str
    text: str
    value: Any
    url: str


def list_page(request: HttpRequest, register: Register) -> HttpResponse:
    user: Any = request.user
    listing = Listing(register, user, request.GET)
    page = listing.page()
    totals = listing.totals()
    context = frame(
        request,
        register,
        listing=listing,
        page=page,
        heads=_heads(listing),
        rows=_rows(listing, page.cards),
        chips=[(chip, listing.without(chip), _opposite(listing, chip)) for chip in listing.chips],
        controls=_controls(listing),
        tabs=_tabs(listing),
        totals=[(facet, totals.get(facet.name, "")) for facet in listing.columns] if totals else [],
        sizes=PAGES,
        hidden=_hidden(listing),
        columns=_column_choice(listing),
        in_list=urlencode({"in": listing.conditions}),
        many=[] if listing.archived else actions_for_many(register, user),
        assigns=bool(register.assignee) and not listing.archived and register.assignee in changeable(register, user),
        totals_url=listing.address(totals="1"),
        newer_url=listing.address(after=page.newer),
        older_url=listing.address(after=page.older),
        **_view_in_force(register, listing.view, user),
    )
    return render(request, "registers/list.html", context)


def _heads(listing: Listing) -> list[Head]:
    heads = []
    for facet in listing.columns:
        path = listing.order_of(facet)
        direction = {path: "ascending", f"-{path}": "descending"}.get(listing.sort, "") if path else ""
        if path and not listing.sort and listing.register.order:
            direction = {path: "ascending", f"-{path}": "descending"}.get(listing.register.order[0], "")
        target = f"-{path}" if direction == "ascending" else path
        heads.append(Head(facet, direction, listing.address(sort=target) if path else ""))
    return heads


def _rows(listing: Listing, cards: Sequence[Any]) -> list[tuple[Any, str, list[Cell]]]:
    """A label is put into words once for the page: the language is looked up at every asking."""
    columns = [(name, listing.offered[name], labelled(listing.offered[name])) for name in listing.column_names]
    return [(card, listing.register.url("card", card.pk), _cells(listing, card, columns)) for card in cards]


def labelled(facet: Facet) -> str:
    return f"{facet.label}, {facet.unit}" if facet.unit else facet.label


def _cells(listing: Listing, card: Any, columns: list[tuple[str, Facet, str]]) -> list[Cell]:
    cells = []
    for name, facet, label in columns:
        value = facet.value(card)
        other = facet.reference if facet.kind == "reference" and value is not None else None
        url = other.url("card", value.pk) if other else ""
        cells.append(Cell(facet, label, listing.register.text_of(name, card), value, url))
    return cells


def _controls(listing: Listing) -> list[Control]:
    controls = []
    for one in listing.filters:
        chosen = listing.wishes.getlist(one.name)
        active = any(name in listing.wishes for name in one.params)
        field = _reference_control(listing, one, chosen) if one.control == "reference" else None
        given = {name.rpartition("__")[2]: listing.wishes.get(name, "") for name in one.params if "__" in name}
        yes_url = listing.address(**{one.name: "yes"}) if one.control == "boolean" else ""
        controls.append(Control(one, field, chosen, active, given, yes_url))
    return controls


def _opposite(listing: Listing, chip: Chip) -> str:
    """A condition of yes or no is turned over by a press on its value."""
    name = chip.params[0]
    facet = listing.register.facets.get(name)
    if facet is None or facet.kind != "boolean":
        return ""
    return listing.address(**{name: "no" if listing.wishes.get(name) == "yes" else "yes"})


def _reference_control(listing: Listing, one: Filter, chosen: list[str]) -> Any:
    other, model = one.facet.reference, one.facet.related_model
    assert model is not None
    if other is None:
        field: forms.Field = forms.ModelChoiceField(model._default_manager.all(), required=False)
    else:
        field = ReferenceField(register=other, user=listing.user, source=lambda rows: rows, required=False)
    key = chosen[0] if chosen else None
    return field.widget.render(one.name, field.prepare_value(key), {"id": f"filter-{one.name}"})


def _tabs(listing: Listing) -> list[tuple[str, str, bool, Any]]:
    register, user = listing.register, listing.user
    current = listing.view
    # The way of looking is of the person, not of the tab: a map stays a map.
    look = {"show": listing.query["show"]} if listing.query.get("show") else {}
    tabs: list[tuple[str, str, bool, Any]] = [(_("Усі"), f"?{urlencode(look)}", current is None, None)]
    tabs += [
        (str(one.title), f"?{urlencode({'view': one.code, **look})}", current is one, None) for one in register.views
    ]
    tabs += [
        (one.title, f"?{urlencode({'view': one.pk, **look})}", current == one, one) for one in views_of(register, user)
    ]
    return tabs


def _view_in_force(register: Register, view: Any, user: Any) -> dict[str, Any]:
    """What may be done with the tab, and to whom a new one may be shown."""
    saved = view if isinstance(view, SavedView) else None
    offered, shown_to = audiences(register, user), audience_of(saved) if saved else ""
    # A circle that this person could not choose stays chosen until they choose another.
    kept = [] if shown_to in dict(offered) else [(shown_to, _("як зараз"))]
    return {
        "audiences": offered,
        "kept_audience": kept,
        "saved": saved,
        "shown_to": shown_to,
        "saved_url": register.url("delete-view", saved.pk) if saved and may_change(saved, register, user) else "",
    }


def _hidden(listing: Listing) -> list[tuple[str, str]]:
    """What a form of filters must carry along so as not to lose it."""
    own = {name for one in listing.filters for name in one.params} | {"q"}
    kept = [name for name in listing.query if name not in own and name not in ("after", "totals")]
    return [(name, value) for name in kept for value in listing.query.getlist(name)]


def _column_choice(listing: Listing) -> list[tuple[Facet, bool]]:
    chosen = [(listing.offered[name], True) for name in listing.column_names]
    rest = [(facet, False) for name, facet in listing.offered.items() if name not in listing.column_names]
    return chosen + rest


def choose_columns(request: HttpRequest, register: Register) -> HttpResponse:
    """Remember which columns this person wants; none chosen means the register's own."""
    user: Any = request.user
    offered = Listing(register, user).offered
    names = [name for name in request.POST.getlist("column") if name in offered]
    if request.POST.get("reset") or not names:
        ListChoice.objects.filter(register=register.label, owner=user).delete()
    else:
        ListChoice.objects.update_or_create(register=register.label, owner=user, defaults={"columns": names})
    return redirect(_back(request, register))


def save_view(request: HttpRequest, register: Register) -> HttpResponse:
    """A tab out of the list as it is now."""
    user: Any = request.user
    listing = Listing(register, user, request.POST.get("query", "")[:2000].removeprefix("?"))
    title = request.POST.get("title", "").replace("\x00", "").strip()[:60]
    if not title:
        messages.error(request, _("Назвіть вигляд: за назвою його знайдуть серед вкладок."))
        return redirect(_back(request, register))

    audience = "all" if request.POST.get("shared") == "on" else request.POST.get("audience", "")
    known = None
    if key := request.POST.get("view", ""):
        known = views_of(register, user).filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
        if known is None or not may_change(known, register, user):
            raise Http404
    # What a view is shown to now may stay, though this person could not choose it.
    if audience not in dict(audiences(register, user)) and not (known and audience == audience_of(known)):
        messages.error(request, _("Показати вигляд можна всім, своїй ролі або своєму підрозділу. Оберіть зі списку."))
        return redirect(_back(request, register))

    @operation(register.module, None)
    def save_list_view(*, by: Any) -> SavedView:
        view = known or SavedView(register=register.label, owner=by)
        view.title, view.query, view.columns = title, listing.conditions, listing.column_names
        show_to(view, audience)
        view.full_clean()
        view.save()
        return view

    try:
        view = save_list_view(by=user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(_back(request, register))
    messages.success(request, _("Вигляд «%(title)s» збережено.") % {"title": title})
    return redirect(f"{register.url()}?view={view.pk}")


def delete_view(request: HttpRequest, register: Register, view_id: int) -> HttpResponse:
    user: Any = request.user
    view = views_of(register, user).filter(pk=view_id).first()
    if view is None or not may_change(view, register, user):
        raise Http404

    @operation(register.module, None)
    def delete_list_view(*, by: Any) -> None:
        view.delete()

    delete_list_view(by=user)
    messages.success(request, _("Вигляд «%(title)s» прибрано.") % {"title": view.title})
    return redirect(register.url())


def suggestions(request: HttpRequest, register: Register) -> JsonResponse:
    """What a type-ahead offers: the beginning of the list, narrowed by what was typed and by other fields."""
    user: Any = request.user
    rows = register.rows(user)
    for name in {name for name in request.GET if name not in (*FORM_OF_LIST, "q")}:
        facet = register.facets.get(name)
        value = request.GET[name]
        if facet and facet.kind == "reference" and value.isdecimal() and len(value) < 19:
            rows = rows.filter(**{name: int(value)})
    if register.searchable:
        rows = find(rows, request.GET.get("q", "")[:200].replace("\x00", ""))
    listing = Listing(register, user)
    found = rows.order_by(*(step.path for step in listing.steps))[:OFFERED]
    results = [{"id": card.pk, "label": register.label_of(card), "hint": register.hint_of(card)} for card in found]
    may_create = register.creates_in_place and register.may(user, Level.EDIT)
    return JsonResponse(
        {"results": results, "may_create": may_create, "create_url": register.url("new") if may_create else ""}
    )


def _back(request: HttpRequest, register: Register) -> str:
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else register.url()
