// Sizes on the ellipsoid and shapes as text. Exact enough for what a screen shows; what is kept the server counts itself.
const A = 6378137;
const E2 = 0.00669437999014;
const RAD = Math.PI / 180;

// Metres to a degree at this latitude: along the parallel and along the meridian.
function scaleAt(latitude) {
  const sin = Math.sin(latitude * RAD);
  const root = Math.sqrt(1 - E2 * sin * sin);
  return [(A / root) * Math.cos(latitude * RAD) * RAD, ((A * (1 - E2)) / root ** 3) * RAD];
}

export function lengthOf(line) {
  let sum = 0;
  for (let i = 1; i < line.length; i += 1) {
    const [[x1, y1], [x2, y2]] = [line[i - 1], line[i]];
    const [east, north] = scaleAt((y1 + y2) / 2);
    sum += Math.hypot((x2 - x1) * east, (y2 - y1) * north);
  }
  return sum;
}

export function ringArea(ring) {
  const [x0, y0] = ring[0];
  const [east, north] = scaleAt(ring.reduce((sum, [, y]) => sum + y, 0) / ring.length);
  let sum = 0;
  for (let i = 0; i < ring.length; i += 1) {
    const [x1, y1] = ring[i];
    const [x2, y2] = ring[(i + 1) % ring.length];
    sum += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  }
  return (Math.abs(sum) / 2) * east * north;
}

export const polygonArea = (rings) => ringArea(rings[0]) - rings.slice(1).reduce((sum, ring) => sum + ringArea(ring), 0);

export const partsOf = (shape) => {
  if (!shape) return [];
  if (shape.type === "GeometryCollection") return shape.geometries.flatMap(partsOf);
  return shape.type.startsWith("Multi")
    ? shape.coordinates.map((coordinates) => ({ type: shape.type.slice(5), coordinates }))
    : [shape];
};

export function sizeOf(shape) {
  const size = { length: 0, area: 0 };
  for (const part of partsOf(shape)) {
    if (part.type === "LineString") size.length += lengthOf(part.coordinates);
    if (part.type === "Polygon") {
      size.area += polygonArea(part.coordinates);
      size.length += part.coordinates.reduce((sum, ring) => sum + lengthOf(ring), 0);
    }
  }
  return size;
}

export function pointsOf(shape) {
  return partsOf(shape).flatMap(({ type, coordinates }) =>
    type === "Point" ? [coordinates] : type === "LineString" ? coordinates : coordinates.flat(),
  );
}

export function boxOf(shape) {
  const points = pointsOf(shape);
  if (!points.length) return null;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const least = (values) => values.reduce((one, other) => Math.min(one, other));
  const most = (values) => values.reduce((one, other) => Math.max(one, other));
  return [[least(xs), least(ys)], [most(xs), most(ys)]];
}

export function joined(parts, multi) {
  if (!parts.length) return null;
  if (parts.length === 1 && !multi) return parts[0];
  return { type: `Multi${parts[0].type}`, coordinates: parts.map((part) => part.coordinates) };
}

// Nine decimals of a degree are a tenth of a millimetre; finer the drawing tool does not take.
const round = (value) => (Array.isArray(value) ? value.map(round) : Math.round(value * 1e9) / 1e9);
export const rounded = (shape) => ({ type: shape.type, coordinates: round(shape.coordinates) });

// -- where an outline crosses itself ---------------------------------------------------------------

function meeting([x1, y1], [x2, y2], [x3, y3], [x4, y4]) {
  const cross = (x2 - x1) * (y4 - y3) - (y2 - y1) * (x4 - x3);
  if (!cross) return null;
  const t = ((x3 - x1) * (y4 - y3) - (y3 - y1) * (x4 - x3)) / cross;
  const u = ((x3 - x1) * (y2 - y1) - (y3 - y1) * (x2 - x1)) / cross;
  return t > 1e-9 && t < 1 - 1e-9 && u > 1e-9 && u < 1 - 1e-9 ? [x1 + t * (x2 - x1), y1 + t * (y2 - y1)] : null;
}

// Every pair is compared: drawn by hand there are few; of what is longer the server tells.
const BY_HAND = 600;

export function crossings(shape) {
  const found = [];
  for (const part of partsOf(shape)) {
    if (part.type !== "Polygon") continue;
    const sides = part.coordinates.flatMap((ring) => ring.slice(1).map((point, index) => [ring[index], point]));
    if (sides.length > BY_HAND) continue;
    sides.forEach(([a, b], index) => {
      for (const [c, d] of sides.slice(index + 1)) {
        const place = meeting(a, b, c, d);
        if (place) found.push(place);
      }
    });
  }
  return found;
}

// -- text --------------------------------------------------------------------------------------------

const WKT = /^\s*(?:SRID=\d+;\s*)?(MULTI)?(POINT|LINESTRING|POLYGON)\s*Z?M?\s*(\(.*\))\s*$/is;
const KINDS = { POINT: "Point", LINESTRING: "LineString", POLYGON: "Polygon" };

function fromWkt(text) {
  const match = WKT.exec(text);
  if (!match) return null;
  const [, multi, kind, body] = match;
  const json = body
    .replace(/-?\d[\d.eE+-]*(?:\s+-?\d[\d.eE+-]*)+/g, (numbers) => `[${numbers.trim().split(/\s+/).slice(0, 2).join(",")}]`)
    .replaceAll("(", "[")
    .replaceAll(")", "]");
  const coordinates = JSON.parse(json);
  // A point has brackets around one pair, some write them around each point of many as well.
  if (kind.toUpperCase() === "POINT") {
    return multi ? { type: "MultiPoint", coordinates: coordinates.map((one) => (Array.isArray(one[0]) ? one[0] : one)) } : { type: "Point", coordinates: coordinates[0] };
  }
  return { type: (multi ? "Multi" : "") + KINDS[kind.toUpperCase()], coordinates };
}

function fromGeoJson(text) {
  const given = JSON.parse(text);
  if (given.type === "FeatureCollection") {
    const parts = given.features.flatMap((feature) => partsOf(feature.geometry));
    return joined(parts.filter((part) => part.type === parts[0]?.type), false);
  }
  return given.type === "Feature" ? given.geometry : given;
}

const PAIR = /^\s*(?:\d{1,4}[.)]?\s+)?(-?\d{1,3}[.,]\d+)\s*[,;\s]\s*(-?\d{1,3}[.,]\d+)\s*$/;

// A table of «latitude, longitude», as places are written by people.
function fromTable(text, kind) {
  const rows = text.trim().split(/\r?\n/).filter((row) => row.trim());
  const pairs = rows.map((row) => PAIR.exec(row));
  if (!pairs.length || pairs.some((pair) => !pair)) return null;
  const points = pairs.map(([, y, x]) => [Number(x.replace(",", ".")), Number(y.replace(",", "."))]);
  if (kind.endsWith("Point")) return { type: "Point", coordinates: points[0] };
  if (kind.endsWith("LineString")) return { type: "LineString", coordinates: points };
  return points.length > 2 ? { type: "Polygon", coordinates: [closed(points)] } : null;
}

export const closed = (ring) => {
  const [first, last] = [ring[0], ring.at(-1)];
  return first[0] === last[0] && first[1] === last[1] ? ring : [...ring, first];
};

export function readShape(text, kind) {
  try {
    const shape = fromWkt(text) ?? (text.trim().startsWith("{") ? fromGeoJson(text) : fromTable(text, kind));
    return shape && pointsOf(shape).flat().every(Number.isFinite) && pointsOf(shape).length ? shape : null;
  } catch {
    return null;
  }
}
