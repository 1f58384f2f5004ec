// The whole look of a map as a function of what it shows and of the tokens; nothing is painted elsewhere.
import { SHAPES } from "./map-marks.js";

const TEXT = ["'Source Sans 3'", "sans-serif"];
const BOLD = ["'Source Sans 3 SemiBold'", "'Source Sans 3'", "sans-serif"];
const nothing = { type: "FeatureCollection", features: [] };
const chosen = ["any", ["boolean", ["feature-state", "chosen"], false], ["boolean", ["feature-state", "hovered"], false]];

const isCluster = [">", ["coalesce", ["get", "count"], 1], 1];
const isPoint = ["==", ["geometry-type"], "Point"];
const single = (kind) => ["all", ["==", ["geometry-type"], kind], ["!", isCluster]];

// A choice of the field "colour" for every class; what is in no class looks like the last one.
function byClass(layer, outcome, otherwise) {
  const pairs = layer.classes.flatMap((one, index) => [one.value, outcome(one, index)]);
  return pairs.length ? ["match", ["to-string", ["coalesce", ["get", "colour"], ""]], ...pairs, otherwise] : otherwise;
}

export const shapeOf = (one, index) => one.shape || SHAPES[index % SHAPES.length];

export function colourOf(one, theme) {
  return theme[one.token] ?? theme.accent;
}

