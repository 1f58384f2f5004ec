from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class OrganisationsConfig(ModuleConfig):
    name = "tenant_apps.property.organisations"
    title = _("Суб’єкти")
    area = Area.PROPERTY
    icon = "building"
    depends = ("addresses",)
    roles = {
        # Whoever makes contracts, bills or decisions writes down with whom.
        "accountant": Level.EDIT,
        "chief_accountant": Level.MANAGE,
        "financier": Level.EDIT,
        "lawyer": Level.EDIT,
        "clerk": Level.VIEW,
        "cnap_administrator": Level.EDIT,
        "executive_manager": Level.EDIT,
        "economist": Level.EDIT,
        "subscriber_desk": Level.EDIT,
        "subscriber_head": Level.MANAGE,
        # A party is of no settlement, so the starosta's own rule would show none.
        "starosta": Level.VIEW,
    }
