from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OnboardingConfig(AppConfig):
    name = "shared_apps.onboarding"
    label = "onboarding"
    verbose_name = _("Підключення громад")

    def ready(self) -> None:
        from integrations.signatures import checks

        _names = checks
