from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.audit.models import History
from kernel.indicators.catalogue import declared_named
from kernel.modules.models import ModuleState
from kernel.operations import Denied
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tasks.public import put_duty
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.actor import Actor
from kernel.tenancy.cache import cache
from kernel.tenancy.directory import forget_hosts
from kernel.testing.access import enter, make_person, make_role
from shared_apps.communities.models import Community
from shared_apps.rollups.models import Pass, Snapshot
from shared_apps.rollups.pushing import recount
from shared_apps.rollups.snapshots import take_snapshot
from tenant_apps.insight.dashboards.arranging import arrange, arranged_for, changed, reset
from tenant_apps.insight.dashboards.changes import explain
from tenant_apps.insight.dashboards.counting import Figures, known_to
from tenant_apps.insight.dashboards.declarations import Widget, dashboard_named, dashboards
from tenant_apps.insight.dashboards.models import Arrangement, IndicatorPlan
from tenant_apps.insight.dashboards.plans import plan_of, plans_for, set_plan
from tenant_apps.insight.dashboards.showing import shown_to
from tenant_apps.insight.dashboards.spans import Span, asked_span

BY = Actor("job", name="тести")
STOPS = "bus_stops.bus-stops"
OPENED = f"{STOPS}.opened"
TOTAL = f"{STOPS}.total"
SHELTERED = f"{STOPS}.accessible"
EVERYTHING = {
    f"area__{area}": Level.VIEW
    for area in ("territory", "property", "people", "utilities", "operations", "workforce", "insight")
}


@pytest.fixture
def mayor(in_gamma: TenantRef) -> Any:
    make_role("mayor", **EVERYTHING, dashboards=Level.MANAGE)
    return make_person("mayor")


@pytest.fixture
def stop() -> Callable[..., Any]:
    def make(code: str, opened: date | None = None, **fields: Any) -> Any:
        register = register_named(STOPS)
        return save_card(register, register.model(code=code, name=f"Зупинка {code}", opened_on=opened, **fields), by=BY)

    return make


@pytest.fixture
def reader(in_alpha: TenantRef) -> Any:
    make_role("stops", bus_stops=Level.VIEW, dashboards=Level.VIEW)
    return make_person("stops")


def board(code: str) -> Any:
    found = dashboard_named(code)
    assert found is not None
    return found


def page(client_for: Any, slug: str, who: Any, path: str) -> Any:
    return enter(client_for(slug), who).get(path)


def month(back: int = 0) -> str:
    day = local_today().replace(day=1)
    for _number in range(back):
        day = (day - timedelta(days=1)).replace(day=1)
    return f"{day:%Y-%m}"


def day_of(period: str, day: int = 1) -> date:
    year, number = period.split("-")
    return date(int(year), int(number), day)


# -- declarations ------------------------------------------------------------------------------------


def test_every_widget_names_a_figure_that_exists_and_a_split_it_declares() -> None:
    for one in dashboards():
        assert one.widgets or one.awaits, one.code
        for widget in one.widgets:
            indicator = declared_named(widget.indicator).indicator
            assert not widget.by or widget.by in indicator.by, widget
            assert (widget.chart in ("bars", "share")) == bool(widget.by), widget
        for code in one.overdue:
            assert not declared_named(code).periods, code


def test_fourteen_dashboards_of_the_slide_are_there() -> None:
    codes = {one.code for one in dashboards()}
    assert {
        "enterprise-results", "contracts", "fixed-assets", "purchase-prices", "energy", "revenue", "expenditure",
        "development", "wages", "utility-payments", "property", "vacancies", "institutions", "benefits",
    } <= codes  # fmt: skip


# -- pages -------------------------------------------------------------------------------------------


def test_every_page_opens_for_the_mayor(mayor: Any, client_for: Any) -> None:
    client = enter(client_for("gamma"), mayor)
    assert client.get("/dashboards/").status_code == 200
    for one in dashboards():
        answer = client.get(f"/dashboards/board/{one.code}/")
        assert answer.status_code == 200, one.code
        for words in one.awaits:
            assert str(words) in answer.content.decode()
    for length in ("2026", "2026-Q3", "2025-12", "9999-12", "2026-13", "дурниця", "0000"):
        assert client.get("/dashboards/", {"period": length}).status_code == 200


