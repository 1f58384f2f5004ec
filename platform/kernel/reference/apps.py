from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferenceConfig(AppConfig):
    name = "kernel.reference"
    label = "overrides"
    verbose_name = _("Власні правила громади")
