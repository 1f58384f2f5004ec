"""A newer КАТОТТГ over the loaded one: what changed, what stays known, and which files are refused."""

from collections import Counter
from datetime import date

import pytest

from shared_apps.reference.demo import load_demo_territory
from shared_apps.reference.loading import diff, load
from shared_apps.reference.models import Edition, TerritorialUnit
from shared_apps.reference.territory import find_unit, former_names, search_territory
from tests.reference.conftest import HROMADAS

pytestmark = pytest.mark.usefixtures("first_edition")
POLTAVSKA, KREMENCHUTSKYI = "UA53000000000028050", "UA53020000000034761"
HROMADA, OTHER_HROMADA = HROMADAS
KREMENCHUK = "UA53020110010031694"
KOKHNIVKA = "UA53020110020023581"
POTOKY = "UA53020110030063683"
SOSNIVKA = "UA53020110050074977"
FIRST_DAY, NEW_DAY = date(2024, 1, 19), date(2030, 1, 1)


def current():
    return Counter(TerritorialUnit.objects.current().filter(demo=False).values_list("category", flat=True))


@pytest.fixture
def newer(edition):
    """Kremenchuk renamed, one village made a settlement, one closed, one new, one given to the neighbours."""

    def change(row):
        if row[3] == KREMENCHUK and row[5] == "M":
            row[6] = "Кременець-на-Дніпрі "
        if row[3] == POTOKY:
            row[5] = "X"
        return None if row[3] in (KOKHNIVKA, SOSNIVKA) else row

    return edition(
        change,
        extra=(
            [POLTAVSKA, KREMENCHUTSKYI, HROMADA, "UA53020110990099999", "", "C", "Новеньке"],
            [POLTAVSKA, KREMENCHUTSKYI, OTHER_HROMADA, f"UA530200199900{SOSNIVKA[-5:]}", "", "C", "Соснівка"],
        ),
    )


def test_every_kind_of_change(newer, first_edition):
    report = load("katottg", newer, by="оператор")
    assert report.ok, report.errors
    assert {(change.what, change.was, change.became) for change in report.changes} == {
        ("renamed", "Кременчук", "Кременець-на-Дніпрі"),
        ("recategorised", "Потоки", "Потоки"),
        ("closed", "Мала Кохнівка", ""),
        ("closed", "Соснівка", ""),
        ("added", "", "Соснівка"),
        ("added", "", "Новеньке"),
    }
    assert report.rows == first_edition.rows
    assert report.unchanged == report.rows - 4
    known = Edition.objects.filter(kind="katottg").first()
    assert known.effective_on == NEW_DAY
    assert ["renamed", KREMENCHUK, "Кременчук", "Кременець-на-Дніпрі"] in known.diff


def test_a_name_is_known_by_its_day(newer):
    load("katottg", newer, by="оператор")
    assert find_unit(KREMENCHUK, date(2029, 12, 31)).name == "Кременчук"
    assert find_unit(KREMENCHUK, NEW_DAY).name == find_unit(KREMENCHUK).name == "Кременець-на-Дніпрі"
    # Before the first loaded edition nothing is known: the earliest known name stands for it.
    assert find_unit(KREMENCHUK, date(2000, 1, 1)).name == "Кременчук"
    (former,) = former_names(KREMENCHUK)
    assert (former.name, former.last_day) == ("Кременчук", date(2029, 12, 31))
    hit = search_territory("Кременчук")[0]
    assert (hit.unit.name, hit.former_name) == ("Кременець-на-Дніпрі", "Кременчук")


def test_a_trial_changes_nothing(newer):
    before = TerritorialUnit.objects.count()
    report = diff("katottg", newer)
    assert report.dry_run
    assert (report.renamed, report.recategorised, report.added, report.closed) == (1, 1, 2, 2)
    assert TerritorialUnit.objects.count() == before
    assert Edition.objects.filter(kind="katottg").count() == 1


def test_the_same_file_twice_is_nothing(edition, first_edition):
    report = load("katottg", edition(name="katottg-2024-01-19.csv"), by="оператор")
    assert report.already_loaded
    assert report.unchanged == report.rows == first_edition.rows
    assert report.changes == []


def test_an_edition_of_the_same_day_corrects_in_place(edition):
    path = edition(lambda row: [*row[:6], "Кремінь"] if row[3] == KREMENCHUK and row[5] == "M" else row)
    report = load("katottg", path, by="оператор", effective_on=FIRST_DAY)
    assert report.renamed == 1
    assert find_unit(KREMENCHUK).name == "Кремінь"
    assert TerritorialUnit.objects.filter(code=KREMENCHUK).count() == 1


def test_a_row_closed_on_the_day_it_began_was_never_valid(edition):
    path = edition(lambda row: None if row[3] == KOKHNIVKA else row)
    assert load("katottg", path, by="оператор", effective_on=FIRST_DAY).closed == 1
    assert not TerritorialUnit.objects.filter(code=KOKHNIVKA).exists()


def test_a_closed_place_may_come_back(edition):
    closing = edition(lambda row: None if row[3] == KOKHNIVKA else row)
    assert load("katottg", closing, by="оператор").closed == 1
    assert find_unit(KOKHNIVKA).last_day == date(2029, 12, 31)
    assert load("katottg", edition(name="katottg-2031-01-01.csv"), by="оператор").added == 1
    assert find_unit(KOKHNIVKA).valid_to is None
    assert TerritorialUnit.objects.filter(code=KOKHNIVKA).count() == 2
    # While it was closed, it was not there; the name it came back with stands for the gap.
    assert not TerritorialUnit.objects.on(date(2030, 6, 1)).filter(code=KOKHNIVKA).exists()


