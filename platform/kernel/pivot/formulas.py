"""Arithmetic over measures: `[Сума: площа] ÷ [Кількість]`. Read by a parser of its own, never by the database or Python.

A measure is named as the screen names it, in square brackets, or by its code (`sum:area`). An address and a saved pivot
keep codes: labels change with the language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from django.utils.translation import gettext as _

LONGEST = 300
DEEPEST = 20

Figures = Mapping[str, Decimal | None]
Tree = tuple[Any, ...]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,15}(?:[.,]\d{1,10})?)|(?P<name>[a-z]+(?::[a-z_][a-z0-9_]*)?)"
    r"|\[(?P<label>[^\[\]]+)\]|(?P<sign>[-+*/()×·÷−–:]))"
)
_SIGNS = {"×": "*", "·": "*", "÷": "/", ":": "/", "−": "-", "–": "-"}
_SHOWN = {"*": "×", "/": "÷", "-": "−"}
_VERBS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


class FormulaRefused(ValueError):
    """Words for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Formula:
    title: str
    tokens: tuple[tuple[str, str], ...]
    tree: Tree

    @property
    def names(self) -> set[str]:
        """The measures it needs."""
        return {text for kind, text in self.tokens if kind == "name"}

    @property
    def written(self) -> str:
        return " ".join(text for _kind, text in self.tokens)

    def shown(self, labels: Mapping[str, str]) -> str:
        """With the names of the screen."""
        words = {code: f"[{label}]" for code, label in labels.items()} | _SHOWN
        return " ".join(words.get(text, text) for _kind, text in self.tokens)

    def of(self, figures: Figures) -> Decimal | None:
        """Nothing where a figure is missing, where zero divides, or where the figure outgrows a cell."""
        try:
            with localcontext(prec=28):
                value = _value(self.tree, figures)
        except ArithmeticError:
            return None
        return value if value is not None and value.is_finite() and value.adjusted() < 24 else None


def read_formula(text: str, codes: Mapping[str, str], known: Mapping[str, bool], title: str = "") -> Formula:
    """`codes`: labels in lower case → codes of measures; `known`: codes → whether they are figures (a date is none)."""
    if len(text) > LONGEST:
        raise FormulaRefused(_("Формула задовга: понад %(most)s знаків. Скоротіть її.") % {"most": LONGEST})
    tokens = [_named(kind, found, codes, known) for kind, found in _tokens(text)]
    tree, rest = _sum(tokens, 0, 0)
    if rest < len(tokens):
        raise FormulaRefused(
            _("Формулу «%(text)s» не дочитано: зайве «%(sign)s». Перевірте дужки й знаки між числами.")
            % {"text": text[:80], "sign": tokens[rest][1]}
        )
    if not any(kind == "name" for kind, _text in tokens):
        raise FormulaRefused(_("У формулі немає жодної міри. Назвіть її у квадратних дужках: [Кількість]."))
    return Formula(title, tuple(tokens), tree)


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place, text = 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise FormulaRefused(
                _("У формулі незрозуміле місце: «%(text)s». Можна числа, назви мір у [дужках], + − × ÷ і круглі дужки.")
                % {"text": text[place:].strip()[:20]}
            )
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    if not found:
        raise FormulaRefused(_("Формула порожня. Напишіть її, наприклад: [Кількість] × 2."))
    return found


def _named(kind: str, text: str, codes: Mapping[str, str], known: Mapping[str, bool]) -> tuple[str, str]:
    if kind == "sign":
        return kind, _SIGNS.get(text, text)
    if kind == "number":
        return kind, text.replace(",", ".")
    code = text if kind == "name" else codes.get(" ".join(text.split()).lower(), "")
    if code not in known:
        raise FormulaRefused(
            _("Міри «%(name)s» тут немає або вона вам не видна. Візьміть назву з переліку «Що рахувати».")
            % {"name": text[:80]}
        )
    if not known[code]:
        raise FormulaRefused(
            _("Міра «%(name)s» — дата, у формулі їй не місце. Візьміть числову.") % {"name": text[:80]}
        )
    return "name", code


# -- the grammar: a sum of products of atoms -----------------------------------------------------------------

Tokens = list[tuple[str, str]]


def _sum(tokens: Tokens, place: int, depth: int) -> tuple[Tree, int]:
    return _chain(tokens, place, depth, "+-", _product)


def _product(tokens: Tokens, place: int, depth: int) -> tuple[Tree, int]:
    return _chain(tokens, place, depth, "*/", _atom)


def _chain(
    tokens: Tokens, place: int, depth: int, verbs: str, part: Callable[[Tokens, int, int], tuple[Tree, int]]
) -> tuple[Tree, int]:
    """One after another from the left. A long chain is one node, so that depth is only that of parentheses."""
    first, place = part(tokens, place, depth)
    rest = []
    while place < len(tokens) and tokens[place][0] == "sign" and tokens[place][1] in verbs:
        verb = tokens[place][1]
        found, place = part(tokens, place + 1, depth)
        rest.append((verb, found))
    return (("chain", first, tuple(rest)) if rest else first), place


def _atom(tokens: Tokens, place: int, depth: int) -> tuple[Tree, int]:
    if depth > DEEPEST:
        raise FormulaRefused(_("Дужок у формулі забагато: понад %(most)s рівнів. Спростіть її.") % {"most": DEEPEST})
    kind, text = tokens[place] if place < len(tokens) else ("end", "")
    if kind == "number":
        return ("number", Decimal(text)), place + 1
    if kind == "name":
        return ("name", text), place + 1
    if text == "-":
        found, place = _atom(tokens, place + 1, depth + 1)
        return ("minus", found), place
    if text == "(":
        found, place = _sum(tokens, place + 1, depth + 1)
        if place >= len(tokens) or tokens[place][1] != ")":
            raise FormulaRefused(_("У формулі бракує дужки «)». Закрийте її."))
        return found, place + 1
    raise FormulaRefused(
        _("У формулі бракує числа або міри перед «%(sign)s».") % {"sign": text}
        if text
        else _("Формула обірвана: після останнього знака бракує числа або міри.")
    )


def _value(tree: Tree, figures: Figures) -> Decimal | None:
    if tree[0] == "number":
        return Decimal(tree[1])
    if tree[0] == "name":
        return figures.get(tree[1])
    found = _value(tree[1], figures)
    if found is None:
        return None
    if tree[0] == "minus":
        return -found
    for verb, part in tree[2]:
        other = _value(part, figures)
        if other is None:
            return None
        found = _VERBS[verb](found, other)
    return found
