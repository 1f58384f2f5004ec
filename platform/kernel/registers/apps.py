from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "kernel.registers"
    verbose_name = _("Реєстри")

    def ready(self) -> None:
        from kernel.registers import checks  # noqa: F401
        from kernel.registers.public import checks as public_checks  # noqa: F401

        autodiscover_modules("registers")
