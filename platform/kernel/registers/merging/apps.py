from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MergingConfig(AppConfig):
    name = "kernel.registers.merging"
    label = "merging"
    verbose_name = _("Обʼєднання двійників")

    def ready(self) -> None:
        from kernel.registers.merging import checks  # noqa: F401