function layersOf(layer, theme, state) {
  const source = `register-${layer.name}`;
  const opacity = state.opacity[layer.name] ?? 1;
  const common = { source, "source-layer": layer.source_layer, layout: {} };
  const visibility = state.hidden.has(layer.name) ? "none" : "visible";
  const colour = byClass(layer, (one) => colourOf(one, theme), theme.accent);
  const plain = `mark|circle|${theme.accent}|${theme.sheet}`;
  const image = byClass(layer, (one, index) => `mark|${shapeOf(one, index)}|${colourOf(one, theme)}|${theme.sheet}`, plain);
  const fill = byClass(layer, (one, index) => `fill|${index}|${colourOf(one, theme)}`, `fill|0|${theme.accent}`);
  const font = { "text-font": TEXT, "text-size": 13, "text-max-width": 12 };
  const halo = { "text-color": theme.ink, "text-halo-color": theme.sheet, "text-halo-width": 1.6, "text-opacity": opacity };
  return [
    { id: `${source}:fill`, type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-pattern": fill, "fill-opacity": opacity } },
    { id: `${source}:chosen`, type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": ["case", chosen, 0.4 * opacity, 0] } },
    { id: `${source}:line`, type: "line", filter: ["!", isPoint], layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": colour, "line-opacity": opacity, "line-width": ["case", chosen, 4, 2] } },
    { id: `${source}:halo`, type: "circle", filter: single("Point"), paint: { "circle-color": colour, "circle-radius": 22, "circle-opacity": ["case", chosen, 0.25, 0] } },
    { id: `${source}:mark`, type: "symbol", filter: single("Point"), layout: { "icon-image": image, "icon-allow-overlap": true, "icon-ignore-placement": true }, paint: { "icon-opacity": opacity } },
    { id: `${source}:label`, type: "symbol", minzoom: 15, filter: single("Point"), layout: { ...font, "text-field": ["coalesce", ["get", "label"], ""], "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.9, "text-justify": "auto" }, paint: halo },
    { id: `${source}:name`, type: "symbol", minzoom: 14, filter: ["==", ["geometry-type"], "Polygon"], layout: { ...font, "text-field": ["coalesce", ["get", "label"], ""] }, paint: halo },
    { id: `${source}:along`, type: "symbol", minzoom: 13, filter: ["==", ["geometry-type"], "LineString"], layout: { ...font, "symbol-placement": "line", "text-field": ["coalesce", ["get", "label"], ""] }, paint: halo },
    { id: `${source}:cluster`, type: "circle", filter: ["all", isPoint, isCluster], paint: { "circle-color": theme.accent, "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 12, 2, 18, 4, 30], "circle-stroke-color": theme.sheet, "circle-stroke-width": 2.5, "circle-opacity": opacity } },
    { id: `${source}:count`, type: "symbol", filter: ["all", isPoint, isCluster], layout: { "text-field": ["to-string", ["get", "count"]], "text-font": BOLD, "text-size": 15, "text-allow-overlap": true, "text-ignore-placement": true }, paint: { "text-color": theme["on-accent"] } },
  ].map((one) => ({ ...common, ...one, layout: { ...one.layout, visibility } }));
}

function baseOf(base) {
  if (base.kind === "raster") {
    return {
      sources: { base: { type: "raster", tiles: [base.url], tileSize: 256, maxzoom: base.max_zoom || 19, attribution: base.attribution } },
      layers: [{ id: "base", type: "raster", source: "base" }],
    };
  }
  return { sources: {}, layers: [] };
}

// The common schema of basemaps (OpenMapTiles, Protomaps) in our own ink: water, green, roads, buildings, names.
function vectorBase(base, theme) {
  if (base.kind !== "pmtiles") return { sources: {}, layers: [] };
  const from = (layer, one) => ({ id: `base:${one.id ?? layer}`, source: "base", "source-layer": layer, ...one, ...(one.id ? { id: `base:${one.id}` } : {}) });
  const name = ["coalesce", ["get", "name:uk"], ["get", "name"]];
  return {
    sources: { base: { type: "vector", url: `pmtiles://${new URL(base.url, location.href)}`, attribution: base.attribution } },
    layers: [
      from("landcover", { type: "fill", paint: { "fill-color": theme["ok-mark"], "fill-opacity": 0.12 } }),
      from("landuse", { type: "fill", paint: { "fill-color": theme["idle-mark"], "fill-opacity": 0.08 } }),
      from("water", { type: "fill", paint: { "fill-color": theme["info-mark"], "fill-opacity": 0.25 } }),
      from("buildings", { type: "fill", minzoom: 13, paint: { "fill-color": theme["line-2"], "fill-opacity": 0.6 } }),
      from("building", { type: "fill", minzoom: 13, paint: { "fill-color": theme["line-2"], "fill-opacity": 0.6 } }),
      ...["roads", "transportation"].map((layer) =>
        from(layer, { type: "line", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": theme.sheet, "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 9, 0.6, 14, 3, 18, 18] } }),
      ),
      ...["roads", "transportation_name"].map((layer) =>
        from(layer, { id: `${layer}:names`, type: "symbol", minzoom: 13, layout: { "symbol-placement": "line", "text-field": name, "text-font": TEXT, "text-size": 13 }, paint: { "text-color": theme["ink-2"], "text-halo-color": theme.sheet, "text-halo-width": 1.6 } }),
      ),
      ...["places", "place"].map((layer) =>
        from(layer, { type: "symbol", layout: { "text-field": name, "text-font": TEXT, "text-size": 15 }, paint: { "text-color": theme.ink, "text-halo-color": theme.sheet, "text-halo-width": 1.6 } }),
      ),
    ],
  };
}

export function buildStyle(theme, settings, state) {
  const base = settings.base ?? { kind: "none" };
  const raster = baseOf(base);
  const vector = vectorBase(base, theme);
  const boundary = settings.boundary ? { type: "Feature", geometry: settings.boundary, properties: {} } : nothing;
  const sources = {
    ...raster.sources,
    ...vector.sources,
    boundary: { type: "geojson", data: boundary },
    grid: { type: "geojson", data: state.grid ?? nothing },
    place: { type: "geojson", data: state.place ?? nothing },
    measure: { type: "geojson", data: state.measure ?? nothing },
  };
  const own = [];
  const lines = settings.layers.toSorted((one, other) => (other.rank ?? 0) - (one.rank ?? 0));
  for (const layer of lines) {
    sources[`register-${layer.name}`] = { type: "vector", tiles: [tilesOf(layer, state)], minzoom: 0, maxzoom: layer.max_zoom ?? 18 };
    own.push(...layersOf(layer, theme, state));
  }
  const plain = base.kind === "none";
  return {
    version: 8,
    sources,
    layers: [
      { id: "ground", type: "background", paint: { "background-color": theme.ground } },
      { id: "territory", type: "fill", source: "boundary", paint: { "fill-color": theme.sunken, "fill-opacity": plain ? 1 : 0 } },
      ...raster.layers,
      ...vector.layers,
      ...(plain ? [{ id: "grid", type: "line", source: "grid", paint: { "line-color": theme["line-2"], "line-width": 0.7, "line-opacity": 0.55 } }] : []),
      { id: "boundary", type: "line", source: "boundary", paint: { "line-color": theme["ink-3"], "line-width": 1.6, "line-dasharray": [4, 2.5] } },
      ...own,
      { id: "measure:fill", type: "fill", source: "measure", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": theme.focus, "fill-opacity": 0.15 } },
      { id: "measure:line", type: "line", source: "measure", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": theme.focus, "line-width": 2.5, "line-dasharray": [2, 1.2] } },
      { id: "measure:dots", type: "circle", source: "measure", filter: isPoint, paint: { "circle-color": theme.sheet, "circle-radius": 4, "circle-stroke-color": theme.focus, "circle-stroke-width": 2 } },
      { id: "place:fill", type: "fill", source: "place", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": theme.accent, "fill-opacity": 0.3 } },
      { id: "place:line", type: "line", source: "place", filter: ["!", isPoint], paint: { "line-color": theme.accent, "line-width": 3 } },
      { id: "place:ring", type: "circle", source: "place", filter: isPoint, paint: { "circle-color": theme.accent, "circle-opacity": 0.12, "circle-radius": 26, "circle-stroke-color": theme.accent, "circle-stroke-width": 2 } },
      ...(settings.chosen ? [] : [{ id: "place:dot", type: "circle", source: "place", filter: isPoint, paint: { "circle-color": theme.accent, "circle-radius": 6, "circle-stroke-color": theme.sheet, "circle-stroke-width": 2 } }]),
    ],
  };
}

export function tilesOf(layer, state) {
  const [path, query = ""] = layer.tiles.split("?");
  const wishes = new URLSearchParams(query);
  if (state.on) wishes.set("on", state.on);
  const tail = wishes.size ? `?${wishes}` : "";
  return new URL(path, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}") + tail;
}

export const PRESSED = ["mark", "fill", "line", "cluster"];
