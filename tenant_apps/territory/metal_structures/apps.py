from django.utils.translation import gettext_lazy as _

from kernel.modules import Area, ModuleConfig


class MetalStructuresConfig(ModuleConfig):
    name = "tenant_apps.territory.metal_structures"
    title = _("Металеві конструкції")
    area = Area.TERRITORY
    icon = "building-warehouse"
    depends = ("addresses", "organisations")
