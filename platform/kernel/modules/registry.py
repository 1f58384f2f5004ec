"""The installed modules in the order of their dependencies."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.apps import apps

from kernel.modules.added import added_modules
from kernel.modules.manifest import ModuleConfig


class UnknownModule(LookupError):
    def __init__(self, label: str) -> None:
        super().__init__(f"Модуля «{label}» немає. Перелік: hromada tenant modules list.")
        self.label = label


class BrokenDependencies(Exception):
    """A module asks for what is not there, or modules ask for each other in a circle."""

    def __init__(self, message: str, module: str) -> None:
        super().__init__(message)
        self.module = module


def in_dependency_order(configs: Iterable[ModuleConfig]) -> tuple[ModuleConfig, ...]:
    known = {config.label: config for config in configs}
    done: dict[str, ModuleConfig] = {}
    path: list[str] = []

    def visit(label: str) -> None:
        if label in done:
            return
        if label in path:
            circle = " → ".join([*path[path.index(label) :], label])
            raise BrokenDependencies(f"Modules depend on each other in a circle: {circle}.", label)
        path.append(label)
        for needed in known[label].depends:
            if needed not in known:
                raise BrokenDependencies(f"Module {label!r} depends on {needed!r}, which is not installed.", label)
            visit(needed)
        path.pop()
        done[label] = known[label]

    for label in sorted(known):
        visit(label)
    return tuple(done.values())


@lru_cache(maxsize=1)
def modules() -> tuple[ModuleConfig, ...]:
    return in_dependency_order(config for config in apps.get_app_configs() if isinstance(config, ModuleConfig))


def labels() -> frozenset[str]:
    return frozenset(module.label for module in modules())


def module_named(label: str) -> Any:
    for module in modules():
        if module.label == label:
            return module
    for added in added_modules():
        if added.label == label:
            return added
    raise UnknownModule(label)


def needed_by(label: str) -> tuple[str, ...]:
    """Everything the module stands on, lowest first."""
    wanted: set[str] = set()
    queue = list(module_named(label).depends)
    while queue:
        name = queue.pop()
        if name not in wanted:
            wanted.add(name)
            queue.extend(module_named(name).depends)
    return tuple(module.label for module in modules() if module.label in wanted)


def standing_on(label: str) -> tuple[str, ...]:
    """Everything that stands on the module, lowest first."""
    return tuple(module.label for module in modules() if label in needed_by(module.label))
