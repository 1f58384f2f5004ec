"""The four steps as people walk them."""

from __future__ import annotations

import io

import openpyxl
import pytest

from kernel.access.levels import Level
from kernel.registers.importing import runs
from kernel.registers.importing.models import ImportLine, ImportRun
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop
from tests.importing.conftest import csv_of, upload


@pytest.fixture
def page(client_for, clerk, media):
    return enter(client_for("alpha"), clerk)


def send(page, content: bytes, name: str = "зупинки.csv"):
    return page.post("/bus_stops/import/", {"file": upload(content, name)})


@pytest.fixture
def address(stops):
    return stops.url


def walk(page, stops, content: bytes) -> ImportRun:
    answer = page.post(stops.url("import"), {"file": upload(content)})
    assert answer.status_code == 302, answer.content.decode()
    run = ImportRun.objects.latest("pk")
    given = {f"c{place}": name for place, name in enumerate(run.columns)}
    assert page.post(stops.url("import-match", run.pk), {**given, "mode": "both"}).status_code == 302
    run.refresh_from_db()
    return run


def test_a_file_goes_through_all_four_steps_and_back(page, stops):
    content = csv_of("Я-1;Автостанція;;навіс;;31.09.2026;", "Я-2;<script>alert(1)</script>;;;;;", "Я-3;Ринок;;;;;")
    assert page.get(stops.url("import")).status_code == 200
    run = walk(page, stops, content)
    shown = page.get(stops.url("import-run", run.pk)).content.decode()
    assert "Буде додано" in shown and "30.09.2026" in shown and "<script>alert" not in shown
    answer = page.post(
        stops.url("import-accept", run.pk), {"field": "opened_on", "value": "31.09.2026", "advice": "30.09.2026"}
    )
    assert answer.status_code == 302
    assert page.get(stops.url("import-lines", run.pk) + "?row=3").status_code == 200
    assert page.post(stops.url("import-load", run.pk)).status_code == 302
    assert BusStop.objects.count() == 3
    assert "Скасувати завантаження" in page.get(stops.url("import-run", run.pk)).content.decode()
    assert page.post(stops.url("import-load", run.pk)).status_code == 302, "a second press does nothing"
    assert BusStop.objects.count() == 3
    page.post(stops.url("import-rollback", run.pk))
    assert BusStop.objects.count() == 0
    assert "скасовано" in page.get(stops.url("import-run", run.pk)).content.decode()
    assert "зупинки.csv" in page.get(stops.url("import")).content.decode()


def test_a_file_that_is_no_table_is_told_on_the_page(page, stops):
    answer = page.post(stops.url("import"), {"file": upload(b"%PDF-1.7", "план.pdf")})
    assert answer.status_code == 422 and "не таблиця" in answer.content.decode()
    assert page.post(stops.url("import"), {}).status_code == 422
    assert ImportRun.objects.count() == 0


def test_the_same_file_leads_to_the_import_already_begun(page, stops):
    run = walk(page, stops, csv_of("Я-1;Автостанція;;;;;"))
    answer = page.post(stops.url("import"), {"file": upload(csv_of("Я-1;Автостанція;;;;;"), "копія.csv")})
    assert answer.status_code == 302 and answer["Location"] == stops.url("import-run", run.pk)


def test_two_imports_of_one_file_at_once_meet_the_constraint(begin, monkeypatch):
    content = csv_of("Я-1;Автостанція;;;;;")
    first = begin(content)
    # The second came past the question while the first was being written.
    asked = iter([None])
    original = ImportRun.objects.filter

    def blind(*args, **kwargs):
        found = original(*args, **kwargs)
        return found.none() if next(asked, "later") is None else found

    monkeypatch.setattr(ImportRun.objects, "filter", blind)
    with pytest.raises(runs.NothingToDo) as refused:
        begin(content)
    assert refused.value.run == first


def test_a_disk_without_space_leaves_nothing_behind(page, stops, monkeypatch):
    import errno

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(runs.storage, "save", full)
    answer = page.post(stops.url("import"), {"file": upload(csv_of("Я-1;Автостанція;;;;;"))})
    assert answer.status_code == 422 and "закінчилося місце" in answer.content.decode()
    assert ImportRun.objects.count() == 0