def test_the_demo_oblast_is_not_touched(newer):
    added = load_demo_territory()
    report = load("katottg", newer, by="оператор")
    assert report.ok, report.errors
    assert report.closed == 2
    assert TerritorialUnit.objects.current().filter(demo=True).count() == added


def test_an_older_edition_is_refused(newer, edition):
    load("katottg", newer, by="оператор")
    report = load("katottg", edition(name="katottg-2029-05-05.csv"), by="оператор")
    assert "новішу редакцію" in report.errors[0]
    assert "--effective-on" in report.errors[0]
    assert find_unit(KREMENCHUK).name == "Кременець-на-Дніпрі"


def test_a_file_that_gives_no_day_asks_for_one(edition):
    path = edition(lambda row: None if row[3] == KOKHNIVKA else row, name="kody.csv")
    report = load("katottg", path, by="оператор")
    assert "з якого дня він діє" in report.errors[0]
    assert load("katottg", path, by="оператор", effective_on=NEW_DAY).ok


def cut(path, share):
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def line_wise(path, lines):
    text = path.read_text(encoding="utf-8-sig").splitlines()[:lines]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


def latin_1251(path):
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode("cp1251", errors="replace"))


def replaced(path, old, new):
    path.write_text(path.read_text(encoding="utf-8-sig").replace(old, new), encoding="utf-8")


CITY = f"{POLTAVSKA};{KREMENCHUTSKYI};{HROMADA};{KREMENCHUK};;M;Кременчук"
SPOILED = {
    "cut in the middle of a row": (lambda p: cut(p, 0.5), "обірвано"),
    "cut between rows": (lambda p: line_wise(p, 100), "немає регіонів"),
    "cut in the last region": (lambda p: line_wise(p, -4), "регіони 85"),
    "empty": (lambda p: cut(p, 0), "немає заголовка"),
    "only a header": (lambda p: line_wise(p, 1), "немає регіонів"),
    "a web page": (lambda p: p.write_text("<!DOCTYPE html><p>404"), "не таблиця"),
    "another encoding": (latin_1251, "UTF-8"),
    "a broken book": (lambda p: p.write_bytes(b"PK\x03\x04" + b"\0" * 100), "XLSX"),
    "another table": (lambda p: replaced(p, "Четвертий рівень", "Площа"), "немає заголовка"),
    "a code twice": (lambda p: replaced(p, CITY, f"{CITY}\n{CITY}"), "вдруге"),
    "a bad code": (lambda p: replaced(p, f"{KREMENCHUK};;M", "UA5302011001003169;;M"), "не схожий"),
    "an unknown category": (lambda p: replaced(p, ";M;Кременчук", ";Z;Кременчук"), "невідома категорія"),
    "a category out of place": (lambda p: replaced(p, ";M;Кременчук", ";P;Кременчук"), "не на своєму рівні"),
    "no name": (lambda p: replaced(p, ";M;Кременчук", ";M; "), "немає назви"),
    "a lost parent": (lambda p: replaced(p, CITY, ""), "немає вищого коду"),
    "a number twice": (lambda p: replaced(p, KOKHNIVKA, KOKHNIVKA[:-5] + POTOKY[-5:]), "повторюється"),
}


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_spoiled_file_is_refused_and_changes_nothing(edition, spoil):
    spoiler, said = SPOILED[spoil]
    path = edition()
    spoiler(path)
    before = list(TerritorialUnit.objects.order_by("id").values_list())
    report = load("katottg", path, by="оператор")
    assert not report.ok
    assert said in " ".join(report.errors), report.errors
    assert list(TerritorialUnit.objects.order_by("id").values_list()) == before
    assert Edition.objects.filter(kind="katottg").count() == 1


def test_a_file_that_closes_too_much_is_taken_for_a_truncated_one(edition):
    path = edition(lambda row: None if row[2] == OTHER_HROMADA and row[5] != "H" else row)
    before = current()
    report = load("katottg", path, by="оператор")
    assert "схоже, його обірвано" in report.errors[0]
    assert "--force" in report.errors[0]
    assert current() == before
    assert diff("katottg", path).warnings
    assert load("katottg", path, by="оператор", force=True).closed == 65


def test_cyrillic_letters_of_categories_are_understood(edition):
    """The printed order writes О, К, Р, Н, М, Х, С, В in Cyrillic."""
    cyrillic = str.maketrans("OKPHMXCB", "ОКРНМХСВ")
    report = load("katottg", edition(lambda row: [*row[:5], row[5].translate(cyrillic), row[6]]), by="оператор")
    assert report.ok, report.errors
    assert report.changes == []


def test_a_file_that_is_not_there():
    report = load("katottg", "/немає/такого.csv", by="оператор")
    assert "Перевірте шлях" in report.errors[0]


def test_progress_is_told(newer, first_edition):
    told = []
    load("katottg", newer, by="оператор", progress=lambda *step: told.append(step))
    assert told[0][0] == "читання файлу"
    assert told[-1] == ("готово", 1, 1)
    assert any(total == first_edition.rows for _what, _done, total in told)
