"""The invoice for rent: the document in `papers` is drawn here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.printforms.declarations import PrintForm, declare_print_forms
from kernel.printforms.drawing import Sheet

SIGNED = "{{ хто.посада|якщо_порожньо('Уповноважена особа') }}  ____________________  {{ хто.піб }}"


def invoice() -> bytes:
    sheet = Sheet().head()
    sheet.line("РАХУНОК № {{ картка.number }}", bold=True, centre=True, size=15)
    sheet.line("за оренду комунального майна", centre=True)
    sheet.line("{{ сьогодні|дата_словами }}", right=True)
    sheet.facts(
        (
            ("Платник", "{{ картка.lease.tenant }}"),
            ("Договір", "№ {{ картка.lease.number }}"),
            ("Об’єкт", "{{ картка.lease.object }}"),
            ("Місяць", "{{ картка.origin }}"),
            ("Плата за повний місяць, грн", "{{ картка.whole }}"),
            ("Днів оренди", "{{ картка.days }}"),
            ("Без ПДВ, грн", "{{ картка.amount }}"),
            ("ПДВ, грн", "{{ картка.vat }}"),
            ("До сплати, грн", "{{ картка.total }}"),
            ("Сплатити до", "{{ картка.due_on }}"),
        )
    )
    sheet.line("").text("До сплати: {{ картка.total|сума_прописом }}.")
    sheet.line("").line(SIGNED)
    return sheet.foot("{{ громада.повна_назва }}, ЄДРПОУ {{ громада.єдрпоу }}").content()


declare_print_forms(
    "rental.invoices",
    PrintForm("invoice", _("Рахунок за оренду"), template="rental/invoice.docx", draw=invoice),
)
