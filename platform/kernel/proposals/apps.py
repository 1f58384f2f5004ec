from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "kernel.proposals"
    label = "proposals"
    verbose_name = _("Пропозиції змін")

    def ready(self) -> None:
        from kernel.proposals import checks  # noqa: F401
        from kernel.proposals.queues import waiting_in
        from kernel.registers.waiting import waits_from

        waits_from(waiting_in)