def test_a_file_over_the_limit_is_refused(begin, monkeypatch):
    monkeypatch.setattr(runs, "LARGEST_FILE", 100)
    with pytest.raises(runs.Unreadable, match="завеликий"):
        begin(csv_of("Я-1;Автостанція;;;;;" * 10))


def test_fields_a_person_may_not_write_are_refused(begin, clerk, stops, monkeypatch):
    monkeypatch.setattr(type(stops), "field_levels", {"landmark": Level.MANAGE})
    run = begin(csv_of("Я-1;Автостанція;секрет;;;;"))
    assert "landmark" not in run.columns
    assert "не можна записувати" in runs.match(run, ["code", "name", "landmark"], "both", by=clerk)[0]
    assert "двох стовпців" in runs.match(run, ["code", "name", "name"], "both", by=clerk)[0]
    assert "жодного поля" in runs.match(run, ["", "", ""], "both", by=clerk)[0]


def test_who_may_not_edit_does_not_import(client_for, in_alpha, stops, media):
    make_role("stop_reader", bus_stops=Level.VIEW)
    reader = enter(client_for("alpha"), make_person("stop_reader"))
    assert reader.get(stops.url("import")).status_code == 403


def test_an_import_of_somebody_else_does_not_exist(page, tried, client_for, stops):
    run = tried(csv_of("Я-1;Автостанція;;;;;"))
    other = enter(client_for("alpha"), make_person("stop_clerk"))
    for name in ("import-run", "import-lines", "import-errors"):
        assert other.get(stops.url(name, run.pk)).status_code == 404
    assert other.post(stops.url("import-load", run.pk)).status_code == 404


def test_rows_beyond_ones_right_are_refused(begin, in_alpha, stops, media, tried, clerk):
    make_role("own_stops", bus_stops=(Level.EDIT, "own"))
    person = make_person("own_stops")
    runs.start_loading(tried(csv_of("Я-1;Чужа;;;;;")), by=clerk)
    run = runs.begin(stops, upload(csv_of("Я-1;Перепишу;;;;;", "Я-2;Своя;;;;;")), by=person)
    runs.match(run, run.columns, "both", by=person)
    run = runs.try_out(run, by=person)
    assert (run.to_create, run.wrong) == (1, 1)
    assert "ведуть інші" in ImportLine.objects.get(run_id=run.pk, number=2).errors[0]["message"]
    runs.start_loading(run, by=person)
    assert BusStop.objects.get(code="Я-1").name == "Чужа"


def test_matching_is_remembered_and_a_lost_column_is_told(begin, clerk):
    run = begin(csv_of("Я-1;Автостанція;х", head="Код;Як зветься;Зайве"))
    assert run.columns == ["code", "", ""]
    assert runs.match(run, ["code", "name", ""], "both", by=clerk) == []
    again = begin(csv_of("Я-2;Ринок;х", head="Код;Як зветься;Зайве"), "другий.csv")
    assert again.columns == ["code", "name", ""]
    changed = begin(csv_of("Я-3;х;у", head="Код;Зайве;Нове"), "третій.csv")
    assert changed.columns[0] == "code"
    assert any("Як зветься" in note for note in changed.notes) and any("Нове" in note for note in changed.notes)


def test_errors_and_the_template_are_given_out_as_files(page, stops):
    run = walk(page, stops, csv_of("Я-1;;;навіс;;31.09.2026;", '=cmd|"/c calc"!A1;;;;;;'))
    answer = page.get(stops.url("import-errors", run.pk))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][-2:] == ["Що не так", "Рядок файлу"] and rows[1][-1] == 2
    assert "30.09.2026" in rows[1][-2] and rows[2][0].startswith("'=")
    book = openpyxl.load_workbook(io.BytesIO(page.get(stops.url("import-template")).content))
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert "Код*" in heads and "Укриття" in heads and "Дозволені значення" in book.sheetnames
