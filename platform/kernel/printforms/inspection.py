"""What a template asks for, read before anything is filled in: unknown fields are named with their place."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError

from kernel.printforms.environment import LOOP, Language
from kernel.printforms.fields import FACTS, ROOTS, fact_names, vocabulary
from kernel.printforms.safety import dangers_of
from kernel.printforms.words import FILTERS
from kernel.registers.register import Register

FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
Kind = tuple[str, Any]


@dataclass(slots=True)
class Findings:
    """`problems` stop the template; `fields` are what it prints, `personal` those behind a mask."""

    problems: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)


def inspect_template(content: bytes, register: Register) -> Findings:
    found = Findings(problems=dangers_of(content))
    if found.problems:
        return found
    try:
        parts = list(sources(content))
    except Exception:  # A stranger's document: its readers raise whatever its damage makes them raise.
        found.problems.append(_("Документ не читається. Збережіть його у Word заново й завантажте ще раз."))
        return found
    for where, source in parts:
        _Reading(register, where, source, found).read()
    if not found.fields and not found.problems:
        found.problems.append(_("У документі немає жодного поля. Впишіть хоча б одне, наприклад {{ картка.назва }}."))
    return found


def sources(content: bytes) -> Iterator[tuple[str, str]]:
    """The texts that are filled in, each with the name of its part; a paragraph is a line."""
    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    yield _("текст"), _by_lines(template.patch_xml(template.get_xml()))
    for where, uri in ((_("верхній колонтитул"), template.HEADER_URI), (_("нижній колонтитул"), template.FOOTER_URI)):
        for _key, part in template.get_headers_footers(uri):
            yield where, _by_lines(template.patch_xml(template.get_part_xml(part)))
    document: Any = template.docx
    for part in document.part.package.parts:
        if part.content_type == FOOTNOTES:
            yield _("виноски"), _by_lines(template.patch_xml(part.blob.decode()))
    for name in PROPERTIES:
        if text := getattr(document.core_properties, name):
            yield _("властивості документа"), text


def _by_lines(xml: str) -> str:
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", xml.replace("\n", " "))


class _Reading:
    def __init__(self, register: Register, where: str, source: str, found: Findings) -> None:
        self.register, self.where, self.source, self.found = register, where, source, found

    def read(self) -> None:
        try:
            tree = Language().parse(self.source)
        except TemplateSyntaxError as wrong:
            self._problem(_broken(wrong), wrong.lineno)
            return
        roots: dict[str, Kind] = {name: ("root", code) for name, code in ROOTS.items()}
        roots |= {name: ("card", self.register) for name, code in ROOTS.items() if code == "card"}
        self._walk(tree, roots)

    def _walk(self, node: nodes.Node, scope: dict[str, Kind]) -> None:
        if isinstance(node, nodes.For):
            kind = self._typed(node.iter, scope)
            if kind[0] not in ("list", "unknown") or not isinstance(node.target, nodes.Name):
                self._problem(_("цикл можливий лише за переліком картки"), node.lineno)
                return
            inside = {
                **scope,
                node.target.name: ("card", kind[1]) if kind[0] == "list" else kind,
                "loop": ("loop", None),
            }
            for child in [*node.body, *node.else_, *([node.test] if node.test else [])]:
                self._walk(child, inside)
        elif isinstance(node, nodes.Getattr | nodes.Name):
            self._typed(node, scope)
        else:
            if isinstance(node, nodes.Filter) and node.name not in FILTERS:
                self._problem(_("немає перетворення «%(name)s»") % {"name": node.name}, node.lineno)
            for child in node.iter_child_nodes():
                self._walk(child, scope)

    def _typed(self, node: nodes.Node, scope: dict[str, Kind]) -> Kind:
        if isinstance(node, nodes.Name):
            if node.name not in scope:
                self._problem(_("немає поля «%(name)s»") % {"name": node.name}, node.lineno)
                return "unknown", None
            if scope[node.name][0] == "root":
                self._note(node.name)
            return scope[node.name]
        if not isinstance(node, nodes.Getattr):
            self._walk(node, scope)
            return "unknown" if isinstance(node, nodes.Filter) else "value", None
        kind, of = self._typed(node.node, scope)
        if kind == "unknown":
            return kind, None
        known = self._after(kind, of, node)
        if known is None:
            self._problem(_("немає поля «%(name)s»") % {"name": _written(node)}, node.lineno)
            return "unknown", None
        return known

    def _after(self, kind: str, of: Any, node: nodes.Getattr) -> Kind | None:
        if kind == "card":
            one = vocabulary(of).get(node.attr)
            if one is None:
                return None
            self._note(_written(node))
            if one.name in of.masked and (told := f"{of.label}:{one.name}") not in self.found.personal:
                self.found.personal.append(told)
            if one.panel:
                return "list", one.register
            return ("card", one.register) if one.register else ("value", None)
        if kind == "root" and of in FACTS and node.attr in fact_names(of):
            self._note(_written(node))
            return "value", None
        return ("value", None) if kind == "loop" and node.attr in LOOP else None

    def _note(self, name: str) -> None:
        if name not in self.found.fields:
            self.found.fields.append(name)

    def _problem(self, text: str, line: int) -> None:
        lines = self.source.splitlines() or [""]
        words = re.sub(r"<[^>]+>", "", lines[min(max(line, 1), len(lines)) - 1])
        told = " ".join(words.split())[:90]
        where = f"{self.where}, «{told}»" if told else self.where
        if (said := f"{upper(text)} ({where})") not in self.found.problems:
            self.found.problems.append(said)


def upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _written(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


def _broken(wrong: TemplateSyntaxError) -> str:
    said = wrong.message or ""
    if said and hasattr(nodes, said):
        return _("така дія в шаблонах не дозволена: лише поля, умови, цикли й перетворення з переліку")
    if "endfor" in said or "endif" in said or "end of template" in said or "unknown tag" in said.lower():
        return _("цикл чи умову не закрито або закрито не там")
    return _("запис у фігурних дужках не читається")
