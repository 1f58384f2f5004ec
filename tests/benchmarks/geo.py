"""GEO-1 and GEO-2: tiles over a million addresses.

Ours is the product's own tile: rights, conditions, label, colour and its words, the bound on objects, and from afar
counts by cells. Compared is the time it waits for the database; the whole answer over HTTP is in the note. The limit of a
near tile is a bare ST_AsMVT with the same label and colour; of a far one, a grid counted beforehand and drawn by hand.
The peer of the far tile is the same tile of all points.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache
from math import asinh, floor, pi, radians, tan
from statistics import median
from typing import TYPE_CHECKING

import psycopg
from django.db import connection
from django.test import Client

from kernel.access.levels import Level
from kernel.maps import cells, tiles
from kernel.maps.frame import Tile
from kernel.maps.layers import Layer
from kernel.registers.registry import register_named
from kernel.tenancy import TenantRef, tenant_context
from kernel.testing.access import enter, make_person, make_role
from tests.benchmarks import addresses, ground
from tests.benchmarks.measure import Result, database_time, interleaved, result, sized

if TYPE_CHECKING:
    from kernel.access.models import User

POINTS = int(os.environ.get("BENCH_POINTS", sized(1_000_000, 2_000)))
LABEL = "addresses.addresses"
MIDDLE = (33.2, 49.005)
LARGEST = 250_000

_RAW = """
SELECT ST_AsMVT(tile, 'addresses', 4096, 'geom', 'id') FROM (
  SELECT id, shown AS label, purpose AS colour,
         ST_AsMVTGeom(ST_Transform(location, 3857), ST_TileEnvelope({z}, {x}, {y}), 4096, 64, true) AS geom
  FROM addresses_building
  WHERE archived_at IS NULL AND location && ST_Transform(ST_TileEnvelope({z}, {x}, {y}, margin => 64.0 / 4096), 4326)
) tile WHERE geom IS NOT NULL
"""
_GRID = """
CREATE TABLE bench_grid AS
SELECT floor((ST_X(p) + 20037508.342789244) / {size})::int AS x, floor((20037508.342789244 - ST_Y(p)) / {size})::int AS y,
       count(*)::int AS count, ST_SetSRID(ST_MakePoint(avg(ST_X(p)), avg(ST_Y(p))), 3857) AS place
FROM (SELECT ST_Transform(location, 3857) AS p FROM addresses_building WHERE archived_at IS NULL) placed GROUP BY 1, 2
"""
_FAR = """
SELECT ST_AsMVT(tile, 'addresses', 4096, 'geom') FROM (
  SELECT count, ST_AsMVTGeom(place, ST_TileEnvelope({z}, {x}, {y}), 4096, 256, true) AS geom
  FROM bench_grid WHERE x BETWEEN {left} AND {right} AND y BETWEEN {top} AND {bottom}
) tile WHERE geom IS NOT NULL
"""


def near(tenant: TenantRef, z: int, points: int = POINTS) -> Result:
    place = _tile(*MIDDLE, z)
    sql = _RAW.format(z=place.z, x=place.x, y=place.y)
    return _measured(f"GEO-1-Z{z}", tenant, points, place, sql)


def far(tenant: TenantRef, points: int = POINTS) -> Result:
    place = _tile(*MIDDLE, 8)
    left, top = place.x * cells.SIDE, place.y * cells.SIDE
    sql = _FAR.format(
        z=place.z, x=place.x, y=place.y, left=left, right=left + cells.SIDE - 1, top=top, bottom=top + cells.SIDE - 1
    )
    _stand(tenant, points)
    with psycopg.connect(ground.superuser_url(connection.settings_dict["NAME"]), autocommit=True) as superuser:
        superuser.execute(f'SET search_path = "{tenant.schema}", extensions')
        superuser.execute("DROP TABLE IF EXISTS bench_grid")
        superuser.execute(_GRID.format(size=place.metres / cells.SIDE))
        superuser.execute("CREATE UNIQUE INDEX ON bench_grid (x, y)")
        superuser.execute("ANALYZE bench_grid")
        superuser.execute(f'GRANT SELECT ON bench_grid TO "{tenant.schema}"')
    raw = _RAW.format(z=place.z, x=place.x, y=place.y)
    return _measured("GEO-2", tenant, points, place, sql, peer=("усі точки в ST_AsMVT", raw))


def _measured(
    name: str, tenant: TenantRef, points: int, place: Tile, sql: str, peer: tuple[str, str] | None = None
) -> Result:
    user = _stand(tenant, points)
    register = register_named(LABEL)
    sizes: list[int] = []

    def ours(_number: int) -> float:
        with database_time() as spent:
            layer = Layer(register, user)
            sizes.append(len(tiles.draw(layer, place, layer.rows())))
        return spent.seconds

    def bare(_number: int) -> float:
        return _timed(lambda: _run(sql))

    with tenant_context(tenant):
        ours(0)
        bare(0)
        mine, limit = interleaved(ours, bare, sized(41, 3))
        whole, told = _answered(tenant, user, place)
        slow = median(_timed(lambda: _run(peer[1])) for _time in range(sized(3, 1))) if peer else 0.0
    if not sizes[-1] or sizes[-1] > LARGEST * (8 if place.z > cells.NEAREST else 1):
        raise RuntimeError(f"{name}: a tile of {sizes[-1]} bytes")
    note = f"{points} точок; плитка {sizes[-1] / 1000:.0f} кБ, стиснута {told / 1000:.0f} кБ; крізь HTTP {whole * 1000:.1f} мс"
    return result(name, mine, limit, peer=peer[0] if peer else "", peer_s=slow or None, note=note)


def _answered(tenant: TenantRef, user: User, place: Tile) -> tuple[float, int]:
    """(the whole answer as a browser waits for it, its pressed size)"""
    client = enter(Client(headers={"host": f"{tenant.slug}.localhost", "accept-encoding": "gzip"}), user)
    address = f"/maps/tiles/{LABEL}/{place.z}/{place.x}/{place.y}.mvt"
    client.get(address)
    spent, size = [], 0
    for _time in range(sized(21, 2)):
        began = time.perf_counter()
        answer = client.get(address)
        spent.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        size = len(answer.content)
    return median(spent), size


def _timed(work: Callable[[], None]) -> float:
    with database_time() as spent:
        work()
    return spent.seconds


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.fetchall()


def _tile(lon: float, lat: float, z: int) -> Tile:
    x = floor((lon + 180) / 360 * 2**z)
    y = floor((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)
    return Tile(z, x, y)


@cache
def _stand(tenant: TenantRef, points: int) -> User:
    """The addresses, their kept cells, and somebody who may see them; once for all."""
    database = connection.settings_dict["NAME"]
    with psycopg.connect(ground.superuser_url(database), autocommit=True) as superuser, tenant_context(tenant):
        addresses.without_history(superuser, tenant.schema, off=True)
        addresses.fill(points)
        addresses.without_history(superuser, tenant.schema, off=False)
        user = make_person(make_role("bench_map", addresses=Level.VIEW).code)
        cells.count_cells(Layer(register_named(LABEL), user))
        for table in ("addresses_building", "maps_cell"):
            superuser.execute(f'VACUUM ANALYZE "{tenant.schema}".{table}')
        return user
