"""Papers of a violation: the demand and the act of putting right; documents in `papers` are drawn here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.printforms.declarations import PrintForm, declare_print_forms
from kernel.printforms.drawing import Sheet
from tenant_apps.operations.control.models import Violation

SIGNED = "{{ хто.посада|якщо_порожньо('Інспектор') }}  ____________________  {{ хто.піб }}"


def notice() -> bytes:
    sheet = Sheet(13).head()
    sheet.line("ПРИПИС № {{ картка.номер_припису }}", bold=True, centre=True, size=16)
    sheet.line("{{ картка.припис_від|дата_словами }}", right=True)
    sheet.line("Кому: {{ картка.відповідальний }}", bold=True)
    sheet.text(
        "{{ картка.виявлено|дата_словами }} під час обстеження"
        "{% if картка.найближча_адреса %} за адресою {{ картка.найближча_адреса }}{% endif %}"
        "{% if картка.орієнтир %} ({{ картка.орієнтир }}){% endif %} виявлено порушення № {{ картка.номер }}: "
        "{{ картка.вид_порушення }}.{% if картка.що_саме %} {{ картка.що_саме }}{% endif %}"
    )
    sheet.text("Порушено: {{ картка.вид_порушення.норма }}.")
    sheet.text("Відповідальність за територію: {{ картка.підстава_відповідальності|якщо_порожньо('за законом') }}.")
    sheet.line("ВИМАГАЮ:", bold=True)
    sheet.text(
        "{{ картка.вид_порушення.вимога|якщо_порожньо('Усунути порушення') }} до {{ картка.усунути_до|дата_словами }} "
        "і повідомити про виконання."
    )
    sheet.text("За невиконання припису складають протокол про адміністративне правопорушення.")
    sheet.line("").line(SIGNED).line("Отримано  ____________________  «___» ____________ 20___ р.")
    return sheet.line("{{ qr }}").content()


def act() -> bytes:
    sheet = Sheet(13).head()
    sheet.line("АКТ", bold=True, centre=True, size=16).line("про усунення порушення", centre=True)
    sheet.line("{{ картка.усунуто|дата_словами }}", right=True)
    sheet.facts(
        (
            ("Порушення", "№ {{ картка.номер }}, {{ картка.вид_порушення }}"),
            ("Виявлено", "{{ картка.виявлено }}"),
            ("Припис", "{{ картка.номер_припису|якщо_порожньо('—') }}"),
            ("Відповідальний", "{{ картка.відповідальний|якщо_порожньо('—') }}"),
            ("Місце", "{{ картка.найближча_адреса|якщо_порожньо('—') }}"),
            ("Усунуто", "{{ картка.усунуто }}"),
            ("Що зроблено", "{{ картка.чим_закінчилося|якщо_порожньо('—') }}"),
        )
    )
    sheet.text("Усунення підтверджено оглядом на місці; знімки до і після зберігаються в електронній картці.")
    return sheet.line("").line(SIGNED).line("{{ qr }}").content()


declare_print_forms(
    "control.violations",
    PrintForm(
        "notice",
        _("Припис"),
        template="control/notice.docx",
        draw=notice,
        when=lambda card: bool(card.notice_number),
    ),
    PrintForm(
        "elimination",
        _("Акт про усунення"),
        template="control/elimination.docx",
        draw=act,
        when=lambda card: card.state == Violation.State.ELIMINATED,
    ),
)
