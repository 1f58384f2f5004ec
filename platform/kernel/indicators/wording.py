"""What a figure is made of, said by its declaration: for those whose author did not say it better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from kernel.indicators.kinds import Count, Indicator, Share
from kernel.registers.register import Register


def formula_of(register: Register, one: Indicator) -> str:
    """Empty for kinds and conditions that take more than a sentence."""
    asked = _asked(register, one.where)
    dated = register.declared_facets.get(one.on)
    if one.formula or asked is None or getattr(one, "of", None) is not None or (one.on and dated is None):
        return str(one.formula)
    given = {"register": register.name, "asked": asked, "field": dated.label if dated else ""}
    if isinstance(one, Share) and asked:
        return _("Картки реєстру «%(register)s», у яких %(asked)s, до всіх його карток, у відсотках.") % given
    if isinstance(one, Count) and not asked:
        if one.on:
            return _("Кількість карток реєстру «%(register)s» за датою «%(field)s».") % given
        return _("Кількість карток реєстру «%(register)s», яких не перенесено до архіву.") % given
    return ""


def _asked(register: Register, where: Q | None) -> str | None:
    """«освітлена: так»; None for a condition that is not a row of plain values."""
    told = []
    for child in where.children if where is not None else ():
        name, value = child if isinstance(child, tuple) else ("", None)
        facet = register.declared_facets.get(name)
        if facet is None or where is None or where.negated or where.connector != Q.AND:
            return None
        said: Mapping[Any, Any] = {True: _("так"), False: _("ні")} if facet.kind == "boolean" else facet.choices
        words = said.get(value)
        if words is None:
            return None
        told.append(f"«{facet.label}» — {words}")
    return ", ".join(told)
