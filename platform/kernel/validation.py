"""What a form says of a wrong code: what is wrong and what to do. The arithmetic is in kernel.identifiers."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel import identifiers
from kernel.identifiers import DocumentKind, Fault, Sex


def validate_edrpou_form(code: str) -> None:
    """Eight digits. The check digit is asked for separately: a few old codes never had a right one."""
    match identifiers.edrpou_fault(code):
        case Fault.LETTERS:
            raise ValidationError(_("Код ЄДРПОУ складається лише з цифр. Приберіть літери й знаки."), "letters")
        case Fault.LENGTH:
            raise ValidationError(
                _(
                    "Код ЄДРПОУ — це 8 цифр разом із нулями на початку, а тут їх %(count)s. Звірте код із випискою з ЄДР."
                )
                % {"count": len(code)},
                "length",
            )


def validate_edrpou(code: str) -> None:
    validate_edrpou_form(code)
    if not identifiers.is_edrpou(code):
        raise ValidationError(
            _(
                "Контрольна цифра коду ЄДРПОУ не сходиться: у коді помилка в одній із цифр. Звірте його з випискою "
                "з ЄДР; якщо код справді такий, вкажіть підставу винятку."
            ),
            "checksum",
        )


def validate_rnokpp(code: str) -> None:
    match identifiers.rnokpp_fault(code):
        case Fault.LETTERS:
            raise ValidationError(
                _("РНОКПП складається лише з цифр. Якщо людина відмовилася від номера, позначте це й вкажіть паспорт."),
                "letters",
            )
        case Fault.LENGTH:
            raise ValidationError(
                _("РНОКПП — це 10 цифр, а тут їх %(count)s. Звірте номер із карткою платника податків.")
                % {"count": len(code)},
                "length",
            )
        case Fault.CHECKSUM:
            raise ValidationError(
                _("Контрольна цифра РНОКПП не сходиться: в одній із цифр помилка. Звірте номер із документом."),
                "checksum",
            )


def rnokpp_warnings(code: str, *, birth_date: date | None = None, sex: Sex | None = None) -> list[str]:
    """Where the number tells another birthday or sex: worth a look, not a refusal."""
    if not identifiers.is_rnokpp(code):
        return []
    told = identifiers.rnokpp_birth_date(code)
    warnings = []
    if birth_date and birth_date != told:
        warnings.append(
            _("За РНОКПП людина народилася %(told)s, а вказано %(given)s. Звірте обидва з документом.")
            % {"told": f"{told:%d.%m.%Y}", "given": f"{birth_date:%d.%m.%Y}"}
        )
    if sex and sex != identifiers.rnokpp_sex(code):
        warnings.append(_("За РНОКПП стать інша, ніж вказано. Звірте номер із документом."))
    return warnings


def validate_unzr(unzr: str) -> None:
    match identifiers.unzr_fault(unzr):
        case Fault.LETTERS | Fault.LENGTH:
            raise ValidationError(
                _("УНЗР — це дата народження і п’ять цифр, напр. 19850615-01231. Перепишіть його з ID-картки."), "shape"
            )
        case Fault.DATE:
            raise ValidationError(
                _("УНЗР починається датою народження (рік, місяць, день), а такої дати немає. Звірте його з карткою."),
                "date",
            )


def unzr_warnings(unzr: str, *, birth_date: date | None = None) -> list[str]:
    if identifiers.unzr_fault(unzr):
        return []
    warnings = []
    told = identifiers.unzr_birth_date(unzr)
    if birth_date and told and birth_date != told:
        warnings.append(
            _("За УНЗР людина народилася %(told)s, а вказано %(given)s. Звірте обидва з документом.")
            % {"told": f"{told:%d.%m.%Y}", "given": f"{birth_date:%d.%m.%Y}"}
        )
    if identifiers.unzr_check_digit(unzr) != unzr[-1]:
        warnings.append(_("Остання цифра УНЗР не збігається з контрольною. Звірте номер із карткою."))
    return warnings


def validate_document(kind: DocumentKind, number: str) -> None:
    if identifiers.is_document(kind, number):
        return
    raise ValidationError(
        {
            DocumentKind.ID_CARD: _("Номер ID-картки — це 9 цифр. Він угорі праворуч на лицьовому боці."),
            DocumentKind.PASSPORT: _("Паспорт-книжечка — це дві українські літери й 6 цифр, напр. КН123456."),
            DocumentKind.FOREIGN_PASSPORT: _("Закордонний паспорт — це дві латинські літери й 6 цифр, напр. FB123456."),
            DocumentKind.BIRTH_CERTIFICATE: _(
                "Свідоцтво про народження — це римське число, дефіс, дві літери й 6 цифр, напр. I-БК123456."
            ),
            DocumentKind.RESIDENCE_PERMIT: _("Посвідка — це 9 цифр, а давніша — дві літери й 5–6 цифр."),
            DocumentKind.DRIVER_LICENCE: _("Посвідчення водія — це три літери й 6 цифр, напр. ВХМ123456."),
        }[kind],
        "shape",
    )


def validate_iban(iban: str) -> None:
    match identifiers.iban_fault(iban):
        case Fault.LETTERS:
            raise ValidationError(
                _("IBAN українського рахунку — це UA і 27 цифр. Скопіюйте його з реквізитів цілком."), "letters"
            )
        case Fault.LENGTH:
            raise ValidationError(
                _("IBAN має 29 знаків, а тут їх %(count)s. Скопіюйте його з реквізитів цілком.") % {"count": len(iban)},
                "length",
            )
        case Fault.CHECKSUM:
            raise ValidationError(
                _("Контрольне число IBAN не сходиться: в одній із цифр помилка. Звірте рахунок із реквізитами."),
                "checksum",
            )


def validate_mfo(code: str) -> None:
    if not identifiers.is_mfo(code):
        raise ValidationError(_("Код банку (МФО) — це 6 цифр. Його видно в IBAN після двох контрольних цифр."), "shape")


def validate_phone(value: str) -> None:
    if not identifiers.is_phone(value):
        raise ValidationError(_("Телефон — це +380 і дев’ять цифр, напр. 067 123-45-67. Перевірте код міста."), "shape")


def validate_vat_number(number: str) -> None:
    if not identifiers.is_vat_number(number):
        raise ValidationError(
            _("ІПН платника ПДВ — це 12 цифр (у ФОП 10). Перевірте його в реєстрі платників ПДВ."), "shape"
        )


def validate_kved(code: str) -> None:
    if not identifiers.is_kved(code):
        raise ValidationError(_("КВЕД — це чотири цифри з крапкою, напр. 84.11. Знайдіть код у довіднику."), "shape")
