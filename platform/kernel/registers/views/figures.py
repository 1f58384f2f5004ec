"""The figures of a register, each a way to the rows behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kernel.indicators.counting import figures, split
from kernel.registers.register import Register
from kernel.registers.views.shared import frame


def figures_page(request: HttpRequest, register: Register) -> HttpResponse:
    user: Any = request.user
    splits = [
        split(register, one, by, user) for one in register.indicators for by in one.by if register.may_see(by, user)
    ]
    context = frame(request, register, figures=figures(register, user), splits=splits)
    return render(request, "registers/figures.html", context)
