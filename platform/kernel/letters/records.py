"""What the domain's owner puts into DNS, and whether it is what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from kernel.letters.models import MailSender

DKIM, SPF, DMARC = "dkim", "spf", "dmarc"
# Without these letters would be taken for forged; DMARC is advised.
NEEDED = (DKIM, SPF)


@dataclass(frozen=True, slots=True)
class Record:
    kind: str
    title: str
    name: str
    value: str
    why: str


def records_of(sender: MailSender) -> list[Record]:
    domain = sender.domain
    return [
        Record(
            DKIM, "DKIM", f"{sender.selector}._domainkey.{domain}", f"v=DKIM1; k=rsa; p={sender.public_key}",
            _("Відкритий ключ: за ним перевіряють підпис листів. Заразом доводить, що домен ваш."),
        ),
        Record(
            SPF, "SPF", domain, f"v=spf1 include:{settings.MAIL_SPF_INCLUDE} ~all",
            _("Дозволяє серверам хмари писати від домену. Якщо запис SPF уже є, допишіть у нього лише частину include."),
        ),
        Record(
            DMARC, "DMARC", f"_dmarc.{domain}", "v=DMARC1; p=none",
            _("Радимо: що робити з листами без підпису. Якщо запис уже є, не змінюйте його."),
        ),
    ]  # fmt: skip


def judge(kind: str, values: Sequence[str], sender: MailSender) -> str:
    """What is wrong, with the next step; nothing when all is well."""
    return {DKIM: _dkim, SPF: _spf, DMARC: _dmarc}[kind](values, sender)


def _tags(value: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in value.split(";"))
    return {name.strip().lower(): "".join(rest.split()) for name, sign, rest in pairs if sign}


def _dkim(values: Sequence[str], sender: MailSender) -> str:
    found = [tags for tags in map(_tags, values) if "p" in tags]
    if not found:
        return _("Запису ще не видно. Додайте його; зміни в DNS розходяться до кількох годин.")
    if len(found) > 1:
        return _("Записів кілька, а має бути один. Приберіть зайвий.")
    if not found[0]["p"]:
        return _("Ключ відкликано: у записі він порожній. Впишіть значення повністю.")
    if found[0]["p"] != sender.public_key:
        return _("У записі інший ключ. Скопіюйте значення повністю, без розривів.")
    return ""


def _spf(values: Sequence[str], sender: MailSender) -> str:
    found = [value.lower().split() for value in values if value.lower().split()[:1] == ["v=spf1"]]
    if not found:
        return _("Запису SPF ще не видно. Додайте його; зміни в DNS розходяться до кількох годин.")
    if len(found) > 1:
        return _("Записів SPF кілька, тож поштові сервери не візьмуть жодного. Зведіть їх в один.")
    if f"include:{settings.MAIL_SPF_INCLUDE}" not in (word.lstrip("+") for word in found[0]):
        return _("У записі SPF немає серверів хмари. Допишіть у нього include:%(name)s перед all.") % {
            "name": settings.MAIL_SPF_INCLUDE
        }
    return ""


def _dmarc(values: Sequence[str], sender: MailSender) -> str:
    found = [tags for tags in map(_tags, values) if tags.get("v", "").upper() == "DMARC1"]
    if not found:
        return _("Запису DMARC немає. Листи підуть і без нього, та дехто їх не візьме: додайте запис.")
    if len(found) > 1:
        return _("Записів DMARC кілька, тож жоден не діє. Залиште один.")
    return (
        "" if found[0].get("p") in ("none", "quarantine", "reject") else _("У записі DMARC немає p=. Допишіть p=none.")
    )
