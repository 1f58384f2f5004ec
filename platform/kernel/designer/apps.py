from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DesignerConfig(AppConfig):
    name = "kernel.designer"
    label = "designer"
    verbose_name = _("Конструктор")

    def ready(self) -> None:
        from kernel.audit.beside import Beside, lies_beside
        from kernel.designer.facets import added_to
        from kernel.designer.models import Extra, Record
        from kernel.designer.own import own_modules, own_registers, records_for
        from kernel.designer.telling import rows_of, unfold
        from kernel.modules.added import modules_come_from
        from kernel.registers.added import comes_from
        from kernel.registers.registry import registers_come_from
        from kernel.remarks.subjects import remark_on

        comes_from(added_to)
        registers_come_from(own_registers)
        modules_come_from(own_modules)
        remark_on(Record, "", records_for)
        lies_beside(Beside(Extra, rows_of, unfold))
