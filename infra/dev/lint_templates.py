"""Every template of ours compiles, and holds nothing that a strict Content-Security-Policy refuses."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("platform", "shared_apps", "tenant_apps", "provisioning")
SUFFIXES = {".html", ".txt", ".xml", ".svg"}

# Mail clients know neither style sheets nor policies.
MAIL = re.compile(r"/(email|mail)/|/emails?_")
FORBIDDEN = (
    (
        re.compile(r"<script(?![^>]*\b(?:src|nonce)=)[^>]*>", re.I),
        "сценарій усередині сторінки: винесіть у файл",
    ),
    (re.compile(r"<style(?![^>]*\bnonce=)", re.I), "стилі всередині сторінки: винесіть у файл"),
    (re.compile(r"<[^>]*\sstyle\s*=", re.I), "атрибут style: дайте елементові компонент із platform/ui"),
    (re.compile(r"<[^>]*\son[a-z]+\s*=", re.I), "обробник в атрибуті: підпишіться в сценарії"),
    (re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.I), "адреса javascript:"),
    (
        re.compile(r"<(?:script|link|img|iframe)[^>]*\b(?:src|href)=[\"']https?://", re.I),
        "чуже джерело: візьміть до себе",
    ),
)
COMMENT = re.compile(r"{%\s*comment\b.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", re.S)


def templates() -> Iterator[tuple[Path, str]]:
    """Each file of a `templates` folder with the name that a view knows it by."""
    for source in SOURCES:
        for folder in sorted((ROOT / source).rglob("templates")):
            if folder.is_dir() and "node_modules" not in folder.parts:
                for path in sorted(folder.rglob("*")):
                    if path.is_file() and path.suffix in SUFFIXES:
                        yield path, path.relative_to(folder).as_posix()


def offences(path: Path, text: str) -> Iterator[str]:
    if MAIL.search(path.as_posix()):
        return
    # Comments go, their line breaks stay, so that the numbers are right.
    bare = COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)
    for pattern, verdict in FORBIDDEN:
        for found in pattern.finditer(bare):
            line = bare.count("\n", 0, found.start()) + 1
            yield f"{path.relative_to(ROOT)}:{line}: {verdict}"


def main() -> int:
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.template import engines

    engine = engines["django"]
    problems = []
    for path, name in templates():
        text = path.read_text(encoding="utf-8")
        try:
            engine.from_string(text)
        except Exception as wrong:
            problems.append(f"{path.relative_to(ROOT)} ({name}): {type(wrong).__name__}: {wrong}")
        problems += offences(path, text)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
