"""ID-008: the packaged КАТОТТГ, its counts and its traps; search, picker, the way down."""

import re
from collections import Counter
from datetime import date

import pytest

from kernel.tenancy import tenant_context
from shared_apps.reference.errors import MissingReference
from shared_apps.reference.loading import diff, load, overview
from shared_apps.reference.models import Edition, TerritorialUnit
from shared_apps.reference.territory import (
    breadcrumb,
    children,
    find_unit,
    regions,
    search_territory,
    settlements_of,
    unit_by_koatuu,
)

pytestmark = pytest.mark.usefixtures("codifier", "db")
KREMENCHUK = ("UA53000000000028050", "UA53020000000034761", "UA53020110000092487", "UA53020110010031694")
KYIV, SEVASTOPOL = "UA80000000000093317", "UA85000000000065278"
PRYPIAT = "UA32000000010085013"


def test_counts():
    counts = Counter(TerritorialUnit.objects.current().values_list("category", flat=True))
    assert counts == {"O": 25, "K": 2, "P": 136, "H": 1772, "M": 461, "X": 1979, "C": 27261, "B": 108}
    assert TerritorialUnit.objects.filter(category="T").count() == 0


def test_codes_and_numbers_are_unique():
    codes = list(TerritorialUnit.objects.values_list("code", flat=True))
    assert len(codes) == len(set(codes)) == len({code[-5:] for code in codes}) == 31744
    assert all(re.fullmatch(r"UA\d{17}", code) for code in codes)


def test_the_edition_is_remembered():
    known = Edition.objects.get(kind="katottg")
    assert (known.effective_on, known.file_name) == (date(2024, 1, 19), "kodifikator.xlsx")
    assert "№ 48" in known.source_act
    assert known.counts["added"] == 31744
    line = next(line for line in overview() if line.kind == "katottg")
    assert (line.codes, line.effective_on) == (31744, date(2024, 1, 19))


def test_names_have_no_stray_spaces():
    """319 names of the file end with a space."""
    assert not TerritorialUnit.objects.filter(name__regex=r"^\s|\s$|\s\s").exists()
    assert TerritorialUnit.objects.filter(name="Андріївська", category="H").exists()


def test_the_picker_has_kyiv_and_sevastopol():
    picked = regions()
    assert len(picked) == 27
    assert {unit.code for unit in picked if unit.category == "K"} == {KYIV, SEVASTOPOL}
    labels = [unit.label for unit in picked]
    assert labels[0] == "Автономна Республіка Крим"
    # І stands before Ї and after И in the Ukrainian alphabet, whatever the machine's own order is.
    assert labels.index("Запорізька область") < labels.index("Івано-Франківська область") < labels.index("м. Київ")


def test_kyiv_has_districts_and_nothing_between():
    kyiv = find_unit(KYIV)
    assert (kyiv.category, kyiv.district, kyiv.hromada, kyiv.parent) == ("K", "", "", "")
    districts = children(KYIV)
    assert len(districts) == 10
    assert {unit.category for unit in districts} == {"B"}
    assert len(children(SEVASTOPOL)) == 4
    assert [unit.label for unit in breadcrumb(districts[0])] == ["м. Київ"]


def test_towns_right_under_the_oblast():
    for name in ("Прип’ять", "Чорнобиль"):
        town = TerritorialUnit.objects.get(name=name, category="M")
        assert (town.district, town.hromada) == ("", "")
        assert [unit.label for unit in breadcrumb(town)] == ["Київська область"]


def test_the_way_down_to_kremenchuk():
    city = find_unit(KREMENCHUK[3])
    assert tuple(unit.code for unit in breadcrumb(city)) == KREMENCHUK[:3]
    assert [unit.label for unit in breadcrumb(city)] == [
        "Полтавська область",
        "Кременчуцький район",
        "Кременчуцька громада",
    ]
    assert city.label == "м. Кременчук"
    assert city.number == "31694"
    assert KREMENCHUK[3] in {unit.code for unit in settlements_of(KREMENCHUK[2])}


def test_a_district_of_a_city_names_its_city():
    district = TerritorialUnit.objects.filter(category="B", region=KREMENCHUK[0], hromada=KREMENCHUK[2]).first()
    assert [unit.category for unit in breadcrumb(district)] == ["O", "P", "H", "M"]


