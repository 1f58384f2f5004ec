"""The treasury's way: contract, invoice, act, signatures; payments found in statements; what a person must settle."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from integrations.signatures import NotSigned, Signer
from integrations.signatures.standin import sign
from kernel.operations import Denied
from kernel.tenancy import TenantRef, platform_context
from shared_apps.communities.models import Community
from shared_apps.subscriptions import flow, papers, statements
from shared_apps.subscriptions.bank.line import StatementRefused
from shared_apps.subscriptions.bank.reading import read_statement
from shared_apps.subscriptions.invoices import bill
from shared_apps.subscriptions.models import Discount, Invoice, Payment, StatementLine, Subscription
from shared_apps.subscriptions.operations import give_to_payer
from shared_apps.subscriptions.pricing import quote
from shared_apps.subscriptions.review import review
from tests.subscriptions.conftest import MONTHLY, state_of, subscribe

START, END = date(2026, 11, 1), date(2026, 11, 30)
CSV = "Дата операції;Кредит;ЄДРПОУ кореспондента;Кореспондент;Призначення платежу;Номер документа\n"


@pytest.fixture
def invoice(by_treasury: Subscription) -> Invoice:
    with platform_context():
        made = bill(by_treasury.payer, START, END)
    assert made
    return made


def csv(*rows: str) -> bytes:
    return (CSV + "\n".join(rows)).encode("cp1251")


def row(invoice: Invoice, amount: str, number: str = "1", edrpou: str = "99000011") -> str:
    return f"20.11.2026;{amount};{edrpou};Альфівська рада;Оплата рах. {invoice.number};{number}"


def take(content: bytes) -> list[str]:
    with platform_context():
        statements.import_statement(content, "v.csv", by="тести")
        return list(StatementLine.objects.order_by("id").values_list("state", flat=True))


def test_a_payment_finds_its_invoice_and_opens_what_was_closed(by_treasury: Subscription, invoice: Invoice):
    with platform_context():
        flow.move(by_treasury.pk, "due", by="тести", why="строк")
        flow.move(by_treasury.pk, "read_only", by="тести", why="строк")
        assert Community.objects.get(slug="alpha").read_only
    assert take(csv(row(invoice, "6 900,00"))) == ["matched"]
    assert state_of(by_treasury) == "active"
    with platform_context():
        assert not Community.objects.get(slug="alpha").read_only
        assert Invoice.objects.get(pk=invoice.pk).state == "paid"


def test_partial_double_and_foreign_wait_for_a_person(by_treasury: Subscription, invoice: Invoice):
    assert take(csv(row(invoice, "1000", "1"))) == ["partial"]
    assert take(csv(row(invoice, "1000", "1"))) == ["partial"], "the same line of an overlapping statement"
    assert take(csv(row(invoice, "9000", "2"))) == ["partial", "over"]
    assert take(csv(row(invoice, "5900", "3"))) == ["partial", "over", "matched"]
    assert take(csv(row(invoice, "6900", "4")))[3] == "double"
    assert take(csv(row(invoice, "6900", "5", edrpou="31502447")))[4] == "foreign"
    assert take(csv("20.11.2026;5;99000011;Х;за щось;6"))[5] == "foreign"
    with platform_context():
        assert sum(payment.amount for payment in Payment.objects.all()) == MONTHLY
        line = StatementLine.objects.get(state="double")
        with pytest.raises(Denied):
            statements.settle(line, by="каса", told=" ")
        settled = statements.settle(line, by="каса", told="повернено листом № 3")
        assert (settled.state, settled.settled_by) == ("settled", "каса")
        with pytest.raises(Denied):
            statements.settle(line, by="каса", told="ще раз")


@pytest.mark.parametrize(
    "content, told",
    [
        (b"", "порожній"),
        ("Дата;Сума\n1;2".encode(), "немає стовпців"),
        (CSV.encode() + b"31.02.2026;5;1;2;3;4", "не дата"),
        (CSV.encode() + b"01.02.2026;5,555;1;2;3;4", "не сума"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><Document/>', "оголошення"),
        (b"<Document><unclosed></Document>", "пошкоджено"),
        (b":20:X\n:61:nonsense\n:86:x", "не прочитано"),
    ],
)
def test_an_unreadable_statement_is_refused_whole(content: bytes, told: str):
    with pytest.raises(StatementRefused, match=told):
        read_statement(content)


CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>
<Ntry><Amt Ccy="UAH">6900.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>R1</AcctSvcrRef>
<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Рада</Nm><Id><OrgId><Othr><Id>99000011</Id></Othr></OrgId></Id></Dbtr></RltdPties>
<RmtInf><Ustrd>рах. {number}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="UAH">10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-11-20</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""
MT940 = ":20:ST1\n:25:UA12\n:61:2611201120C6900,00NTRFREF1//R1\n:86:рах. {number} ЄДРПОУ 99000011\n:61:261120D5,00NTRFX\n:86:комісія\n:62F:C1\n"


@pytest.mark.parametrize("statement", [CAMT, MT940], ids=["camt.053", "mt940"])
def test_other_formats_say_the_same(invoice: Invoice, statement: str):
    assert take(statement.format(number=invoice.number).encode()) == ["matched"]


def test_papers_are_made_and_signed_by_the_payer_only(by_treasury: Subscription, invoice: Invoice):
    with platform_context():
        contract, paper = papers.contract_for(by_treasury.payer), papers.invoice_paper(invoice)
        assert papers.contract_for(by_treasury.payer) == contract
        body = papers.content_of(paper)
        assert body.startswith(b"%PDF") and paper.number == invoice.number
        with pytest.raises(NotSigned, match="31502447"):
            papers.sign_by_payer(paper, sign(body, Signer("31502447", "Інша рада", "Хтось")))
        with pytest.raises(NotSigned, match="інший файл"):
            papers.sign_by_payer(paper, sign(papers.content_of(contract), Signer("99000011", "Рада", "Голова")))
        signed = papers.sign_by_payer(paper, sign(body, Signer("99000011", "Рада", "Голова")))
        assert signed.signed_by.startswith("Голова")
        with pytest.raises(Denied, match="строк ще триває"):
            papers.act_for(invoice, on=END - timedelta(days=1))
        assert papers.act_for(invoice, on=END + timedelta(days=1)).kind == "act"


def test_one_payer_for_many(by_treasury: Subscription, beta: TenantRef):
    with platform_context():
        other = subscribe(Community.objects.get(pk=beta.id), "treasury")
        give_to_payer(other, by_treasury.payer, by="область", why="програма області")
        made = bill(by_treasury.payer, START, END)
        assert made and made.lines.count() == 2 and made.amount == 2 * MONTHLY
        assert bill(by_treasury.payer, START, END) is None, "never billed twice for one time"
    take(csv(row(made, "13800")))
    assert state_of(other) == state_of(by_treasury) == "active"


def test_a_region_s_contract_makes_it_cheaper(by_treasury: Subscription):
    with platform_context():
        Discount.objects.create(
            region="UA99", percent=Decimal(15), contract="Договір 7", valid_from=START, valid_to=END
        )
        plan = by_treasury.plan
        assert quote(plan, 8000, "UA99", START).monthly == Decimal("5865.00")
        assert quote(plan, 8000, "UA99", END).percent == 0
        assert quote(plan, 8000, "UA53", START).monthly == MONTHLY
        assert quote(plan, 60_000, "UA53", START).monthly == Decimal("24900.00")


def test_the_morning_review(by_treasury: Subscription, mailoutbox: list[object]):
    now = timezone.now()

    def at(**facts: object) -> dict[str, int]:
        with platform_context():
            Subscription.objects.filter(pk=by_treasury.pk).update(**facts)
            return review()

    assert at(trial_until=now + timedelta(days=7))["reminded"] == 1
    assert len(mailoutbox) == 2, "the invoice and the notice"
    assert review_again() == 0
    assert at(trial_until=now - timedelta(minutes=1))["due"] == 1
    assert state_of(by_treasury) == "due" and by_treasury.grace_until
    assert at(grace_until=now - timedelta(minutes=1))["read_only"] == 1
    with platform_context():
        assert Community.objects.get(slug="alpha").read_only
        assert [move.became for move in by_treasury.moves.order_by("id")] == ["trial", "due", "read_only"]


def review_again() -> int:
    with platform_context():
        return review()["reminded"]
