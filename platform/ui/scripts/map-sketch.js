// What Terra Draw holds, as one shape and back: its areas know no holes, so a hole is an area of its own that is cut out.
import { TerraDraw, TerraDrawLineStringMode, TerraDrawPointMode, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { closed, joined, partsOf, ringArea, rounded } from "./map-geometry.js";

const MODES = { Point: "point", LineString: "linestring", Polygon: "polygon" };

const DOTS = /closingPoint|snappingPoint|coordinatePoint|midPoint|selectionPoint/i;

function looks(theme) {
  const colour = ({ properties }) => (properties.hole ? theme["bad-mark"] : theme.accent);
  const corner = { closingPointColor: theme.accent, closingPointOutlineColor: theme.sheet, closingPointWidth: 6 };
  return {
    point: { pointColor: theme.accent, pointOutlineColor: theme.sheet, pointOutlineWidth: 3, pointWidth: 8 },
    linestring: { lineStringColor: theme.accent, lineStringWidth: 4, ...corner },
    polygon: { fillColor: colour, fillOpacity: 0.25, outlineColor: colour, outlineWidth: 3, ...corner },
    select: {
      selectedPolygonColor: colour, selectedPolygonOutlineColor: colour, selectedPolygonFillOpacity: 0.35, selectedPolygonOutlineWidth: 3,
      selectedLineStringColor: theme.accent, selectedLineStringWidth: 4, selectedPointColor: theme.accent, selectedPointOutlineColor: theme.focus,
      selectedPointWidth: 9, selectedPointOutlineWidth: 3, selectionPointColor: theme.sheet, selectionPointOutlineColor: theme.accent,
      selectionPointOutlineWidth: 3, selectionPointWidth: 6, midPointColor: theme.accent, midPointOutlineColor: theme.sheet, midPointWidth: 4,
    },
  };
}

// The page has changed its colours: what is drawn, and what is being drawn, takes them too.
export function repaint(draw, theme) {
  for (const [mode, styles] of Object.entries(looks(theme))) draw.updateModeOptions(mode, { styles });
}

export function sketchOn(map, theme, snap) {
  const styles = looks(theme);
  const snapping = { toCoordinate: true, toCustom: ({ lng, lat }) => snap([lng, lat]) };
  const coordinates = { midpoints: true, draggable: true, deletable: true, snappable: snapping };
  const flags = { feature: { draggable: true, coordinates } };
  return new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, prefixId: "td", coordinatePrecision: 9 }),
    modes: [
      new TerraDrawPointMode({ styles: styles.point, snapping }),
      new TerraDrawLineStringMode({ styles: styles.linestring, snapping }),
      new TerraDrawPolygonMode({ styles: styles.polygon, snapping }),
      new TerraDrawSelectMode({ styles: styles.select, flags: { point: { feature: { draggable: true } }, linestring: flags, polygon: flags } }),
    ],
  });
}

const inside = ([x, y], ring) =>
  ring.slice(1).reduce((within, [x2, y2], index) => {
    const [x1, y1] = ring[index];
    return y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1 ? !within : within;
  }, false);

// Every drawn thing of the kind, or those that were there before the one with this id; a line to split by is of no kind of theirs.
export function shapeOf(draw, kind, multi, without = null) {
  // Besides what is drawn it holds dots to close an outline by and dots to snap to.
  const own = draw.getSnapshot().filter(({ id, geometry, properties }) => id !== without && geometry.type === kind && MODES[kind] === properties.mode && !Object.keys(properties).some((name) => DOTS.test(name) && properties[name]));
  const main = own.filter(({ properties }) => !properties.hole).map(({ geometry }) => structuredClone(geometry));
  const holes = own.filter(({ properties }) => properties.hole).map(({ geometry }) => geometry.coordinates[0]);
  for (const ring of holes) {
    main.find((part) => part.type === "Polygon" && inside(ring[0], part.coordinates[0]))?.coordinates.push(ring);
  }
  const shape = joined(main, multi);
  return shape && rounded(shape);
}

export function put(draw, shape) {
  draw.clear();
  const features = partsOf(shape).flatMap((part) =>
    part.type === "Polygon"
      ? part.coordinates.map((ring, index) => ({ type: "Feature", geometry: { type: "Polygon", coordinates: [closed(ring)] }, properties: { mode: "polygon", hole: index > 0 } }))
      : [{ type: "Feature", geometry: part, properties: { mode: MODES[part.type] } }],
  );
  draw.addFeatures(features.map((feature) => ({ ...feature, geometry: rounded(feature.geometry) })));
}

export const modeOf = (kind) => MODES[kind];
export const largest = (parts) => parts.toSorted((one, other) => ringArea(other.coordinates[0]) - ringArea(one.coordinates[0]))[0];
