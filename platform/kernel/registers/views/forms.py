"""Adding and changing a card: nothing typed is lost, nobody's work is overwritten unseen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.files.receiving import refused_uploads
from kernel.maps.topology.rules import REASON_WANTED
from kernel.operations import Denied
from kernel.registers import in_place
from kernel.registers.forms import CardForm, form_class
from kernel.registers.register import Register
from kernel.registers.saving import Stale, card_or_404, save_card
from kernel.registers.sent_once import Once, once_of
from kernel.registers.views.shared import frame


def new(request: HttpRequest, register: Register) -> HttpResponse:
    return _form(request, register, None)


def edit(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    card = card_or_404(register, request.user, pk, Level.EDIT)
    if getattr(card, "archived_at", None):
        messages.error(request, _("Картка в архіві. Поверніть її до реєстру, щоб змінювати."))
        return redirect(register.url("card", card.pk))
    return _form(request, register, card)


def _form(request: HttpRequest, register: Register, card: Any) -> HttpResponse:
    if register.read_only:
        raise Http404
    cls = form_class(register, request.user)
    over = card is None and in_place.is_over(request, register)
    # Two forms are on one page: each has names of its own for its fields.
    ids = "over_%s" if over else "id_%s"
    answer: dict[str, Any] = {}
    # Before the form writes what was typed into it.
    called = register.label_of(card) if card else ""
    if request.method == "POST":
        once = once_of(request, register) if card is None else None
        if once and (made := once.card()) is not None:
            return _done(request, register, made)
        form = cls(request.POST, request.FILES, instance=card, auto_id=ids)
        offer_creating(request, form)
        if aside := in_place.put_aside(request, form):
            return redirect(aside)
        for why in refused_uploads(request):
            # Dropped on its way in: the form saw no file, and what it would say of that is beside the point.
            form.add_error(None, str(why))
        if form.is_valid():
            answer = _attempt(register, form, request.user, once=once)
            if "saved" in answer:
                return _done(request, register, answer["saved"])
        if once and (made := once.card()) is not None:
            # Written by the first press while this one was being read: what it is refused for is itself.
            return _done(request, register, made)
    else:
        form = cls(instance=card, initial=None if card else _asked(request, register, cls), auto_id=ids)
        offer_creating(request, form)
        if back := in_place.come_back(request):
            in_place.refill(form, back)
    waiting = in_place.waiting_form(request, register) if card is None else None
    title = _("Зміна: %(card)s") % {"card": called} if card else _("Нова картка")
    context = frame(
        request,
        register,
        form=form,
        card=card,
        title=title,
        called=called,
        sections=form.sections(),
        doubles=[(register.url("card", one.pk), register.label_of(one)) for one in answer.get("doubles", [])],
        differences=answer.get("differences", []),
        reason_wanted=answer.get("reason_wanted", False),
        back=waiting.url if waiting else register.url("card", card.pk) if card else register.url(),
        waiting=waiting,
        over=over,
        multipart=form.is_multipart(),
    )
    wrong = bool(form.errors or answer)
    template = "registers/in_place.html" if over else "registers/form.html"
    return render(request, template, context, status=422 if wrong else 200)


def offer_creating(request: HttpRequest, form: CardForm) -> None:
    """One window over a form is enough."""
    if not in_place.is_over(request, form.register) and in_place.waiting_form(request, form.register) is None:
        in_place.offer(form)


def _asked(request: HttpRequest, register: Register, cls: type[CardForm]) -> dict[str, Any]:
    """Values a link to the form fills in beforehand: «?building=5»."""
    found: dict[str, Any] = {}
    for name in cls.base_fields:
        if name in request.GET and name in register.facets:
            facet, value = register.facets[name], request.GET[name]
            if facet.kind != "reference":
                found[name] = value
            elif facet.reference and _in_sight(facet.reference, request.user, value):
                found[name] = int(value)
    return found


def _in_sight(register: Register, user: Any, key: str) -> bool:
    return key.isdecimal() and len(key) < 19 and register.rows(user).filter(pk=key).exists()


def _attempt(
    register: Register, form: CardForm, user: Any, seen: int | None = None, once: Once | None = None
) -> dict[str, Any]:
    """Save, or say what stands in the way: doubles to be confirmed, somebody else's changes, a refusal."""
    if not form.cleaned_data.get("confirmed") and (doubles := form.doubles()):
        return {"doubles": doubles}
    adding = form.instance._state.adding
    try:
        version = None if adding else seen or form.cleaned_data.get("version")
        reason = form.reason

        def save() -> Any:
            return save_card(register, form.instance, by=user, version=version, reason=reason)

        return {"saved": once.make(save) if once else save()}
    except Stale as stale:
        differences = form.differences(stale.theirs)
        if not differences:
            # They changed the same to the same: nothing of theirs is lost.
            return _attempt(register, form, user, stale.theirs.version)
        # What was seen is now what is saved: sent once more, the form writes over it knowingly.
        sent: Any = form.data
        form.data = sent = sent.copy()
        sent["version"] = stale.theirs.version
        return {"differences": differences, "stale": True}
    except Denied as refused:
        form.add_error(None, str(refused))
    except ValidationError as invalid:
        _explain(form, invalid)
        return {"reason_wanted": getattr(invalid, "code", "") == REASON_WANTED}
    return {}


def _explain(form: CardForm, invalid: ValidationError) -> None:
    if not hasattr(invalid, "error_dict"):
        form.add_error(None, invalid)
        return
    for name, errors in invalid.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _done(request: HttpRequest, register: Register, card: Any) -> HttpResponse:
    if in_place.is_over(request, register):
        return JsonResponse({"id": card.pk, "label": register.label_of(card)}, status=201)
    if waiting := in_place.waiting_form(request, register):
        in_place.hand_over(request, waiting, card)
        messages.success(request, _("«%(card)s» збережено й вибрано.") % {"card": register.label_of(card)})
        return redirect(waiting.url)
    in_place.let_go(request, request.path)
    # The draft of this form has done its work: the page that follows says so to the device.
    messages.success(request, _("«%(card)s» збережено.") % {"card": register.label_of(card)}, extra_tags=request.path)
    for advice in register.advice(card):
        messages.warning(request, advice)
    if "more" in request.POST:
        return redirect(register.url("new"))
    return redirect(register.url("card", card.pk))
