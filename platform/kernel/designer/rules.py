"""What a definition may not be: each refusal says what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.designer.models import Definition, Kind, OwnField
from kernel.designer.reading import Unreadable, read
from kernel.registers.listing import FORM_OF_LIST
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named
from kernel.text import slug_from_name

MOST_FIELDS = 200
MOST_OPTIONS = 200
# Words of addresses and of every card: a field called so could not be asked for.
RESERVED = frozenset(
    {*FORM_OF_LIST, "id", "pk", "q", "version", "created_at", "created_by", "updated_at", "archived_at", "archived",
     "sought", "extra", "definition", "number", "name", "place", "indicator", "fields", "limit", "cursor", "new", "edit",
     "import", "export", "bulk", "find", "history", "figures", "api", "admin"}
)  # fmt: skip
_CODE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
UNIQUE_KINDS = frozenset({Kind.TEXT, Kind.NUMBER, Kind.DATE})
DEFAULT_KINDS = frozenset({Kind.TEXT, Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.BOOLEAN, Kind.CHOICE})


def title_told(title: str) -> str:
    """The title without needless spaces, or a refusal."""
    told = " ".join(title.replace("\x00", "").split())
    if not told:
        raise ValidationError(_("Назвіть це: без назви його не знайти."))
    if "<" in told or ">" in told:
        raise ValidationError(_("У назві не може бути знаків < і >. Приберіть їх."))
    return told


def code_for(title: str, taken: Iterable[str], reserved: Iterable[str] = RESERVED) -> str:
    """A code out of the title, when nobody gave one."""
    made = slug_from_name(title).replace("-", "_")[:32].strip("_")
    root = made if made[:1].isalpha() else f"f_{made}".strip("_")
    busy = {*taken, *reserved}
    code, number = root, 2
    while code in busy:
        code, number = f"{root}_{number}", number + 1
    return code


def code_told(register: Register | None, code: str) -> str:
    if not _CODE.match(code) or "__" in code:
        raise ValidationError(
            _("Код — малі латинські літери, цифри й одинарні підкреслення, напр. wall_height. Виправте його.")
        )
    own = {one.name for one in register.model._meta.get_fields()} | {*register.declared_facets} if register else set()
    if code in RESERVED or code in own:
        raise ValidationError(
            _("Код «%(code)s» уже має сама система. Дайте інший, напр. «%(other)s».")
            % {"code": code, "other": f"own_{code}"[:40]}
        )
    return code


def check_field(field: OwnField, register: Register) -> None:
    """Everything about the field itself; what the cards say of it is asked after."""
    wrong: dict[str, str] = {}
    if field.kind == Kind.CHOICE:
        wrong.update(_options(field))
    else:
        field.options = []
    if field.kind == Kind.REFERENCE:
        try:
            register_named(field.points_to)
        except UnknownRegister:
            wrong["points_to"] = _("Оберіть реєстр, на картку якого вказує поле.")
    else:
        field.points_to = ""
    if field.unique and field.kind not in UNIQUE_KINDS:
        wrong["unique"] = _("Без повторів бувають текст, число й дата. Зніміть позначку або змініть вид.")
    if field.kind != Kind.NUMBER:
        field.decimals = 0
    if field.kind not in (Kind.NUMBER,):
        field.unit = ""
    if field.default:
        wrong.update(_default(field))
    if field.public and field.level > 1:
        wrong["public"] = _("Поле, яке бачать не всі працівники, не показують і мешканцям. Зніміть одне з двох.")
    if field.public and field.kind in (Kind.REFERENCE, Kind.FILE):
        wrong["public"] = _("Посилань на картки й файлів мешканцям не показують: у них буває те, що не для всіх.")
    if wrong:
        raise ValidationError(wrong)
    _refuse_circle(field)


def _default(field: OwnField) -> dict[str, str]:
    if field.kind not in DEFAULT_KINDS:
        return {"default": _("Поле цього виду не має типового значення. Залиште порожнім.")}
    if field.unique:
        return {"default": _("Поле без повторів не має типового значення: другій картці воно не підійде.")}
    try:
        read(field.kind, field.default, [(one[0], one[1]) for one in field.options], field.decimals)
    except Unreadable as unread:
        return {"default": _("Типове значення не підходить: %(why)s.") % {"why": unread}}
    return {}


def _options(field: OwnField) -> dict[str, str]:
    words = [str(one[1]) for one in field.options]
    if not words:
        return {"options": _("Впишіть варіанти, кожен з нового рядка.")}
    if len(words) > MOST_OPTIONS:
        return {"options": _("Забагато варіантів: не більше %(most)s.") % {"most": MOST_OPTIONS}}
    folded = [one.casefold() for one in words]
    if twice := next((one for one in words if folded.count(one.casefold()) > 1), ""):
        return {"options": _("Варіант «%(value)s» повторено. Залиште один.") % {"value": twice}}
    return {}


def _refuse_circle(field: OwnField) -> None:
    """Cards that must point at each other: neither could ever be the first."""
    if field.kind != Kind.REFERENCE or not field.required:
        return
    start = field.definition.register
    ways: dict[str, list[str]] = {}
    needed = OwnField.objects.filter(kind=Kind.REFERENCE, required=True, retired_at=None, definition__retired_at=None)
    for source, target in needed.exclude(pk=field.pk).values_list("definition__register", "points_to"):
        ways.setdefault(source, []).append(target)
    queue, seen = [(field.points_to, [start, field.points_to])], set()
    while queue:
        place, path = queue.pop()
        if place == start:
            names = " → ".join(_name(one) for one in path)
            raise ValidationError(
                {"points_to": _("Обовʼязкові посилання йдуть по колу: %(circle)s. Жодної картки не додати першою. Зробіть "
                                "одне з них необовʼязковим.") % {"circle": names}}
            )  # fmt: skip
        if place not in seen:
            seen.add(place)
            queue += [(target, [*path, target]) for target in ways.get(place, ())]


def _name(label: str) -> str:
    try:
        return register_named(label).name
    except UnknownRegister:
        return label


def refuse_too_many(definition: Definition, adding: int = 1) -> None:
    live = OwnField.objects.filter(definition=definition, retired_at=None).count()
    if live + adding > MOST_FIELDS:
        raise ValidationError(
            _("У реєстрі вже %(count)s власних полів, а більше %(most)s не буває. Вилучіть ті, якими не користуються.")
            % {"count": live, "most": MOST_FIELDS}
        )


def options_of(text: str, known: Iterable[Any] = ()) -> list[list[str]]:
    """Lines «words» or «code = words» into options; an option that is known keeps its code."""
    codes = {str(words).casefold(): str(code) for code, words in known}
    kept = {str(code) for code, _words in known}
    found: list[list[str]] = []
    for line in text.replace("\x00", "").splitlines():
        given, equals, words = line.partition("=")
        told = " ".join((words if equals else given).split())[:120]
        if not told:
            continue
        code = given.strip() if equals else codes.get(told.casefold(), "")
        if not _CODE.match(code):
            code = code_for(told, {*kept, *(one[0] for one in found)}, ())
        found.append([code, told])
    return found
