"""The community's pages of what its region offers: compare, take, take back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel.access.dates import local_today
from kernel.access.forms import ActionForm, ReasonForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.rights import allowed, require
from kernel.access.views.shared import ask, done
from shared_apps.patterns.adopting import Offer, adopt, compare, offer_named, offers, undo_adoption

TONES = {"offered": "info", "newer": "warn", "current": "ok"}


def _offer(code: str) -> Offer:
    found = offer_named(code)
    if found is None:
        raise Http404
    return found


@require_safe
@needs("reference", Level.VIEW)
def index(request: SignedRequest) -> HttpResponse:
    found = [(one, TONES[one.state]) for one in offers()]
    return render(request, "patterns/offers.html", {"offers": found})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reference", Level.VIEW)
def offer(request: SignedRequest, code: str) -> HttpResponse:
    found = _offer(code)
    if request.method == "POST":
        require(request.user, "reference", Level.EDIT)
    form = ActionForm(request.POST if request.method == "POST" else None)
    chosen = request.POST.getlist("rule")
    if request.method == "POST" and form.attempt(lambda: adopt(found.edition, chosen, by=request.user)):
        told = _("Прийнято: %(edition)s. Скасувати можна будь-коли.") % {"edition": found.edition}
        return done(request, "templates:index", told)
    lines = compare(found, max(local_today(), found.edition.valid_from))
    context = {
        "offer": found,
        "form": form,
        # A decision of one's own is not given up by an oversight.
        "lines": [(one, one.rule.code in chosen if form.is_bound else one.ours is None) for one in lines],
        "may_decide": allowed(request.user, "reference", Level.EDIT),
    }
    return render(request, "patterns/offer.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reference", Level.EDIT)
def undo(request: SignedRequest, code: str) -> HttpResponse:
    found = _offer(code)
    if found.adopted is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = _("Підстава")
    if request.method == "POST" and form.attempt(
        lambda: undo_adoption(code, by=request.user, reason=form.cleaned_data["reason"])
    ):
        return done(request, "templates:index", _("Набір скасовано; діє те, що було до нього."))
    return ask(
        request,
        form,
        title=_("Скасувати набір правил"),
        intro=_("%(edition)s: її правила перестануть діяти в громаді. Діятиме те, що було до неї.")
        % {"edition": found.adopted.edition},
        submit=_("Скасувати набір"),
        back=reverse("templates:offer", args=[code]),
        crumbs=[
            (_("Довідники й норми"), reverse("reference:index")),
            (_("Набори правил області"), reverse("templates:index")),
            (_("Скасування"), ""),
        ],
        danger=True,
    )
