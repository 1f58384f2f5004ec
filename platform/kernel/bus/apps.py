from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class BusConfig(AppConfig):
    name = "kernel.bus"
    label = "bus"
    verbose_name = _("Шина подій")

    def ready(self) -> None:
        # An event nobody declared cannot be read, and a consumer nobody imported gets nothing.
        autodiscover_modules("events", "consumers")
