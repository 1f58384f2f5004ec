"""What every register with terms owes: its cards stand in the calendar, a duty is put, a moved date closes it."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from kernel.access.models import Role, User
from kernel.registers.registry import registers
from kernel.renewals.duties import KIND, follow, put_duties
from kernel.renewals.terms import cards_of, terms
from kernel.tasks.models import Task

DECLARED = [one for one in registers() if one.renewals]


@pytest.mark.parametrize("register", DECLARED, ids=lambda one: one.label)
def test_terms_make_duties_and_moved_ones_close_them(register, in_gamma):
    cache.clear()
    author = User.objects.get(email="author@gamma.test")
    for renewal in register.renewals:
        for code in (renewal.role, renewal.to):
            if code and not Role.objects.filter(code=code).exists() and not hasattr(register.model, code):
                pytest.fail(f"{register.label}: {code!r} is neither a field nor a role")
        card = cards_of(register, renewal).order_by("pk").first()
        assert card is not None, f"{register.label}: the demonstration has no card with {renewal.field}"
        term = getattr(card, renewal.field)
        assert any(found.card.pk == card.pk for found in terms(author, term, term, 500, register.label))
        put_duties(term)
        task = Task.objects.open().filter(kind=KIND, subject_table=register.table, subject_id=str(card.pk)).first()
        assert task is not None and task.due_on == term
        assert put_duties(term)[0] == 0
        register.model._base_manager.filter(pk=card.pk).update(**{renewal.field: term.replace(year=term.year + 1)})
        assert follow(register, [card.pk], gone=False) == 1
