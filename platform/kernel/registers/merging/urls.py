"""Addresses of the doubles of a register: <register>/doubles/, <register>/merge/…, <register>/merges/…"""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.access.levels import Level
from kernel.registers.merging import views
from kernel.registers.register import Register
from kernel.registers.views.shared import guarded

ask = require_http_methods(["GET", "HEAD", "POST"])


def urls(register: Register, prefix: str = "") -> list[URLPattern]:
    def page(route: str, view: Any, name: str) -> URLPattern:
        return path(prefix + route, guarded(register, view, Level.MANAGE), name=f"{register.code}-{name}")

    if register.merges is None:
        return []
    return [
        page("doubles/", require_safe(views.doubles), "doubles"),
        page("doubles/find/", require_POST(views.look), "doubles-find"),
        page("doubles/<int:pair>/dismiss/", require_POST(views.dismiss_pair), "doubles-dismiss"),
        page("merge/", ask(views.merge), "merge-cards"),
        page("<int:pk>/merge/", require_safe(views.choose), "merge"),
        page("merges/", require_safe(views.merges), "merges"),
        page("merges/<int:merge>/undo/", ask(views.undo), "merge-undo"),
    ]
