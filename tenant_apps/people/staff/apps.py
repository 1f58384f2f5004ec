from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig

# The area is about residents; whoever serves them has no say over colleagues, and everybody reads the phone book.
_READERS = (
    *("accountant", "chief_accountant", "financier", "lawyer", "clerk", "council_secretary", "press_officer"),
    *("cnap_administrator", "cnap_head", "registrar", "social_worker", "starosta", "specialist", "dispatcher"),
    *("land_surveyor", "architect", "economist", "subscriber_desk", "subscriber_head", "foreman", "storekeeper"),
    *("controller", "cashier", "chief_engineer"),
)


class StaffConfig(ModuleConfig):
    name = "tenant_apps.people.staff"
    title = _("Працівники")
    area = Area.PEOPLE
    icon = "user-square"
    roles = {
        **dict.fromkeys(_READERS, Level.VIEW),
        "personnel": Level.MANAGE,
        "executive_manager": Level.MANAGE,
        "administrator": Level.EDIT,
    }
