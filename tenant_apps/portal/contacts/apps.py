from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class ContactsConfig(ModuleConfig):
    name = "tenant_apps.portal.contacts"
    title = _("Приймальні й контакти")
    area = Area.PORTAL
    icon = "address-book"
    home_panel = "tenant_apps.portal.contacts.public.home_panel"
    roles = {
        "press_officer": Level.MANAGE,
        "clerk": Level.EDIT,
        "specialist": (Level.EDIT, "department"),
        "starosta": (Level.EDIT, "settlement"),
    }
