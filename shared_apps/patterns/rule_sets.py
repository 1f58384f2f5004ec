"""A region's set of rules: published by editions, withdrawn; which communities took which, and who lags behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.operations import Denied, Who, name_of, operation
from kernel.tenancy.locks import hold_lock
from kernel.text import slug_from_name
from shared_apps.communities.models import Community
from shared_apps.patterns.models import Adoption, RuleSet
from shared_apps.reference.models import Rule


@operation("communities", None)
def publish_rule_set(
    region: str, title: str, values: Mapping[str, Decimal], *, valid_from: date, act: str, code: str = "", by: Who
) -> RuleSet:
    """A first edition, or, with `code`, the next one. Communities decide for themselves; nothing changes in them."""
    if isinstance(by, User):
        require(by, "communities", Level.EDIT, Community(katottg=region))
    if not title.strip() or not act.strip():
        raise ValidationError(_("Назвіть набір і підставу: наказ чи рішення, його дату й номер."))
    if not values:
        raise ValidationError(_("Впишіть значення хоча б одного правила."))
    allowed = set(Rule.objects.filter(code__in=values, overridable=True).values_list("code", flat=True))
    if strange := sorted(set(values) - allowed):
        raise ValidationError(_("Ці правила громада встановлювати не може: %(codes)s.") % {"codes": ", ".join(strange)})
    code = code or slugify(slug_from_name(title))[:60]
    if not code:
        raise ValidationError({"title": _("У назві немає жодної літери. Назвіть набір словами.")})
    hold_lock(f"patterns.rules.{region}.{code}")
    last = RuleSet.objects.filter(region=region, code=code).aggregate(last=Max("number"))["last"] or 0
    return RuleSet.objects.create(
        region=region,
        code=code,
        title=title.strip()[:120],
        number=last + 1,
        lines=[{"code": key, "value": f"{value:f}"} for key, value in sorted(values.items())],
        valid_from=valid_from,
        act=act.strip()[:300],
        published_by=name_of(by),
    )


@operation("communities", None)
def withdraw_rule_set(edition: RuleSet, *, by: Who, reason: str) -> None:
    """Offered to nobody any more; whoever took it keeps it until they undo it themselves."""
    if isinstance(by, User):
        require(by, "communities", Level.EDIT, Community(katottg=edition.region))
    if not reason.strip():
        raise Denied(_("Назвіть причину: її видно в історії."))
    if edition.withdrawn_at is None:
        edition.withdrawn_at = timezone.now()
        edition.save(update_fields=["withdrawn_at"])


def latest_editions(region: str) -> list[RuleSet]:
    """The newest that is offered of each set."""
    rows = RuleSet.objects.filter(region=region, withdrawn_at=None).order_by("code", "-number").distinct("code")
    return list(rows)


# -- who took what -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A community beside a set: `adoption` is what holds there now."""

    community: Community
    adoption: Adoption | None
    latest: RuleSet | None
    undone: bool

    @property
    def state(self) -> str:
        if self.adoption is None:
            return "undone" if self.undone else "never"
        if self.latest is not None and self.adoption.edition.number < self.latest.number:
            return "behind"
        return "current"


def standings(code: str, region: str, communities: Sequence[Community]) -> list[Standing]:
    """Two questions however many communities; nobody's schema is visited."""
    latest = RuleSet.objects.filter(region=region, code=code, withdrawn_at=None).order_by("-number").first()
    rows = Adoption.objects.filter(
        edition__region=region, edition__code=code, community__in=[one.pk for one in communities]
    ).select_related("edition")
    held: dict[object, Adoption] = {}
    undone = set()
    for row in rows.order_by("adopted_at", "pk"):
        if row.undone_at is None:
            held[row.community_id] = row
        else:
            undone.add(row.community_id)
    return [Standing(one, held.get(one.pk), latest, one.pk in undone) for one in communities]
