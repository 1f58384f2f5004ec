"""Which names a community may take, and why one is refused."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.ua import edrpou as edrpou_number

from kernel.text import mixes_alphabets

SLUG = re.compile(r"^[a-z](?:[a-z0-9]|-(?!-)){1,38}[a-z0-9]$")
KATOTTG = re.compile(r"^UA\d{17}$")

# Labels that would pass for the platform itself, for mail, or for a machine.
RESERVED = frozenset(
    """admin administrator api app apps assets auth autoconfig autodiscover billing blog cdn console dashboard db
    dev diia docs example files ftp git gov grafana help hromada imap internal invalid landing local localhost login
    mail media metrics monitoring mx ns ns1 ns2 oauth pay payments platform pool pop postmaster prometheus public
    region root s3 security signup smtp sso stage staging static status stripe support system template test testing
    tiles trembita webmail webmaster www""".split()
)

KATOTTG_MESSAGE = gettext_lazy(
    "Код КАТОТТГ — це UA і 17 цифр. Знайдіть свій код за назвою громади в довіднику КАТОТТГ."
)


def validate_slug(value: str) -> None:
    if not value.isascii():
        raise ValidationError(
            _("Адреса «%(slug)s» містить нелатинські літери. Пишіть латиницею, напр. dubohirska."),
            code="not_latin",
            params={"slug": value},
        )
    if value in RESERVED or value.startswith(("xn--", "pool-", "t-")):
        raise ValidationError(
            _("Адреса «%(slug)s» зарезервована за платформою. Виберіть іншу, напр. назву громади латиницею."),
            code="reserved",
            params={"slug": value},
        )
    if not SLUG.match(value):
        raise ValidationError(
            _("Адреса «%(slug)s» не годиться: 3–40 латинських літер, цифр і дефісів, перша — літера."),
            code="bad_slug",
            params={"slug": value},
        )


def validate_katottg(value: str) -> None:
    if not KATOTTG.match(value):
        raise ValidationError(KATOTTG_MESSAGE, code="bad_katottg")


def validate_name(value: str) -> None:
    if mixes_alphabets(value):
        raise ValidationError(
            _("У назві «%(name)s» змішано кириличні й латинські літери одного вигляду. Наберіть її наново кирилицею."),
            code="mixed_alphabets",
            params={"name": value},
        )
    if any(ord(letter) < 32 or 0x202A <= ord(letter) <= 0x202E or 0x2066 <= ord(letter) <= 0x2069 for letter in value):
        raise ValidationError(_("У назві є невидимі керівні знаки. Наберіть її наново."), code="control_letters")


def edrpou_is_valid(value: str) -> bool:
    return bool(edrpou_number.is_valid(value))


def validate_edrpou(value: str) -> None:
    """The form of the code. Its check digit may be overridden with a reason, see Community.clean."""
    if not re.fullmatch(r"\d{8}", value):
        raise ValidationError(_("Код ЄДРПОУ — рівно 8 цифр, разом із нулями на початку."), code="bad_edrpou")
