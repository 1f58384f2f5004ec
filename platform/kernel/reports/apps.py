from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "kernel.reports"
    label = "reports"
    verbose_name = _("Звіти")

    def ready(self) -> None:
        from kernel.reports import checks  # noqa: F401

        # A module may declare its reports in its reports.py instead of on the register.
        autodiscover_modules("reports")
