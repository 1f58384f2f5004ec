"""Figures follow the cards: marked in the transaction of the change, counted from the rows, pushed by the tenant."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from kernel.indicators.catalogue import declared, dependents
from kernel.indicators.models import Mark
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card
from kernel.tenancy import platform_context, tenant_context
from shared_apps.rollups.models import Kept, Pass
from shared_apps.rollups.pushing import counting_registers, due, recount, recount_all, refresh
from shared_apps.rollups.verify import verify_tenant
from tests.rollups.conftest import BY, STOPS, count_in, kept


def test_every_figure_of_a_lived_in_tenant_is_counted_and_agrees(gamma):
    with tenant_context(gamma):
        recount_all()
        verified = verify_tenant()
    assert verified.values > 20 and verified.differences == []
    assert kept(gamma, "total") > 0
    with platform_context():
        assert not Pass.objects.filter(community_id=gamma.id).exclude(error="").exists()
        assert {row.indicator for row in Kept.objects.all()} >= {"staff.positions.filled", "staff.positions.vacant"}


def test_a_change_leaves_a_mark_and_the_next_turn_counts_it(in_alpha, stop):
    recount_all()
    assert due() == []
    card = stop("1", date(2026, 3, 5), accessible=True)
    stop("2", date(2026, 4, 5))
    assert [one.label for one in due()] == [STOPS]
    assert refresh() == 1
    assert not Mark.objects.exists() and due() == []
    assert (kept(in_alpha, "total"), kept(in_alpha, "accessible")) == (2, 50)
    assert (kept(in_alpha, "opened", "2026-03"), kept(in_alpha, "opened", "2026-Q2")) == (1, 1)
    assert kept(in_alpha, "opened", "2026") == 2
    archive_card(register_named(STOPS), card, by=BY)
    refresh()
    assert (kept(in_alpha, "total"), kept(in_alpha, "accessible")) == (1, 0)
    assert kept(in_alpha, "opened", "2026-03") == "none", "a month whose rows are gone has no figure"


def test_a_change_that_did_not_happen_leaves_no_mark(transactional_db, alpha, stop):
    with tenant_context(alpha):
        before = Mark.objects.count()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            stop("1")
            raise ZeroDivisionError
        assert Mark.objects.count() == before


def test_division_by_zero_is_no_value(in_alpha):
    recount_all()
    assert kept(in_alpha, "total") == 0
    assert kept(in_alpha, "accessible") is None


def test_a_past_period_reopened_changes_its_figures(in_alpha, stop):
    card = stop("1", date(2024, 12, 30))
    refresh()
    card.opened_on = date(2025, 1, 2)
    from kernel.registers.saving import save_card

    save_card(register_named(STOPS), card, by=BY)
    refresh()
    assert (kept(in_alpha, "opened", "2024-12"), kept(in_alpha, "opened", "2025-Q1")) == ("none", 1)


def test_dimensions_and_the_whole(in_alpha, stop):
    model = register_named(STOPS).model
    values = [value for value, _label in model._meta.get_field("shelter").choices][:2]
    stop("1", shelter=values[0])
    stop("2", shelter=values[0])
    stop("3", shelter=values[1])
    refresh()
    assert [kept(in_alpha, "total", "", f"shelter={value}") for value in values] == [2, 1]
    assert kept(in_alpha, "total") == 3


def test_counting_twice_changes_nothing(in_alpha, stop):
    stop("1")
    assert count_in(in_alpha) > 0
    assert count_in(in_alpha) == 0


def test_rows_written_past_the_registers_are_found_by_the_recount(in_alpha, stop):
    """A restored tenant, or a hand in the database: no mark tells of it, the nightly recount does."""
    stop("1")
    refresh()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bus_stops_busstop")
    found = verify_tenant().differences
    assert {one.indicator for one in found} >= {f"{STOPS}.total"} and found[0].why
    recount_all()
    assert verify_tenant().differences == [] and kept(in_alpha, "total") == 0


def test_a_register_that_fails_says_so_and_keeps_its_figures(in_alpha, stop, monkeypatch):
    stop("1")
    refresh()

    def broken(*_args, **_kwargs):
        raise RuntimeError("диск повний")

    monkeypatch.setattr("shared_apps.rollups.pushing.figures_of", broken)
    stop("2")
    refresh()
    assert Mark.objects.exists(), "what was not counted stays due"
    assert kept(in_alpha, "total") == 1
    with platform_context():
        row = Pass.objects.get(community_id=in_alpha.id, register=STOPS)
    assert "диск повний" in row.error and row.data_at is not None
    monkeypatch.undo()
    refresh()
    assert kept(in_alpha, "total") == 2 and not Mark.objects.exists()


def test_a_formula_no_longer_in_force_is_counted_anew(in_alpha, monkeypatch):
    recount_all()
    register = register_named(STOPS)
    from dataclasses import replace

    changed = tuple(replace(one, version=2) if one.code == "total" else one for one in register.indicators)
    monkeypatch.setattr(type(register), "indicators", changed)
    assert [one.label for one in due()] == [STOPS]
    refresh()
    with platform_context():
        row = Kept.objects.get(community_id=in_alpha.id, indicator=f"{STOPS}.total", dimension="")
    assert row.formula == 2 and due() == []


def test_a_switched_off_module_is_not_counted(in_alpha, monkeypatch):
    monkeypatch.setattr("shared_apps.rollups.pushing.enabled_labels", lambda: {"staff"})
    assert {one.module for one in counting_registers()} == {"staff"}


def test_what_a_condition_reaches_marks_too():
    """A figure that asks a reference is due when the reference's card changes."""
    for one in declared():
        assert one.register.label in dependents()[one.register.label]


# -- the wall ----------------------------------------------------------------------------------------


def test_a_tenant_writes_its_own_figures_and_no_others(alpha, beta, stop):
    with tenant_context(alpha):
        stop("1")
        recount(register_named(STOPS))
    assert kept(alpha, "total") == 1 and kept(beta, "total") == "none"
    for statement in (
        "UPDATE public.rollups_kept SET value = 9",
        "DELETE FROM public.rollups_kept",
        "SELECT * FROM public.rollups_kept",
        "INSERT INTO public.rollups_pass (community_id, register, tried_at, seconds, formulas, error) "
        f"VALUES ('{beta.id}', 'x', now(), 0, '', '')",
        "SELECT * FROM public.hromada_granted(gen_random_uuid(), 'x')",
    ):
        with tenant_context(alpha), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_door_asks_who_is_calling(alpha):
    """Neither the platform nor an indicator of another register passes."""
    from kernel.indicators.crossing import push

    with platform_context(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        push("bus_stops.bus-stops", {}, [], "", 0.0, "")
    with tenant_context(alpha), pytest.raises(DatabaseError, match="не записує показників"), transaction.atomic():
        push("bus_stops.bus-stops", {"staff.employees.working": 1}, [], "", 0.0, "")


def test_a_value_is_a_number_with_all_its_places(in_alpha):
    from kernel.indicators.crossing import push

    figure = {"indicator": f"{STOPS}.total", "period": "", "dimension": "", "value": "33.333333333",
              "above": "1", "below": "3", "counted": 3, "sketch": {}}  # fmt: skip
    push(STOPS, {f"{STOPS}.total": 1}, [figure], "", 0.0, "")
    assert kept(in_alpha, "total") == Decimal("33.333333")
