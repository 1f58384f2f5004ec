"""How many people a tenant may let in. An open invitation keeps a seat until it is taken, withdrawn or too old."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django_tenants.utils import get_tenant_model

from kernel.access.models import Invitation, User
from kernel.operations import Denied
from kernel.tenancy import platform_context
from kernel.tenancy.locks import hold_lock
from kernel.tenancy.scope import current_scope

KEY = "users"


def limit() -> int | None:
    """Asked anew each time, so that a bought seat is there at once. None: without a limit; so is the console."""
    tenant = current_scope().tenant
    if tenant is None:
        return None
    with platform_context():
        community = get_tenant_model().objects.select_related("plan").get(pk=tenant.id)
        own: int | None = community.quota_rows.filter(key=KEY).values_list("limit", flat=True).first()
        found = own if own is not None else community.plan.quotas.get(KEY)
    return None if found is None else int(found)


def taken() -> int:
    return working() + Invitation.objects.open().count()


def working() -> int:
    return User.objects.persons().filter(is_active=True).count()


def take_seat(*, invited: bool = False) -> None:
    """Inside the operation's transaction: of two at once the second waits, counts the first, and is refused.

    `invited` is somebody whose invitation keeps a seat already: only those who work are counted then.
    """
    most = limit()
    if most is None:
        return
    hold_lock("access.seats")
    if (working() if invited else taken()) >= most:
        raise Denied(
            _(
                "Усі місця для працівників зайнято: за тарифом їх %(most)s, разом із надісланими запрошеннями. "
                "Вимкніть записи тих, хто більше не працює, відкличте зайві запрошення або додайте місць на сторінці "
                "«Тариф» (/administration/plan/)."
            )
            % {"most": most}
        )
