from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MapsConfig(AppConfig):
    name = "kernel.maps"
    label = "maps"
    verbose_name = _("Мапа")

    def ready(self) -> None:
        from kernel.maps import changes, checks  # noqa: F401
        from kernel.maps.files import readers, writers  # noqa: F401
        from kernel.maps.topology import following  # noqa: F401
