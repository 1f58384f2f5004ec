"""Doors: an invitation, a one-time link of the support, and the debt of a second step."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kernel.access.forms import PasswordsForm
from kernel.access.guard import SignedRequest
from kernel.access.invitations import InvitationVoid, accept_invitation, open_invitation
from kernel.access.mfa import has_second_step
from kernel.access.support import LinkVoid, enter_by_link, look_at_link


@never_cache
@sensitive_post_parameters("password", "again")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    try:
        found = open_invitation(token)
    except InvitationVoid:
        return render(request, "access/invitation_void.html", status=404)
    names = {name: getattr(found, name) for name in ("last_name", "first_name", "patronymic")}
    form = PasswordsForm(request.POST or None, email=found.email, initial=names)
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in (*names, "password")}
        try:
            user = accept_invitation(token, **data)
        except (InvitationVoid, IntegrityError):
            return render(request, "access/invitation_void.html", status=404)
        if request.user.is_authenticated:
            logout(request)
        record_authentication(request, user, "password", email=user.email)
        return perform_login(request, Login(user=user, email=user.email))
    context = {"form": form, "invitation": found}
    return render(request, "access/invitation.html", context, status=422 if form.errors else 200)


@never_cache
def one_time(request: HttpRequest, token: str) -> HttpResponse:
    """Asked before it is used up: programs that fetch links in letters and chats must not burn it."""
    try:
        link = look_at_link(token)
        if request.method == "POST":
            enter_by_link(request, token)
            return redirect("/")
    except LinkVoid:
        return render(request, "access/one_time_void.html", status=404)
    return render(request, "access/one_time.html", {"link": link})


@login_required
@never_cache
def mfa_required(request: SignedRequest) -> HttpResponse:
    if has_second_step(request.user):
        return redirect("/")
    return render(request, "access/mfa_required.html")
