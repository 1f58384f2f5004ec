"""«Довідка»: what the house and its modules tell of themselves, found by words.

A module ships `help.md` in Ukrainian: `# name`, then sections `## what one wants to do`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from kernel.access.guard import SignedRequest
from kernel.access.rights import my_subjects
from kernel.modules.entitlement import enabled_modules
from kernel.search.folding import fold
from kernel.search.query import stem, words_of
from shared_apps.communities.brand import community_of
from shared_apps.communities.standing import contact_of

OWN = Path(__file__).parent / "help"
LONGEST_QUERY = 100
# Raw HTML in a text stays a text.
_writer = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    text: str

    @property
    def html(self) -> SafeString:
        return mark_safe(_writer.render(self.text))  # noqa: S308 - written by us, and HTML in it is escaped

    def speaks_of(self, words: list[str], whose: str) -> bool:
        told = f" {fold(whose)} {fold(self.title)} {fold(self.text)}"
        return all(f" {stem(word)}" in told for word in words)


@dataclass(frozen=True, slots=True)
class HelpText:
    code: str
    title: str
    parts: tuple[Part, ...]

    def about(self, words: list[str]) -> HelpText:
        return HelpText(self.code, self.title, tuple(part for part in self.parts if part.speaks_of(words, self.title)))


@lru_cache(maxsize=256)
def read(path: Path, code: str) -> HelpText | None:
    if not path.is_file():
        return None
    head, *sections = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    parts = []
    for section in sections:
        title, _line, text = section.partition("\n")
        parts.append(Part(title.strip(), text.strip()))
    return HelpText(code, head.strip().removeprefix("# ").partition("\n")[0], tuple(parts))


def texts_for(user: object) -> Iterator[HelpText]:
    """The house first, then the modules this person may open."""
    for path in sorted(OWN.glob("*.md")):
        if found := read(path, path.stem):
            yield found
    mine = {subject.code for subject, _level in my_subjects(user)}
    for module in enabled_modules():
        found = read(Path(apps.get_app_config(module.label).path) / "help.md", module.label)
        if found and module.label in mine:
            yield found


def shortcuts() -> list[tuple[str, str]]:
    return [
        ("Ctrl K, /", _("пошук усюди")),
        ("j k, ↓ ↑", _("наступний і попередній рядок списку")),
        ("Enter", _("відкрити рядок")),
        ("x", _("позначити рядок")),
        ("Shift", _("із натисканням — позначити всі рядки між двома")),
        ("Esc", _("зняти вибір, закрити вікно")),
        ("Tab", _("до наступного поля чи кнопки")),
    ]


@require_safe
@login_required
def help_page(request: SignedRequest) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_QUERY]
    words = words_of(query)
    texts = [text.about(words) for text in texts_for(request.user)] if words else list(texts_for(request.user))
    context = {
        "q": query,
        "texts": [text for text in texts if text.parts],
        "shortcuts": shortcuts(),
        "contact": contact_of(community_of(request.tenant.id)),  # type: ignore[attr-defined]
    }
    return render(request, "communities/help.html", context)
