"""GEN-001, GEN-002: a value is looked up on a business date, and a missing one is an error."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kernel.money import round_half_up
from kernel.tenancy import tenant_context
from shared_apps.reference.errors import MissingReference, RuleRefused
from shared_apps.reference.loading import load
from shared_apps.reference.lookup import find_value, value
from shared_apps.reference.models import ReferenceValue, Rule
from shared_apps.reference.values import put_value

pytestmark = pytest.mark.usefixtures("seeded")
ACT = "Рішення для тесту"


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("MIN_WAGE", date(2022, 10, 1), "6700"),
        ("MIN_WAGE", date(2023, 12, 31), "6700"),
        ("MIN_WAGE", date(2024, 1, 1), "7100"),
        ("MIN_WAGE", date(2024, 3, 31), "7100"),
        ("MIN_WAGE", date(2024, 4, 1), "8000"),
        ("MIN_WAGE", date(2025, 12, 31), "8000"),
        ("MIN_WAGE", date(2026, 1, 1), "8647"),
        ("MIN_WAGE_HOUR", date(2025, 6, 1), "48"),
        ("MIN_WAGE_HOUR", date(2026, 6, 1), "52"),
        ("PM_TOTAL", date(2025, 1, 1), "2920"),
        ("PM_TOTAL", date(2026, 11, 1), "3209"),
        ("PM_ABLE", date(2023, 1, 1), "2684"),
        ("PM_ABLE", date(2024, 1, 1), "3028"),
        ("PM_ABLE", date(2026, 1, 1), "3328"),
        ("PM_CHILD_0_6", date(2024, 7, 1), "2563"),
        ("PM_CHILD_6_18", date(2026, 7, 1), "3512"),
        ("PM_DISABLED", date(2026, 7, 1), "2595"),
        ("PDFO", date(2026, 7, 1), "18"),
        ("MIL_LEVY", date(2024, 11, 30), "1.5"),
        ("MIL_LEVY", date(2024, 12, 1), "5"),
        ("ESV", date(2026, 7, 1), "22"),
        ("ESV_DISABLED", date(2026, 7, 1), "8.41"),
        ("ESV_MAX_MULT", date(2024, 12, 31), "15"),
        ("ESV_MAX_MULT", date(2025, 1, 1), "20"),
        ("VAT", date(2026, 7, 1), "20"),
        ("NGO_INDEX", date(2024, 7, 1), "1.12"),
        ("NGO_INDEX", date(2025, 7, 1), "1.08"),
    ],
)
def test_rates(code, on, expected):
    found = find_value(code, on)
    assert found.value == Decimal(expected)
    assert str(found.value) == expected
    assert found.act


def test_social_contribution_bounds_follow_from_the_rates():
    on = date(2026, 7, 1)
    wage = value("MIN_WAGE", on)
    assert round_half_up(wage * value("ESV", on) / 100) == Decimal("1902.34")
    assert wage * value("ESV_MAX_MULT", on) == Decimal("172940")


@pytest.mark.parametrize(("code", "on"), [("MIN_WAGE", date(2027, 1, 1)), ("NGO_INDEX", date(2026, 1, 1))])
def test_next_years_value_is_not_last_years(code, on):
    with pytest.raises(MissingReference) as caught:
        value(code, on)
    message = str(caught.value)
    assert code in message
    assert f"{on:%d.%m.%Y}" in message
    assert "hromada reference load values" in message


def test_unknown_rule_is_named():
    with pytest.raises(MissingReference, match="NO_SUCH_RATE"):
        value("NO_SUCH_RATE", date(2026, 1, 1))


def test_uncertain_values_say_so():
    assert find_value("METER_WATER_YEARS", date(2026, 1, 1)).uncertain
    assert not find_value("VAT", date(2026, 1, 1)).uncertain


def test_region_comes_before_country(alpha):
    put_value("BILL_DAY", Decimal(12), valid_from=date(2026, 1, 1), region="UA99", act=ACT)
    on = date(2026, 2, 1)
    assert value("BILL_DAY", on) == 10
    assert value("BILL_DAY", on, region="UA99") == 12
    assert value("BILL_DAY", on, region="UA53") == 10
    with tenant_context(alpha):
        found = find_value("BILL_DAY", on)
    assert (found.value, found.source) == (12, "region")


def test_the_database_refuses_two_values_of_one_day():
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferenceValue.objects.create(
            code_id="VAT", value=7, valid_from=date(2026, 1, 1), valid_to=date(2026, 2, 1), source_act=ACT
        )


def test_the_database_refuses_a_value_without_an_act():
    Rule.objects.create(code="X", title="Щось", unit="грн")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferenceValue.objects.create(code_id="X", value=7, valid_from=date(2026, 1, 1), source_act="")


def test_a_change_within_a_year_does_not_outlive_the_year():
    put_value("MIN_WAGE", Decimal(9000), valid_from=date(2026, 7, 1), act=ACT)
    assert value("MIN_WAGE", date(2026, 6, 30)) == 8647
    assert value("MIN_WAGE", date(2026, 12, 31)) == 9000
    with pytest.raises(MissingReference):
        value("MIN_WAGE", date(2027, 1, 1))


def test_an_earlier_value_ends_where_the_next_begins():
    put_value("MIN_WAGE", Decimal(6500), valid_from=date(2021, 12, 1), act=ACT)
    assert value("MIN_WAGE", date(2022, 9, 30)) == 6500
    assert value("MIN_WAGE", date(2022, 10, 1)) == 6700


def test_a_correction_may_not_run_over_the_next_value():
    with pytest.raises(RuleRefused):
        put_value("MIN_WAGE", Decimal(1), valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1), act=ACT)


def test_rates_of_a_new_year_come_in_a_file(tmp_path):
    path = tmp_path / "values.csv"
    path.write_text(
        "code;value;valid_from;valid_to;act\n"
        "MIN_WAGE;9 123,50;01.01.2027;2028-01-01;Закон «Про Державний бюджет України на 2027 рік»\n"
        "VAT;20;2011-01-01;;Податковий кодекс, ст. 193\n",
        encoding="utf-8",
    )
    trial = load("values", path, by="оператор", dry_run=True)
    assert (trial.added, trial.unchanged, trial.errors) == (1, 1, [])
    with pytest.raises(MissingReference):
        value("MIN_WAGE", date(2027, 1, 1))
    report = load("values", path, by="оператор")
    assert report.added == 1
    assert value("MIN_WAGE", date(2027, 5, 1)) == Decimal("9123.5")
    assert load("values", path, by="оператор").already_loaded


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("MIN_WAGE;багато;2027-01-01;Закон", "не число"),
        ("MIN_WAGE;NaN;2027-01-01;Закон", "не число"),
        ("MIN_WAGE;9000;колись;Закон", "не дата"),
        ("MIN_WAGE;9000;2027-01-01;", "не названо акт"),
        ("NEW_RATE;9000;2027-01-01;Закон", "title і unit"),
    ],
)
def test_a_bad_row_changes_nothing(tmp_path, line, said):
    path = tmp_path / "values.csv"
    path.write_text(f"code;value;valid_from;act\nVAT;19;2027-01-01;Закон\n{line}\n", encoding="utf-8")
    report = load("values", path, by="оператор")
    assert not report.ok
    assert said in report.errors[0]
    assert report.errors[0].startswith("Рядок 3")
    assert value("VAT", date(2027, 1, 1)) == 20


def test_the_seed_does_not_undo_what_an_operator_entered():
    ReferenceValue.objects.filter(code="VAT").update(value=19)
    from shared_apps.reference.models import Edition

    load("values", by="оновлення")
    assert Edition.objects.filter(kind="values").count() == 1
    assert value("VAT", date(2026, 1, 1)) == 19
