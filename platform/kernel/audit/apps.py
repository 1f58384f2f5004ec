from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "kernel.audit"
    label = "audit"
    verbose_name = _("Журнали")

    def ready(self) -> None:
        from kernel.audit import checks  # noqa: F401
