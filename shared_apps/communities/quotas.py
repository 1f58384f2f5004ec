"""How much of everything a community may use, and how much of it is used."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access import seats
from kernel.files import quota as files
from kernel.money import NBSP
from kernel.notices import room
from kernel.tenancy import current_tenant, platform_context
from kernel.tenancy.cache import cache
from shared_apps.communities.models import Community, Plan

ALARM, WARNING = 95, 80
_SHARES = "communities.shares"
# How long a changed limit, or one person more, may stay unseen in the warnings over the pages.
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class QuotaKind:
    """Something that is counted; `unit` is for people."""

    key: str
    title: str | Promise
    unit: str | Promise


QUOTAS = (
    QuotaKind("users", gettext_lazy("Користувачі"), gettext_lazy("осіб")),
    QuotaKind("storage_bytes", gettext_lazy("Файли"), gettext_lazy("байтів")),
    QuotaKind("sms_month", gettext_lazy("SMS на місяць"), gettext_lazy("шт.")),
    QuotaKind("mail_month", gettext_lazy("Листи на місяць"), gettext_lazy("шт.")),
    QuotaKind("signatures_month", gettext_lazy("Підписи на місяць"), gettext_lazy("шт.")),
    QuotaKind("api_requests_day", gettext_lazy("Запити до API на добу"), gettext_lazy("шт.")),
)
QUOTA_KEYS = frozenset(kind.key for kind in QUOTAS)


@dataclass(frozen=True, slots=True)
class Use:
    """What is used of a limit; `limit` is None where there is none."""

    kind: QuotaKind
    used: int
    limit: int | None

    @property
    def used_shown(self) -> str:
        return bytes_shown(self.used) if self.kind.key == files.KEY else f"{written(self.used)}"

    @property
    def limit_shown(self) -> str:
        return bytes_shown(self.limit or 0) if self.kind.key == files.KEY else f"{written(self.limit or 0)}"

    @property
    def percent(self) -> int | None:
        """Whole per cents, rounded down: «95 %» is never said too early."""
        if self.limit is None:
            return None
        return 100 * self.used // self.limit if self.limit else 100

    @property
    def tone(self) -> str:
        percent = self.percent
        if percent is None or percent < WARNING:
            return "ok"
        return "bad" if percent >= ALARM else "warn"


def bytes_shown(amount: int) -> str:
    """«1,5 ГБ»; less than a gigabyte in megabytes."""
    gigabytes = Decimal(amount) / 1024**3
    size, unit = (gigabytes, _("ГБ")) if gigabytes >= 1 else (gigabytes * 1024, _("МБ"))
    return f"{size:.1f}".removesuffix(".0").replace(".", ",") + NBSP + unit


def written(number: int) -> str:
    return f"{number:,}".replace(",", NBSP)


def quotas(community: Community) -> dict[str, int | None]:
    """In platform scope: the community's own limits over its plan's."""
    own = dict(community.quota_rows.values_list("key", "limit"))
    return {kind.key: own.get(kind.key, limit_of_plan(community, kind.key)) for kind in QUOTAS}


def limit_of_plan(community: Community, key: str) -> int | None:
    limit = community.plan.quotas.get(key)
    return None if limit is None else int(limit)


def told_of_plan(plan: Plan) -> str:
    """A plan's room in a line."""
    people, bytes_ = plan.quotas.get("users"), plan.quotas.get("storage_bytes")
    parts = [
        _("працівників: %(count)s") % {"count": people} if people else _("працівників: скільки треба"),
        _("файлів: %(count)s ГБ") % {"count": bytes_ // 1024**3} if bytes_ else _("файлів: скільки треба"),
    ]
    return " · ".join(parts)


def uses() -> list[Use]:
    """Of the current tenant, what the house counts itself."""
    tenant = current_tenant()
    with platform_context():
        limits = quotas(Community.objects.select_related("plan").get(pk=tenant.id))
    counted = {
        "users": seats.taken(),
        "storage_bytes": files.used(),
        **{key: room.sent_this_month(channel) for channel, key in room.KEYS.items()},
    }
    return [Use(kind, counted[kind.key], limits[kind.key]) for kind in QUOTAS if kind.key in counted]


def shares() -> dict[str, int]:
    """Per cents of the limits, remembered: every page asks."""
    known: dict[str, int] | None = cache.get(_SHARES)
    if known is None:
        known = {use.kind.key: use.percent for use in uses() if use.percent is not None}
        cache.set(_SHARES, known, _SECONDS)
    return known


def forget_shares() -> None:
    cache.delete(_SHARES)
    room.forget()


def warnings() -> list[tuple[str, str]]:
    """A heading and what to do, for each limit that is nearly or wholly used."""
    found = shares()
    texts = {
        "users": (
            _("Місць для працівників зайнято %(percent)s %%."),
            _("Вимкніть записи тих, хто більше не працює, або додайте місць на сторінці «Тариф»."),
        ),
        "storage_bytes": (
            _("Місця для файлів зайнято %(percent)s %%."),
            _("Вилучіть непотрібні файли або попросіть оператора хмари збільшити обсяг."),
        ),
        "mail_month": (
            _("Листів цього місяця надіслано %(percent)s %% від тарифу."),
            _("Після 100 % підуть лише обовʼязкові; решта зачекає. Більший тариф — на сторінці «Тариф»."),
        ),
        "sms_month": (
            _("SMS цього місяця надіслано %(percent)s %% від тарифу."),
            _("Після 100 % підуть лише обовʼязкові; решта зачекає. Більший тариф — на сторінці «Тариф»."),
        ),
    }
    return [
        (title % {"percent": found[key]}, text) for key, (title, text) in texts.items() if found.get(key, 0) >= WARNING
    ]
