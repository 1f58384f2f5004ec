from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldworkConfig(AppConfig):
    name = "kernel.fieldwork"
    label = "fieldwork"
    verbose_name = _("Робота в полі")

    def ready(self) -> None:
        from kernel.fieldwork import checks  # noqa: F401
