"""Write the built-in forms of modules anew, from the code that draws them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kernel.printforms.resolving import declared_forms
from kernel.registers.registry import registers


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for register in registers():
            for form in declared_forms(register):
                if form.draw is not None:
                    form.path.parent.mkdir(exist_ok=True)
                    form.path.write_bytes(form.draw())
                    self.stdout.write(str(form.path))
