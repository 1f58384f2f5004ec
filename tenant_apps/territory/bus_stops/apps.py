from django.utils.translation import gettext_lazy as _

from kernel.modules import Area, ModuleConfig


class BusStopsConfig(ModuleConfig):
    name = "tenant_apps.territory.bus_stops"
    title = _("Зупинки")
    area = Area.TERRITORY
    icon = "bus"
