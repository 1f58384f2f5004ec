"""A contract, an invoice, an act: set by typst from one layout, kept as made, signed by the payer behind the port."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.signatures import NotSigned, require_signatures
from kernel.money import format_money, in_words
from kernel.operations import Denied
from kernel.tenancy.files import storage
from kernel.tenancy.locks import hold_lock
from shared_apps.subscriptions.models import Invoice, Paper, Payer

LAYOUTS = Path(__file__).parent / "papers"
Kind = Paper.Kind
PREFIXES = {Kind.CONTRACT: "Д", Kind.ACT: "А"}
LARGEST_SIGNATURE = 1024 * 1024


@cache
def _layout() -> bytes:
    return (LAYOUTS / "paper.typ").read_bytes()


def typeset(content: dict[str, Any]) -> bytes:
    compile_layout: Any = typst.compile
    made = compile_layout(
        _layout(),
        sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
        format="pdf",
        ignore_system_fonts=True,
        root=str(LAYOUTS),
    )
    return bytes(made)


def contract_for(payer: Payer, *, on: date | None = None) -> Paper:
    """One contract with a payer, for all its communities."""
    known = payer.papers.filter(kind=Kind.CONTRACT).first()
    if known:
        return known
    on = on or timezone.localdate()
    lines = [
        [
            str(one.community or payer.name),
            _("тариф «%(plan)s», на місяць") % {"plan": one.plan.title},
            format_money(one.monthly),
        ]
        for one in payer.subscriptions.select_related("community", "plan")
    ]
    total = sum((one.monthly for one in payer.subscriptions.all()), start=_zero())
    body = [
        _("Виконавець надає доступ до хмари громад, зберігає дані й підтримує роботу; замовник оплачує її щомісяця."),
        _("Оплата — за рахунком протягом 10 днів через органи Казначейства; факт надання послуг засвідчує акт."),
        _("Якщо оплата не надійшла, після пільгового строку дані можна лише читати; їх не вилучають."),
        _("Замовник будь-коли вивантажує всі свої дані у відкритих форматах."),
    ]
    return _make(payer, Kind.CONTRACT, on, _("Договір про надання послуг"), body, lines, total)


def invoice_paper(invoice: Invoice) -> Paper:
    known = invoice.papers.filter(kind=Kind.INVOICE).first()
    if known:
        return known
    body = [
        _("Призначення платежу: за послуги хмари громад, рахунок %(number)s.") % {"number": invoice.number},
        _("Сплатити до %(day)s. Рахунок отримувача: %(iban)s.")
        % {"day": f"{invoice.due_on:%d.%m.%Y}", "iban": settings.SELLER_IBAN or "—"},
    ]
    on = timezone.localdate(invoice.issued_at)
    return _make(invoice.payer, Kind.INVOICE, on, _("Рахунок"), body, _rows(invoice), invoice.amount, invoice)


def act_for(invoice: Invoice, *, on: date | None = None) -> Paper:
    """After the period: what was served for the invoice."""
    known = invoice.papers.filter(kind=Kind.ACT).first()
    if known:
        return known
    on = on or timezone.localdate()
    if invoice.period_to > on:
        raise Denied(_("Акт складають після %(day)s: строк ще триває.") % {"day": f"{invoice.period_to:%d.%m.%Y}"})
    body = [
        _("Послуги за час із %(start)s до %(end)s надано повністю, замовник претензій не має.")
        % {"start": f"{invoice.period_from:%d.%m.%Y}", "end": f"{invoice.period_to:%d.%m.%Y}"}
    ]
    return _make(invoice.payer, Kind.ACT, on, _("Акт наданих послуг"), body, _rows(invoice), invoice.amount, invoice)


def _rows(invoice: Invoice) -> list[list[str]]:
    period = f"{invoice.period_from:%d.%m.%Y} – {invoice.period_to:%d.%m.%Y}"
    return [[line.title, period, format_money(line.amount)] for line in invoice.lines.order_by("pk")]


def _zero() -> Any:
    from decimal import Decimal

    return Decimal(0)


def _make(
    payer: Payer,
    kind: Paper.Kind,
    on: date,
    title: str,
    body: list[str],
    rows: list[list[str]],
    total: Any,
    invoice: Invoice | None = None,
) -> Paper:
    with transaction.atomic():
        number = invoice.number if invoice and kind == Kind.INVOICE else _next_number(kind, on.year)
        pdf = typeset(
            {
                "title": f"{title} № {number}",
                "day": f"{on:%d.%m.%Y}",
                "seller": [settings.SELLER_NAME, _code(settings.SELLER_EDRPOU)],
                "payer": [payer.name, _code(payer.edrpou)],
                "words": [_("Виконавець"), _("Замовник"), _("Послуга"), _("Строк"), _("Сума, грн"), _("Разом")],
                "body": body,
                "rows": rows,
                "total": format_money(total),
                "in_words": in_words(total),
            }
        )
        digest = hashlib.sha256(pdf).hexdigest()
        name = storage.save(f"subscriptions/{payer.pk}/{kind}-{digest[:16]}.pdf", ContentFile(pdf))
        return Paper.objects.create(payer=payer, invoice=invoice, kind=kind, number=number, file=name, sha256=digest)


def _code(edrpou: str) -> str:
    return _("ЄДРПОУ %(code)s") % {"code": edrpou} if edrpou else ""


def _next_number(kind: Paper.Kind, year: int) -> str:
    stem = f"{PREFIXES[kind]}-{year}-"
    hold_lock(f"subscriptions.paper.{kind}")
    last = Paper.objects.filter(number__startswith=stem).order_by("-number").values_list("number", flat=True).first()
    return f"{stem}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:05d}"


def content_of(paper: Paper) -> bytes:
    with storage.open(paper.file) as file:
        content: bytes = file.read()
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        raise Denied(_("Файл документа змінено. Зверніться до підтримки хмари."))
    return content


def sign_by_payer(paper: Paper, container: bytes) -> Paper:
    """The payer's signature of exactly this file, by a certificate with the payer's own code."""
    if len(container) > LARGEST_SIGNATURE:
        raise NotSigned(_("Файл підпису завеликий: потрібен відокремлений підпис .p7s."))
    signer = require_signatures().verify(content_of(paper), container)
    if signer.edrpou != paper.payer.edrpou:
        raise NotSigned(
            _("Підписав код %(theirs)s, а документ для %(ours)s.")
            % {"theirs": signer.edrpou, "ours": paper.payer.edrpou or "—"}
        )
    with transaction.atomic():
        locked = Paper.objects.select_for_update().get(pk=paper.pk)
        if locked.signed_at:
            return locked
        locked.signature = storage.save(f"{paper.file}.p7s", ContentFile(container))
        locked.signed_by, locked.signed_at = f"{signer.person}, {signer.organisation}"[:300], timezone.now()
        locked.save(update_fields=["signature", "signed_by", "signed_at"])
    return locked
