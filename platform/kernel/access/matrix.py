"""Rights as a table people can read: areas, modules under them, a level and which records."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kernel.access.grants import level_in, rights_of
from kernel.access.levels import Level
from kernel.access.models import Role, User
from kernel.access.rules import ALL, rule_kinds
from kernel.access.subjects import Subject, subjects


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of a role's matrix: its own word, and what counts when it has none."""

    subject: Subject
    own: bool
    level: Level
    rule: str
    source: str

    @property
    def title(self) -> str | Promise:
        return self.subject.title

    @property
    def rule_title(self) -> str | Promise:
        return rule_kinds()[self.rule].title if self.rule in rule_kinds() else self.rule


def matrix_of_role(role: Role) -> list[Cell]:
    stored = {row.module: (Level(row.level), row.rule) for row in role.levels.all()}
    cells = []
    for subject in subjects():
        own = subject.code in stored
        if subject.is_area:
            level, rule = stored.get(subject.code, (Level.NONE, ALL))
        else:
            level, rule = level_in(role, stored, subject.code, subject.area)
        source = "" if own or subject.is_area or not subject.area else _("за областю або маніфестом")
        cells.append(Cell(subject, own, level, rule, source))
    return cells


@dataclass(frozen=True, slots=True)
class PersonCell:
    """One row of a person's matrix: the highest level and every role it comes from."""

    subject: Subject
    level: Level
    sources: tuple[str, ...]

    @property
    def title(self) -> str | Promise:
        return self.subject.title


def matrix_of_person(user: User) -> list[PersonCell]:
    rights = rights_of(user)
    titles = {held.role.code: held.role.title for held in rights.held}
    cells = []
    for subject in subjects():
        if subject.is_area:
            continue
        grants = rights.grants(subject.code)
        if not grants:
            continue
        sources = []
        for grant in grants:
            rule = "" if grant.rule == ALL else f", {rule_kinds()[grant.rule].title}"
            lent = ""
            if grant.delegation:
                lent = _(" за %(person)s до %(day)s") % {
                    "person": grant.delegation.from_user.initials,
                    "day": f"{grant.delegation.to_date:%d.%m.%Y}",
                }
            sources.append(f"{titles[grant.role]}{lent}: {grant.level.label}{rule}")
        cells.append(PersonCell(subject, rights.level(subject.code), tuple(dict.fromkeys(sources))))
    return cells
