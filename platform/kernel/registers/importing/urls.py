"""Addresses of the import of a register: <register>/import/…"""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.access.levels import Level
from kernel.registers.importing import views
from kernel.registers.register import Register
from kernel.registers.views.shared import guarded


def urls(register: Register, prefix: str = "") -> list[URLPattern]:
    def page(route: str, view: Any, name: str) -> URLPattern:
        return path(
            f"{prefix}import/{route}", guarded(register, view, Level.EDIT), name=f"{register.code}-import{name}"
        )

    if register.read_only:
        return []
    one = "<int:pk>/"
    return [
        page("", require_http_methods(["GET", "HEAD", "POST"])(views.start), ""),
        page("template.xlsx", require_safe(views.template), "-template"),
        page(one, require_safe(views.run_page), "-run"),
        page(f"{one}match/", require_POST(views.match), "-match"),
        page(f"{one}sheet/", require_POST(views.choose_sheet), "-sheet"),
        page(f"{one}try/", require_POST(views.retry), "-try"),
        page(f"{one}accept/", require_POST(views.accept), "-accept"),
        page(f"{one}lines/", require_safe(views.lines), "-lines"),
        page(f"{one}errors.xlsx", require_safe(views.errors), "-errors"),
        page(f"{one}load/", require_POST(views.load), "-load"),
        page(f"{one}cancel/", require_POST(views.cancel), "-cancel"),
        page(f"{one}rollback/", require_POST(views.rollback), "-rollback"),
        page(f"{one}abandon/", require_POST(views.abandon), "-abandon"),
    ]
