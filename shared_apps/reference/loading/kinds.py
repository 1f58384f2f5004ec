"""What can be loaded, where its file is when none is named, and what a read file says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_apps.reference.errors import FileRefused
from shared_apps.reference.loading import katottg
from shared_apps.reference.loading.classifiers import SPECS, CodeList
from shared_apps.reference.loading.engine import Target
from shared_apps.reference.loading.files import SourceFile
from shared_apps.reference.loading.plain import PLAIN_KINDS

SEED = Path(__file__).resolve().parents[1] / "seed"
SEEDED = ("values", "calendar", "kekv", "kved", "kvcpz", "mfo", "revenue", "units")

TITLES: dict[str, Any] = {
    "katottg": gettext_lazy("КАТОТТГ — адміністративно-територіальний устрій"),
    **{kind: plain.title for kind, plain in PLAIN_KINDS.items()},
    **{kind: spec.title for kind, spec in SPECS.items()},
}


@dataclass
class ReadList:
    """A dated list that was read and checked."""

    target: Target
    rows: Iterable[tuple[Any, ...]]
    size: int
    act: str
    # The first day of this edition, as far as the file itself says.
    stated_on: date | None
    # Where to begin when neither the file nor the operator says.
    since: date | None
    errors: list[str] = field(default_factory=list)


def title_of(kind: str) -> str:
    if kind not in TITLES:
        raise FileRefused(
            _("Довідника «%(kind)s» немає. Є такі: %(kinds)s.") % {"kind": kind, "kinds": ", ".join(sorted(TITLES))}
        )
    return str(TITLES[kind])


def source_file(kind: str, path: Path | None) -> SourceFile:
    if path is not None:
        return SourceFile.read(Path(path))
    if kind == "katottg":
        return katottg.packaged_file()
    if kind in SEEDED:
        return SourceFile.read(next(SEED.glob(f"{kind}.*")))
    raise FileRefused(
        _("Довідник «%(title)s» не має вбудованого файлу. Назвіть файл: hromada reference load %(kind)s ФАЙЛ.")
        % {"title": title_of(kind), "kind": kind}
    )


def read_list(kind: str, file: SourceFile, *, partial: bool) -> ReadList:
    if kind == "katottg":
        codifier = katottg.Codifier(file)
        stated_on = codifier.act_date or file.named_date
        return ReadList(
            katottg.TARGET,
            codifier.rows(),
            len(codifier.units),
            codifier.act
            or (_("Кодифікатор, редакція від %(day)s") % {"day": f"{stated_on:%d.%m.%Y}"} if stated_on else ""),
            stated_on,
            None,
            codifier.errors,
        )
    spec = SPECS[kind]
    codes = CodeList(spec, file, partial=partial)
    return ReadList(
        spec.target,
        codes.rows(),
        len(codes.entries),
        codes.act or spec.act,
        codes.starts_on or file.named_date,
        spec.since,
        codes.errors,
    )
