from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PrintFormsConfig(AppConfig):
    name = "kernel.printforms"
    label = "printforms"
    verbose_name = _("Друковані форми")

    def ready(self) -> None:
        from kernel.printforms import checks  # noqa: F401

        # A module may declare its forms in its printforms.py instead of on the register.
        autodiscover_modules("printforms")
