from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class TemporaryStructuresConfig(ModuleConfig):
    name = "tenant_apps.territory.temporary_structures"
    title = _("Тимчасові споруди")
    area = Area.TERRITORY
    icon = "building-store"
    depends = ("addresses", "organisations")
    roles = {"economist": Level.EDIT, "accountant": Level.EDIT, "chief_accountant": Level.EDIT}