def test_the_director_of_an_enterprise_has_a_page_of_their_own(
    mayor: Any, in_gamma: TenantRef, client_for: Any
) -> None:
    with platform_context():
        Community.objects.filter(pk=in_gamma.id).update(kind="enterprise")
    forget_hosts()
    text = page(client_for, "gamma", mayor, "/dashboards/").content.decode()
    assert "Кабінет директора" in text and "/dashboards/enterprises/" not in text
    assert page(client_for, "gamma", mayor, "/dashboards/enterprises/").status_code == 404
    with platform_context():
        Community.objects.filter(pk=in_gamma.id).update(kind="hromada")
    forget_hosts()


def test_what_waits_for_the_readers_word_stands_on_the_overview(mayor: Any, client_for: Any) -> None:
    put_duty("Погодити розпорядження", person=mayor, by=BY, due_on=local_today())
    assert "Погодити розпорядження" in page(client_for, "gamma", mayor, "/dashboards/").content.decode()


def test_a_dashboard_without_its_module_shows_no_figure(mayor: Any, client_for: Any) -> None:
    text = page(client_for, "gamma", mayor, "/dashboards/board/wages/").content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert "«Зарплата»" in main
    assert "figure" not in main and '<svg class="spark"' not in main


def test_a_page_asks_the_database_a_bounded_number_of_times(mayor: Any, client_for: Any) -> None:
    """One question a register and a date, one a split, two to what is stored; not one a figure."""
    client = enter(client_for("gamma"), mayor)
    client.get("/dashboards/")
    for path, most in (("/dashboards/", 75), ("/dashboards/board/property/", 45), ("/dashboards/board/streets/", 45)):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= most, (path, len(asked))


def test_more_figures_of_one_register_ask_nothing_more(mayor: Any) -> None:
    span = asked_span("", local_today())
    codes = [one for one in known_to(mayor).values() if one.register.label == "houses.houses"]
    assert len(codes) > 3
    counts = []
    for wanted in (codes[:1], codes):
        with CaptureQueriesContext(connection) as asked:
            Figures(mayor, span).load(wanted)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_dashboard_as_files(mayor: Any, client_for: Any) -> None:
    client = enter(client_for("gamma"), mayor)
    sheet = client.get("/dashboards/board/property/", {"file": "xlsx"})
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.values)
    total = next(row for row in rows if row[0] == declared_named("rental.objects.total").title)
    assert total[2] == shown_to(board("property"), mayor, asked_span("", local_today())).shown[2].value
    assert client.get("/dashboards/board/property/", {"file": "pdf"}).content.startswith(b"%PDF")


# -- rights ------------------------------------------------------------------------------------------


def test_a_head_of_a_department_sees_only_figures_of_their_modules(in_gamma: TenantRef, client_for: Any) -> None:
    make_role("greens", greenery=Level.VIEW, playgrounds=Level.VIEW, dashboards=Level.VIEW)
    head = make_person("greens")
    client = enter(client_for("gamma"), head)
    text = client.get("/dashboards/").content.decode()
    assert "Виявлено порушень" not in text and "Борг за оренду" not in text
    # What is declared for the head of the community is not theirs, so counters of their own modules stand instead.
    assert "Аварійні й сухостійні" in text
    assert client.get("/dashboards/board/territory/").status_code == 200
    assert client.get("/dashboards/board/control/").status_code == 404
    assert client.get("/dashboards/why/control.violations.found/").status_code == 404


def test_without_the_right_there_are_no_dashboards(in_gamma: TenantRef, client_for: Any) -> None:
    make_role("clerk2", bus_stops=Level.VIEW)
    assert page(client_for, "gamma", make_person("clerk2"), "/dashboards/").status_code == 403


def test_a_module_that_is_off_takes_its_widgets_with_it(mayor: Any, client_for: Any) -> None:
    ModuleState.objects.create(module="control", enabled=False, by="тести", reason="тест")
    cache.clear()
    text = page(client_for, "gamma", mayor, "/dashboards/").content.decode()
    assert "Виявлено порушень" not in text
    assert page(client_for, "gamma", mayor, "/dashboards/board/control/").status_code == 404


