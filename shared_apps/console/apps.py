from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "shared_apps.console"
    label = "console"
    verbose_name = _("Обласна консоль")

    def ready(self) -> None:
        from kernel.indicators.turns import watch
        from shared_apps.communities.standing import MORE_BANNERS
        from shared_apps.console.letters import send_digests, tell_of_alerts
        from shared_apps.console.watching import announced_to, check_rules

        for work in (check_rules, tell_of_alerts, send_digests):
            watch(work)
        if announced_to not in MORE_BANNERS:
            MORE_BANNERS.append(announced_to)
