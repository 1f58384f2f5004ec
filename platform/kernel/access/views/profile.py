"""One's own: names, rights, keys of programs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.access import tokens
from kernel.access.delegations import delegations_of
from kernel.access.forms import NamesForm, TokenForm
from kernel.access.grants import rights_of
from kernel.access.guard import SignedRequest
from kernel.access.matrix import matrix_of_person
from kernel.access.mfa import has_second_step, is_obliged
from kernel.access.models import ApiToken
from kernel.access.people import change_own_names
from kernel.access.views.shared import ask, done, perform


@login_required
def profile(request: SignedRequest) -> HttpResponse:
    user = request.user
    context = {
        "person": user,
        "held": rights_of(user).held,
        "matrix": matrix_of_person(user),
        "delegations": delegations_of(user),
        "has_second_step": has_second_step(user),
        "obliged": is_obliged(user),
        "session_count": UserSession.objects.filter(user=user).count(),
        "token_count": sum(token.state == "open" for token in user.api_tokens.all()),
        "sign_ins": user.sign_ins.all()[:10],
    }
    return render(request, "access/profile.html", context)


@login_required
def names(request: SignedRequest) -> HttpResponse:
    user = request.user
    form = NamesForm(
        request.POST or None,
        initial={name: getattr(user, name) for name in ("last_name", "first_name", "patronymic")},
    )
    if request.method == "POST" and form.attempt(lambda: change_own_names(by=user, **form.cleaned_data)):
        return done(request, "access:profile", _("Ім’я збережено."))
    return ask(
        request,
        form,
        title=_("Ім’я"),
        submit=_("Зберегти"),
        back=reverse("access:profile"),
        crumbs=[(_("Мій запис"), reverse("access:profile")), (_("Ім’я"), "")],
    )


@login_required
def token_list(request: SignedRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, owner=request.user)
    shown: list[str] = []

    def work() -> None:
        data = form.cleaned_data
        _token, key = tokens.create_token(
            data["name"], form.scopes, by=request.user, valid_for=timedelta(days=data["days"])
        )
        shown.append(key)

    if request.method == "POST" and form.attempt(work):
        form = TokenForm(owner=request.user)
    rows = [(token, [tokens.scope_in_words(one) for one in token.scopes]) for token in request.user.api_tokens.all()]
    context = {"form": form, "rows": rows, "key": shown[0] if shown else ""}
    response = render(request, "access/tokens.html", context, status=422 if form.errors else 200)
    # The key is on this page only; it must not stay in the browser's history of pages.
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@login_required
def revoke_token(request: SignedRequest, token_id: UUID) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=token_id, created_by=request.user)
    return perform(
        request,
        lambda: tokens.revoke_token(token, by=request.user),
        told=_("Ключ відкликано: програма вже не має доступу."),
        to="access:tokens",
    )
