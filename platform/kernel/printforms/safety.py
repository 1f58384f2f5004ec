"""A Word file from outside: no macros, no embedded programs, nothing fetched from elsewhere, nothing that floods."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

LARGEST = 5 * 1024 * 1024
MOST_ENTRIES = 500
MOST_UNPACKED = 40 * 1024 * 1024
HYPERLINK = "/hyperlink"
SCHEMES = ("http://", "https://", "mailto:")
_EMBEDDED = re.compile(r"(^|/)(embeddings|activeX|ctrlProps)/|vbaProject|\.bin$|\.vbs$|\.exe$", re.IGNORECASE)
_FIELD = re.compile(r"\b(INCLUDETEXT|INCLUDEPICTURE|DDEAUTO|DDE|LINK|IMPORT|MACROBUTTON|DATABASE)\b", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DANGEROUS_TAGS = {f"{_W}altChunk", f"{_W}object", f"{_W}control", f"{_W}subDoc"}


def parts_of(content: bytes) -> dict[str, bytes]:
    """The package unpacked within bounds; what it says of its sizes is not believed."""
    found: dict[str, bytes] = {}
    left = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as member:
                part = member.read(left + 1)
            left -= len(part)
            if left < 0:
                raise OverflowError
            found[entry.filename] = part
    return found


def dangers_of(content: bytes) -> list[str]:
    """Why the file cannot be a template; none when it can."""
    if len(content) > LARGEST:
        return [_("Файл більший за 5 МБ. Зменште зображення в ньому й завантажте ще раз.")]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise OverflowError
            if any(entry.flag_bits & 0x1 for entry in entries):
                return [_("Файл закрито паролем. Зніміть пароль у Word і завантажте ще раз.")]
        parts = parts_of(content)
    except OverflowError:
        return [_("Файл розпаковується в надто великий обсяг. Збережіть його у Word заново й завантажте ще раз.")]
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, NotImplementedError):
        return [
            _(
                "Це не документ Word (docx) або він пошкоджений. Відкрийте його у Word, збережіть як docx і завантажте ще раз."
            )
        ]
    if "word/document.xml" not in parts or "[Content_Types].xml" not in parts:
        return [_("Це не документ Word. Збережіть шаблон у форматі docx і завантажте ще раз.")]
    return list(dict.fromkeys(_looked_into(parts)))


def _looked_into(parts: dict[str, bytes]) -> Iterator[str]:
    if b"macroEnabled" in parts["[Content_Types].xml"]:
        yield _("У документі є макроси. Збережіть його як docx без макросів.")
    for name, part in parts.items():
        if _EMBEDDED.search(name):
            yield _("У документі є вкладений обʼєкт або програма («%(name)s»). Вилучіть його з документа.") % {
                "name": name.rpartition("/")[2][:60]
            }
        if not name.endswith((".xml", ".rels")):
            continue
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"<\x00!\x00D\x00" in part:
            yield _("У документі є оголошення, яких Word не пише. Збережіть його у Word заново.")
            continue
        try:
            tree = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
        except etree.XMLSyntaxError:
            yield _("Частину документа «%(name)s» пошкоджено. Збережіть його у Word заново.") % {"name": name[:60]}
            continue
        yield from _links(tree) if name.endswith(".rels") else _text(tree)


def _links(tree: etree._Element) -> Iterator[str]:
    for one in tree:
        kind, target = str(one.get("Type", "")), str(one.get("Target", ""))
        if kind.endswith(
            ("/oleObject", "/aFChunk", "/control", "/package", "/attachedTemplate", "/frame", "/subDocument")
        ):
            yield _("Документ містить або тягне за собою інший («%(name)s»). Вилучіть його.") % {"name": target[:80]}
        elif one.get("TargetMode") == "External" and not (
            kind.endswith(HYPERLINK) and target.lower().startswith(SCHEMES)
        ):
            yield _("Документ звертається до зовнішньої адреси «%(name)s». Вставте зображення в сам документ.") % {
                "name": target[:80]
            }


def _text(tree: etree._Element) -> Iterator[str]:
    if next(tree.iter(*_DANGEROUS_TAGS), None) is not None:
        yield _("У документі є вкладений обʼєкт. Замініть його звичайним текстом або зображенням.")
    # A field may be cut into pieces, so its pieces are read together.
    told = "".join(str(one.text or "") for one in tree.iter(f"{_W}instrText"))
    told += " ".join(str(one.get(f"{_W}instr", "")) for one in tree.iter(f"{_W}fldSimple"))
    if found := _FIELD.search(told):
        yield _("У документі є поле Word «%(name)s», що бере вміст ззовні. Вилучіть його.") % {"name": found[0].upper()}
