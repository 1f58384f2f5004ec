from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class ControlConfig(ModuleConfig):
    name = "tenant_apps.operations.control"
    title = _("Контроль благоустрою")
    area = Area.OPERATIONS
    icon = "list-check"
    depends = ("addresses", "organisations", "staff")
    roles = {
        "architect": Level.EDIT,
        "land_surveyor": Level.EDIT,
        "lawyer": Level.VIEW,
        # A kind of violation is of no settlement, so the starosta's own rule would leave nothing to choose from.
        "starosta": Level.EDIT,
    }