@pytest.mark.parametrize(
    "text",
    [
        "Прип’ять",
        "прип'ять",
        "ПРИПʼЯТЬ",
        "Припять",
        "м. Прип`ять",
        "Пpип’ять",  # a Latin «p» inside
        PRYPIAT,
        PRYPIAT.lower(),
        "УА" + PRYPIAT[2:],  # Cyrillic letters that look like UA
        PRYPIAT[2:],
        "UA 32 000 000 010 085 013",
    ],
)
def test_found_however_it_is_written(text):
    assert search_territory(text)[0].unit.code == PRYPIAT


def test_latin_capitals_that_look_alike():
    assert search_territory("KPEMEHЧУK")[0].unit.code == KREMENCHUK[3]


def test_the_city_comes_before_villages_of_the_name():
    found = search_territory("Львів")
    assert found[0].unit.label == "м. Львів"
    assert found[0].path == "Львівська громада, Львівський район, Львівська область"


def test_a_slip_of_the_finger():
    assert KREMENCHUK[3] in {hit.unit.code for hit in search_territory("Кремнчук")}


def test_only_kinds_that_were_asked_for():
    found = search_territory("Кременчу", kinds=("H",))
    assert {hit.unit.category for hit in found} == {"H"}


def test_limits_and_nothing():
    assert len(search_territory("Іванівка", limit=7)) == 7
    assert search_territory("") == search_territory("я") == search_territory("%") == []
    assert search_territory("Ктулхуполь-на-Дні") == []


def test_a_code_that_does_not_exist_is_an_error():
    with pytest.raises(MissingReference, match="UA00000000000000000"):
        find_unit("UA00000000000000000")


def test_tenants_search_too(alpha):
    with tenant_context(alpha):
        assert search_territory("Кременчук")[0].unit.code == KREMENCHUK[3]
        assert search_territory("Кремнчук")
        assert len(regions()) == 27


def test_old_codes_lead_to_new_ones(platform, tmp_path):
    path = tmp_path / "koatuu.csv"
    path.write_text(
        f"Категорія;КОАТУУ;КАТОТТГ;Назва\nM;5310400000;{KREMENCHUK[3]};Кременчук\n"
        f"M;5310436100;{KREMENCHUK[3]};Автозаводський\n",
        encoding="utf-8",
    )
    report = load("koatuu", path, by="оператор")
    assert (report.added, report.errors) == (2, [])
    assert unit_by_koatuu("5310436100").code == KREMENCHUK[3]
    assert search_territory("5310400000")[0].unit.code == KREMENCHUK[3]
    with pytest.raises(MissingReference):
        unit_by_koatuu("9999999999")


def test_old_codes_to_nowhere_are_refused(platform, tmp_path):
    path = tmp_path / "koatuu.csv"
    path.write_text("5310400000;UA99999999999999999\n", encoding="utf-8")
    assert "якого немає" in load("koatuu", path, by="оператор").errors[0]
    path.write_text("нічого;схожого\n", encoding="utf-8")
    assert "немає пар" in load("koatuu", path, by="оператор").errors[0]


def test_the_official_edition_of_may_2025_over_it(platform, official):
    path = official("katottg-2025-05-16.csv")
    trial = diff("katottg", path)
    report = load("katottg", path, by="оператор")
    assert report.ok, report.errors
    counts = Counter(TerritorialUnit.objects.current().values_list("category", flat=True))
    assert counts == {"O": 25, "K": 2, "P": 136, "H": 1772, "M": 461, "X": 2007, "C": 27237, "B": 108}
    assert sum(counts.values()) == report.rows == 31748
    assert (report.added, report.renamed, report.recategorised, report.closed) == (4, 246, 29, 0)
    assert trial.counts == report.counts
    changed = Counter(
        (find_unit(change.code, date(2024, 6, 1)).category, find_unit(change.code).category)
        for change in report.changes
        if change.what == "recategorised"
    )
    assert changed == {("C", "X"): 28, ("X", "C"): 1}
    # The packaged file was saved after this one was published, though the order in its header is older.
    assert "07.07.2026" in report.warnings[0]
    hit = next(hit for hit in search_territory("Самарівська") if hit.former_name)
    assert (hit.former_name, hit.unit.name) == ("Самарівська", "Новомосковська")
    assert load("katottg", path, by="оператор").already_loaded
