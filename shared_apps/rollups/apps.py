from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RollupsConfig(AppConfig):
    name = "shared_apps.rollups"
    label = "rollups"
    verbose_name = _("Зведення показників")

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save

        from kernel.indicators.turns import Upkeep, keep_up
        from kernel.maps.models import Boundary
        from shared_apps.rollups.outlines import follow_boundary
        from shared_apps.rollups.pushing import refresh
        from shared_apps.rollups.stale import stale_tenants

        keep_up(Upkeep(refresh, stale_tenants))
        for changed in (post_save, post_delete):
            changed.connect(follow_boundary, sender=Boundary, dispatch_uid="rollups.outline")
