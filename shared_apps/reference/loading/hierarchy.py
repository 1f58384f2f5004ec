"""How codes stand one under another: each function gives every code its nearest wider one, or ''."""

from __future__ import annotations

import re
from collections.abc import Collection

Parents = dict[str, str]


def flat(codes: Collection[str]) -> Parents:
    return dict.fromkeys(codes, "")


def by_prefix(codes: Collection[str]) -> Parents:
    """1110.1 → 1110 → 111 → 11"""
    known = set(codes)
    return {code: _first((code[:end].rstrip(".") for end in range(len(code) - 1, 0, -1)), known) for code in codes}


def by_zeros(codes: Collection[str]) -> Parents:
    """2111 → 2110 → 2100 → 2000; 03111000-2 → 03110000-5, whatever the check digit is."""
    by_digits = {code.partition("-")[0]: code for code in codes}
    parents: Parents = {}
    for digits, code in by_digits.items():
        wider = (digits[:end].ljust(len(digits), "0") for end in range(len(digits) - 1, 0, -1))
        parents[code] = by_digits.get(_first((one for one in wider if one != digits), by_digits.keys()), "")
    return parents


def by_segments(codes: Collection[str]) -> Parents:
    """І.1 01.01.02 → І.1 01 01 → І.1 01: dots and spaces separate alike."""
    by_path = {tuple(re.split(r"[. ]+", code)): code for code in codes}
    return {
        code: next((by_path[path[:end]] for end in range(len(path) - 1, 0, -1) if path[:end] in by_path), "")
        for path, code in by_path.items()
    }


def levels(parents: Parents) -> dict[str, int]:
    """How many steps each code is from the top, the top being 1."""
    found: dict[str, int] = {"": 0}

    def level(code: str) -> int:
        if code not in found:
            found[code] = 1 + level(parents.get(code, ""))
        return found[code]

    return {code: level(code) for code in parents}


def _first(candidates, known) -> str:  # type: ignore[no-untyped-def]
    return next((candidate for candidate in candidates if candidate in known), "")
