from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterApiConfig(AppConfig):
    name = "kernel.registers.api"
    label = "register_api"
    verbose_name = _("Програмний доступ до реєстрів")
