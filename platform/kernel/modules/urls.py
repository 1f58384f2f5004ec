"""Every module's pages at /<module>/; a module that is off is not there at all."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.urls import URLResolver, include, path
from django.urls.exceptions import Resolver404
from django.urls.resolvers import ResolverMatch, RoutePattern

from kernel.modules.entitlement import is_enabled
from kernel.modules.manifest import ModuleConfig
from kernel.modules.registry import modules
from kernel.registers.urls import patterns_of


def pages_of(module: ModuleConfig) -> list[Any]:
    """Its own pages first: a module may put a screen of its own in place of a derived one."""
    own = import_module(f"{module.name}.urls").urlpatterns if find_spec(f"{module.name}.urls") else []
    return [*own, *patterns_of(module.label)]


class ModuleResolver(URLResolver):
    """Its addresses exist only while the module is on for the tenant of the request."""

    def __init__(self, module: ModuleConfig) -> None:
        super().__init__(
            RoutePattern(f"{module.slug}/"), pages_of(module), app_name=module.label, namespace=module.label
        )
        self.module = module

    def resolve(self, path: Any) -> ResolverMatch:
        match = super().resolve(path)
        if not is_enabled(self.module.label):
            raise Resolver404({"path": path, "tried": []})
        return match


urlpatterns = [
    path("administration/modules/", include("kernel.modules.pages")),
    *(ModuleResolver(module) for module in modules() if pages_of(module)),
]
