from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModulesConfig(AppConfig):
    name = "kernel.modules"
    label = "modules"
    verbose_name = _("Модулі")

    def ready(self) -> None:
        from kernel.modules import checks  # noqa: F401
