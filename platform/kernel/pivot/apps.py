from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PivotConfig(AppConfig):
    name = "kernel.pivot"
    label = "pivot"
    verbose_name = _("Зведені таблиці")
