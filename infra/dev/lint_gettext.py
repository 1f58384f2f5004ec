"""Interface strings are Ukrainian in the code, and the English catalogue knows every one of them."""

from __future__ import annotations

import gettext
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("platform", "shared_apps", "tenant_apps", "provisioning")
KEYWORDS = (
    *("gettext", "gettext_lazy", "gettext_noop", "_"),
    *("ngettext:1,2", "ngettext_lazy:1,2", "pgettext:1c,2", "pgettext_lazy:1c,2"),
    *("npgettext:1c,2,3", "npgettext_lazy:1c,2,3"),
)
SKIPPED_PARTS = {"node_modules", "tests", "migrations"}
HEADER_BLANKS = {
    "charset=CHARSET": "charset=UTF-8",
    "nplurals=INTEGER; plural=EXPRESSION;": "nplurals=2; plural=(n != 1);",
}
CYRILLIC = re.compile(r"[А-Яа-яІіЇїЄєҐґ]")
# A language calls itself by its own name.
OWN_NAMES = {"English"}
POSITIONAL = re.compile(r"(?<!%)%(?:%%)*[sdfr]")


def files(pattern: str) -> list[Path]:
    found = (path for source in SOURCES for path in (ROOT / source).rglob(pattern))
    return sorted(path for path in found if not SKIPPED_PARTS & set(path.parts))


def in_code(workplace: Path) -> set[str]:
    """The msgids of Python files and templates, extracted by the same tool as `makemessages` uses."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)
    from django.utils.translation.template import templatize

    listed = files("*.py")
    for index, template in enumerate([*files("*.html"), *files("*.txt")]):
        if "templates" in template.parts:
            prepared = workplace / f"{index}-{template.name}.py"
            prepared.write_text(templatize(template.read_text("utf-8"), origin=str(template)), "utf-8")
            listed.append(prepared)
    names = workplace / "files"
    names.write_text("".join(f"{path}\n" for path in listed), "utf-8")
    catalogue = workplace / "code.pot"
    run(
        *("xgettext", "--language=Python", "--from-code=UTF-8", "--keyword", f"--files-from={names}"),
        *(f"--keyword={keyword}" for keyword in KEYWORDS),
        f"--output={catalogue}",
    )
    if not catalogue.exists():
        return set()
    full = workplace / "code.po"
    text = catalogue.read_text("utf-8")
    # What xgettext leaves to be filled in; Python reads no catalogue with such a header.
    for blank, value in HEADER_BLANKS.items():
        text = text.replace(blank, value, 1)
    full.write_text(text, "utf-8")
    run("msgen", "--force-po", f"--output={full}", str(full))
    return translated(full, workplace / "code.mo")


def translated(po: Path, mo: Path) -> set[str]:
    """What the catalogue really translates: msgfmt leaves out the empty and the fuzzy."""
    run("msgfmt", "--check-format", f"--output-file={mo}", str(po))
    with mo.open("rb") as file:
        keys = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key if isinstance(key, str) else key[0] for key in keys} - {""}


def run(*argv: str) -> None:
    outcome = subprocess.run(argv, capture_output=True, text=True, check=False)
    if outcome.returncode:
        sys.stdout.write(outcome.stderr)
        raise SystemExit(1)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        workplace = Path(folder)
        wanted = in_code(workplace)
        known: set[str] = set()
        for number, po in enumerate(files("en/LC_MESSAGES/django.po")):
            known |= translated(po, workplace / f"{number}.mo")
    problems = [f"немає англійського перекладу: {text!r}" for text in sorted(wanted - OWN_NAMES - known)]
    for text in sorted(wanted - OWN_NAMES):
        if not CYRILLIC.search(text) and re.search(r"[^\W\d_]", re.sub(r"%\(\w+\)[sd]|{\w*}", "", text)):
            problems.append(f"рядок для перекладу не українською: {text!r}")
        if POSITIONAL.search(text):
            problems.append(f"безіменна підстановка, дайте їй ім'я, як-от %(count)s: {text!r}")
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