def test_a_person_with_some_rows_gets_a_course_of_their_own_rows(in_alpha: TenantRef, stop: Any) -> None:
    """What is stored is of all rows, so nothing of it is theirs to read."""
    make_role("narrow", bus_stops=(Level.VIEW, "own"), dashboards=Level.VIEW)
    person = make_person("narrow")
    stop("А", day_of(month(1)))
    stop("Б", day_of(month(1)), created_by=person)
    stop("В", day_of(month(2)), created_by=person)
    stop("Г", local_today(), created_by=person)
    recount(register_named(STOPS))
    with platform_context():
        take_snapshot(in_alpha.id, day_of(month(0)) - timedelta(days=1))
    opened, total = declared_named(OPENED), declared_named(TOTAL)
    found = Figures(person, asked_span("", local_today())).load([opened, total])
    assert found.course(opened, found.span.course)[-4:] == [None, 1, 1, 1]
    assert found.course(total, found.span.course)[-2:] == [None, 3]


def test_figures_of_another_community_never_appear(reader: Any, beta: TenantRef, stop: Any) -> None:
    with tenant_context(beta):
        for number in range(7):
            stop(f"Б{number}", day_of(month(1)))
        recount(register_named(STOPS))
        with platform_context():
            take_snapshot(beta.id, day_of(month(0)) - timedelta(days=1))
    recount(register_named(STOPS))
    found = Figures(reader, asked_span("", local_today())).load([declared_named(OPENED), declared_named(TOTAL)])
    assert found.empty == {STOPS}
    assert not any(found.course(declared_named(code), found.span.window) != [None] * 24 for code in (OPENED, TOTAL))


# -- figures -----------------------------------------------------------------------------------------


def test_past_months_come_from_what_is_stored_and_the_present_from_the_rows(reader: Any, stop: Any) -> None:
    stop("А", day_of(month(3)))
    stop("Б", day_of(month(1)))
    stop("В", day_of(month(1)))
    stop("Г", local_today())
    recount(register_named(STOPS))
    one, span = declared_named(OPENED), asked_span("", local_today())
    found = Figures(reader, span).load([one])
    assert found.course(one, span.course)[-4:] == [1, 0, 2, 1]
    # Before the first row nothing was counted: that is no nought.
    assert found.course(one, span.course)[:8] == [None] * 8
    stop("Ґ", local_today())
    stop("Д", day_of(month(1), 2))
    again = Figures(reader, span).load([one])
    assert again.value(one) == 2
    assert again.value(one, month(1)) == 2


def test_the_figure_and_the_list_behind_it_are_the_same_rows(reader: Any, stop: Any, client_for: Any) -> None:
    for number in range(3):
        stop(f"А{number}", local_today())
    stop("Б", day_of(month(2)))
    found = Figures(reader, asked_span("", local_today())).load([declared_named(OPENED)])
    url = found.url(declared_named(OPENED))
    text = page(client_for, "alpha", reader, url).content.decode()
    assert found.value(declared_named(OPENED)) == 3
    assert all(f"Зупинка А{number}" in text for number in range(3))
    assert "Зупинка Б" not in text


def test_a_state_of_a_past_month_is_what_was_seen_on_its_last_day(reader: Any, stop: Any, in_alpha: TenantRef) -> None:
    stop("А")
    recount(register_named(STOPS))
    with platform_context():
        take_snapshot(in_alpha.id, day_of(month(0)) - timedelta(days=1))
    stop("Б")
    recount(register_named(STOPS))
    one = declared_named(TOTAL)
    now = Figures(reader, asked_span("", local_today())).load([one])
    assert (now.value(one), now.value(one, month(1)), now.value(one, month(2))) == (2, 1, None)
    then = Figures(reader, asked_span(month(1), local_today())).load([one])
    # There are no rows of that day to show.
    assert then.value(one) == 1 and then.url(one) == ""


def test_nothing_over_nothing_is_a_dash(reader: Any, stop: Any, client_for: Any) -> None:
    one = declared_named(SHELTERED)
    found = Figures(reader, asked_span("", local_today())).load([one])
    assert found.value(one) is None and found.empty == {STOPS}
    stop("А")
    assert Figures(reader, asked_span("", local_today())).load([one]).value(one) == 0


