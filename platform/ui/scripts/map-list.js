// The list beside the map: what is under the pointer in one is marked in the other.
import { still } from "./map-theme.js";
import { tell } from "./map-words.js";

export function linkList(view) {
  const list = document.querySelector(view.settings.list);
  if (!list) return;
  const rows = new Map([...list.querySelectorAll("[data-card]")].map((row) => [row.dataset.card, row]));
  const layer = view.settings.layers[0];
  const feature = (row) => ({ source: `register-${layer.name}`, sourceLayer: layer.source_layer, id: Number(row.dataset.card) });
  const rowOf = (event) => (event.target instanceof Element ? event.target.closest("[data-card]") : null);
  const placeOf = (row) => (row.dataset.place ? row.dataset.place.split(",").map(Number) : null);
  let marked = null;

  const mark = (row) => {
    if (marked === row) return;
    marked?.removeAttribute("data-under");
    if (marked) view.set(feature(marked), "hovered", false);
    marked = row;
    row?.setAttribute("data-under", "");
    if (row) view.set(feature(row), "hovered", true);
  };
  const choose = (row) => {
    for (const other of rows.values()) other.toggleAttribute("data-chosen", other === row);
    row?.scrollIntoView({ block: "nearest", behavior: still() ? "auto" : "smooth" });
  };

  list.addEventListener("pointerover", (event) => mark(rowOf(event)));
  list.addEventListener("pointerleave", () => mark(null));
  // By keyboard the map follows: what is in the focus is brought into sight.
  list.addEventListener("focusin", (event) => {
    const row = rowOf(event);
    if (!row) return;
    mark(row);
    const place = placeOf(row);
    if (place && !view.map.getBounds().contains(place)) view.go(place);
  });
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-show]") : null;
    const row = button && rowOf(event);
    if (!row) return;
    const place = placeOf(row);
    const card = { layer: layer.name, id: Number(row.dataset.card) };
    view.go(place, Math.max(view.map.getZoom(), 16));
    view.choose(card);
    choose(row);
    view.tag.open(card, place);
  });
  view.addEventListener("map-hover", ({ detail }) => mark(detail ? (rows.get(String(detail.id)) ?? null) : null));
  view.addEventListener("map-press", ({ detail }) => choose(rows.get(String(detail.id)) ?? null));
  view.addEventListener("map-empty", () => choose(null));

  const told = document.querySelector("[data-within]");
  const count = () => {
    const bounds = view.map.getBounds();
    const inside = [...rows.values()].filter((row) => placeOf(row) && bounds.contains(placeOf(row)));
    if (told) told.textContent = tell("within", { n: inside.length, all: rows.size });
  };
  view.addEventListener("map-moved", count);
}
