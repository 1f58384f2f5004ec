from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HeadsConfig(AppConfig):
    name = "kernel.audit.heads"
    label = "auditheads"
    verbose_name = _("Оприлюднені печатки журналів")
