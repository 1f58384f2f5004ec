"""Word documents written by code: the built-in forms and the example with every field."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kernel.printforms.fields import lines_for
from kernel.registers.register import Register

FONT = "Times New Roman"


class Sheet:
    """An A4 page of a Ukrainian paper: margins 30-10-20-20 mm, one serif font."""

    def __init__(self, size: int = 12) -> None:
        self.document: Any = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(30), Mm(10)
        section.top_margin, section.bottom_margin = Mm(20), Mm(20)
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(size)
        style.paragraph_format.space_after = Pt(6)
        # Word takes Cyrillic letters from fonts of their own unless told the same name.
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:cs"), FONT)

    def line(self, text: str, *, bold: bool = False, centre: bool = False, right: bool = False, size: int = 0) -> Sheet:
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(text)
        run.bold = bold
        if size:
            run.font.size = Pt(size)
        if centre or right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else WD_ALIGN_PARAGRAPH.RIGHT
        return self

    def text(self, text: str) -> Sheet:
        paragraph = self.document.add_paragraph(text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(12.5)
        return self

    def facts(self, pairs: Sequence[tuple[str, str]]) -> Sheet:
        table = self._table(2)
        for label, value in pairs:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = label, value
        return self

    def rows(self, loop: str, heads: Sequence[str], cells: Sequence[str]) -> Sheet:
        """A table whose middle row is repeated: `loop` is «рядок in картка.приміщення»."""
        table = self._table(len(heads))
        for cell, head in zip(table.add_row().cells, heads, strict=True):
            cell.paragraphs[0].add_run(head).bold = True
        table.add_row().cells[0].text = f"{{%tr for {loop} %}}"
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
        table.add_row().cells[0].text = "{%tr endfor %}"
        return self

    def _table(self, columns: int) -> Any:
        table = self.document.add_table(rows=0, cols=columns)
        table.style = "Table Grid"
        return table

    def head(self) -> Sheet:
        """The arms and the name of whoever gives the paper."""
        return self.line("{{ герб }}", centre=True).line("{{ громада.повна_назва }}", bold=True, centre=True)

    def foot(self, text: str) -> Sheet:
        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.add_run(text).font.size = Pt(8)
        return self

    def content(self) -> bytes:
        for name in ("author", "comments", "title", "subject"):
            setattr(self.document.core_properties, name, "")
        made = io.BytesIO()
        self.document.save(made)
        return made.getvalue()


def example_of(register: Register) -> bytes:
    """Every field of the register, to be tried on a card and cut down to what is needed."""
    sheet = Sheet().line(_("Зразок: %(register)s") % {"register": register.name}, bold=True, size=15)
    sheet.text(
        _("Залиште потрібні поля, розставте їх у своєму документі й завантажте його. Поле пишуть у подвійних дужках.")
    )
    for title, lines in lines_for(register):
        if "{%tr" in title:
            panel = title.partition("картка.")[2].partition(" ")[0]
            sheet.line(title.partition(":")[0], bold=True)
            shown = lines[:6]
            sheet.rows(f"рядок in картка.{panel}", [one.label for one in shown], [one.write for one in shown])
            continue
        sheet.line(title, bold=True)
        sheet.facts([(one.label, one.write) for one in lines])
    return sheet.content()
