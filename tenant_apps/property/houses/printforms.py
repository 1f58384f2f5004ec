"""Papers about houses: the documents in `papers` are drawn here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.printforms.declarations import PrintForm, declare_print_forms
from kernel.printforms.drawing import Sheet

SIGNED = "{{ хто.посада|якщо_порожньо('Уповноважена особа') }}  ____________________  {{ хто.піб }}"


def _told(name: str) -> str:
    return f"{{{{ картка.{name}|якщо_порожньо('—') }}}}"


def card() -> bytes:
    sheet = Sheet().head()
    sheet.line("КАРТКА БУДИНКУ", bold=True, centre=True, size=15).line("житлового фонду", centre=True)
    sheet.line("{{ сьогодні|дата_словами }}", right=True)
    sheet.facts(
        tuple(
            (label, _told(name))
            for label, name in (
                ("Адреса", "shown"),
                ("Рік побудови", "built_in"),
                ("Серія", "series"),
                ("Стіни", "walls"),
                ("Покрівля", "roof"),
                ("Поверхів", "floors"),
                ("Підʼїздів", "entrances"),
                ("Квартир", "flats"),
                ("Ліфтів", "lifts"),
                ("Загальна площа, м²", "total_area"),
                ("Площа квартир, м²", "living_area"),
                ("Нежитлові приміщення, м²", "other_area"),
                ("Місця загального користування, м²", "shared_area"),
                ("Форма управління", "managed"),
                ("Технічний стан", "condition"),
                ("Знос, %", "wear"),
                ("Останній капітальний ремонт", "capital_repair_in"),
                ("Клас енергоефективності", "energy_class"),
            )
        )
    )
    _list(sheet, "systems", "Інженерні системи", (("Система", "kind"), ("Тип і схема", "scheme"), ("Стан", "state")))
    _list(
        sheet,
        "meters",
        "Лічильники",
        (("Ресурс", "resource"), ("Номер", "number"), ("Наступна повірка", "verified_until")),
    )
    _list(
        sheet,
        "repairs",
        "Історія ремонтів",
        (("Роботи", "works"), ("Вид", "kind"), ("Виконано", "finished_on"), ("Вартість, грн", "cost")),
    )
    _list(sheet, "inspections", "Огляди", (("Огляд", "season"), ("День", "inspected_on"), ("Акт", "number")))
    return sheet.line("").line(SIGNED).line("{{ qr }}").content()


def _list(sheet: Sheet, panel: str, title: str, columns: tuple[tuple[str, str], ...]) -> None:
    sheet.line(f"{{%p if картка.{panel} %}}").line(title, bold=True)
    sheet.rows(
        f"рядок in картка.{panel}",
        [label for label, _name in columns],
        [f"{{{{ рядок.{name}|якщо_порожньо('—') }}}}" for _label, name in columns],
    )
    sheet.line("{%p endif %}")


def act() -> bytes:
    sheet = Sheet(14).head()
    sheet.line("АКТ № {{ картка.number }}", bold=True, centre=True, size=16)
    sheet.line("загального огляду будинку ({{ картка.season }})", centre=True)
    sheet.line("{{ картка.inspected_on|дата_словами }}", right=True)
    sheet.text("Комісія оглянула будинок за адресою: {{ картка.house }}.")
    sheet.line("Виявлено:", bold=True)
    sheet.rows(
        "рядок in картка.findings",
        ("№ з/п", "Елемент", "Дефект", "Що зробити", "Усунути до"),
        (
            "{{ loop.index }}",
            "{{ рядок.element }}",
            "{{ рядок.defect }}",
            "{{ рядок.remedy|якщо_порожньо('—') }}",
            "{{ рядок.due_on|якщо_порожньо('—') }}",
        ),
    )
    sheet.text("Висновок: {{ картка.conclusion|якщо_порожньо('—') }}")
    sheet.line("Члени комісії:", bold=True).line("").line("____________________").line("____________________")
    return sheet.content()


declare_print_forms(
    "houses.houses",
    PrintForm("card", _("Картка будинку житлового фонду"), template="houses/card.docx", draw=card),
)
declare_print_forms(
    "houses.inspections",
    PrintForm("act", _("Акт огляду будинку"), template="houses/act.docx", draw=act),
)
