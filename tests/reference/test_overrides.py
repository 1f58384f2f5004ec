"""A community's own rules: seen, reasoned, reversible, and nobody else's business."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from kernel.reference.models import Override
from kernel.tenancy import NoTenant, platform_context, tenant_context
from shared_apps.reference.errors import MissingReference, RuleRefused
from shared_apps.reference.lookup import find_value, value
from shared_apps.reference.models import (
    CalendarDay,
    Classifier,
    ClassifierCode,
    KoatuuAlias,
    MartialLaw,
    ReferenceValue,
    Rule,
    TerritorialUnit,
)
from shared_apps.reference.overrides import cancel_own_value, history, rule_lines, set_own_value

pytestmark = pytest.mark.usefixtures("seeded")
ON = date(2026, 7, 1)
WHY = {"reason": "Рішення сесії від 01.06.2026 № 12", "by": "Коваленко О. П."}


def test_own_comes_before_common_and_only_here(alpha, beta):
    with tenant_context(alpha):
        set_own_value("BILL_DAY", Decimal(7), valid_from=ON, **WHY)
        found = find_value("BILL_DAY", ON)
        assert (found.value, found.source, found.act) == (7, "own", WHY["reason"])
        assert value("BILL_DAY", date(2026, 6, 30)) == 10
    with tenant_context(beta):
        assert value("BILL_DAY", ON) == 10
    assert value("BILL_DAY", ON) == 10


def test_an_own_value_has_an_end(in_alpha):
    set_own_value("BILL_DAY", Decimal(7), valid_from=ON, valid_to=date(2026, 8, 1), **WHY)
    assert value("BILL_DAY", date(2026, 7, 31)) == 7
    assert value("BILL_DAY", date(2026, 8, 1)) == 10


def test_a_cancelled_decision_lets_the_earlier_one_stand_again(in_alpha):
    set_own_value("BILL_DAY", Decimal(7), valid_from=ON, **WHY)
    later = set_own_value("BILL_DAY", Decimal(8), valid_from=ON, **WHY)
    assert value("BILL_DAY", ON) == 8
    cancel_own_value(later.pk, reason="Протест прокурора", by="Ткачук Н. І.")
    assert value("BILL_DAY", ON) == 7
    newest, cancelled, first = history("BILL_DAY")
    assert (newest.cancels_id, newest.by, newest.reason) == (later.pk, "Ткачук Н. І.", "Протест прокурора")
    assert cancelled.cancellation == newest
    assert first.cancellation is None


def test_a_decision_is_cancelled_once(in_alpha):
    own = set_own_value("BILL_DAY", Decimal(7), valid_from=ON, **WHY)
    cancellation = cancel_own_value(own.pk, **WHY)
    with pytest.raises(RuleRefused, match="вже скасовано"):
        cancel_own_value(own.pk, **WHY)
    with pytest.raises(RuleRefused, match="немає"):
        cancel_own_value(cancellation.pk, **WHY)
    assert value("BILL_DAY", ON) == 10


def test_another_tenants_decision_cannot_be_cancelled(alpha, beta):
    with tenant_context(alpha):
        own = set_own_value("BILL_DAY", Decimal(7), valid_from=ON, **WHY)
    with tenant_context(beta), pytest.raises(RuleRefused):
        cancel_own_value(own.pk, **WHY)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"code": "MIN_WAGE"}, "встановлює закон"),
        ({"code": "NO_SUCH"}, "немає"),
        ({"reason": "  "}, "підставу"),
        ({"value": Decimal("NaN")}, "числом"),
        ({"value": 7.5}, "числом"),
        ({"value": Decimal("1e12")}, "завелике"),
        ({"value": Decimal("0.1234567")}, "знаків"),
        ({"valid_to": ON}, "пізніше"),
    ],
)
def test_refusals_say_why(in_alpha, arguments, said):
    wanted = {"code": "BILL_DAY", "value": Decimal(7), "valid_from": ON, **WHY, **arguments}
    with pytest.raises(RuleRefused, match=said):
        set_own_value(wanted.pop("code"), wanted.pop("value"), **wanted)
    assert not Override.objects.exists()


def test_a_row_that_slipped_in_does_not_beat_the_law(in_alpha):
    Override.objects.create(code="VAT", value=0, valid_from=date(2026, 1, 1), **WHY)
    assert value("VAT", ON) == 20


def test_a_rule_without_a_common_value_may_still_be_set(alpha):
    Rule.objects.create(code="WATER_NORM", title="Норма води", unit="м³", overridable=True)
    with tenant_context(alpha):
        with pytest.raises(MissingReference, match="Встановіть своє"):
            value("WATER_NORM", ON)
        set_own_value("WATER_NORM", Decimal("4.5"), valid_from=ON, **WHY)
        assert value("WATER_NORM", ON) == Decimal("4.5")


def test_the_platform_has_no_own_rules():
    with platform_context(), pytest.raises(NoTenant):
        set_own_value("BILL_DAY", Decimal(7), valid_from=ON, **WHY)


def test_common_and_own_side_by_side(in_alpha, django_assert_num_queries):
    set_own_value("BILL_DAY", Decimal(9), valid_from=ON, **WHY)
    set_own_value("BILL_DAY", Decimal(7), valid_from=ON, **WHY)
    set_own_value("BILL_DUE_DAY", Decimal(20), valid_from=ON, **WHY)
    rule_lines(ON)
    with django_assert_num_queries(3):
        lines = {line.rule.code: line for line in rule_lines(ON)}
    assert set(lines) == {"AVERAGE_PERIODS", "BILL_DAY", "BILL_DUE_DAY", "METER_HEAT_YEARS", "METER_WATER_YEARS"}
    changed = lines["BILL_DAY"]
    assert (changed.common.value, changed.own.value, changed.effective, changed.differs) == (10, 7, 7, True)
    assert changed.own.by == WHY["by"]
    assert not lines["BILL_DUE_DAY"].differs
    assert lines["METER_HEAT_YEARS"].own is None
    assert lines["METER_HEAT_YEARS"].common.uncertain
    assert lines["METER_HEAT_YEARS"].effective == 4


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_keeps_decisions_as_they_were(in_alpha, change):
    own = set_own_value("BILL_DAY", Decimal(7), valid_from=ON, **WHY)
    rows = Override.objects.filter(pk=own.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(value=8) if change == "update" else rows.delete()


@pytest.mark.parametrize(
    "model",
    [Rule, ReferenceValue, Classifier, ClassifierCode, TerritorialUnit, KoatuuAlias, CalendarDay, MartialLaw],
)
def test_tenants_read_common_tables_and_change_nothing(in_alpha, model):
    model.objects.count()
    for forbidden in (
        lambda: model.objects.all()._raw_delete("default"),
        lambda: model.objects.update(**_any_change(model)),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            forbidden()


def _any_change(model):
    field = next(f for f in model._meta.fields if f.get_internal_type() == "CharField")
    return {field.name: "x"}
