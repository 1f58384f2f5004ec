"""In a tenant: which of its registers are open data, told to the region's catalogue. The data themselves stay here."""

from __future__ import annotations

from kernel.indicators.crossing import push_catalogue
from kernel.modules.registry import module_named
from kernel.registers.public.catalogue import changed_at
from kernel.registers.public.files import formats_of
from kernel.registers.public.opened import opened


def tell_catalogue() -> None:
    push_catalogue(
        [
            {
                "slug": one.page.slug,
                "title": str(one.name),
                "area": module_named(one.register.module).area.value,
                "formats": list(formats_of(one)),
                "changed_at": changed_at(one) or None,
            }
            for one in opened()
            if one.page.open_data
        ]
    )
