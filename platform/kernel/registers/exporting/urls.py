"""The addresses of exports and papers of a register."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from kernel.registers.exporting import views
from kernel.registers.register import Register
from kernel.registers.views.shared import guarded


def urls(register: Register, prefix: str) -> list[URLPattern]:
    def page(route: str, view: Any, name: str) -> URLPattern:
        return path(prefix + route, guarded(register, view), name=f"{register.code}-{name}")

    return [
        page("export/", require_http_methods(["GET", "HEAD", "POST"])(views.export), "export"),
        page("export/<uuid:job_id>/", require_safe(views.export_ready), "export-ready"),
        page("labels/", require_safe(views.print_labels), "labels"),
        page("<int:pk>/print/", require_safe(views.print_card), "print"),
        page("<int:pk>/label/", require_safe(views.print_label), "label"),
    ]
