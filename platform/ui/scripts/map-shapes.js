// Cutting and joining of areas; numbers of the result are those of the corners, wherever they were.
import { difference, intersection, union } from "polyclip-ts";
import { partsOf } from "./map-geometry.js";

const polygons = (shape) => partsOf(shape).filter((part) => part.type === "Polygon").map((part) => part.coordinates);
const asParts = (multi) => multi.map((coordinates) => ({ type: "Polygon", coordinates }));

export const join = (shape, other) => asParts(union(polygons(shape), polygons(other)));

// A hole that touches the edge would be a bite, not a hole.
export function pierce(shape, hole) {
  const before = polygons(shape);
  const outside = difference([hole], before);
  const result = difference(before, [hole]);
  return outside.length || !result.length ? null : asParts(result);
}

// Two sides of it. The line goes on far beyond the area and closes around one side of it: what is on that side is one part, the rest the other.
export function split(shape, line) {
  const before = polygons(shape);
  const [a, b] = line;
  const [y, z] = line.slice(-2);
  const far = 1;
  const away = ([x1, y1], [x2, y2]) => {
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    return [x2 + ((x2 - x1) / length) * far, y2 + ((y2 - y1) / length) * far];
  };
  const start = away(b, a);
  const end = away(y, z);
  const across = [-(end[1] - start[1]), end[0] - start[0]];
  const side = [[start, ...line, end, [end[0] + across[0], end[1] + across[1]], [start[0] + across[0], start[1] + across[1]], start]];
  const left = intersection(before, [side]);
  const right = difference(before, [side]);
  return left.length && right.length && left.length + right.length > before.length ? [asParts(left), asParts(right)] : null;
}
