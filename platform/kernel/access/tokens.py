"""Keys of programs: `hc_<prefix>_<secret>`, shown once, acting for their owner and never beyond the owner."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.grants import limit_rights, rights_of
from kernel.access.levels import Level
from kernel.access.models import ApiToken, User
from kernel.access.rights import allowed, level_of, title_of
from kernel.access.secret import hash_of, new_secret, same
from kernel.access.subjects import Subject, subjects
from kernel.operations import Denied, Who, name_of, operation

PURPOSE = "api-token"
LONGEST = timedelta(days=366)
USUAL = timedelta(days=90)
USE_IS_NOTED_EVERY = timedelta(minutes=1)
_FORM = re.compile(r"^hc_([a-z0-9]{8})_([A-Za-z0-9_-]{43})$")
_LETTERS = string.ascii_lowercase + string.digits

WORDS = {"view": Level.VIEW, "edit": Level.EDIT, "manage": Level.MANAGE}
_WORD_OF = {level: word for word, level in WORDS.items()}


class TokenRefused(Exception):
    """The key opens nothing here. The reason is for the log, not for the caller."""


def scope(module: str, level: Level) -> str:
    return f"{module}:{_WORD_OF[level]}"


def possible_scopes(user: User) -> list[tuple[Subject, list[Level]]]:
    """What the owner could hand to a program today: subjects, each with the levels up to the owner's."""
    rights = rights_of(user)
    found = []
    for subject in subjects():
        levels = [] if subject.is_area else [level for level in _WORD_OF if level <= rights.level(subject.code)]
        if levels:
            found.append((subject, levels))
    return found


def cap_of(scopes: Iterable[str]) -> dict[str, Level]:
    cap: dict[str, Level] = {}
    for one in scopes:
        module, _colon, word = one.rpartition(":")
        cap[module] = max(cap.get(module, Level.NONE), WORDS.get(word, Level.NONE))
    return cap


@operation("access", None)
def create_token(name: str, scopes: Iterable[str], *, by: User, valid_for: timedelta = USUAL) -> tuple[ApiToken, str]:
    """The row and the key itself, which is nowhere else."""
    if not isinstance(by, User) or by.is_support:
        raise Denied(_("Ключ створює людина, від імені якої програма працюватиме."))
    if hasattr(by, "rights_cap"):
        raise Denied(_("Ключ не створює інших ключів. Увійдіть до системи в переглядачі."))
    wanted = sorted(set(scopes))
    if not wanted:
        raise Denied(_("Виберіть хоча б один розділ."))
    if not timedelta(0) < valid_for <= LONGEST:
        raise Denied(_("Строк ключа — від 1 до 366 днів."))
    for module, level in cap_of(wanted).items():
        if level == Level.NONE or level_of(by, module) < level:
            raise Denied(
                _("Ви самі не маєте права, яке даєте програмі: %(scopes)s.")
                % {"scopes": ", ".join(one for one in wanted if one.rpartition(":")[0] == module)}
            )
    prefix, secret = "".join(secrets.choice(_LETTERS) for _letter in range(8)), new_secret()
    token = ApiToken(
        name=name.strip(),
        prefix=prefix,
        hash=hash_of(secret, PURPOSE),
        scopes=wanted,
        created_by=by,
        expires_at=timezone.now() + valid_for,
    )
    token.full_clean(exclude=["hash", "prefix"])
    token.save()
    return token, f"hc_{prefix}_{secret}"


@operation("access", None)
def revoke_token(token: ApiToken, *, by: Who, reason: str = "") -> None:
    """The owner, or an administrator."""
    if isinstance(by, User) and by.pk != token.created_by_id and not allowed(by, "access", Level.MANAGE):
        raise Denied(_("Ключ відкликає його власник або адміністратор системи."))
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = timezone.now(), name_of(by)
        token.save(update_fields=["revoked_at", "revoked_by"])


def admit(key: str, *, address: str = "") -> ApiToken:
    """The token behind a key; its owner's rights are already cut down to the scopes."""
    form = _FORM.match(key)
    if form is None:
        raise TokenRefused("form")
    prefix, secret = form.groups()
    token = ApiToken.objects.select_related("created_by").filter(prefix=prefix).first()
    given = hash_of(secret, PURPOSE)
    # Compared even when nothing was found, so that an unknown beginning takes as long as a wrong ending.
    if not same(given, token.hash if token else "0" * 64) or token is None:
        raise TokenRefused("unknown")
    if token.state != "open":
        raise TokenRefused(token.state)
    if not token.created_by.is_active:
        raise TokenRefused("owner")
    _note_use(token, address)
    limit_rights(token.created_by, cap_of(token.scopes))
    return token


def _note_use(token: ApiToken, address: str) -> None:
    now, fresh = timezone.now(), token.last_used_at and token.last_used_at > timezone.now() - USE_IS_NOTED_EVERY
    if fresh and token.last_used_from == (address or None):
        return
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=now, last_used_from=address or None)


def scope_in_words(one: str) -> str:
    module, _colon, word = one.rpartition(":")
    try:
        title = title_of(module)
    except LookupError:
        title = module
    return f"{title} — {WORDS[word].label}" if word in WORDS else one
