from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.access import roles
from kernel.access.dates import local_today
from kernel.access.forms import NewRoleForm, RoleNameForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.matrix import matrix_of_role
from kernel.access.models import Role, RoleAssignment
from kernel.access.rights import allowed
from kernel.access.rules import rule_kinds
from kernel.access.subjects import subjects
from kernel.access.views.shared import ask, done
from kernel.operations import Denied

INHERIT = "inherit"


@needs("access", Level.VIEW)
def role_list(request: SignedRequest) -> HttpResponse:
    today = local_today()
    current = Q(assignments__valid_from__lte=today) & (
        Q(assignments__valid_to__isnull=True) | Q(assignments__valid_to__gte=today)
    )
    found = Role.objects.annotate(
        people=Count("assignments__user", filter=current & Q(assignments__user__is_active=True), distinct=True)
    )
    return render(
        request,
        "access/roles.html",
        {"roles": found, "manages": allowed(request.user, "access", Level.MANAGE)},
    )


@needs("access", Level.MANAGE)
def new_role(request: SignedRequest) -> HttpResponse:
    form = NewRoleForm(request.POST or None)
    made: list[Role] = []
    if request.method == "POST" and form.attempt(
        lambda: made.append(roles.create_role(by=request.user, **form.cleaned_data))
    ):
        return done(request, "access:role", _("Роль створено. Тепер задайте рівні."), made[0].code)
    return ask(
        request,
        form,
        title=_("Нова роль"),
        submit=_("Створити роль"),
        back=reverse("access:roles"),
        crumbs=[(_("Ролі"), reverse("access:roles")), (_("Нова роль"), "")],
    )


def _read_matrix(data: Any) -> dict[str, tuple[Level, str] | None]:
    """Rows whose own word is asked for carry a level and a rule; «за областю» takes the word away."""
    chosen: dict[str, tuple[Level, str] | None] = {}
    for subject in subjects():
        level = data.get(f"level:{subject.code}")
        if level is None:
            continue
        if level == INHERIT:
            chosen[subject.code] = None
        elif level in {str(one.value) for one in Level}:
            chosen[subject.code] = (Level(int(level)), data.get(f"rule:{subject.code}") or "all")
        else:
            raise Denied(_("Рівня «%(level)s» немає. Оновіть сторінку й виберіть рівень зі списку.") % {"level": level})
    return chosen


@needs("access", Level.VIEW)
def role_card(request: SignedRequest, code: str) -> HttpResponse:
    role = get_object_or_404(Role, code=code)
    manages = allowed(request.user, "access", Level.MANAGE)
    form = RoleNameForm(request.POST or None, initial={"title": role.title, "requires_mfa": role.requires_mfa})
    if request.method == "POST":
        if form.attempt(lambda: _save_role(request, role, form)):
            return done(request, "access:role", _("Роль збережено."), role.code)
        role.refresh_from_db()
    matrix = [
        (cell, request.POST.get(f"level:{cell.subject.code}"), request.POST.get(f"rule:{cell.subject.code}"))
        for cell in matrix_of_role(role)
    ]
    context = {
        "role": role,
        "form": form,
        "matrix": matrix,
        "levels": [(str(level.value), level.label) for level in Level],
        "rules": [(kind.code, kind.title) for kind in rule_kinds().values()],
        "holders": RoleAssignment.objects.on(local_today()).filter(role=role).select_related("user"),
        "manages": manages,
    }
    return render(request, "access/role.html", context, status=422 if form.errors else 200)


def _save_role(request: SignedRequest, role: Role, form: RoleNameForm) -> None:
    roles.change_and_set(
        role,
        _read_matrix(request.POST),
        by=request.user,
        title=form.cleaned_data["title"],
        requires_mfa=form.cleaned_data["requires_mfa"],
    )


@require_POST
@needs("access", Level.MANAGE)
def delete_role(request: SignedRequest, code: str) -> HttpResponse:
    role = get_object_or_404(Role, code=code)
    try:
        roles.delete_role(role, by=request.user)
    except Denied as refused:
        messages.error(request, str(refused))
        return redirect("access:role", code)
    return done(request, "access:roles", _("Роль видалено."))
