"""Which modules are on for the current tenant: what the plan gives, less what the tenant switched off."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import get_tenant_model

from kernel.access.levels import Level
from kernel.modules.added import added_modules
from kernel.modules.manifest import ModuleConfig
from kernel.modules.models import ModuleState
from kernel.modules.registry import module_named, modules, needed_by, standing_on
from kernel.operations import Denied, Who, name_of, operation
from kernel.tenancy import current_scope, current_tenant, platform_context
from kernel.tenancy.cache import cache

_KEY = "modules.enabled"
# Only a bound on how long a change made past this file (a plan's row edited by hand) stays unseen.
_SECONDS = 60


def forget() -> None:
    """Call it in the tenant's scope after its plan has changed."""
    cache.delete(_KEY)


def entitled_modules() -> tuple[ModuleConfig, ...]:
    """What the plan and the kind of the tenant allow, switched on or not."""
    tenant = current_tenant()
    with platform_context():
        plan = get_tenant_model().objects.filter(pk=tenant.id).values_list("plan__modules", flat=True).first()
    allowed = set(plan or ())
    entitled: list[str] = []
    for module in modules():
        in_plan = not allowed or module.label in allowed
        if in_plan and tenant.kind in module.kinds and set(module.depends) <= set(entitled):
            entitled.append(module.label)
    return tuple(module_named(label) for label in entitled)


def _compute() -> tuple[str, ...]:
    decided = dict(ModuleState.objects.values_list("module", "enabled"))
    enabled: list[str] = []
    for module in entitled_modules():
        wanted = decided.get(module.label, module.on_by_default)
        if wanted and set(module.depends) <= set(enabled):
            enabled.append(module.label)
    return tuple(enabled)


def enabled_labels() -> frozenset[str]:
    if current_scope().tenant is None:
        return frozenset()
    known = cache.get(_KEY)
    if known is None:
        known = _compute()
        cache.set(_KEY, known, _SECONDS)
    return frozenset(known) | {module.label for module in added_modules()}


def enabled_modules() -> tuple[ModuleConfig, ...]:
    """In dependency order. Nothing is on outside a tenant."""
    enabled = enabled_labels()
    return tuple(module for module in modules() if module.label in enabled)


def is_enabled(label: str) -> bool:
    return label in enabled_labels()


def _decide(label: str, enabled: bool, by: Who, reason: str) -> None:
    ModuleState.objects.update_or_create(
        module=label, defaults={"enabled": enabled, "at": timezone.now(), "by": name_of(by), "reason": reason}
    )


def _titles(labels: tuple[str, ...]) -> str:
    return ", ".join(f"«{module_named(label).title}»" for label in labels)


@operation("modules", Level.MANAGE)
def enable_module(name: str, *, by: Who, reason: str = "") -> tuple[str, ...]:
    """Switch on with everything it stands on. Returns what was off before."""
    entitled = {module.label for module in entitled_modules()}
    wanted = (*needed_by(name), name)
    missing = tuple(label for label in wanted if label not in entitled)
    if missing:
        raise Denied(
            _("Тариф громади не дає: %(modules)s. Попросіть оператора хмари змінити тариф.")
            % {"modules": _titles(missing)}
        )
    off = tuple(label for label in wanted if label not in _compute())
    for label in off:
        _decide(label, True, by, reason)
    transaction.on_commit(forget)
    forget()
    return off


@operation("modules", Level.MANAGE)
def disable_module(name: str, *, by: Who, reason: str) -> None:
    """Switch off; data stay. Refused while other modules stand on it."""
    module = module_named(name)
    on = _compute()
    dependents = tuple(label for label in standing_on(name) if label in on)
    if dependents:
        raise Denied(
            _("Без «%(module)s» не працюватимуть: %(others)s. Спершу вимкніть їх.")
            % {"module": module.title, "others": _titles(dependents)}
        )
    if not reason.strip():
        raise Denied(_("Назвіть причину вимкнення: її побачать ті, хто шукатиме модуль."))
    _decide(name, False, by, reason)
    transaction.on_commit(forget)
    forget()
