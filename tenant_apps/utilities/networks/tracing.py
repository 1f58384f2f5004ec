"""What a break does: which valves shut it off, what lies up and down the flow, who is left without supply.

One recursive statement per question; each node is met once, whatever loops the network has, and no more than `MOST`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tenant_apps.utilities.networks.models import Line, Node, Resource

MOST = 500_000

# OFFSET 0 keeps each step a look into the index: joined otherwise, every step would read whole tables.
# From a node along its lines: «forth» as drawn, «back» against it; `live` tells which lines carry anything.
_FORTH = "SELECT l.end_id AS next FROM networks_line l WHERE l.start_id = {walk}.id AND {live}"
_BACK = "SELECT l.start_id AS next FROM networks_line l WHERE l.end_id = {walk}.id AND {live}"
_CARRIES = "l.archived_at IS NULL AND (l.state = 'working' OR l.id = %(broken)s)"
_CARRIES_NOW = "l.archived_at IS NULL AND l.state = 'working' AND l.id <> %(broken)s"
_WALK = """{walk}(id) AS (
  {first}
  UNION
  SELECT arc.next FROM {walk}
  CROSS JOIN LATERAL (SELECT id, kind, state FROM networks_node WHERE id = {walk}.id OFFSET 0) n
  CROSS JOIN LATERAL ({arcs} OFFSET 0) arc
  WHERE n.state <> 'retired' AND {passes}
)"""
_FED = (
    "SELECT s.id FROM networks_node s "
    "WHERE s.feeds AND s.resource = %(resource)s AND s.archived_at IS NULL AND s.state = 'working'"
)


def _walk(walk: str, first: str, arcs: Iterable[str], live: str, passes: str) -> str:
    both = " UNION ALL ".join(arc.format(walk=walk, live=live) for arc in arcs)
    return _WALK.format(walk=walk, first=first, arcs=both, passes=passes)


@dataclass(frozen=True, slots=True)
class Zone:
    """What has to be shut off: nodes inside, and the valves at its edge."""

    line: Line
    inside: tuple[int, ...]
    valves: tuple[Node, ...]


def isolation(line: Line) -> Zone:
    """From the break both ways until valves that work; one that does not is passed by, on to the next."""
    walk = _walk(
        "walk",
        "SELECT unnest(%(ends)s::bigint[])",
        (_FORTH, _BACK),
        _CARRIES,
        "NOT (n.kind = 'valve' AND n.state <> 'faulty')",
    )
    sql = f"WITH RECURSIVE {walk} SELECT n.* FROM networks_node n JOIN walk USING (id) LIMIT %(most)s"  # noqa: S608
    found = list(Node.objects.raw(sql, _given(line, ends=[line.start_id, line.end_id])))
    valves = [node for node in found if node.shuts and node.state != "faulty"]
    edge = {node.pk for node in valves}
    inside = tuple(node.pk for node in found if node.pk not in edge)
    return Zone(line, inside, tuple(sorted(valves, key=lambda node: node.code)))


def lines_inside(zone: Zone) -> list[Line]:
    """The pipes that go empty, for the map."""
    everything = [*zone.inside, *(valve.pk for valve in zone.valves)]
    rows = Line.objects.filter(start__in=everything, end__in=everything, archived_at__isnull=True).order_by("code")
    inner = set(zone.inside)
    return [one for one in rows if one.pk == zone.line.pk or one.start_id in inner or one.end_id in inner]


def without_supply(zone: Zone) -> list[Node]:
    """Inlets that were fed before the break and are not once its zone is shut off, by another way round neither."""
    sewer = zone.line.resource == Resource.SEWER
    along, against = (_BACK, _FORTH) if sewer else (_FORTH, _BACK)
    arcs = (along, f"{against} AND NOT l.one_way")
    open_or_edge = "(n.kind <> 'valve' OR n.state <> 'closed' OR n.id = ANY(%(edge)s))"
    shut = "n.id <> ALL(%(edge)s) AND (n.kind <> 'valve' OR n.state <> 'closed') AND arc.next <> ALL(%(inside)s)"
    before = _walk("before", _FED, arcs, _CARRIES, open_or_edge)
    after = _walk("after", f"{_FED} AND s.id <> ALL(%(inside)s)", arcs, _CARRIES_NOW, shut)
    sql = (
        f"WITH RECURSIVE {before}, {after} SELECT n.* FROM networks_node n "  # noqa: S608
        "WHERE n.kind = 'inlet' AND n.resource = %(resource)s AND n.archived_at IS NULL "
        "AND n.id IN (SELECT id FROM before LIMIT %(most)s) AND n.id NOT IN (SELECT id FROM after LIMIT %(most)s) "
        "ORDER BY n.code"
    )
    given = _given(zone.line, edge=[valve.pk for valve in zone.valves], inside=list(zone.inside))
    return list(Node.objects.raw(sql, given))


def upstream(line: Line, most: int = 1000) -> list[Node]:
    """Against the flow from the break, as far as closed valves let; the nearest first is not promised."""
    return _flow(line, line.start_id, _BACK, most)


def downstream(line: Line, most: int = 1000) -> list[Node]:
    return _flow(line, line.end_id, _FORTH, most)


def _flow(line: Line, first: int, arc: str, most: int) -> list[Node]:
    walk = _walk("walk", "SELECT %(first)s::bigint", (arc,), _CARRIES, "(n.kind <> 'valve' OR n.state <> 'closed')")
    sql = f"WITH RECURSIVE {walk} SELECT n.* FROM networks_node n JOIN walk USING (id) LIMIT %(most)s"  # noqa: S608
    return list(Node.objects.raw(sql, {**_given(line, first=first), "most": most}))


def _given(line: Line, **more: Any) -> dict[str, Any]:
    return {"broken": line.pk, "resource": line.resource, "most": MOST, **more}
