from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DesignerConfig(AppConfig):
    name = "kernel.designer"
    label = "designer"
    verbose_name = _("Конструктор")

    def ready(self) -> None:
        from kernel.audit.beside import Beside, lies_beside
        from kernel.designer.facets import added_to
        from kernel.designer.models import Extra
        from kernel.designer.telling import rows_of, unfold
        from kernel.registers.added import comes_from

        comes_from(added_to)
        lies_beside(Beside(Extra, rows_of, unfold))
