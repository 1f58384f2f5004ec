"""Small numbers of people are not told, nor what they could be worked out from.

Fewer than K persons, but not none: hidden. If that leaves one hidden cell beside a total, the cell is the total less the
others, so the smallest of the others is hidden too; if there is none, the total goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

K = 5


@dataclass(frozen=True, slots=True)
class Persons:
    """How many persons a cell speaks of, and, for a share, how many of them meet the condition."""

    counted: int
    met: int | None = None

    @property
    def is_small(self) -> bool:
        if self.met is None:
            return 0 < self.counted < K
        return 0 < self.counted < K or 0 < self.met < K or 0 < self.counted - self.met < K


def hidden(cells: Mapping[str, Persons], groups: Sequence[Sequence[str]]) -> set[str]:
    """Names of cells to hide. A group is cells shown beside their total: the communities of a district.

    Groups may share cells, so hiding in one may call for hiding in another; it goes on until nothing is given away.
    """
    found = {name for name, cell in cells.items() if cell.is_small}
    changed = True
    while changed:
        changed = False
        for group in groups:
            more = _complement(cells, [name for name in group if name in cells], found)
            changed = changed or bool(more)
            found |= more
    return found


def _complement(cells: Mapping[str, Persons], group: Sequence[str], found: set[str]) -> set[str]:
    gone = [name for name in group if name in found]
    if not gone or (len(gone) > 1 and sum(cells[name].counted for name in gone) >= K):
        return set()
    left = sorted((cells[name].counted, name) for name in group if name not in found and cells[name].counted)
    return {left[0][1]} if left else set()


def total_hidden(cells: Mapping[str, Persons], group: Sequence[str], found: set[str]) -> bool:
    """The total of a group goes when what is hidden in it would still be told by it."""
    here = [name for name in group if name in cells]
    gone = [name for name in here if name in found]
    if not gone:
        return False
    return len(gone) == 1 or sum(cells[name].counted for name in gone) < K
