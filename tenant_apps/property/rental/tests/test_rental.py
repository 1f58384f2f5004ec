"""Leases, invoices, payments and what residents see of the property that is vacant."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from io import BytesIO

import feedparser
import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.files.storing import store
from kernel.identifiers import complete_edrpou
from kernel.operations import Denied
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy import platform_context
from kernel.tenancy.actor import Actor
from kernel.testing.access import make_person, make_role
from shared_apps.reference.models import Rule
from shared_apps.reference.values import put_value
from tenant_apps.property.rental import demo, operations
from tenant_apps.property.rental.models import RentInvoice, RentLease, RentObject, RentPayment
from tenant_apps.property.rental.public import debt_of

Party = apps.get_model("organisations.Party")


@pytest.fixture
def manager(in_alpha):
    cache.clear()
    yield make_person(make_role("property", rental=Level.MANAGE).code)
    cache.clear()


@pytest.fixture
def indices(in_alpha):
    """Of January, February and March 2026; later ones are not published."""
    with platform_context():
        for code, title in (("INFLATION_INDEX", "Індекс інфляції"), ("VAT", "ПДВ")):
            Rule.objects.get_or_create(code=code, defaults={"title": title, "unit": "%"})
        put_value("VAT", D(20), valid_from=date(2011, 1, 1), act="ПКУ, ст. 193", only_add=True)
        for month, index in ((1, "100.7"), (2, "100.8"), (3, "101.5")):
            first, until = date(2026, month, 1), date(2026, month + 1, 1)
            put_value("INFLATION_INDEX", D(index), valid_from=first, valid_to=until, act="Держстат")


@pytest.fixture
def tenant(in_alpha):
    party = Party(kind="legal", full_name="ТОВ «Аптека»", edrpou=complete_edrpou("9900778"))
    return save_card(register_named("organisations.parties"), party, by=Actor("job", name="тест"))


@pytest.fixture
def premises(manager):
    def make(name="Приміщення", **fields):
        return save_card(register_named("rental.objects"), RentObject(name=name, **fields), by=manager)

    return make


@pytest.fixture
def lease(manager, tenant, premises):
    def make(number="1", **fields):
        given = {"starts_on": date(2026, 1, 1), "ends_on": date(2028, 12, 31), "rent": D(3500)} | fields
        given.setdefault("object", None)
        given["object"] = given["object"] or premises(f"Приміщення {number}")
        return save_card(register_named("rental.leases"), RentLease(number=number, tenant=tenant, **given), by=manager)

    return make


def pay(lease, by, amount, on, **fields):
    payment = RentPayment(lease=lease, amount=D(amount), paid_on=on, **fields)
    return save_card(register_named("rental.payments"), payment, by=by)


def test_months_are_billed_until_an_index_is_missing(lease, manager, indices):
    let = lease(vat=True)
    outcome = operations.activate(let, by=manager, reason="наказ")
    assert list(RentInvoice.objects.order_by("origin").values_list("whole", "vat", "total")) == [
        (D("3500.00"), D("700.00"), D("4200.00")),
        (D("3528.00"), D("705.60"), D("4233.60")),
        (D("3580.92"), D("716.18"), D("4297.10")),
    ]
    assert len(outcome.faults) == 1 and "Індекс інфляції" in outcome.faults[0] and "01.04.2026" in outcome.faults[0]
    let.refresh_from_db()
    let.object.refresh_from_db()
    assert let.charged == D("12730.70") and let.object.state == "leased"
    assert RentInvoice.objects.earliest("origin").due_on == date(2026, 2, 12)
    # Asked again, nothing is added; numbers have no gaps.
    assert operations.bill_month(date(2026, 2, 20), by=manager).made == 0
    numbers = [
        int(one.rpartition("-")[2]) for one in RentInvoice.objects.order_by("pk").values_list("number", flat=True)
    ]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_the_month_that_runs_is_not_billed_yet(lease, manager):
    let = lease(indexed=False)
    operations.activate(let, by=manager, reason="наказ")
    newest = let.invoices.order_by("-origin").first().origin
    assert newest < local_today().replace(day=1)


def test_one_tenant_at_a_time(lease, manager):
    first = lease(indexed=False)
    operations.activate(first, by=manager, reason="наказ")
    second = lease("2", object=first.object, starts_on=date(2028, 12, 31), ends_on=date(2029, 12, 31))
    with pytest.raises(ValidationError, match="уже орендують"):
        operations.activate(second, by=manager, reason="наказ")
    with pytest.raises(IntegrityError), transaction.atomic():
        RentLease.objects.filter(pk=second.pk).update(state="active")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ends_on": date(2020, 1, 1)}, "раніше, ніж починається"),
        ({"yearly": D(1)}, "або плату за місяць"),
        ({"rent": D(-1)}, "не бувають від"),
        ({"due_day": 40}, "31"),
        ({"base_month": date(2026, 5, 1)}, "не пізніший"),
    ],
)
def test_terms_that_cannot_be(lease, fields, words):
    with pytest.raises(ValidationError, match=words):
        lease(**fields)


def test_a_lease_without_rent_is_not_begun(lease, manager):
    with pytest.raises(Denied, match="впишіть плату"):
        operations.activate(lease(rent=D(0)), by=manager, reason="наказ")


def test_debts_follow_payments(lease, manager, tenant):
    let = lease(indexed=False, ends_on=date(2026, 4, 15), opening_debt=D(100))
    operations.activate(let, by=manager, reason="наказ")
    let.refresh_from_db()
    assert (let.charged, let.debt, let.owed_since) == (D("12250.00"), D("12350.00"), date(2025, 12, 31))
    pay(let, manager, "3600", date(2026, 2, 10))
    let.refresh_from_db()
    assert (let.debt, let.owed_since) == (D("8750.00"), date(2026, 3, 12)) and debt_of(tenant.pk) == D("8750.00")


def test_a_sent_invoice_stays_and_the_difference_is_another_one(lease, manager):
    let = lease(indexed=False, ends_on=date(2026, 3, 31))
    operations.activate(let, by=manager, reason="наказ")
    sent = list(RentInvoice.objects.order_by("pk").values_list("number", "total"))
    let.refresh_from_db()
    let.rent = D(3000)
    save_card(register_named("rental.leases"), let, by=manager)
    assert operations.recalculate(let, by=manager, reason="рішення суду") == 3
    assert list(RentInvoice.objects.order_by("pk").values_list("number", "total"))[:3] == sent
    let.refresh_from_db()
    assert let.charged == D(9000) and operations.recalculate(let, by=manager) == 0


def test_what_is_returned_is_vacant_and_billed_by_days(lease, manager):
    let = lease(indexed=False)
    operations.activate(let, by=manager, reason="наказ")
    operations.end(let, by=manager, on=date(2026, 2, 14), reason="акт повернення")
    let.refresh_from_db()
    let.object.refresh_from_db()
    assert (let.state, let.charged, let.object.state) == ("ended", D("5250.00"), "vacant")
    with pytest.raises(Denied, match="в межах строку"):
        operations.end(let, by=manager, on=date(2030, 1, 1), reason="x")
    clerk = make_person(make_role("rent_clerk", rental=Level.EDIT).code)
    with pytest.raises(PermissionDenied):
        operations.end(let, by=clerk, on=date(2026, 2, 1), reason="x")


def test_an_auction_needs_a_price_and_a_day(premises):
    with pytest.raises(ValidationError, match="стартова плата"):
        premises(listing="first", listed_on=date(2026, 5, 1))
    with pytest.raises(ValidationError, match="з якого дня"):
        premises(listing="second")


def picture(by):
    made = BytesIO()
    Image.new("RGB", (640, 480), "#778899").save(made, "JPEG")
    return store(SimpleUploadedFile("фасад.jpg", made.getvalue(), "image/jpeg"), by=by).file


def test_residents_see_what_is_vacant_with_pictures_and_conditions(premises, lease, manager, client_for):
    shop = premises(
        "Крамниця", listing="first", listed_on=date(2026, 5, 1), start_price=D(2400), area=D(54), photo=picture(manager),
        address="вул. Соборна, 4", note="таємна примітка",
    )  # fmt: skip
    cellar = premises("Підвал", listing="second", listed_on=date(2026, 4, 1), area=D(12))
    hidden = premises("Службове")
    let = lease("7", indexed=False, object=premises("Здане", listing="second", listed_on=date(2026, 4, 1)))
    operations.activate(let, by=manager, reason="наказ")
    client = client_for("alpha")
    page = client.get("/rental/open/").content.decode()
    assert "Крамниця" in page and "Підвал" in page and "Службове" not in page and "Здане" not in page
    narrow = client.get("/rental/open/", {"area_from": "40", "listing": "first", "q": "соборна"}).content.decode()
    assert "Крамниця" in narrow and "Підвал" not in narrow
    assert client.get("/rental/open/", {"area_from": "багато"}).status_code == 200
    card = client.get(f"/rental/open/{shop.pk}/").content.decode()
    assert "2 400,00" in card.replace("\xa0", " ") and "таємна примітка" not in card
    for size in ("small", "whole"):
        found = client.get(f"/rental/open/{shop.pk}/photo/{size}/")
        assert found.status_code == 200 and found["Content-Type"].startswith("image/")
    for address in (
        f"/rental/open/{hidden.pk}/", f"/rental/open/{let.object_id}/", f"/rental/open/{cellar.pk}/photo/small/",
        f"/rental/open/{shop.pk}/contract/small/", f"/rental/open/{shop.pk}/photo/huge/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address


def test_the_feed_is_read_by_a_reader(premises, client_for):
    premises("Крамниця & склад", listing="first", listed_on=date(2026, 5, 1), start_price=D(2400), area=D(54))
    answer = client_for("alpha").get("/rental/open/feed.xml")
    assert answer["Content-Type"].startswith("application/rss+xml")
    read = feedparser.parse(answer.content)
    assert not read.bozo and read.version == "rss20" and read.feed.language == "uk"
    (entry,) = read.entries
    assert entry.title == "Крамниця & склад" and entry.link.endswith("/") and "/rental/open/" in entry.link
    assert "Стартова плата" in entry.description and entry.published_parsed.tm_year >= 2026


def test_demonstration_is_loaded_once(manager):
    for number in range(1, 4):
        party = Party(kind="legal", full_name=f"ТОВ {number}", edrpou=complete_edrpou(f"990010{number}"))
        save_card(register_named("organisations.parties"), party, by=Actor("job", name="тест"))
    made = demo.load(manager)
    assert made > 60 and demo.load(manager) == 0
