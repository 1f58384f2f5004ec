"""For residents: a proposal from the public page of a register, without an account and without riddles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kernel.proposals import limits, operations
from kernel.proposals.forms import WordForm, proposable, proposal_form
from kernel.proposals.letters import proposal_behind
from kernel.proposals.models import Proposal
from kernel.proposals.operations import RESIDENT
from kernel.proposals.views import send
from kernel.proposals.wording import lines_of
from kernel.registers.public.opened import OpenRegister, opened_at
from kernel.registers.registry import register_named

ask_or_do = require_http_methods(["GET", "HEAD", "POST"])


@ask_or_do
def suggest(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    opened = opened_at(slug)
    register = opened.register
    nobody = AnonymousUser()
    if not register.proposals or not proposable(register, nobody):
        raise Http404
    card = _card(opened, pk)
    cls = proposal_form(register, nobody)
    form: Any = cls(*((request.POST, request.FILES) if request.method == "POST" else ()), instance=card)
    if request.method == "POST":
        if form.trapped:
            # Whatever fills in what no person sees is thanked and forgotten.
            return _page(request, "proposals/open_sent.html", {"opened": opened, "email": ""})
        if form.is_valid():
            if not limits.allowed(request.META.get("REMOTE_ADDR", ""), form.cleaned_data["mailbox"]):
                form.add_error(None, _("Забагато пропозицій за короткий час. Надішліть цю пізніше, за годину."))
                return _form(request, opened, card, form, 429)
            contacts = {"name": form.cleaned_data["person"], "email": form.cleaned_data["mailbox"]}
            if send(register, card, form, by=RESIDENT, **contacts) is not None:
                return _page(request, "proposals/open_sent.html", {"opened": opened, "email": contacts["email"]})
    return _form(request, opened, card, form, 422 if form.errors else 200)


def _card(opened: OpenRegister, pk: int | None) -> Any:
    if pk is None:
        return None
    found = opened.rows().filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, opened: OpenRegister, card: Any, form: Any, status: int) -> HttpResponse:
    title = _("Запропонувати зміну") if card is not None else _("Запропонувати додати")
    known = [(facet.label, facet.text(card)) for facet in opened.facets.values()] if card is not None else []
    context = {"opened": opened, "form": form, "title": title, "known": [pair for pair in known if pair[1]]}
    return _page(request, "proposals/open_suggest.html", context, status)


@ask_or_do
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """A press of a button confirms, for programs that look into letters follow every link."""
    proposal = _behind(token)
    if request.method == "POST":
        operations.confirm(proposal, by=RESIDENT)
    if proposal.state != Proposal.State.UNCONFIRMED or request.method == "POST":
        return redirect("proposals:sent", token)
    return _page(request, "proposals/open_confirm.html", {"proposal": proposal})


@ask_or_do
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """How it stands; a question of the registrar is answered here."""
    proposal = _behind(token)
    asked = proposal.state == Proposal.State.ASKED
    form = WordForm(request.POST if request.method == "POST" and asked else None)
    if request.method == "POST" and not asked:
        return redirect("proposals:sent", token)
    if request.method == "POST" and form.attempt(
        lambda: operations.answer(proposal, by=RESIDENT, text=form.cleaned_data["text"])
    ):
        return redirect("proposals:sent", token)
    register = register_named(proposal.register)
    context = {
        "proposal": proposal,
        "lines": lines_of(proposal, register, None, AnonymousUser()),
        "notes": proposal.notes.all(),
        "form": form if asked else None,
    }
    return _page(request, "proposals/open_state.html", context, 422 if form.errors else 200)


def _behind(token: str) -> Proposal:
    found = proposal_behind(token)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    # The link is the key: it does not travel on to other sites.
    response["Referrer-Policy"] = "same-origin"
    return response
