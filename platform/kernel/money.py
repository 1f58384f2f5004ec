"""Money: hryvnias as Decimal, rounded half-up once, written as figures and as words."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

KOPECK = Decimal("0.01")
NBSP = "\N{NO-BREAK SPACE}"

Forms = tuple[str, str, str]

_HRYVNIA: Forms = ("гривня", "гривні", "гривень")
_KOPECK: Forms = ("копійка", "копійки", "копійок")
# (forms, feminine): the numeral agrees with the noun it counts.
_SCALES: tuple[tuple[Forms, bool], ...] = (
    (("тисяча", "тисячі", "тисяч"), True),
    (("мільйон", "мільйони", "мільйонів"), False),
    (("мільярд", "мільярди", "мільярдів"), False),
    (("трильйон", "трильйони", "трильйонів"), False),
)
_UNITS = "нуль один два три чотири п'ять шість сім вісім дев'ять".split()
_TEENS = (
    "десять одинадцять дванадцять тринадцять чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять"
).split()
_TENS = "двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто".split()
_HUNDREDS = "сто двісті триста чотириста п'ятсот шістсот сімсот вісімсот дев'ятсот".split()
MOST = Decimal(10) ** (3 * (len(_SCALES) + 1))


def round_half_up(amount: Decimal, to: Decimal = KOPECK) -> Decimal:
    """The only rounding money knows; it happens once, at the line of a document."""
    return _decimal(amount).quantize(to, rounding=ROUND_HALF_UP)


def format_money(amount: Decimal) -> str:
    """«3 853,58»: thousands kept together by a no-break space."""
    return f"{round_half_up(amount) + 0:,.2f}".replace(",", NBSP).replace(".", ",")


def in_words(amount: Decimal) -> str:
    """«одна тисяча двісті тридцять чотири гривні, п'ятдесят шість копійок».

    Only Decimal: an int might mean kopecks as well as hryvnias, and a float is not the sum on the paper.
    """
    rounded = round_half_up(amount)
    hryvnias, kopecks = divmod(int(abs(rounded) / KOPECK), 100)
    if hryvnias >= MOST:
        raise ValueError(f"{amount} is too large to be written in words.")
    words = (
        f"{count_in_words(hryvnias, feminine=True)} {plural(hryvnias, _HRYVNIA)}, "
        f"{count_in_words(kopecks, feminine=True)} {plural(kopecks, _KOPECK)}"
    )
    return f"мінус {words}" if rounded < 0 else words


def plural(count: int, forms: Forms) -> str:
    """The noun's form after a numeral: 1 гривня, 2 гривні, 5 гривень, 11 гривень, 21 гривня."""
    last, last_two = count % 10, count % 100
    if last == 1 and last_two != 11:
        return forms[0]
    if 2 <= last <= 4 and not 12 <= last_two <= 14:
        return forms[1]
    return forms[2]


def count_in_words(number: int, *, feminine: bool = False) -> str:
    if number == 0:
        return _UNITS[0]
    words: list[str] = []
    for power in range(len(_SCALES), 0, -1):
        group = number // 1000**power % 1000
        if group:
            forms, scale_is_feminine = _SCALES[power - 1]
            words += [*_below_thousand(group, scale_is_feminine), plural(group, forms)]
    return " ".join([*words, *_below_thousand(number % 1000, feminine)])


def _below_thousand(number: int, feminine: bool) -> list[str]:
    words: list[str] = []
    if number >= 100:
        words.append(_HUNDREDS[number // 100 - 1])
    rest = number % 100
    if 10 <= rest < 20:
        return [*words, _TEENS[rest - 10]]
    if rest >= 20:
        words.append(_TENS[rest // 10 - 2])
    unit = rest % 10
    if unit:
        words.append({1: "одна", 2: "дві"}.get(unit, _UNITS[unit]) if feminine else _UNITS[unit])
    return words


def _decimal(amount: Decimal) -> Decimal:
    if not isinstance(amount, Decimal):
        raise TypeError(f"Money is Decimal, not {type(amount).__name__}: {amount!r}.")
    if not amount.is_finite():
        raise ValueError(f"{amount} is not an amount of money.")
    return amount
