"""For those who work here: proposing from a card, the registrar's queue, one's own proposals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.files.errors import FileRefused
from kernel.modules.entitlement import is_enabled
from kernel.operations import Denied
from kernel.proposals import operations
from kernel.proposals.forms import WordForm, asked_initial, decision_form, proposal_form, raw_of, shown_in
from kernel.proposals.models import Proposal
from kernel.proposals.queues import kept_by, queue_of
from kernel.proposals.wording import lines_of
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named
from kernel.registers.saving import Stale, card_or_404

PAGE = 25
ask_or_do = require_http_methods(["GET", "HEAD", "POST"])


def register_or_404(label: str) -> Register:
    try:
        found = register_named(label)
    except UnknownRegister:
        raise Http404 from None
    if not found.proposals or not is_enabled(found.module):
        raise Http404
    return found


@ask_or_do
@login_required
def suggest(request: SignedRequest, label: str, pk: int | None = None) -> HttpResponse:
    """From the card, by somebody who may only look; without `pk`, a new card."""
    register = register_or_404(label)
    if not register.may(request.user, Level.VIEW):
        raise Http404
    card = card_or_404(register, request.user, pk) if pk is not None else None
    if card is not None and getattr(card, "archived_at", None):
        messages.error(request, _("Картка в архіві. Запропонуйте зміну тієї, що чинна."))
        return redirect(register.url("card", card.pk))
    cls = proposal_form(register, request.user)
    form: Any = cls(*((request.POST, request.FILES) if request.method == "POST" else ()), instance=card)
    if request.method == "POST" and form.is_valid():
        sent = send(register, card, form, by=request.user)
        if sent is not None:
            messages.success(request, _("Надіслано реєстратору. Відповідь прийде сповіщенням."))
            return redirect("proposals:review", sent.pk)
    title = _("Запропонувати зміну") if card is not None else _("Запропонувати нову картку")
    back = register.url("card", card.pk) if card is not None else register.url()
    context = {"form": form, "register": register, "card": card, "title": title, "back": back,
               "called": register.label_of(card) if card is not None else ""}  # fmt: skip
    return render(request, "proposals/suggest.html", context, status=422 if form.errors else 200)


def send(register: Register, card: Any, form: Any, *, by: Any, **contacts: str) -> Proposal | None:
    """The proposal, or None with the reason on the form."""
    names = form.names if card is not None else []
    try:
        return operations.propose(
            register,
            card,
            by=by,
            proposed=form.proposed(),
            before=raw_of(register, card, names) if names else {},
            words=form.cleaned_data["words"],
            photos=form.cleaned_data["photos"],
            **contacts,
        )
    except FileRefused as refused:
        form.add_error("photos", str(refused))
    except Denied as refused:
        form.add_error(None, str(refused))
    except ValidationError as invalid:
        form.add_error(None, invalid.messages)
    return None


@require_safe
@login_required
def queue(request: SignedRequest) -> HttpResponse:
    registers = kept_by(request.user)
    show = request.GET.get("show", "")
    mine = queue_of(request.user)
    choices = {
        "": (_("на розгляді"), mine.filter(state=Proposal.State.WAITING)),
        "asked": (_("уточнюють"), mine.filter(state=Proposal.State.ASKED)),
        "closed": (_("розглянуті"), mine.exclude(state__in=Proposal.OPEN).order_by("-decided_at")),
    }
    show = show if show in choices else ""
    chips = [(value, label, rows.count(), value == show) for value, (label, rows) in choices.items()]
    page = Paginator(choices[show][1].select_related("author"), PAGE).get_page(request.GET.get("page"))
    names = {one.label: one.name for one in registers}
    context = {
        "page": page,
        "rows": [(one, names.get(one.register, one.register)) for one in page],
        "chips": chips,
        "registers": registers,
        "title": _("Пропозиції змін"),
    }
    return render(request, "proposals/queue.html", context)


@require_safe
@login_required
def mine(request: SignedRequest) -> HttpResponse:
    rows = Proposal.objects.filter(author=request.user).order_by("-created_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(one, "") for one in page], "title": _("Мої пропозиції"), "own": True}
    return render(request, "proposals/queue.html", context)


@ask_or_do
@login_required
def review(request: SignedRequest, key: UUID) -> HttpResponse:
    """The registrar decides here; the proposer sees how it stands."""
    proposal, decides = _proposal(request, key)
    register = register_or_404(proposal.register)
    card = _card(register, proposal, request.user if decides else None)
    gone = proposal.row_id is not None and (card is None or bool(getattr(card, "archived_at", None)))
    open_to_decide = decides and proposal.is_open and not gone
    form: Any = None
    if open_to_decide:
        cls = decision_form(register, request.user, changing=card is not None)
        if request.method == "POST":
            form = cls(request.POST, request.FILES, instance=card)
            if (saved := _approve(request, proposal, form)) is not None:
                messages.success(request, _("Схвалено й записано в картку. Той, хто пропонував, про це дізнається."))
                return redirect(register.url("card", saved.pk))
        else:
            form = cls(instance=card)
            form.initial |= asked_initial(proposal.proposed, form.fields)
    elif request.method == "POST":
        messages.error(request, _("Цю пропозицію вже не змінити. Поверніться до черги."))
        return redirect("proposals:review", key)
    fresh = _card(register, proposal, request.user if decides else None)
    context = {
        "proposal": proposal,
        "register": register,
        "card_url": register.url("card", proposal.row_id) if fresh is not None and decides else "",
        "lines": lines_of(proposal, register, fresh, request.user),
        "notes": proposal.notes.select_related("by"),
        "form": form,
        "fields": [form[name] for name in form.fields if name in register.facets] if form is not None else [],
        "gone": gone and proposal.is_open,
        "decides": decides and proposal.is_open,
        "own": proposal.author_id == request.user.pk,
        "back": reverse("proposals:queue" if decides else "proposals:mine"),
    }
    return render(request, "proposals/review.html", context, status=422 if form is not None and form.errors else 200)


def _approve(request: SignedRequest, proposal: Proposal, form: Any) -> Any:
    if not form.is_valid():
        return None
    typed = {name: request.POST.get(name, "") for name in proposal.proposed}
    others = [
        name
        for name in form.changed_data
        if name in form.register.facets and name not in proposal.proposed
        if request.POST.get(name, "") != shown_in(form, name)
    ]
    amended = typed != proposal.proposed or bool(others and proposal.row_id is not None)
    try:
        return operations.approve(
            proposal, form.instance, by=request.user, version=form.cleaned_data.get("version"), amended=amended
        )
    except Stale as stale:
        form.data = sent = form.data.copy()
        sent["version"] = stale.theirs.version
        form.add_error(None, _("Поки ви розглядали, картку змінив хтось інший. Порівняйте й схваліть ще раз."))
    except Denied as refused:
        form.add_error(None, str(refused))
    except ValidationError as invalid:
        for name, errors in getattr(invalid, "error_dict", {None: invalid}).items():
            form.add_error(name if name in form.fields else None, errors)
    return None


def _proposal(request: HttpRequest, key: UUID) -> tuple[Proposal, bool]:
    """With whether this person decides; 404 for everybody whose matter it is not."""
    found = queue_of(request.user).filter(pk=key).first()
    if found is not None:
        return found, True
    return get_object_or_404(Proposal, pk=key, author=request.user), False


def _card(register: Register, proposal: Proposal, user: Any) -> Any:
    """Read anew: a form writes into the one it was given."""
    if proposal.row_id is None or user is None:
        return None
    return register.rows(user, Level.EDIT, archived=None).filter(pk=proposal.row_id).first()


def _word_page(request: SignedRequest, key: UUID, title: str, submit: str, decides: bool, verb: Any) -> HttpResponse:
    proposal, may_decide = _proposal(request, key)
    if may_decide < decides or (not decides and proposal.author_id != request.user.pk) or not proposal.is_open:
        raise Http404
    form = WordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.attempt(lambda: verb(proposal, form.cleaned_data["text"])):
        messages.success(request, _("Записано."))
        return redirect("proposals:review", key)
    context = {"form": form, "proposal": proposal, "title": title, "submit": submit,
               "back": reverse("proposals:review", args=[key])}  # fmt: skip
    return render(request, "proposals/word.html", context, status=422 if form.errors else 200)


@ask_or_do
@login_required
def refuse_page(request: SignedRequest, key: UUID) -> HttpResponse:
    def verb(proposal: Proposal, text: str) -> Any:
        return operations.refuse(proposal, by=request.user, reason=text)

    return _word_page(request, key, _("Відхилити пропозицію"), _("Відхилити"), True, verb)


@ask_or_do
@login_required
def ask_page(request: SignedRequest, key: UUID) -> HttpResponse:
    def verb(proposal: Proposal, text: str) -> Any:
        return operations.ask(proposal, by=request.user, question=text)

    return _word_page(request, key, _("Попросити уточнення"), _("Запитати"), True, verb)


@ask_or_do
@login_required
def answer_page(request: SignedRequest, key: UUID) -> HttpResponse:
    def verb(proposal: Proposal, text: str) -> Any:
        return operations.answer(proposal, by=request.user, text=text)

    return _word_page(request, key, _("Відповісти реєстратору"), _("Надіслати"), False, verb)


@require_http_methods(["POST"])
@login_required
def withdraw_page(request: SignedRequest, key: UUID) -> HttpResponse:
    proposal = get_object_or_404(Proposal, pk=key, author=request.user)
    operations.withdraw(proposal, by=request.user)
    messages.success(request, _("Пропозицію відкликано."))
    return redirect("proposals:mine")
