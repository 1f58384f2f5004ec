"""Lists of codes: seeds, official files, leaves, dates, and files of something else."""

import json
from datetime import date

import pytest

from shared_apps.reference.errors import MissingReference, NotALeaf
from shared_apps.reference.loading import diff, load, overview
from shared_apps.reference.lookup import codes, find_code, require_leaf
from shared_apps.reference.models import SINCE_EVER, ClassifierCode, Edition

pytestmark = pytest.mark.usefixtures("seeded")
ON = date(2026, 11, 1)


def write(path, content):
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def kekv():
    return dict(codes("kekv", ON).values_list("code", "title"))


def test_kekv_is_a_tree_of_56():
    found = {code.code: code for code in codes("kekv", ON)}
    assert len(found) == 56
    assert [found[c].parent for c in ("2111", "2110", "2100", "2000", "2120", "3143", "9000")] == [
        "2110",
        "2100",
        "2000",
        "",
        "2100",
        "3140",
        "",
    ]
    assert found["2111"].level == 4
    assert sum(code.is_leaf for code in found.values()) == 41


@pytest.mark.parametrize(
    "code", ["2111", "2120", "2210", "2240", "2271", "2282", "2610", "2730", "2800", "3110", "9000"]
)
def test_postings_are_made_on_leaves(code):
    assert require_leaf("kekv", code, ON).code == code


@pytest.mark.parametrize(("code", "narrower"), [("2110", "2111, 2112"), ("2270", "2271, 2272"), ("3120", "3121, 3122")])
def test_totals_are_refused_with_the_codes_to_choose_from(code, narrower):
    with pytest.raises(NotALeaf, match=narrower):
        require_leaf("kekv", code, ON)


def test_a_code_on_a_day_it_did_not_exist():
    with pytest.raises(MissingReference, match="2111"):
        find_code("kekv", "2111", date(2012, 12, 31))
    with pytest.raises(MissingReference, match="0000"):
        find_code("kekv", "0000", ON)


@pytest.mark.parametrize(
    ("classifier", "code", "word"),
    [
        ("mfo", "899998", "казначейська"),
        ("mfo", "305299", "ПриватБанк"),
        ("mfo", "322001", "monobank"),
        ("kved", "36.00", "постачання води"),
        ("kved", "84.11", "Державне управління"),
        ("revenue", "11010100", "доходи фізичних осіб"),
        ("revenue", "41033900", "Освітня субвенція"),
        ("units", "MTQ", "метр кубічний"),
    ],
)
def test_seeds(classifier, code, word):
    found = find_code(classifier, code, ON)
    assert word in found.title
    assert found.source_act


def test_codes_keep_their_leading_zeros_as_text():
    assert isinstance(find_code("mfo", "300465", ON).code, str)


def test_the_official_kekv_is_the_seed(official):
    report = load("kekv", official("kekv_uk.json"), by="оператор")
    assert (report.rows, report.unchanged, report.changes) == (56, 56, [])


def test_tkpkmb(official):
    report = load("tkpkmb", official("tkpkmb.json"), by="оператор")
    assert (report.added, report.errors) == (507, [])
    assert report.effective_on == date(2026, 8, 3)
    found = require_leaf("tkpkmb", "6030", ON)
    assert (found.title, found.parent, found.level) == ("Організація благоустрою населених пунктів", "6000", 3)
    assert found.valid_from == date(2026, 8, 3)
    assert found.attributes["codeKfk"] == "0620"
    assert found.source_act.startswith("Постанови Кабінету Міністрів України від 20 березня 2026 року № 393")
    assert "  " not in found.source_act
    assert not ClassifierCode.objects.filter(classifier="tkpkmb", title__contains="  ").exists()
    with pytest.raises(NotALeaf):
        require_leaf("tkpkmb", "6010", ON)
    with pytest.raises(MissingReference):
        find_code("tkpkmb", "6030", date(2026, 8, 2))
    for code in ("0150", "0160", "1010", "1021", "2010", "6013", "7461", "8340"):
        find_code("tkpkmb", code, ON)


@pytest.mark.parametrize(
    ("kind", "name", "count", "code", "parent"),
    [
        ("dk021", "dk021_uk.json", 9458, "03111000-2", "03110000-5"),
        ("dk018", "dk018_uk.json", 337, "1110.1", "1110"),
        ("dk015", "dk015_uk.json", 667, "I.1 01.01.01", "I.1 01 01"),
        ("dk003", "dk003_uk.json", 805, "1120.1", "1120"),
        ("units", "units.json", 166, "KGM", ""),
    ],
)
def test_official_lists(official, kind, name, count, code, parent):
    report = load(kind, official(name), by="оператор")
    assert (report.rows, report.errors) == (count, [])
    assert codes(kind, ON).count() == count
    assert find_code(kind, code, ON).parent == parent
    assert load(kind, official(name), by="оператор").already_loaded


def test_procurement_codes(official):
    load("dk021", official("dk021_uk.json"), by="оператор")
    for code, word in (
        ("09123000-7", "газ"),
        ("09310000-5", "лектр"),
        ("90510000-5", "сміття"),
        ("45453000-7", "ремонт"),
    ):
        assert word in find_code("dk021", code, ON).title


def test_latin_letters_inside_words_are_mended(official):
    load("dk015", official("dk015_uk.json"), by="оператор")
    assert find_code("dk015", "I.1 01 01", ON).title == "Математика"
    assert "\N{NO-BREAK SPACE}" not in find_code("dk015", "I.1 01.04.16", ON).title


