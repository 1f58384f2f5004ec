from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.access import invitations, people, roles
from kernel.access.dates import local_today
from kernel.access.delegations import delegations_of
from kernel.access.forms import InviteForm, PeopleFilter, PersonForm, ReasonForm, RoleForm
from kernel.access.grants import own_roles, rights_of
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.matrix import matrix_of_person
from kernel.access.mfa import has_second_step, is_obliged
from kernel.access.models import Invitation, RoleAssignment, User
from kernel.access.rights import allowed, require, visible
from kernel.access.views.shared import ask, done, perform, person_or_404

SORTS = {
    "name": ("last_name", "first_name", "patronymic"),
    "position": ("position", "last_name"),
    "department": ("department", "last_name"),
    "entered": ("last_login", "last_name"),
}
PAGE = 25


def _found(request: SignedRequest, chosen: PeopleFilter) -> QuerySet[User]:
    found = visible(User.objects.persons(), request.user, module="access")
    data = chosen.cleaned_data if chosen.is_valid() else {}
    if data.get("active", "") != "all":
        found = found.filter(is_active=data.get("active") != "no")
    for word in data.get("q", "").split():
        found = found.filter(
            Q(last_name__icontains=word)
            | Q(first_name__icontains=word)
            | Q(patronymic__icontains=word)
            | Q(email__icontains=word)
            | Q(position__icontains=word)
            | Q(department__icontains=word)
        )
    if role := data.get("role"):
        held = RoleAssignment.objects.on(local_today()).filter(user=OuterRef("pk"), role=role)
        found = found.filter(Exists(held))
    return found


@needs("access", Level.VIEW)
def people_list(request: SignedRequest) -> HttpResponse:
    chosen = PeopleFilter(request.GET)
    sort = request.GET.get("sort", "name")
    fields = SORTS.get(sort.lstrip("-"), SORTS["name"])
    found = _found(request, chosen).order_by(*(f"-{name}" if sort.startswith("-") else name for name in fields))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = [person.pk for person in page]
    held: dict[UUID, list[str]] = {}
    for row in RoleAssignment.objects.on(local_today()).filter(user__in=shown).select_related("role"):
        held.setdefault(row.user_id, []).append(row.role.title)
    context = {
        "filter": chosen,
        "sort": sort,
        "page": page,
        "rows": [(person, held.get(person.pk, [])) for person in page],
        "invitations": Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True),
        "may_edit": allowed(request.user, "access", Level.EDIT),
    }
    return render(request, "access/people.html", context)


@needs("access", Level.VIEW)
def person_card(request: SignedRequest, person_id: UUID) -> HttpResponse:
    person = person_or_404(request, person_id)
    rights, today = rights_of(person), local_today()
    manages = allowed(request.user, "access", Level.MANAGE)
    context = {
        "person": person,
        "assignments": person.assignments.select_related("role"),
        "today": today,
        "held": rights.held,
        "matrix": matrix_of_person(person),
        "delegations": delegations_of(person),
        "sessions": UserSession.objects.purge_and_list(person) if manages else [],
        "sign_ins": person.sign_ins.all()[:20],
        "tokens": person.api_tokens.all() if manages else [],
        "has_second_step": has_second_step(person),
        "second_steps": Authenticator.objects.filter(user=person),
        "obliged": is_obliged(person),
        "may_edit": allowed(request.user, "access", Level.EDIT, person),
        "manages": manages,
        "may_change_rights": people.may_change_rights_of(request.user, person),
        "crumbs_url": reverse("access:people"),
    }
    return render(request, "access/person.html", context)


def _trail(person: User | None, last: str) -> list[tuple[Any, str]]:
    trail: list[tuple[Any, str]] = [(_("Люди"), reverse("access:people"))]
    if person:
        trail.append((person.full_name, reverse("access:person", args=[person.pk])))
    return [*trail, (last, "")]


@needs("access", Level.EDIT)
def invite(request: SignedRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, may_give_roles=allowed(request.user, "access", Level.MANAGE))
    made: list[Invitation] = []

    def work() -> None:
        data = dict(form.cleaned_data)
        invitation, _token = invitations.invite(data.pop("email"), by=request.user, roles=data.pop("roles", ()), **data)
        made.append(invitation)

    if request.method == "POST" and form.attempt(work):
        if made[0].sent_at is None:
            told = _("Запрошення створено, але лист не надіслано: поштовий сервер не відповів. Надішліть його ще раз.")
        else:
            told = _("Запрошення надіслано на %(email)s.") % {"email": made[0].email}
        return done(request, "access:people", told)
    return ask(
        request,
        form,
        title=_("Запросити людину"),
        submit=_("Надіслати запрошення"),
        back=reverse("access:people"),
        crumbs=_trail(None, _("Запрошення")),
    )


