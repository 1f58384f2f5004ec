"""PDF out of a filled-in document.

LibreOffice does it exactly where it is installed. Without it the kernel sets the document itself, as far as it knows what
is inside: paragraphs, simple tables, pictures in the line. A document with anything else is refused in words, never
printed wrongly; DOCX is always there. See docs/decisions/010-print-forms.md.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from kernel.operations import Denied
from kernel.registers.exporting.typesetting import Output, typeset
from kernel.tenancy.log import get_logger

log = get_logger("printforms")
PAPERS = Path(__file__).parent / "papers"
LONGEST_WAIT = 90
EMU_IN_MM = 36_000
ALIGNED = {0: "left", 1: "center", 2: "right", 3: "justify"}
# What the kernel's own setting of a document knows; anything else of Word would be lost on paper.
UNKNOWN = {
    qn("w:numPr"): gettext_lazy("список із номерами чи позначками"),
    qn("w:txbxContent"): gettext_lazy("напис"),
    qn("wp:anchor"): gettext_lazy("плаваюче зображення"),
    qn("w:footnoteReference"): gettext_lazy("виноска"),
    qn("w:vMerge"): gettext_lazy("комірки, обʼєднані по вертикалі"),
    qn("w:pict"): gettext_lazy("фігура"),
    qn("w:sdt"): gettext_lazy("елемент керування"),
    qn("w:ins"): gettext_lazy("виправлення"),
    qn("w:del"): gettext_lazy("виправлення"),
    qn("w:fldChar"): gettext_lazy("поле Word"),
    qn("w:fldSimple"): gettext_lazy("поле Word"),
}


def soffice() -> str:
    return shutil.which("soffice") or shutil.which("libreoffice") or ""


def pdf_of(content: bytes) -> bytes:
    program = soffice()
    return _by_office(program, content) if program else set_by_kernel(content)


def why_not(content: bytes) -> str:
    """Why this document has no PDF here; empty when it has."""
    if soffice():
        return ""
    found = unknown_in(Document(io.BytesIO(content)))
    if not found:
        return ""
    return _("У документі є те, що без LibreOffice на сервері у PDF не передати: %(what)s. Візьміть DOCX.") % {
        "what": ", ".join(found)
    }


def _by_office(program: str, content: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "document.docx"
        source.write_bytes(content)
        command = [
            program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to", "pdf", "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=LONGEST_WAIT, check=True)  # noqa: S603
            return (Path(folder) / "document.pdf").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            log.error("office_failed", error=str(error)[:300])
            raise Denied(_("Не вдалося зробити PDF. Візьміть DOCX або спробуйте за кілька хвилин.")) from error


# -- the kernel's own setting --------------------------------------------------------------------------


def set_by_kernel(content: bytes, output: Output = "pdf") -> bytes:
    document: Any = Document(io.BytesIO(content))
    if why := why_not(content):
        raise Denied(why)
    section = document.sections[0]
    given = {
        "page": {
            "width": section.page_width.mm, "height": section.page_height.mm, "left": section.left_margin.mm,
            "right": section.right_margin.mm, "top": section.top_margin.mm, "bottom": section.bottom_margin.mm,
        },
        "size": document.styles["Normal"].font.size.pt if document.styles["Normal"].font.size else 11,
        "blocks": list(_blocks(document.element.body, document)),
        "header": list(_blocks(section.header._element, section.header)) if not section.header.is_linked_to_previous else [],
        "footer": list(_blocks(section.footer._element, section.footer)) if not section.footer.is_linked_to_previous else [],
    }  # fmt: skip
    return typeset("document", given, output, PAPERS)


def unknown_in(document: Any) -> list[str]:
    found: list[str] = []
    if len(document.sections) > 1:
        found.append(_("кілька розділів"))
    body = document.element.body
    for tag, words in UNKNOWN.items():
        if next(body.iter(tag), None) is not None and str(words) not in found:
            found.append(str(words))
    for table in body.iter(qn("w:tbl")):
        if next(table.iterancestors(qn("w:tbl")), None) is not None:
            found.append(_("таблиця в таблиці"))
            break
    return found


def _blocks(element: Any, parent: Any) -> Iterator[dict[str, Any]]:
    for child in element.iterchildren():
        if child.tag == qn("w:p"):
            yield _paragraph(Paragraph(child, parent))
        elif child.tag == qn("w:tbl"):
            yield _table(Table(child, parent))


def _paragraph(paragraph: Paragraph) -> dict[str, Any]:
    form: Any = paragraph.paragraph_format
    style: Any = paragraph.style
    alignment = paragraph.alignment if paragraph.alignment is not None else style.paragraph_format.alignment
    after = form.space_after if form.space_after is not None else style.paragraph_format.space_after
    return {
        "kind": "paragraph",
        "align": ALIGNED.get(int(alignment) if alignment is not None else 0, "left"),
        "indent": form.first_line_indent.mm if form.first_line_indent else 0,
        "left": form.left_indent.mm if form.left_indent else 0,
        "after": after.pt if after is not None else 6,
        "runs": [piece for run in paragraph.runs for piece in _pieces(run, style)],
    }


def _pieces(run: Any, style: Any) -> Iterator[dict[str, Any]]:
    size = run.font.size or style.font.size
    look = {
        "bold": bool(run.bold if run.bold is not None else style.font.bold),
        "italic": bool(run.italic if run.italic is not None else style.font.italic),
        "underline": bool(run.underline),
        "size": size.pt if size else 0,
    }
    for inline in run._element.iter(qn("wp:inline")):
        blip = next(inline.iter(qn("a:blip")), None)
        extent = next(inline.iter(qn("wp:extent")), None)
        if blip is not None and extent is not None:
            image = run.part.related_parts[blip.get(qn("r:embed"))]
            yield {"image": list(image.blob), "width": int(extent.get("cx")) / EMU_IN_MM}
    if run.text:
        yield {"text": run.text, **look}


def _table(table: Table) -> dict[str, Any]:
    style: Any = table.style
    bordered = (style is not None and "Grid" in str(style.name)) or next(
        table._element.iter(qn("w:tblBorders")), None
    ) is not None
    rows = []
    for row in table.rows:
        cells = []
        for cell in row._tr.tc_lst:
            span = cell.grid_span
            blocks = [_paragraph(Paragraph(one, table)) for one in cell.iterchildren(qn("w:p"))]
            cells.append({"span": span, "blocks": blocks})
        rows.append(cells)
    widths = [column.width.mm if column.width else 0 for column in table.columns]
    return {"kind": "table", "columns": len(table.columns), "widths": widths, "bordered": bordered, "rows": rows}
