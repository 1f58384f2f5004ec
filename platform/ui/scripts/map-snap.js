// Corners and sides of neighbours as the server keeps them, to lay new ones exactly upon: a tile cuts and rounds them.
import { partsOf } from "./map-geometry.js";
import { ask } from "./words.js";

const REACH = 12;
// Farther away a pixel is longer than any gap worth closing.
const NEAREST_LOOK = 13;

const linesOf = (shape) =>
  partsOf(shape).flatMap(({ type, coordinates }) => (type === "Point" ? [[coordinates]] : type === "LineString" ? [coordinates] : coordinates));

function onSide(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const t = Math.max(0, Math.min(1, ((point.x - a.x) * dx + (point.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return { x: a.x + t * dx, y: a.y + t * dy };
}

const apart = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
const key = ([x, y]) => `${x.toFixed(9)} ${y.toFixed(9)}`;

export class Neighbours {
  // `own` is the card being changed: it is no neighbour of itself.
  constructor(map, address, layers, own) {
    Object.assign(this, { map, address, layers, own, lines: [], corners: new Map() });
    if (!address || !layers.length) return;
    map.on("moveend", () => this.look());
    this.look();
  }

  async look() {
    if (this.map.getZoom() < NEAREST_LOOK) return;
    const box = this.map.getBounds().toArray().flat().map((one) => one.toFixed(6)).join(",");
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const { features } = await ask(`${this.address}?${new URLSearchParams({ layers: this.layers.join(","), box, own: this.own })}`, this.asked.signal);
      this.lines = features.flatMap(({ geometry }) => linesOf(geometry));
      for (const corner of this.lines.flat()) this.corners.set(key(corner), corner);
    } catch {
      // Without neighbours one draws as before; the server checks the shape anyway.
    }
  }

  // The nearest corner in reach; failing that, the nearest place on a side; otherwise nothing.
  nearest(place) {
    const point = this.map.project(place);
    const [west, north] = this.map.unproject([point.x - REACH, point.y - REACH]).toArray();
    const [east, south] = this.map.unproject([point.x + REACH, point.y + REACH]).toArray();
    let corner = null;
    let side = null;
    for (const line of this.lines) {
      line.forEach((one, index) => {
        const last = line[index - 1] ?? one;
        if (Math.max(one[0], last[0]) < west || Math.min(one[0], last[0]) > east || Math.max(one[1], last[1]) < south || Math.min(one[1], last[1]) > north) return;
        const shown = this.map.project(one);
        const far = apart(point, shown);
        if (far < (corner?.far ?? REACH)) corner = { far, place: one };
        if (!index) return;
        const foot = onSide(point, this.map.project(last), shown);
        const aside = apart(point, foot);
        if (aside < (side?.far ?? REACH)) side = { far: aside, place: this.map.unproject([foot.x, foot.y]).toArray() };
      });
    }
    return (corner ?? side)?.place;
  }

  // The drawing tool takes nine decimals: a corner laid upon a neighbour's is the neighbour's to the last digit.
  exact(shape) {
    const lay = (given) => (Array.isArray(given[0]) ? given.map(lay) : (this.corners.get(key(given)) ?? given));
    return { type: shape.type, coordinates: lay(shape.coordinates) };
  }
}
