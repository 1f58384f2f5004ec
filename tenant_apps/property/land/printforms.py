"""Papers about the fee for land: the documents in `papers` are drawn here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.printforms.declarations import PrintForm, declare_print_forms
from kernel.printforms.drawing import Sheet

SIGNED = "{{ хто.посада|якщо_порожньо('Уповноважена особа') }}  ____________________  {{ хто.піб }}"


def schedule() -> bytes:
    sheet = Sheet().head()
    sheet.line("РОЗРАХУНОК", bold=True, centre=True, size=15).line("плати за земельну ділянку", centre=True)
    sheet.line("{{ сьогодні|дата_словами }}", right=True)
    sheet.facts(
        (
            ("Договір", "№ {{ картка.number }}{% if картка.signed_on %} від {{ картка.signed_on|дата_словами }}{% endif %}"),
            ("Платник", "{{ картка.holder }}"),
            ("Кадастровий номер", "{{ картка.parcel.cadastral }}"),
            ("Розташування", "{{ картка.parcel.address|якщо_порожньо('—') }}"),
            ("Площа, га", "{{ картка.parcel.area }}"),
            ("Цільове призначення (КВЦПЗ)", "{{ картка.parcel.purpose|якщо_порожньо('—') }}"),
            ("Право, строк", "{{ картка.kind }}, {{ картка.starts_on }} – {{ картка.ends_on|якщо_порожньо('безстроково') }}"),
            ("Ставка, % НГО на рік", "{{ картка.rate|якщо_порожньо('—') }}"),
            ("Річна плата за договором, грн", "{{ картка.yearly|якщо_порожньо('—') }}"),
        )
    )  # fmt: skip
    sheet.line("").line("Нарахування за місяцями", bold=True)
    sheet.rows(
        "рядок in картка.charges",
        ("Місяць", "НГО року, грн", "Ставка, %", "Днів", "Сума, грн", "Сплатити до"),
        (
            "{{ рядок.origin }}",
            "{{ рядок.base|якщо_порожньо('—') }}",
            "{{ рядок.rate|якщо_порожньо('—') }}",
            "{{ рядок.days }}",
            "{{ рядок.amount }}",
            "{{ рядок.due_on }}",
        ),
    )
    sheet.line("")
    sheet.text(
        "Разом нараховано {{ картка.charged }} грн ({{ картка.charged|сума_прописом }}), сплачено {{ картка.paid }} грн, "
        "прострочено {{ картка.debt }} грн."
    )
    sheet.line("").line(SIGNED)
    return sheet.foot("{{ громада.повна_назва }}, ЄДРПОУ {{ громада.єдрпоу }}").content()


declare_print_forms(
    "land.rights",
    PrintForm("schedule", _("Розрахунок плати за землю"), template="land/schedule.docx", draw=schedule),
)
