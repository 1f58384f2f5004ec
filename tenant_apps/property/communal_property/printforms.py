"""The act of a counting: the document in `papers` is drawn here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.printforms.declarations import PrintForm, declare_print_forms
from kernel.printforms.drawing import Sheet


def act() -> bytes:
    sheet = Sheet().head()
    sheet.line("АКТ ІНВЕНТАРИЗАЦІЇ № {{ картка.number }}", bold=True, centre=True, size=15)
    sheet.line("{{ сьогодні|дата_словами }}", right=True)
    sheet.text(
        "Відповідно до наказу № {{ картка.order_number }} від {{ картка.ordered_on|дата_словами }} перевірено майно, яке "
        "обліковує {{ картка.holder }}, станом на {{ картка.starts_on|дата_словами }}."
    )
    sheet.text("Комісія: {{ картка.commission|якщо_порожньо('—') }}")
    sheet.rows(
        "рядок in картка.lines",
        ("№ з/п", "Інвентарний номер", "Назва", "Балансова вартість, грн", "Результат", "Де", "Примітка"),
        (
            "{{ loop.index }}",
            "{{ рядок.number|якщо_порожньо('—') }}",
            "{{ рядок.name }}",
            "{{ рядок.value }}",
            "{{ рядок.result }}",
            "{{ рядок.place|якщо_порожньо('—') }}",
            "{{ рядок.note|якщо_порожньо('—') }}",
        ),
    )
    sheet.line("").line("Члени комісії:", bold=True).line("____________________").line("____________________")
    return sheet.foot("{{ громада.повна_назва }}, ЄДРПОУ {{ громада.єдрпоу }}").content()


declare_print_forms(
    "communal_property.inventories",
    PrintForm(
        "act",
        _("Акт інвентаризації"),
        template="communal_property/act.docx",
        when=lambda card: card.state == "closed",
        draw=act,
    ),
)
