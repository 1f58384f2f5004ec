"""What several pages of the access system do the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from kernel.access.forms import ActionForm
from kernel.access.models import User
from kernel.access.rights import visible
from kernel.operations import Denied

Text = str | Promise


def person_or_404(request: HttpRequest, person_id: Any) -> User:
    found = visible(User.objects.all(), request.user, module="access").filter(pk=person_id).first()
    if found is None:
        raise Http404
    return found


def ask(
    request: HttpRequest,
    form: ActionForm,
    *,
    title: Text,
    submit: Text,
    back: str,
    crumbs: list[tuple[Text, str]],
    intro: Text = "",
    danger: bool = False,
) -> HttpResponse:
    """A page with one form on it."""
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        "trail": crumbs,
        "intro": intro,
        "kind": "danger" if danger else "primary",
    }
    return render(request, "access/form.html", context, status=422 if form.errors else 200)


def done(request: HttpRequest, to: str, told: Text, *args: Any) -> HttpResponse:
    messages.success(request, str(told))
    return redirect(to, *args)


def perform(
    request: HttpRequest, work: Callable[[], Any], *, told: Text, to: str, args: tuple[Any, ...] = ()
) -> HttpResponse:
    """A button without a form: what it did, or why it did not, is said on the page it came from."""
    try:
        work()
    except Denied as refused:
        messages.error(request, str(refused))
        return redirect(to, *args)
    return done(request, to, told, *args)
