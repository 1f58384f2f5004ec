"""A record comes in: once, whole, by the rules of every form, or not at all with the reason of each field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_zone
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.fieldwork.clocks import clock_off, true_moment
from kernel.fieldwork.describing import (
    BROKEN,
    PHOTOS,
    PLACE,
    asked_names,
    fault,
    faults_of,
    field_register_or_404,
    told_of,
)
from kernel.fieldwork.models import FieldRecord
from kernel.fieldwork.sent import Place, Sent, Shot, digest_of
from kernel.fieldwork.wording import reason_of
from kernel.files.attaching import attach
from kernel.files.errors import FileRefused
from kernel.files.models import StoredFile
from kernel.files.storing import store
from kernel.maps.boundary import metres_outside
from kernel.maps.topology.rules import REASON_WANTED
from kernel.operations import Denied, operation
from kernel.registers.forms import form_class
from kernel.registers.register import Register
from kernel.registers.registry import register_named
from kernel.registers.saving import Stale, card_or_404, save_card
from kernel.tenancy.locks import hold_lock

SRID = 4326
PICTURE = "image/"


class Refused(Exception):
    """Nothing was written; the errors name fields as the device knows them."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors


class Conflict(Exception):
    """The card was changed since it was taken along; `theirs` is the card as it is now."""

    def __init__(self, theirs: dict[str, Any]) -> None:
        super().__init__()
        self.theirs = theirs


class SentOtherwise(Exception):
    """This record was already written, and said something else."""

    def __init__(self, record: FieldRecord) -> None:
        super().__init__()
        self.record = record


class Closed(Exception):
    """There is no such form any more: the module was switched off, or the card is gone."""


@dataclass(frozen=True, slots=True)
class Written:
    register: Register
    card: Any
    again: bool


@operation("fieldwork", None)
def receive(key: UUID, sent: Sent, photos: Sequence[Any], *, by: User) -> Written:
    """Write the record, or find it written: however many times it is sent, and from however many tabs."""
    hold_lock(f"fieldwork.record:{key}")
    digest = digest_of(sent, photos)
    known = FieldRecord.objects.filter(pk=key).first()
    if known is not None:
        return _known(known, digest, by)
    register = _register(sent.register_label, by)
    now = timezone.now()
    off = clock_off(sent.sent_at, now)
    card = _begun(register, sent, by)
    form = _filled(register, sent, card, true_moment(sent.made_at, off, now), by)
    errors = _missing(register, sent, form, len(photos))
    outside = _outside(sent, errors)
    if errors:
        raise Refused(errors)
    if not sent.confirmed and (doubles := form.doubles()):
        raise Refused([_double(register, doubles)])
    stored = [_stored(place, photo, by) for place, photo in enumerate(photos)]
    for file, shot in zip(stored, sent.photos, strict=True):
        _remember(file, shot, off, now)
    if stored and register.fieldwork.photo and (card is None or not getattr(card, register.fieldwork.photo)):
        setattr(form.instance, register.fieldwork.photo, stored[0])
    if sent.place is None and card is None:
        _place_of_photos(register, form.instance, stored)
    saved = _saved(register, form.instance, sent, off, by)
    if register.fieldwork.checklist is not None and sent.card is None:
        _checked(register, saved, sent, by)
    first = 1 if stored and getattr(saved, f"{register.fieldwork.photo}_id", None) == stored[0].pk else 0
    for file in stored[first:]:
        attach(saved, file, by=by, section="", title=_("З поля"))
    FieldRecord.objects.create(
        id=key,
        register=register.label,
        table=register.table,
        row_id=str(saved.pk),
        changed=sent.card is not None,
        sender=by,
        made_at=sent.made_at,
        received_at=now,
        clock_off=off,
        place=_point(sent.place),
        accuracy=round(sent.place.accuracy) if sent.place and sent.place.accuracy is not None else None,
        by_hand=bool(sent.place and sent.place.by_hand),
        outside=outside,
        reason=sent.reason.strip(),
        photos=len(stored),
        digest=digest,
    )
    return Written(register, saved, False)


def _known(known: FieldRecord, digest: str, by: User) -> Written:
    if known.sender_id != by.pk:
        raise Denied(_("Цей запис зробила інша людина. Увійдіть під її записом, щоб надіслати."))
    if known.digest != digest:
        raise SentOtherwise(known)
    register = register_named(known.register)
    card = register.queryset().filter(pk=known.row_id).first()
    if card is None:
        raise Closed(_("Запис прийнято раніше, а картки вже немає. Приберіть його з пристрою."))
    return Written(register, card, True)


def _register(label: str, by: User) -> Register:
    try:
        register = field_register_or_404(label)
    except Http404:
        raise Closed(
            _(
                "Цього розділу або форми вже немає: його вимкнено. Запис лишається на пристрої; зверніться до адміністратора."
            )
        ) from None
    require(by, register.module, Level.EDIT)
    return register


def _begun(register: Register, sent: Sent, by: User) -> Any:
    """The card to change, as the person saw it; None for a new one."""
    if sent.card is None:
        return None
    try:
        card = card_or_404(register, by, sent.card, Level.EDIT)
    except Http404:
        raise Closed(
            _(
                "Картки вже немає або вона поза вашими правами. Запис лишається на пристрої; зверніться до того, хто її веде."
            )
        ) from None
    if getattr(card, "archived_at", None):
        raise Refused(
            [fault(register, "", _("Картка в архіві. Попросіть повернути її до реєстру й надішліть ще раз."))]
        )
    if card.version != sent.version:
        raise Conflict(told_of(register, card, by))
    return card