@require_POST
@needs("access", Level.EDIT)
def resend(request: SignedRequest, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    return perform(
        request,
        lambda: invitations.resend_invitation(invitation, by=request.user),
        told=_("Нове посилання надіслано; попереднє більше не діє."),
        to="access:people",
    )


@require_POST
@needs("access", Level.EDIT)
def revoke(request: SignedRequest, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    return perform(
        request,
        lambda: invitations.revoke_invitation(invitation, by=request.user),
        told=_("Запрошення відкликано."),
        to="access:people",
    )


@needs("access", Level.EDIT)
def edit_person(request: SignedRequest, person_id: UUID) -> HttpResponse:
    person = person_or_404(request, person_id)
    require(request.user, "access", Level.EDIT, person)
    initial = {name: getattr(person, name) for name in people.PERSON_FIELDS}
    initial["territories"] = ", ".join(person.territories)
    form = PersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.attempt(
        lambda: people.change_person(person, by=request.user, **form.cleaned_data)
    ):
        return done(request, "access:person", _("Зміни збережено."), person.pk)
    return ask(
        request,
        form,
        title=_("Відомості про людину"),
        submit=_("Зберегти"),
        back=reverse("access:person", args=[person.pk]),
        crumbs=_trail(person, _("Зміна відомостей")),
    )


@needs("access", Level.MANAGE)
def deactivate(request: SignedRequest, person_id: UUID) -> HttpResponse:
    person = person_or_404(request, person_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: people.deactivate_person(person, by=request.user, reason=form.cleaned_data["reason"])
    ):
        return done(
            request, "access:person", _("Доступ вимкнено. Сеанси, ключі й передання прав припинено."), person.pk
        )
    return ask(
        request,
        form,
        title=_("Вимкнути доступ"),
        intro=_("Людина вийде з усіх пристроїв одразу. Її записи й історія лишаться."),
        submit=_("Вимкнути доступ"),
        danger=True,
        back=reverse("access:person", args=[person.pk]),
        crumbs=_trail(person, _("Вимкнення доступу")),
    )


@require_POST
@needs("access", Level.MANAGE)
def reactivate(request: SignedRequest, person_id: UUID) -> HttpResponse:
    person = person_or_404(request, person_id)
    return perform(
        request,
        lambda: people.reactivate_person(person, by=request.user),
        told=_("Доступ повернено. Ключі й передання прав створюють заново."),
        to="access:person",
        args=(person.pk,),
    )


@needs("access", Level.MANAGE)
def give_role(request: SignedRequest, person_id: UUID) -> HttpResponse:
    person = person_or_404(request, person_id)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: roles.assign_role(person, by=request.user, **form.cleaned_data)
    ):
        return done(request, "access:person", _("Роль надано."), person.pk)
    held = ", ".join(one.role.title for one in own_roles(person, local_today())) or _("ще жодної")
    return ask(
        request,
        form,
        title=_("Надати роль"),
        intro=_("Зараз людина має: %(roles)s.") % {"roles": held},
        submit=_("Надати роль"),
        back=reverse("access:person", args=[person.pk]),
        crumbs=_trail(person, _("Нова роль")),
    )


@require_POST
@needs("access", Level.MANAGE)
def take_role(request: SignedRequest, person_id: UUID, assignment_id: int) -> HttpResponse:
    person = person_or_404(request, person_id)
    assignment = get_object_or_404(RoleAssignment, pk=assignment_id, user=person)
    return perform(
        request,
        lambda: roles.withdraw_role(assignment, by=request.user),
        told=_("Роль забрано."),
        to="access:person",
        args=(person.pk,),
    )


@require_POST
@needs("access", Level.EDIT)
def reset_password(request: SignedRequest, person_id: UUID) -> HttpResponse:
    person = person_or_404(request, person_id)
    return perform(
        request,
        lambda: people.send_password_reset(person, by=request.user),
        told=_("Лист із посиланням для нового пароля надіслано."),
        to="access:person",
        args=(person.pk,),
    )


@needs("access", Level.MANAGE)
def reset_second_step(request: SignedRequest, person_id: UUID) -> HttpResponse:
    person = person_or_404(request, person_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: people.reset_second_step(person, by=request.user, reason=form.cleaned_data["reason"])
    ):
        return done(request, "access:person", _("Другий крок входу скинуто, усі сеанси завершено."), person.pk)
    return ask(
        request,
        form,
        title=_("Скинути другий крок входу"),
        intro=_("Лише коли людина втратила телефон чи ключ і ви переконалися, що це вона."),
        submit=_("Скинути"),
        danger=True,
        back=reverse("access:person", args=[person.pk]),
        crumbs=_trail(person, _("Другий крок входу")),
    )


@require_POST
@needs("access", Level.MANAGE)
def end_sessions(request: SignedRequest, person_id: UUID) -> HttpResponse:
    person = person_or_404(request, person_id)
    return perform(
        request,
        lambda: people.end_sessions_of(person, by=request.user),
        told=_("Усі сеанси людини завершено."),
        to="access:person",
        args=(person.pk,),
    )


@require_POST
@needs("access", Level.MANAGE)
def unlock(request: SignedRequest, person_id: UUID) -> HttpResponse:
    """For somebody locked out by mistyped passwords who cannot wait."""
    person = person_or_404(request, person_id)
    return perform(
        request,
        lambda: get_adapter().release_lockout(request, person.email),
        told=_("Блокування за невдалі спроби знято."),
        to="access:person",
        args=(person.pk,),
    )


@require_POST
@login_required
def end_session(request: SignedRequest, session_id: int) -> HttpResponse:
    """One's own, or anybody's by an administrator. Other people's are not there."""
    found = UserSession.objects.all()
    if not allowed(request.user, "access", Level.MANAGE):
        found = found.filter(user=request.user)
    session = get_object_or_404(found, pk=session_id)
    people.end_session(session, by=request.user)
    messages.success(request, _("Сеанс завершено."))
    if session.user_id == request.user.pk:
        return redirect("usersessions_list")
    return redirect("access:person", session.user_id)
