from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscriptionsConfig(AppConfig):
    name = "shared_apps.subscriptions"
    label = "subscriptions"
    verbose_name = _("Підписки й оплата")

    def ready(self) -> None:
        from shared_apps.communities import standing
        from shared_apps.subscriptions import checks
        from shared_apps.subscriptions.notices import banner_of

        _ = checks
        standing.MORE_BANNERS.append(banner_of)
