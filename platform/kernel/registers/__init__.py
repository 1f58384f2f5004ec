"""Registers: one declaration, every face. `from kernel.registers import Register, View, Related, action, column`.

Django imports this package before it knows any model, so the names are fetched when they are asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kernel.indicators.kinds import Average, Count, Distinct, Percentile, Ratio, Share, Sum
    from kernel.registers.declarations import (
        KeptBy,
        MapLayer,
        Panel,
        PublicPage,
        Reason,
        Related,
        Term,
        TransitStops,
        View,
        Waiting,
        action,
        column,
    )
    from kernel.registers.register import Register

_INDICATORS = ("Average", "Count", "Distinct", "Percentile", "Ratio", "Share", "Sum")
__all__ = [
    "Average",
    "Count",
    "Distinct",
    "KeptBy",
    "MapLayer",
    "Panel",
    "Percentile",
    "PublicPage",
    "Ratio",
    "Reason",
    "Register",
    "Related",
    "Share",
    "Sum",
    "Term",
    "TransitStops",
    "View",
    "Waiting",
    "action",
    "column",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    if name in _INDICATORS:
        return getattr(import_module("kernel.indicators.kinds"), name)
    home = "register" if name == "Register" else "declarations"
    return getattr(import_module(f"kernel.registers.{home}"), name)
