from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "kernel.access"
    label = "access"
    verbose_name = _("Люди і права")

    def ready(self) -> None:
        from allauth.socialaccount.providers import registry

        from kernel.access import checks, signals  # noqa: F401
        from kernel.access.openid.provider import CheckedProvider

        registry.load()
        registry.register(CheckedProvider)