def test_a_new_community_is_told_where_to_begin(in_alpha: TenantRef, client_for: Any) -> None:
    make_role("mayor", **EVERYTHING, dashboards=Level.MANAGE)
    text = page(client_for, "alpha", make_person("mayor"), "/dashboards/board/houses/").content.decode()
    assert "Ще немає з чого рахувати" in text
    assert 'class="figure"' not in text


# -- arrangement -------------------------------------------------------------------------------------


def test_a_person_rearranges_without_scripts(mayor: Any, client_for: Any) -> None:
    client = enter(client_for("gamma"), mayor)
    first = arranged_for(board("property"), mayor, known_to(mayor)).widgets
    address = "/dashboards/board/property/arrange/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"version": "0", "do": "down:0"}).status_code == 302
    now = arranged_for(board("property"), mayor, known_to(mayor))
    assert (now.widgets[0], now.widgets[1], now.whose, now.version) == (first[1], first[0], "person", 1)
    client.post(address, {"version": "1", "do": "save", "columns0": "4", "columns1": "2", "shown1": "1"})
    now = arranged_for(board("property"), mayor, known_to(mayor))
    assert now.widgets[0].hidden and now.widgets[0].columns == 4 and now.widgets[1].columns == 2
    client.post(
        address, {"version": "2", "do": "add", "indicator": "staff.positions.vacant", "chart": "tile", "columns": "1"}
    )
    assert "Вакансії" in client.get("/dashboards/board/property/").content.decode()
    client.post(address, {"version": "3", "do": "reset"})
    assert arranged_for(board("property"), mayor, known_to(mayor)).widgets == first
    assert History.objects.filter(table_name=Arrangement._meta.db_table).count() >= 4


def test_saved_meanwhile_is_not_overwritten(mayor: Any) -> None:
    known = known_to(mayor)
    widgets = board("property").widgets
    arrange(board("property"), widgets, by=mayor, known=known, version=0)
    with pytest.raises(Denied, match="тим часом"):
        arrange(board("property"), widgets[::-1], by=mayor, known=known, version=0)
    assert arranged_for(board("property"), mayor, known).widgets == widgets


def test_a_role_gives_the_order_and_a_person_overrides_it(mayor: Any, in_gamma: TenantRef) -> None:
    role = make_role("estate", communal_property=Level.VIEW, rental=Level.VIEW, dashboards=Level.VIEW)
    first, second = make_person("estate"), make_person("estate")
    known = known_to(first)
    two = (Widget("rental.objects.total"), Widget("communal_property.assets.total", "bars", "kind", 2))
    arrange(board("property"), two, by=mayor, known=known_to(mayor), version=0, role=role)
    assert arranged_for(board("property"), first, known).widgets == two
    arrange(board("property"), two[::-1], by=first, known=known, version=0)
    assert arranged_for(board("property"), first, known).widgets == two[::-1]
    assert arranged_for(board("property"), second, known).widgets == two
    reset(board("property"), by=first)
    assert arranged_for(board("property"), first, known).widgets == two
    with pytest.raises(Denied):
        arrange(board("property"), two, by=first, known=known, version=1, role=role)


def test_a_widget_in_an_arrangement_opens_no_module(mayor: Any, in_gamma: TenantRef) -> None:
    role = make_role("estate", communal_property=Level.VIEW, dashboards=Level.VIEW)
    person = make_person("estate")
    arrange(
        board("property"),
        (Widget("control.violations.open"), Widget("communal_property.assets.total")),
        by=mayor, known=known_to(mayor), version=0, role=role,
    )  # fmt: skip
    shown = shown_to(board("property"), person, asked_span("", local_today()))
    assert [one.one.code for one in shown.shown] == ["communal_property.assets.total"]


@pytest.mark.parametrize(
    "widget",
    [
        Widget("rental.objects.total", columns=3),
        Widget("rental.objects.total", chart="pie"),
        Widget("rental.objects.total", chart="bars", by="sought"),
        Widget("rental.objects.total", chart="share"),
    ],
)
def test_what_no_widget_can_be_is_refused(mayor: Any, widget: Widget) -> None:
    with pytest.raises(Denied):
        arrange(board("property"), (widget,), by=mayor, known=known_to(mayor), version=0)


