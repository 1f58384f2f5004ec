from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "kernel.notices"
    label = "notices"
    verbose_name = _("Сповіщення")

    def ready(self) -> None:
        from kernel.notices import devices  # noqa: F401
        from kernel.notices.channels import connect
        from kernel.notices.push import WebPush
        from kernel.notices.sms import Sms

        connect(WebPush())
        connect(Sms())
        # A module declares its kinds in its notices.py.
        autodiscover_modules("notices")
