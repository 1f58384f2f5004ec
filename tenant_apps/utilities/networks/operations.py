"""A line stands on its nodes, and goes with them; valves are shut and breaks marked by whoever is on duty."""

from __future__ import annotations

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import LineString, Point
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.operations import Denied, Who, operation
from tenant_apps.utilities.networks.models import Line, Node, State, Thing

# A line drawn by hand ends near its node; farther than this it is another node.
REACH = 25


@operation("networks", Level.EDIT, on="node")
def save_node(node: Node, *, by: Who, reason: str = "") -> Node:
    """A node that moves takes the ends of its lines along."""
    was = Node.objects.filter(pk=node.pk).first()
    if was and was.resource != node.resource and Line.objects.filter(Q(start=node) | Q(end=node)).exists():
        raise Denied(_("Вузол уже має ділянки: мережу не змінити. Заведіть вузол іншої мережі з іншим кодом."))
    saved = _saved(node)
    if was and was.location != saved.location:
        for line in Line.objects.filter(Q(start=saved) | Q(end=saved)).select_for_update(of=("self",)):
            line.shape = _standing(line.shape, line.start.location, line.end.location)
            _saved(line)
    return saved


@operation("networks", Level.EDIT, on="line")
def save_line(line: Line, *, by: Who, reason: str = "") -> Line:
    if line.start_id and line.end_id:
        ends = line.start.location, line.end.location
        if line.shape is None or line.shape.empty:
            line.shape = LineString(*(point.coords for point in ends), srid=4326)
        else:
            _refuse_far(line)
            line.shape = _standing(line.shape, *ends)
    return _saved(line)


def _refuse_far(line: Line) -> None:
    coordinates = line.shape.coords
    for node, where in ((line.start, coordinates[0]), (line.end, coordinates[-1])):
        away = Node.objects.filter(pk=node.pk).annotate(away=Distance("location", Point(*where, srid=4326)))
        metres = away.values_list("away", flat=True).get().m
        if metres > REACH:
            raise Denied(
                _("Кінець лінії за %(metres)s м від вузла %(node)s. Доведіть лінію до вузла або виберіть інший вузол.")
                % {"metres": round(metres), "node": node}
            )


def _standing(shape: LineString, start: Point, end: Point) -> LineString:
    return LineString(start.coords, *shape.coords[1:-1], end.coords, srid=4326)


@operation("networks", Level.EDIT, on="thing")
def set_state(thing: Thing, state: str, *, by: Who, reason: str = "") -> Thing:
    """Shut, opened, broken, mended: what the tracing asks from now on."""
    found = type(thing)._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)
    if found.state == state:
        raise Denied(_("Уже «%(state)s». Оновіть сторінку.") % {"state": found.get_state_display()})
    if found.state == State.RETIRED:
        raise Denied(_("Виведено з роботи: щоб повернути, змініть стан у картці."))
    found.state = state
    return _saved(found)


def _saved[T: Thing](thing: T) -> T:
    thing.full_clean()
    if not thing._state.adding:
        thing.version = F("version") + 1
        thing.updated_at = timezone.now()
    thing.save()
    thing.refresh_from_db()
    return thing
