"""The pages a site has, by their names, read out of its addresses: what answers GET is a page until it is said why not."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.resolvers import ResolverMatch

from kernel.registers.registry import registers_in

# Programs ask there, and are answered in JSON.
FOR_PROGRAMS = ("api/v1/", "ogc/")


def pages_of(urlconf: str) -> set[str]:
    return {
        face_of(name)
        for name, route, view in _patterns(get_resolver(urlconf))
        if not route.startswith(FOR_PROGRAMS) and _is_read(view)
    }


def page_at(path: str, urlconf: str) -> str:
    match: ResolverMatch = resolve(path.partition("?")[0], urlconf)
    return face_of(match.view_name)


def face_of(name: str) -> str:
    """Registers have their faces from one declaration: «bus_stops:bus-stops-card» is any register's card."""
    module, _colon, page = name.rpartition(":")
    codes = ["record"] if module == "own" else [one.code for one in registers_in(module)] if module else []
    if page == "index" and codes:
        return "register:list"
    code = max((one for one in codes if page.startswith(f"{one}-")), key=len, default="")
    return f"register:{page.removeprefix(f'{code}-')}" if code else name


def _patterns(
    resolver: URLResolver, names: str = "", prefix: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from _patterns(pattern, inner, route)
        elif isinstance(pattern, URLPattern):
            yield names + (pattern.name or route), route, pattern.callback


def _is_read(view: Any) -> bool:
    """Django's own decorators know which methods they let through."""
    while view is not None:
        if inspect.isfunction(view):
            methods = inspect.getclosurevars(view).nonlocals.get("request_method_list")
            if methods is not None:
                return "GET" in methods
        view = getattr(view, "__wrapped__", None)
    return True
