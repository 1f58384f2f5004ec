from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.modules import Area, ModuleConfig


class DashboardsConfig(ModuleConfig):
    name = "tenant_apps.insight.dashboards"
    title = _("Кабінет керівника")
    area = Area.INSIGHT
    icon = "chart"
    # Looking is for every head of something; what stands on the page is decided by rights to the modules shown.
    roles = {
        "head": Level.MANAGE,
        "deputy_head": Level.EDIT,
        "executive_manager": Level.MANAGE,
        "director": Level.MANAGE,
        "architect": Level.VIEW,
        "land_surveyor": Level.VIEW,
        "personnel": Level.VIEW,
        "starosta": Level.VIEW,
        "chief_engineer": Level.VIEW,
        "subscriber_head": Level.VIEW,
    }

    def ready(self) -> None:
        from tenant_apps.insight.dashboards import ready  # noqa: F401  declares the dashboards
