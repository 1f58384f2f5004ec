// <tenant-map data-settings="{…}"> draws layers of registers; without it the list on the same page says the same.
import { addProtocol, Map as Drawing, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { Protocol } from "pmtiles";
import { boxOf } from "./map-geometry.js";
import { gridFor } from "./map-grid.js";
import "./map-page.js";
import { linkList } from "./map-list.js";
import { drawn, PIXEL_RATIO } from "./map-marks.js";
import { readHash, writeHash } from "./map-link.js";
import { buildStyle, PRESSED } from "./map-style.js";
import { Tag } from "./map-tag.js";
import { onThemeChange, readTheme, still } from "./map-theme.js";
import { toolbar } from "./map-tools.js";
import { tell } from "./map-words.js";

const UKRAINE = [[22.1, 44.2], [40.3, 52.4]];
const DRAWN_BESIDE = /^td-/;

class TenantMap extends HTMLElement {
  connectedCallback() {
    if (this.map) return;
    this.settings = JSON.parse(this.dataset.settings);
    this.state = { hidden: new Set(), opacity: {}, on: "", place: this.settings.place ?? null, measure: null, grid: null };
    this.ready = this.start();
  }

  disconnectedCallback() {
    this.forget?.();
    this.map?.remove();
    this.map = null;
  }

  async start() {
    // Letters are painted from the page's own font, so it must be here before the first name is.
    await Promise.all(["Аа", "Aa"].flatMap((text) => [400, 600].map((weight) => document.fonts.load(`${weight} 16px "Source Sans 3"`, text))));
    setWorkerUrl(new URL(this.settings.worker, location.href).href);
    addProtocol("pmtiles", new Protocol().tile);
    this.theme = readTheme();
    const linked = this.settings.hash ? readHash() : {};
    this.state.hidden = new Set(linked.hidden ?? this.settings.layers.filter((layer) => layer.off).map((layer) => layer.name));
    Object.assign(this.state, { opacity: linked.opacity ?? {}, on: linked.on ?? "" });
    const canvas = Object.assign(document.createElement("div"), { className: "map-canvas" });
    this.append(canvas);
    try {
      this.map = new Drawing({
        container: canvas,
        style: this.style(),
        ...(linked.centre ? { center: linked.centre, zoom: linked.zoom } : this.view()),
        attributionControl: this.settings.base?.attribution ? { compact: false } : false,
        locale: { "Map.Title": tell("map"), "ScaleControl.Meters": tell("metres"), "ScaleControl.Kilometers": tell("kilometres") },
        dragRotate: false,
        pitchWithRotate: false,
        maxZoom: 20.5,
        fadeDuration: still() ? 0 : 150,
      });
    } catch {
      this.note(tell("noWebgl"));
      return this;
    }
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
    this.listen();
    this.tag = new Tag(this);
    if (this.settings.tools) this.append(toolbar(this));
    if (this.settings.list) linkList(this);
    await new Promise((loaded) => this.map.once("load", loaded));
    this.toggleAttribute("data-loaded", true);
    this.choose(this.settings.chosen);
    this.dispatchEvent(new CustomEvent("map-ready", { bubbles: true }));
    return this;
  }

  view() {
    const box = this.settings.box ?? (this.settings.place ? boxOf(this.settings.place.geometry ?? this.settings.place) : null);
    return { bounds: box ?? UKRAINE, fitBoundsOptions: { padding: 40, maxZoom: this.settings.place ? 17 : 16 } };
  }

  style() {
    return buildStyle(this.theme, this.settings, this.state);
  }

  // What other tools have put on the map stays on it.
  redraw() {
    this.map.setStyle(this.style(), {
      transformStyle: (before, next) => {
        const kept = (before?.layers ?? []).filter((layer) => DRAWN_BESIDE.test(layer.id));
        const sources = Object.entries(before?.sources ?? {}).filter(([name]) => DRAWN_BESIDE.test(name));
        return { ...next, sources: { ...next.sources, ...Object.fromEntries(sources) }, layers: [...next.layers, ...kept] };
      },
    });
    this.save();
  }

  listen() {
    const { map } = this;
    map.setMissingStyleImageResolver((id) => {
      const image = drawn(id);
      if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: PIXEL_RATIO });
    });
    map.on("error", ({ error }) => {
      if (error?.name !== "AbortError") this.note(tell("noTiles"));
    });
    map.on("moveend", () => this.moved());
    map.on("idle", () => this.toggleAttribute("data-idle", true));
    map.on("movestart", () => this.removeAttribute("data-idle"));
    map.on("dataloading", () => this.removeAttribute("data-idle"));
    map.on("mousemove", (event) => this.hover(this.at(event.point)));
    map.on("mouseout", () => this.hover(null));
    map.on("click", (event) => this.press(event));
    map.once("load", () => this.moved());
    this.forget = onThemeChange(() => {
      this.theme = readTheme();
      this.redraw();
      this.dispatchEvent(new CustomEvent("map-repainted"));
    });
  }

  moved() {
    if (this.settings.base?.kind === "none") {
      this.state.grid = gridFor(this.map.getBounds());
      this.map.getSource("grid")?.setData(this.state.grid);
    }
    this.save();
    this.dispatchEvent(new CustomEvent("map-moved"));
  }

  save() {
    if (this.settings.hash && this.map) writeHash(this.map, this.state);
  }

  // -- features ------------------------------------------------------------------------------------

  pressable() {
    const names = this.settings.layers.flatMap((layer) => PRESSED.map((part) => `register-${layer.name}:${part}`));
    return names.filter((name) => this.map.getLayer(name));
  }

  at(point) {
    const box = [[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]];
    const found = this.map.queryRenderedFeatures(box, { layers: this.pressable() });
    return found.find((feature) => feature.layer.id.endsWith(":mark") || feature.layer.id.endsWith(":cluster")) ?? found[0] ?? null;
  }

  set(feature, flag, value) {
    if (feature?.id == null || !this.map.getSource(feature.source)) return;
    this.map.setFeatureState({ source: feature.source, sourceLayer: feature.sourceLayer, id: feature.id }, { [flag]: value });
  }

  hover(feature) {
    if (this.busy) return;
    const one = feature && !(feature.properties.count > 1) ? feature : null;
    this.map.getCanvas().style.cursor = feature ? "pointer" : "";
    if (one?.id === this.hovered?.id && one?.source === this.hovered?.source) return;
    this.set(this.hovered, "hovered", false);
    this.hovered = one && { source: one.source, sourceLayer: one.sourceLayer, id: one.id };
    this.set(this.hovered, "hovered", true);
    this.dispatchEvent(new CustomEvent("map-hover", { detail: one && { layer: one.source.slice(9), id: one.id } }));
  }

  // {layer, id} of a card; nothing takes the mark off.
  choose(card) {
    this.set(this.chosen, "chosen", false);
    const layer = card && this.settings.layers.find((one) => one.name === card.layer);
    this.chosen = layer ? { source: `register-${layer.name}`, sourceLayer: layer.source_layer, id: card.id } : null;
    this.set(this.chosen, "chosen", true);
  }

  press(event) {
    if (this.busy || event.defaultPrevented) return;
    const feature = this.at(event.point);
    if (!feature) {
      this.tag.close();
      this.dispatchEvent(new CustomEvent("map-empty", { detail: event.lngLat }));
      return;
    }
    if (feature.properties.count > 1) {
      this.go(event.lngLat, Math.min(this.map.getZoom() + 2.5, 18));
      return;
    }
    const card = { layer: feature.source.slice(9), id: feature.id };
    const place = feature.geometry.type === "Point" ? feature.geometry.coordinates : event.lngLat;
    this.choose(card);
    this.tag.open(card, place, feature.properties);
    this.dispatchEvent(new CustomEvent("map-press", { detail: { ...card, place: event.lngLat } }));
  }

  go(centre, zoom) {
    const wanted = { center: centre, zoom: zoom ?? this.map.getZoom() };
    if (still()) this.map.jumpTo(wanted);
    else this.map.easeTo({ ...wanted, duration: 250 });
  }

  fit(box, maxZoom = 18) {
    this.map.fitBounds(box, { padding: 48, maxZoom, animate: !still(), duration: 250 });
  }

  note(words) {
    this.told ??= this.appendChild(Object.assign(document.createElement("p"), { className: "map-note" }));
    this.told.setAttribute("role", "status");
    this.told.textContent = words;
    this.told.hidden = !words;
  }
}

customElements.define("tenant-map", TenantMap);
