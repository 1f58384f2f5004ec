from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "kernel.notices"
    label = "notices"
    verbose_name = _("Сповіщення")

    def ready(self) -> None:
        # A module declares its kinds in its notices.py.
        autodiscover_modules("notices")