def test_moves_beyond_the_edges_change_nothing() -> None:
    widgets = (Widget("a"), Widget("b"))
    for verb in ("up:0", "down:1", "up:9", "down:-1", "drop:x", "up:99999999", ""):
        assert changed(widgets, {"do": verb}) == widgets
    assert changed(widgets, {"do": "drop:0"}) == (Widget("b"),)


def test_an_arrangement_belongs_to_one(mayor: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Arrangement.objects.create(dashboard="property", widgets=[])


# -- plans -------------------------------------------------------------------------------------------


def test_a_plan_is_kept_by_the_database_too(mayor: Any) -> None:
    good = {"indicator": TOTAL, "period": "2031-10", "value": 5, "ground": "рішення"}
    IndicatorPlan.objects.create(**good)
    for wrong in ({}, {"period": "2026-13"}, {"period": "жовтень"}, {"period": ""}, {"period": "2030", "ground": ""},
                  {"period": "2030", "indicator": ""}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            IndicatorPlan.objects.create(**{**good, **wrong})


def test_who_may_enter_a_plan(reader: Any) -> None:
    with pytest.raises(Denied):
        set_plan(declared_named(TOTAL), "2026", Decimal(5), by=reader, ground="рішення")
    make_role("planner", dashboards=Level.EDIT)
    with pytest.raises(Denied, match="поза вашими правами"):
        set_plan(declared_named(TOTAL), "2026", Decimal(5), by=make_person("planner"), ground="рішення")


def test_a_plan_through_its_pages(mayor: Any, client_for: Any) -> None:
    client = enter(client_for("gamma"), mayor)
    IndicatorPlan.objects.all().delete()
    given = {"indicator": "houses.houses.worn", "period": "2026-13", "value": "12,5", "ground": "Рішення № 1"}
    refused = client.post("/dashboards/plans/new/", given)
    assert refused.status_code == 422 and "2026-Q4" in refused.content.decode()
    assert client.post("/dashboards/plans/new/", given | {"period": "2026"}).status_code == 302
    again = client.post("/dashboards/plans/new/", given | {"period": "2026"})
    assert again.status_code == 422 and "План на цей період" in again.content.decode().replace("\xa0", " ")
    plan = IndicatorPlan.objects.get()
    changed_ = given | {"period": "2026", "value": "10", "version": "1"}
    assert client.post(f"/dashboards/plans/{plan.pk}/", changed_).status_code == 302
    assert client.post(f"/dashboards/plans/{plan.pk}/", changed_).status_code == 422
    text = client.get("/dashboards/board/houses/").content.decode()
    assert "план на 2026 рік: 10" in text.replace("\xa0", " ")
    assert client.post(f"/dashboards/plans/{plan.pk}/delete/").status_code == 302
    assert not IndicatorPlan.objects.exists()


def test_a_state_takes_the_nearest_longer_plan_and_a_flow_only_its_own(mayor: Any) -> None:
    total, opened = declared_named(TOTAL), declared_named(OPENED)
    span = Span("2026-11", date(2026, 11, 21))
    for one in (total, opened):
        set_plan(one, "2026", Decimal(50), by=mayor, ground="рішення")
    plans = plans_for([total, opened], span.containing)
    assert plan_of(total, plans, span) == ("2026", 50)
    assert plan_of(opened, plans, span) is None
    set_plan(total, "2026-Q4", Decimal(40), by=mayor, ground="рішення")
    assert plan_of(total, plans_for([total], span.containing), span) == ("2026-Q4", 40)


# -- why ---------------------------------------------------------------------------------------------


def test_contributions_add_up_to_the_change(mayor: Any, client_for: Any) -> None:
    for code in ("control.violations.found", "control.violations.reaction"):
        one = declared_named(code)
        for back in range(4):
            found = explain(one, "kind", month(back), month(back + 1), mayor)
            assert found is not None
            assert abs(sum((part.change for part in found.parts), Decimal(0)) - found.change) < Decimal("0.0001")
            sizes = [abs(part.change) for part in found.parts]
            assert sizes == sorted(sizes, reverse=True)
        answer = page(client_for, "gamma", mayor, f"/dashboards/why/{code}/?by=kind&period={month(1)}")
        assert answer.status_code == 200


def test_a_state_is_split_against_what_was_seen(mayor: Any, in_gamma: TenantRef, client_for: Any) -> None:
    one = declared_named("communal_property.assets.total")
    assert explain(one, "kind", month(0), month(1), mayor) is None
    recount(one.register)
    with platform_context():
        take_snapshot(in_gamma.id, day_of(month(0)) - timedelta(days=1))
    gone = one.register.rows(mayor).order_by("pk").first()
    gone.archived_at = gone.updated_at
    gone.save()
    found = explain(one, "kind", month(0), month(1), mayor)
    assert found is not None and found.change == -1
    assert [part.change for part in found.parts] == [-1]
    text = page(client_for, "gamma", mayor, f"/dashboards/why/{one.code}/").content.decode()
    assert "Внесок у різницю" in text


# -- enterprises -------------------------------------------------------------------------------------


@pytest.fixture
def enterprise(in_gamma: TenantRef, beta: TenantRef) -> Iterator[TenantRef]:
    """Beta as an enterprise of gamma."""
    with platform_context():
        Community.objects.filter(pk=beta.id).update(kind="enterprise", parent_id=in_gamma.id)
    yield beta


def test_enterprises_that_are_absent_are_not_invented(mayor: Any, client_for: Any) -> None:
    assert "ще немає" in page(client_for, "gamma", mayor, "/dashboards/enterprises/").content.decode()


def test_late_enterprises_are_shown_as_late_and_silent_ones_as_silent(
    mayor: Any, enterprise: TenantRef, stop: Any, client_for: Any
) -> None:
    asked = f"/dashboards/enterprises/?indicator={TOTAL}"
    text = page(client_for, "gamma", mayor, asked).content.decode()
    assert "Бетинська" in text and "не надходили" in text
    with tenant_context(enterprise):
        stop("А")
        stop("Б")
        recount(register_named(STOPS))
    text = page(client_for, "gamma", mayor, asked).content.decode()
    assert "вчасно" in text
    with platform_context():
        Pass.objects.filter(community_id=enterprise.id).update(data_at=timezone.now() - timedelta(days=9))
    assert "запізнилися" in page(client_for, "gamma", mayor, asked).content.decode()


def test_snapshots_are_read_only_of_ones_own(in_alpha: TenantRef, beta: TenantRef, reader: Any) -> None:
    with platform_context():
        Snapshot.objects.create(
            community_id=beta.id, indicator=TOTAL, period="", dimension="", value=9, counted=9, day=date(2026, 1, 1)
        )
    one = declared_named(TOTAL)
    found = Figures(reader, asked_span("", local_today())).load([one])
    assert not any(found.course(one, found.span.window))


# -- what is asked amiss -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("абракадабра", "Періоду «абракадабра» немає"), ("2026-13", "Періоду «2026-13» немає"),
        ("2026-W3", "немає"), ("2999-01", "ще не настав"), ("1900", "Так давно"), ("<b>", "&lt;b&gt;"),
    ],
)  # fmt: skip
def test_a_period_that_is_not_there_is_said_with_what_is_shown(client_for, mayor, asked, told):
    client = enter(client_for("gamma"), mayor)
    for address in ("/dashboards/", f"/dashboards/why/{TOTAL}/", "/dashboards/enterprises/"):
        text = client.get(address, {"period": asked}).content.decode()
        assert told in text, address
        assert Span(asked_span("", local_today()).code, local_today()).words in text
    assert "тож показано" not in client.get("/dashboards/", {"period": month(1)}).content.decode()
    assert "тож показано" not in client.get("/dashboards/").content.decode()


def test_the_administrator_is_told_which_roles_open_it(client_for, in_gamma):
    """Figures of the community are not his business; giving roles is."""
    administrator = enter(client_for("gamma"), make_person("administrator"))
    refused = administrator.get("/dashboards/", HTTP_ACCEPT="text/html")
    assert refused.status_code == 403
    text = refused.content.decode().replace("\u00a0", " ")
    assert "Голова громади" in text
    assert "Люди і права" in text
    assert "Попросіть адміністратора" not in text
    clerk = enter(client_for("gamma"), make_person("clerk")).get("/dashboards/", HTTP_ACCEPT="text/html")
    assert "Попросіть адміністратора" in clerk.content.decode()
    assert "Голова громади" not in clerk.content.decode()
