"""What is asked for when a tenant is created, and everything that may be wrong with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import validate_email
from django.db.models import CheckConstraint, Q

from kernel.text import normalise_apostrophes
from provisioning.db import Connection
from provisioning.errors import BadInput, Taken
from provisioning.lifecycle.naming import schema_for
from provisioning.lifecycle.plans import find_plan, plan_codes
from provisioning.lifecycle.reference import look_up
from shared_apps.communities.likeness import default_slug, resemblances
from shared_apps.communities.models import Community, Domain, Plan
from shared_apps.communities.names import edrpou_is_valid, validate_slug

DEFAULT_PLAN = "standard"
SERVED_PARENT = (Community.State.ACTIVE, Community.State.SUSPENDED)
# Kept out of the stored arguments: a repetition names it again.
SECRET_FIELDS = frozenset({"admin_password"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """Everything an operator, or a sign-up form, says of the new tenant. Empty means: by default."""

    name: str
    kind: str = Community.Kind.HROMADA.value
    slug: str = ""
    short_name: str = ""
    genitive_name: str = ""
    parent: str = ""
    katottg: str = ""
    edrpou: str = ""
    edrpou_override_reason: str = ""
    population: int | None = None
    plan: str = DEFAULT_PLAN
    timezone: str = "Europe/Kyiv"
    contact_person: str = ""
    contact_phone: str = ""
    brand_hue: int | None = None
    coat_of_arms: str = ""
    shard: str = "main"
    admin_email: str = ""
    admin_last_name: str = ""
    admin_first_name: str = ""
    admin_patronymic: str = ""
    admin_password: str = field(default="", repr=False)
    look_alike_reason: str = ""

    @property
    def address(self) -> str:
        return self.slug or default_slug(self.short_name or self.name)

    def as_json(self) -> dict[str, Any]:
        told = {name: value for name, value in asdict(self).items() if name not in SECRET_FIELDS}
        return {**told, "slug": self.address}

    @classmethod
    def from_json(cls, stored: dict[str, Any], *, admin_password: str = "") -> NewTenant:
        known = {f.name for f in fields(cls)} - SECRET_FIELDS
        return cls(**{name: value for name, value in stored.items() if name in known}, admin_password=admin_password)


@dataclass(frozen=True, slots=True)
class Examined:
    """A request found sound: the row as it would be saved, its host, and what deserves a second look."""

    community: Community
    host: str
    warnings: tuple[str, ...]


def platform_host(slug: str) -> str:
    return f"{slug}.{settings.BASE_DOMAIN}"


def examine(new: NewTenant, connection: Connection) -> Examined:
    """Raise with every problem at once, or return the unsaved row. Reads only; in platform scope."""
    problems: list[tuple[str, str]] = []
    warnings: list[str] = []
    plan = find_plan(new.plan)
    if plan is None:
        problems.append(("plan", f"Тарифу «{new.plan}» немає. Є: {plan_codes()}."))
    parent = _parent(new, problems, warnings)
    community = _community(new, plan, parent)
    _check_fields(community, problems)
    _check_administrator(new, problems, warnings)
    _check_place(community, problems, warnings)
    if not problems:
        _check_taken(community)
        community.schema_name = _free_schema(community.slug, connection)
        _check_rows(community, problems)
        _check_resemblance(community, new.look_alike_reason, problems, warnings)
    if problems:
        raise BadInput(problems, "виправте назване й повторіть; приклад: hromada tenant create --help.")
    _doubt(community, new, warnings)
    return Examined(community, platform_host(community.slug), tuple(warnings))


def check_names(community: Community, look_alike_reason: str) -> list[str]:
    """New names of an existing community, under the same rules; returns what was allowed on purpose."""
    problems: list[tuple[str, str]] = []
    warnings: list[str] = []
    _check_fields(community, problems)
    if not problems:
        _check_taken(community)
        _check_resemblance(community, look_alike_reason, problems, warnings)
    if problems:
        raise BadInput(problems, "виправте назване й повторіть; приклад: hromada tenant rename --help.")
    return warnings


def _community(new: NewTenant, plan: Plan | None, parent: Community | None) -> Community:
    name = normalise_apostrophes(" ".join(new.name.split()))
    short_name = normalise_apostrophes(" ".join(new.short_name.split())) or name[:120]
    given = {"brand_hue": new.brand_hue} if new.brand_hue is not None else {}
    return Community(
        slug=new.address,
        kind=new.kind,
        parent=parent,
        name=name,
        short_name=short_name,
        genitive_name=normalise_apostrophes(new.genitive_name),
        # An enterprise stands where its hromada does unless told otherwise.
        katottg=new.katottg or (parent.katottg if parent else ""),
        edrpou=new.edrpou,
        edrpou_override_reason=new.edrpou_override_reason,
        population=new.population,
        timezone=new.timezone,
        contact_person=new.contact_person,
        contact_phone=new.contact_phone,
        coat_of_arms=new.coat_of_arms,
        shard=new.shard,
        plan=plan,
        **given,
    )


def _parent(new: NewTenant, problems: list[tuple[str, str]], warnings: list[str]) -> Community | None:
    if not new.parent:
        if new.kind == Community.Kind.ENTERPRISE:
            warnings.append("Підприємство створюється без громади-власника: назвати її можна ключем --parent.")
        return None
    parent = Community.objects.filter(slug=new.parent).first()
    if parent is None:
        problems.append(("parent", f"Громади «{new.parent}» немає. Усі: hromada tenant list."))
    elif new.kind == Community.Kind.HROMADA:
        problems.append(("parent", "Громада не має власника: --parent вказують лише для підприємства."))
    elif parent.kind != Community.Kind.HROMADA:
        problems.append(("parent", f"«{new.parent}» — підприємство, а власником буває лише громада."))
    elif parent.state not in SERVED_PARENT:
        problems.append(("parent", f"Громада «{new.parent}» не працює: {parent.get_state_display()}."))
    return parent


def _check_fields(community: Community, problems: list[tuple[str, str]]) -> None:
    try:
        community.clean_fields(exclude={"schema_name", "plan", "parent"})
    except ValidationError as invalid:
        problems += _flat(invalid)
    try:
        community.clean()
    except ValidationError as invalid:
        named = {name for name, _ in problems}
        problems += [(name, text) for name, text in _flat(invalid) if name not in named]


def _check_rows(community: Community, problems: list[tuple[str, str]]) -> None:
    """Uniqueness and the table's own constraints, in the words of the model.

    The conditions are first asked about all at once: one by one each costs three round trips.
    """
    constraints = Community._meta.constraints
    conditions = [constraint.condition for constraint in constraints if isinstance(constraint, CheckConstraint)]
    try:
        community.validate_unique(exclude={"id", "slug", "schema_name"})
        CheckConstraint(condition=Q(*conditions), name="all_at_once").validate(Community, community)
        for constraint in constraints:
            if not isinstance(constraint, CheckConstraint):
                constraint.validate(Community, community)
    except ValidationError:
        _name_broken_rows(community, problems)


def _name_broken_rows(community: Community, problems: list[tuple[str, str]]) -> None:
    for check in (community.validate_unique, community.validate_constraints):
        try:
            check()
        except ValidationError as invalid:
            problems += _flat(invalid)


def _check_taken(community: Community) -> None:
    slug, host = community.slug, platform_host(community.slug)
    other = Community.objects.filter(slug=slug).exclude(pk=community.pk).first()
    if other is not None:
        raise Taken(
            f"Адреса «{slug}» зайнята: {other.short_name} ({other.get_state_display()}, код {other.edrpou or '—'}).",
            f"виберіть іншу: --slug {_free_like(slug)}; наявну показує hromada tenant show {slug}.",
        )
    domain = Domain.objects.select_related("tenant").filter(domain=host).exclude(tenant=community.pk).first()
    if domain is not None:
        raise Taken(
            f"Адреса {host} ще веде до {domain.tenant.short_name} ({domain.tenant.slug}): її лишили після перейменування.",
            f"виберіть іншу: --slug {_free_like(slug)}, або звільніть стару: "
            f"hromada tenant domain remove {domain.tenant.slug} {host}.",
        )


def _free_like(slug: str) -> str:
    taken = set(Community.objects.filter(slug__startswith=slug[:36]).values_list("slug", flat=True))
    for number in range(2, 1000):
        wanted = f"{slug[:36].rstrip('-')}-{number}"
        if wanted not in taken:
            try:
                validate_slug(wanted)
            except ValidationError:
                break
            return wanted
    return "…"


def _check_resemblance(community: Community, reason: str, problems: list[tuple[str, str]], warnings: list[str]) -> None:
    others = Community.objects.exclude(Q(state=Community.State.DELETED) | Q(pk=community.pk)).only(
        "slug", "name", "short_name", "kind", "parent_id", "katottg"
    )
    for found in resemblances(community, others):
        if reason.strip():
            warnings.append(f"{found} Дозволено: {reason.strip()}.")
        else:
            problems.append(
                (
                    found.field,
                    f"{found} Люди їх переплутають. Якщо це справді інша установа: --allow-look-alike «чому».",
                )
            )


def _check_administrator(new: NewTenant, problems: list[tuple[str, str]], warnings: list[str]) -> None:
    if not new.admin_email:
        if new.admin_password:
            problems.append(("admin_email", "Пароль без пошти: вкажіть --admin-email."))
        warnings.append(
            f"Адміністратора не названо: потім — hromada user invite ПОШТА --tenant {new.address or '…'} --role administrator."
        )
        return
    try:
        validate_email(new.admin_email)
    except ValidationError:
        problems.append(("admin_email", f"«{new.admin_email}» — не адреса пошти."))
    if not new.admin_password:
        return
    if not (new.admin_last_name and new.admin_first_name):
        problems.append(("admin_last_name", "Для облікового запису з паролем назвіть прізвище й ім’я людини."))
    try:
        validate_password(new.admin_password)
    except ValidationError as weak:
        problems += [("admin_password", message) for message in weak.messages]


def _check_place(community: Community, problems: list[tuple[str, str]], warnings: list[str]) -> None:
    if not community.katottg:
        warnings.append("Код КАТОТТГ не вказано: без нього громада не потрапить до обласних зведень.")
    elif "katottg" not in {field for field, _ in problems}:
        place = look_up(community.katottg, community.kind)
        if place.problem:
            problems.append(("katottg", place.problem))
        if place.doubt:
            warnings.append(place.doubt)


def _doubt(community: Community, new: NewTenant, warnings: list[str]) -> None:
    if not community.edrpou:
        warnings.append("Код ЄДРПОУ не вказано: без нього не сформувати жодного документа.")
    elif not edrpou_is_valid(community.edrpou):
        warnings.append(f"Контрольна цифра ЄДРПОУ {community.edrpou} не збігається: {new.edrpou_override_reason}.")


def _free_schema(slug: str, connection: Connection) -> str:
    """A name that was never given out and does not exist; only a taken one costs a look at its neighbours."""
    stem = schema_for(slug, ())
    taken = connection.execute(
        "SELECT FROM communities_community WHERE schema_name = %(stem)s "
        "UNION ALL SELECT FROM pg_namespace WHERE nspname = %(stem)s::name",
        {"stem": stem},
    ).fetchone()
    if taken is None:
        return stem
    rows = connection.execute(
        "SELECT schema_name FROM communities_community WHERE starts_with(schema_name, %(stem)s) "
        "UNION SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname::text, %(stem)s)",
        {"stem": stem},
    )
    return schema_for(slug, [row[0] for row in rows])


def _flat(invalid: ValidationError) -> list[tuple[str, str]]:
    if not hasattr(invalid, "error_dict"):
        return [("", message) for message in invalid.messages]
    return [
        ("" if name == NON_FIELD_ERRORS else name, message)
        for name, messages in invalid.message_dict.items()
        for message in messages
    ]


def require_same(new: NewTenant, stored: dict[str, Any], slug: str) -> None:
    """A resumed creation goes on with what it began with."""
    asked = new.as_json()
    differing = sorted(name for name in asked if asked[name] != stored.get(name, asked[name]))
    if differing:
        told = "; ".join(f"{name}: було «{stored.get(name)}», тепер «{asked[name]}»" for name in differing)
        raise Taken(
            f"Створення «{slug}» уже розпочато з іншими даними ({told}).",
            f"повторіть із попередніми даними або скасуйте почате: hromada tenant rollback-creation {slug}.",
        )
