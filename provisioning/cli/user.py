"""`hromada user …`: people of a tenant, or of the console without --tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from provisioning.cli.output import DryRun, Json, command, done, emit, table

app = typer.Typer()
Email = Annotated[str, typer.Argument(help="Електронна пошта.")]
Tenant = Annotated[str, typer.Option("--tenant", help="Адреса громади; без неї — консоль області.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="Код ролі; можна кілька разів.")]


@contextmanager
def _whose(tenant: str) -> Iterator[None]:
    """The scope, with the kernel's refusals told in the CLI's way."""
    from kernel.operations import Denied
    from kernel.tenancy import platform_context, tenant_context
    from provisioning.errors import IllegalMove
    from provisioning.lifecycle.records import find_community

    try:
        with tenant_context(find_community(tenant)) if tenant else platform_context():
            yield
    except Denied as error:
        raise IllegalMove(str(error), "hromada user list покаже людей і ролі.") from error


def _find(email: str) -> Any:
    from kernel.access.models import User
    from provisioning.errors import NotFound

    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise NotFound(f"Людини {email} тут немає.", "hromada user list покаже всіх; запросити: hromada user invite.")
    return user


@app.command("list")
@command
def list_people(tenant: Tenant = "", as_json_document: Json = False) -> None:
    """Люди, їхні ролі, чи діє обліковий запис."""
    from kernel.access.models import User

    with _whose(tenant):
        rows = [
            {
                "email": user.email,
                "name": user.full_name,
                "active": user.is_active,
                "roles": sorted({assignment.role.code for assignment in user.assignments.select_related("role")}),
                "last_sign_in": user.last_login,
            }
            for user in User.objects.prefetch_related("assignments__role")
        ]
    if as_json_document:
        emit(rows)
    else:
        table(
            "Люди",
            ["Пошта", "Хто", "Діє", "Ролі", "Останній вхід"],
            [[r["email"], r["name"], r["active"], ", ".join(r["roles"]), r["last_sign_in"]] for r in rows],
        )


@app.command()
@command
def invite(
    email: Email, tenant: Tenant = "", role: Roles = None, dry_run: DryRun = False, as_json_document: Json = False
) -> None:
    """Запросити людину листом; посилання також показується тут, лише раз."""
    from django.db import transaction

    from kernel.access.invitations import invitation_path
    from kernel.access.invitations import invite as run
    from kernel.access.mail import absolute
    from kernel.tenancy.actor import actor_or_none

    with _whose(tenant), transaction.atomic():
        invitation, token = run(email, by=actor_or_none(), roles=role or (), send=not dry_run)
        url = "" if dry_run else absolute(invitation_path(token))
        transaction.set_rollback(dry_run)
    if as_json_document:
        emit({"email": email, "url": url, "sent_at": invitation.sent_at, "dry_run": dry_run})
    else:
        done(f"{email}: {'буде запрошено' if dry_run else f'запрошення {url}'}")


@app.command()
@command
def reset(
    email: Email,
    tenant: Tenant = "",
    second_step: Annotated[bool, typer.Option(help="Скинути й другий крок входу (загублений телефон).")] = False,
    reason: Annotated[str, typer.Option(help="Як переконалися, що це та сама людина.")] = "",
    as_json_document: Json = False,
) -> None:
    """Посилання на новий пароль; за потреби скинути другий крок входу."""
    from kernel.access.mail import absolute
    from kernel.access.people import password_reset_path, reset_second_step
    from kernel.tenancy.actor import actor_or_none

    with _whose(tenant):
        user = _find(email)
        if second_step:
            reset_second_step(user, by=actor_or_none(), reason=reason)
        url = absolute(password_reset_path(user))
    if as_json_document:
        emit({"email": email, "url": url, "second_step_reset": second_step})
    else:
        done(f"Новий пароль: {url}")


@app.command()
@command
def roles(
    email: Email,
    tenant: Tenant = "",
    add: Annotated[list[str] | None, typer.Option("--add", help="Надати роль.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", help="Забрати роль.")] = None,
    reason: Annotated[str, typer.Option(help="Чому.")] = "",
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Показати або змінити ролі людини."""
    from django.db import transaction

    with _whose(tenant), transaction.atomic():
        user = _find(email)
        _change(user, add or [], remove or [], reason)
        held = sorted({assignment.role.code for assignment in user.assignments.select_related("role")})
        transaction.set_rollback(dry_run)
    if as_json_document:
        emit({"email": email, "roles": held, "dry_run": dry_run})
    else:
        done(f"{email}: {', '.join(held) or 'без ролей'}")


def _change(user: Any, add: list[str], remove: list[str], reason: str) -> None:
    from kernel.access.models import Role, RoleAssignment
    from kernel.access.roles import assign_role, withdraw_role
    from kernel.tenancy.actor import actor_or_none
    from provisioning.errors import NotFound

    by = actor_or_none()
    for code in add:
        role = Role.objects.filter(code=code).first()
        if role is None:
            known = ", ".join(Role.objects.values_list("code", flat=True))
            raise NotFound(f"Ролі «{code}» немає.", f"є: {known}.")
        assign_role(user, role, by=by, reason=reason)
    for code in remove:
        found = RoleAssignment.objects.filter(user=user, role__code=code).first()
        if found is None:
            raise NotFound(f"Ролі «{code}» у людини немає.", "hromada user roles покаже наявні.")
        withdraw_role(found, by=by, reason=reason)
