"""Two editions of a fictional oblast's set of rules: one community took the newer, one lags, the rest decide."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kernel.tenancy import tenant_context
from kernel.tenancy.actor import Actor
from shared_apps.communities.models import Community
from shared_apps.patterns.adopting import adopt
from shared_apps.patterns.models import RuleSet
from shared_apps.patterns.rule_sets import publish_rule_set
from shared_apps.reference.models import Rule

REGION = "UA99"
BY = Actor("operator", name="демонстрація")
FIRST = {"BILL_DAY": Decimal(8), "BILL_DUE_DAY": Decimal(18)}
SECOND = {"BILL_DAY": Decimal(7), "BILL_DUE_DAY": Decimal(20), "AVERAGE_PERIODS": Decimal(2)}


def load_demo_rules() -> int:
    """In platform scope; once, of the rules that are loaded here."""
    known = set(Rule.objects.filter(overridable=True).values_list("code", flat=True))
    if RuleSet.objects.exists() or not known >= FIRST.keys() | SECOND.keys():
        return 0
    title = "Строки рахунків за комунальні послуги"
    first = publish_rule_set(REGION, title, FIRST, valid_from=date(2026, 1, 1), act="Наказ № 3 від 12.01.2026", by=BY)
    _taken(first, "dubohirska", "kalynobridska")
    second = publish_rule_set(
        REGION, title, SECOND, valid_from=date(2026, 7, 1), act="Наказ № 41 від 02.06.2026", code=first.code, by=BY
    )
    _taken(second, "dubohirska")
    return 2


def _taken(edition: RuleSet, *slugs: str) -> None:
    codes = [row["code"] for row in edition.lines]
    for community in Community.objects.filter(slug__in=slugs, state=Community.State.ACTIVE):
        with tenant_context(community):
            adopt(edition, codes, by=BY)
