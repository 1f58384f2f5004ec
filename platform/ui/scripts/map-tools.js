// Buttons over the map: nearer, farther, the whole, where I am, a measure.
import { boxOf, lengthOf, polygonArea } from "./map-geometry.js";
import { areaText, lengthText, tell } from "./map-words.js";

const SVG = "http://www.w3.org/2000/svg";

export function sign(sprite, name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

export function tool(view, name, words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", words);
  button.title = words;
  button.append(sign(view.settings.sprite, name));
  button.addEventListener("click", () => act(button));
  return button;
}

export function toolbar(view) {
  const bar = Object.assign(document.createElement("div"), { className: "map-tools" });
  bar.append(
    tool(view, "plus", tell("zoomIn"), () => view.map.zoomIn()),
    tool(view, "minus", tell("zoomOut"), () => view.map.zoomOut()),
  );
  if (view.settings.box) bar.append(tool(view, "maximize", tell("whole"), () => view.fit(view.settings.box)));
  if (view.settings.tools !== "few") {
    bar.append(
      tool(view, "locate", tell("locate"), () => locate(view)),
      tool(view, "ruler", tell("measure"), (button) => measure(view, button)),
    );
  }
  return bar;
}

export function locate(view) {
  if (!navigator.geolocation) return view.note(tell("noPlace"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      show(view, { type: "Point", coordinates: [coords.longitude, coords.latitude] });
      view.note("");
    },
    () => view.note(tell("noPlace")),
    { enableHighAccuracy: true, timeout: 15_000 },
  );
}

export function show(view, shape) {
  view.state.place = { type: "Feature", geometry: shape, properties: {} };
  view.map.getSource("place")?.setData(view.state.place);
  const box = boxOf(shape);
  if (box) view.fit(box, 17);
}

function measure(view, button) {
  if (view.measuring) return view.measuring();
  const points = [];
  view.busy = true;
  button.setAttribute("aria-pressed", "true");
  view.map.doubleClickZoom.disable();
  view.note(tell("measureHint"));
  const redraw = () => {
    const features = points.map((coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } }));
    if (points.length > 1) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: points } });
    if (points.length > 2) features.push({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...points, points[0]]] } });
    view.state.measure = { type: "FeatureCollection", features };
    view.map.getSource("measure").setData(view.state.measure);
    if (points.length > 1) {
      const area = points.length > 2 ? polygonArea([[...points, points[0]]]) : 0;
      view.note(tell("measured", { length: lengthText(lengthOf(points)), area: areaText(area) }));
    }
  };
  const add = ({ lngLat }) => {
    points.push([lngLat.lng, lngLat.lat]);
    redraw();
  };
  const finish = () => {
    view.map.off("click", add);
    view.map.off("dblclick", stopHere);
    document.removeEventListener("keydown", escape);
    view.map.doubleClickZoom.enable();
    button.setAttribute("aria-pressed", "false");
    view.busy = false;
    view.measuring = null;
  };
  const clear = () => {
    finish();
    points.length = 0;
    redraw();
    view.note("");
  };
  // The second press of the two has put a point where the first one did.
  const stopHere = () => {
    points.pop();
    redraw();
    finish();
  };
  const escape = (event) => {
    if (event.key === "Escape") clear();
  };
  view.measuring = clear;
  view.map.on("click", add);
  view.map.on("dblclick", stopHere);
  document.addEventListener("keydown", escape);
}
