from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RenewalsConfig(AppConfig):
    name = "kernel.renewals"
    label = "renewals"
    verbose_name = _("Строки")

    def ready(self) -> None:
        from kernel.renewals import checks, following  # noqa: F401
