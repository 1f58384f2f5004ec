"""A manifest that cannot be kept stops `manage.py check` with the name of the module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks

from kernel.access.subjects import SYSTEM
from kernel.modules.manifest import KINDS, Area, ModuleConfig
from kernel.modules.registry import BrokenDependencies, in_dependency_order


def problems(configs: list[ModuleConfig]) -> Iterator[checks.CheckMessage]:
    try:
        in_dependency_order(configs)
    except BrokenDependencies as broken:
        yield checks.Error(
            str(broken), hint="Mend `depends` in the apps.py it names.", obj=broken.module, id="modules.E001"
        )
    for config in configs:
        if not config.title:
            yield checks.Error(f"Module {config.label!r} has no title.", hint="Name it in apps.py.", id="modules.E002")
        area = getattr(config, "area", None)
        folder = config.name.split(".")[-2] if "." in config.name else ""
        if area not in Area.values or area != folder:
            yield checks.Error(
                f"Module {config.label!r} says its area is {area!r}, but it lies in {folder!r}.",
                hint=f"The area is one of {', '.join(Area.values)} and is the name of the folder.",
                id="modules.E003",
            )
        if config.label in SYSTEM:
            yield checks.Error(
                f"The name {config.label!r} belongs to the kernel.",
                hint="Rights are given by that name: rename the module.",
                id="modules.E004",
            )
        if unknown := set(config.kinds) - set(KINDS):
            yield checks.Error(f"Module {config.label!r} is for unknown kinds: {unknown}.", id="modules.E005")


@checks.register(checks.Tags.compatibility)
def manifests_hold(**_kwargs: Any) -> list[checks.CheckMessage]:
    return list(problems([config for config in apps.get_app_configs() if isinstance(config, ModuleConfig)]))