@pytest.mark.parametrize(
    ("kind", "name"),
    [("kekv", "tkpkmb.json"), ("tkpkmb", "kekv_uk.json"), ("dk003", "dk018_uk.json"), ("dk018", "dk003_uk.json")],
)
def test_a_list_of_something_else_is_refused(official, kind, name):
    before = ClassifierCode.objects.count()
    report = load(kind, official(name), by="оператор")
    assert "Виберіть інший файл або інший довідник" in report.errors[0]
    assert ClassifierCode.objects.count() == before


def test_a_change_of_title_begins_a_new_row(tmp_path):
    changed = {**kekv(), "2240": "Оплата послуг"}
    report = load(
        "kekv", write(tmp_path / "kekv.json", changed), by="оператор", effective_on=date(2027, 1, 1), act="Наказ № 1"
    )
    assert [(change.what, change.code, change.became) for change in report.changes] == [
        ("renamed", "2240", "Оплата послуг")
    ]
    assert find_code("kekv", "2240", date(2026, 12, 31)).title == "Оплата послуг (крім комунальних)"
    renamed = find_code("kekv", "2240", date(2027, 1, 1))
    assert (renamed.title, renamed.source_act) == ("Оплата послуг", "Наказ № 1")


def test_a_code_that_left_the_list_is_closed_and_one_that_came_is_open(tmp_path):
    changed = {**kekv(), "2290": "Нові видатки"}
    del changed["9000"]
    path = write(tmp_path / "kekv.json", changed)
    assert diff("kekv", path, effective_on=date(2027, 1, 1)).closed == 1
    report = load("kekv", path, by="оператор", effective_on=date(2027, 1, 1))
    assert (report.added, report.closed, report.unchanged) == (1, 1, 55)
    assert find_code("kekv", "9000", date(2026, 12, 31))
    with pytest.raises(MissingReference):
        find_code("kekv", "9000", date(2027, 1, 1))
    assert find_code("kekv", "2290", date(2027, 1, 1)).parent == "2200"


def test_a_leaf_may_become_a_total(tmp_path):
    path = write(tmp_path / "kekv.json", {**kekv(), "2801": "Сплата судових зборів"})
    load("kekv", path, by="оператор", effective_on=date(2027, 1, 1))
    assert require_leaf("kekv", "2800", date(2026, 12, 31))
    with pytest.raises(NotALeaf, match="2801"):
        require_leaf("kekv", "2800", date(2027, 1, 1))


def test_a_seed_gives_way_to_the_full_list_and_does_not_undo_it(tmp_path):
    rows = [{"GLMFO": 300465, "SHORTNAME": "АТ «Ощадбанк»"}, {"GLMFO": 305299, "SHORTNAME": "АТ КБ «ПРИВАТБАНК»"}]
    rows += [{"GLMFO": 380000 + n, "SHORTNAME": f"Банк {n}"} for n in range(100)]
    report = load("mfo", write(tmp_path / "mfo.json", rows), by="оператор", effective_on=date(2026, 6, 1))
    assert (report.added, report.renamed, report.closed) == (100, 1, 8)
    again = load("mfo", by="оновлення")
    assert again.changes == []
    assert find_code("mfo", "305299", ON).title == "АТ КБ «ПРИВАТБАНК»"


def test_a_table_with_a_header(tmp_path):
    path = tmp_path / "units.csv"
    path.write_text("code;title;symbol\nKGM;кілограм;кг\nMTK;квадратний метр;м²\n", encoding="utf-8")
    report = load("units", path, by="оператор", force=True)
    assert report.ok, report.errors
    assert find_code("units", "MTK", ON).title == "квадратний метр"
    assert find_code("units", "MTK", ON).attributes == {"symbol": "м²"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"2111": "Заробітна плата", "2112"', "обірвано"),
        ("[1, 2, 3]", "не схожий"),
        ('{"2111": "Заробітна плата", "21": "Коротко"}', "не схожий на коди"),
        ('{"2111": "Заробітна плата", "2112": " "}', "без назви"),
        ("", "не схожий"),
        ('{"9000": "Щось"}', "2111"),
    ],
)
def test_spoiled_lists_are_refused(tmp_path, content, said):
    path = tmp_path / "kekv.json"
    path.write_text(content, encoding="utf-8")
    before = Edition.objects.count()
    report = load("kekv", path, by="оператор")
    assert said in " ".join(report.errors)
    assert len(kekv()) == 56
    assert Edition.objects.count() == before


def test_a_short_list_is_taken_for_a_truncated_one(tmp_path):
    few = dict(list(kekv().items())[:20])
    report = load("kekv", write(tmp_path / "kekv.json", few), by="оператор")
    assert "схоже, його обірвано" in report.errors[0]
    assert len(kekv()) == 56


def test_what_has_no_file_says_how_to_give_one():
    assert "hromada reference load dk021 ФАЙЛ" in load("dk021", by="оператор").errors[0]
    assert "kekv" in load("kekw", by="оператор").errors[0]


def test_the_overview_names_everything():
    lines = {line.kind: line for line in overview()}
    assert lines["kekv"].codes == 56
    assert lines["kekv"].effective_on == date(2013, 1, 1)
    assert lines["dk021"].codes == 0
    assert lines["dk021"].loaded_at is None
    assert lines["mfo"].effective_on == SINCE_EVER
