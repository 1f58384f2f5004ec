from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemarksConfig(AppConfig):
    name = "kernel.remarks"
    label = "remarks"
    verbose_name = _("Примітки")