def _filled(register: Register, sent: Sent, card: Any, moment: datetime, by: User) -> Any:
    """The form of the card with what was typed on the device; what the device itself knows stands in the card."""
    names = asked_names(register, by)
    texts = {f"{name}__text" for name in names if register.facets[name].kind == "reference"}
    strange = [name for name, value in sent.values.items() if value and name not in names and name not in texts]
    if strange:
        raise Refused([_gone(register, name) for name in strange])
    if card is not None:
        names = [name for name in names if name in sent.values or f"{name}__text" in sent.values]
    instance = card if card is not None else register.model()
    declared = register.fieldwork
    if card is None and declared.day and declared.day not in sent.values:
        setattr(instance, declared.day, moment.astimezone(local_zone()).date())
    if declared.place and sent.place is not None and (card is None or sent.place.by_hand):
        setattr(instance, declared.place, _point(sent.place))
    data = {name: value for name, value in sent.values.items() if value is not False}
    return form_class(register, by, only=names)(data, {}, instance=instance)


def _gone(register: Register, name: str) -> dict[str, Any]:
    label = register.facets[name].label if name in register.facets else name[:60]
    told = _("Поля «%(label)s» у формі вже немає. Перенесіть написане в інше поле або приберіть його.")
    return {"field": name[:80], "message": told % {"label": label}, "code": "gone"}


def _missing(register: Register, sent: Sent, form: Any, photos: int) -> list[dict[str, Any]]:
    errors = [] if form.is_valid() else faults_of(register, ValidationError(form.errors.as_data()))
    declared = register.fieldwork
    if declared.needs_photo and not sent.photos and sent.card is None:
        errors.append(
            {"field": PHOTOS, "message": _("Додайте знімок: без нього запису не приймуть."), "code": "required"}
        )
    if photos != len(sent.photos):
        told = _("Дійшли не всі знімки: %(came)s з %(sent)s. Надішліть ще раз.") % {
            "came": photos,
            "sent": len(sent.photos),
        }
        errors.append({"field": PHOTOS, "message": told, "code": "incomplete"})
    return errors


def _outside(sent: Sent, errors: list[dict[str, Any]]) -> int:
    """Metres beyond the community's boundary: let through with a reason, which is kept."""
    point = _point(sent.place)
    if point is None or not (metres := round(metres_outside(point))):
        return 0
    if not sent.reason.strip():
        told = _("Місце поза межею громади (%(metres)s м). Перевірте його; якщо так і має бути, впишіть підставу.")
        errors.append({"field": PLACE, "message": told % {"metres": metres}, "code": REASON_WANTED})
    return metres


def _double(register: Register, doubles: list[Any]) -> dict[str, Any]:
    names = "; ".join(register.label_of(card) for card in doubles)
    told = _("Схоже, така картка вже є: %(names)s. Якщо це інша, підтвердьте й надішліть ще раз.")
    return {"field": "", "message": told % {"names": names}, "code": "double"}


def _stored(place: int, photo: Any, by: User) -> StoredFile:
    try:
        file = store(photo, by=by).file
    except FileRefused as refused:
        raise Refused([{"field": PHOTOS, "photo": place, "message": str(refused), "code": refused.code}]) from None
    if not file.media_type.startswith(PICTURE):
        told = _("«%(name)s» — не знімок. Приберіть його й додайте світлину.") % {"name": file.name}
        raise Refused([{"field": PHOTOS, "photo": place, "message": told, "code": "no_picture"}])
    return file


def _remember(file: StoredFile, shot: Shot, off: int, now: datetime) -> None:
    """A photo made smaller on the device lost what its camera wrote; the device tells it beside."""
    file.taken_at = file.taken_at or true_moment(shot.at, off, now)
    file.taken_where = file.taken_where or _point(shot.place)
    file.save(update_fields=["taken_at", "taken_where"])


def _place_of_photos(register: Register, card: Any, photos: list[StoredFile]) -> None:
    """The device knew no place: its camera may have."""
    name = register.fieldwork.place
    if not name or getattr(card, name) is not None:
        return
    found = next((photo.taken_where for photo in photos if photo.taken_where is not None), None)
    if found is not None:
        setattr(card, name, found)
    elif register.facets[name].required:
        told = _("Місця немає ні в записі, ні у знімку. Визначте його або впишіть координати.")
        raise Refused([{"field": PLACE, "message": told, "code": "required"}])


def _saved(register: Register, card: Any, sent: Sent, off: int, by: User) -> Any:
    try:
        # What the database refuses must not break the words about it.
        with transaction.atomic():
            return save_card(register, card, by=by, version=sent.version, reason=reason_of(sent, off))
    except Stale as stale:
        raise Conflict(told_of(register, stale.theirs, by)) from None
    except ValidationError as invalid:
        raise Refused(faults_of(register, invalid)) from None
    except (IntegrityError, DataError):
        told = _("Якесь зі значень база не приймає. Перевірте числа й дати та надішліть ще раз.")
        raise Refused([fault(register, "", told)]) from None


def _checked(register: Register, card: Any, sent: Sent, by: User) -> None:
    declared = register.fieldwork.checklist
    points = register_named(declared.register)
    rows = points.rows(by).filter(pk__in=sent.broken)
    if declared.by:
        rows = rows.filter(**{declared.by: getattr(card, f"{declared.by}_id")})
    found = list(rows)
    if len(found) != len(set(sent.broken)):
        told = _("Пункту вже немає в цьому чек-листі. Відкрийте запис, позначте ще раз і надішліть.")
        raise Refused([{"field": BROKEN, "message": told, "code": "gone"}])
    declared.record(card, found, by=by)


def _point(place: Place | None) -> Point | None:
    return Point(place.longitude, place.latitude, srid=SRID) if place else None
