"""How much a tenant keeps and may keep.

Uploads of the same moment may pass the limit together by what each of them is allowed alone: holding all the
others up while one is on its way would cost more than these megabytes.
"""

from __future__ import annotations

from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django_tenants.utils import get_tenant_model

from kernel.files.errors import FileRefused
from kernel.files.models import StoredFile
from kernel.tenancy import current_tenant, platform_context
from kernel.tenancy.cache import cache

KEY = "storage_bytes"
_LIMIT = "files.quota"
# How long a change of the plan may stay unseen.
_SECONDS = 60
_NO_LIMIT = -1
WARN_AT = (95, 80)


def limit() -> int | None:
    """Bytes the current tenant may keep; None is without a limit."""
    known = cache.get(_LIMIT)
    if known is None:
        known = _read_limit()
        cache.set(_LIMIT, known, _SECONDS)
    return None if known == _NO_LIMIT else known


def _read_limit() -> int:
    tenant = current_tenant()
    with platform_context():
        community = get_tenant_model().objects.select_related("plan").get(pk=tenant.id)
        own = community.quota_rows.filter(key=KEY).values_list("limit", flat=True).first()
        found = own if own is not None else community.plan.quotas.get(KEY)
    return _NO_LIMIT if found is None else int(found)


def forget() -> None:
    cache.delete(_LIMIT)


def used() -> int:
    return StoredFile.objects.exclude(path="").aggregate(total=Sum("size"))["total"] or 0


def room_for(size: int) -> str:
    """Refuses what does not fit; returns a warning when little room will be left, or ''."""
    most = limit()
    if most is None:
        return ""
    after = used() + size
    if after > most:
        raise FileRefused(
            _(
                "Для файлу не вистачає місця: громада займає %(used)s з %(most)s. Вилучіть непотрібні файли "
                "або попросіть адміністратора збільшити обсяг."
            )
            % {"used": filesizeformat(after - size), "most": filesizeformat(most)},
            code="quota",
        )
    for share in WARN_AT:
        if after * 100 >= most * share:
            return _(
                "Зайнято понад %(share)s %% місця для файлів. Вилучіть непотрібні або попросіть адміністратора збільшити обсяг."
            ) % {"share": share}
    return ""
