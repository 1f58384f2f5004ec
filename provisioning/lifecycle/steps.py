"""The steps of a creation. Each is one transaction that also marks itself done, so none is ever done by half.

A step that had nothing to do is marked together with the next: repeated, it has nothing to do again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from kernel.access.invitations import invitation_path, invite, resend_invitation
from kernel.access.mail import absolute
from kernel.access.models import Invitation, User
from kernel.access.people import create_person
from kernel.access.roles import ADMINISTRATOR_ROLE, create_ready_roles
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.actor import Actor
from provisioning.blueprint import build_schema
from provisioning.db import Connection, schema_exists
from provisioning.errors import Inconsistent
from provisioning.lifecycle import journal, pool
from provisioning.lifecycle.records import move_community
from provisioning.lifecycle.request import NewTenant
from provisioning.template import build_template, current_template, load_blueprint
from provisioning.template.store import record_version
from shared_apps.communities.models import Community
from shared_apps.fleet.models import Operation


@dataclass(slots=True)
class Creation:
    """What the steps share; `notes` tells people what each of them did."""

    operation: Operation
    community: Community
    new: NewTenant
    connection: Connection
    actor: Actor
    notes: dict[str, str] = field(default_factory=dict)
    invitation_url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    title: str
    work: Callable[[Creation], None]


def give_schema(creation: Creation) -> None:
    """A ready schema under the tenant's name, or a new one; with its row of version in the same transaction."""
    connection, schema = creation.connection, creation.community.schema_name
    template = current_template() or build_template()
    with connection.transaction():
        if schema_exists(connection, schema):
            raise Inconsistent(
                f"Схема «{schema}» вже існує, хоча це створення її ще не робило.",
                f"з'ясуйте, чия вона; тоді скасуйте почате (hromada tenant rollback-creation {creation.community.slug}) "
                "і створіть знову.",
            )
        community = creation.community
        ready = pool.take(connection, schema, community.kind, template.fingerprint, community.shard)
        if ready is None:
            build_schema(connection, load_blueprint(template.version), schema)
            record_version(connection, schema, template.fingerprint)
        journal.mark_as_owner(connection, creation.operation, "schema", len(STEPS))
    creation.notes["schema"] = f"{schema} із запасу" if ready else f"{schema} збудовано"


def give_roles(creation: Creation) -> None:
    """A schema from the pool was born with them."""
    with transaction.atomic():
        with tenant_context(creation.community):
            made = create_ready_roles(creation.community.kind)
        if made:
            _settle(creation, "roles")


def name_administrator(creation: Creation) -> None:
    """An account when a password was given, else an invitation; repeated, it sends a new letter at most."""
    new = creation.new
    if not new.admin_email:
        return
    with tenant_context(creation.community):
        if User.objects.filter(email__iexact=new.admin_email).exists():
            creation.notes["administrator"] = f"{new.admin_email} уже має обліковий запис"
        elif new.admin_password:
            _open_account(creation, new)
        else:
            _invite(creation, new)
    _settle(creation, "administrator")


def _open_account(creation: Creation, new: NewTenant) -> None:
    create_person(
        new.admin_email,
        by=creation.actor,
        last_name=new.admin_last_name,
        first_name=new.admin_first_name,
        patronymic=new.admin_patronymic,
        password=new.admin_password,
        roles=[ADMINISTRATOR_ROLE],
    )
    creation.notes["administrator"] = f"обліковий запис {new.admin_email}"


def _invite(creation: Creation, new: NewTenant) -> None:
    invitation = Invitation.objects.open().filter(email__iexact=new.admin_email).first()
    if invitation is not None:
        token = resend_invitation(invitation, by=creation.actor)
    else:
        invitation, token = invite(
            new.admin_email,
            by=creation.actor,
            roles=[ADMINISTRATOR_ROLE],
            last_name=new.admin_last_name,
            first_name=new.admin_first_name,
            patronymic=new.admin_patronymic,
        )
    creation.invitation_url = absolute(invitation_path(token))
    letter = "лист надіслано" if invitation.sent_at else "лист не надіслано, передайте посилання самі"
    creation.notes["administrator"] = f"запрошення для {new.admin_email}: {letter}"


def activate(creation: Creation) -> None:
    with transaction.atomic(), platform_context():
        community = Community.objects.select_for_update().get(pk=creation.community.pk)
        move_community(community, "activate", by=creation.actor.name)
        journal.finish(creation.operation, [step.name for step in STEPS])
    creation.community = community


def _settle(creation: Creation, step: str) -> None:
    with platform_context():
        journal.mark(creation.operation, step, len(STEPS))


STEPS = (
    Step("schema", "Схема бази", give_schema),
    Step("roles", "Ролі працівників", give_roles),
    Step("administrator", "Адміністратор", name_administrator),
    Step("activate", "Уведення в роботу", activate),
)
