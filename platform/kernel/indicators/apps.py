from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "kernel.indicators"
    label = "indicators"
    verbose_name = _("Показники")

    def ready(self) -> None:
        from kernel.indicators import marking  # noqa: F401  listens to changed cards
