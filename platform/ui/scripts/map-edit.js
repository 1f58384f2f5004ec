// <shape-editor data-kinds="Polygon" data-multi> over a text field: what is drawn is written into the field, and what is
// written there is drawn. Without this file the field alone does the same.
import { boxOf, crossings, joined, partsOf, readShape, rounded, sizeOf } from "./map-geometry.js";
import { bringing, read } from "./map-bring.js";
import { join, pierce, split } from "./map-shapes.js";
import { largest, modeOf, put, repaint, shapeOf, sketchOn } from "./map-sketch.js";
import { Neighbours } from "./map-snap.js";
import { locate, tool } from "./map-tools.js";
import { areaText, lengthText, tell } from "./map-words.js";

const STEPS = 50;
const LONGEST_LINK = 6000;

class ShapeEditor extends HTMLElement {
  connectedCallback() {
    if (this.view) return;
    this.field = this.querySelector("[data-shape]");
    this.view = this.querySelector("tenant-map");
    this.kinds = this.dataset.kinds.split(",");
    this.multi = this.hasAttribute("data-multi");
    this.past = [];
    this.future = [];
    this.snaps = true;
    this.view.addEventListener("map-ready", () => this.start(), { once: true });
  }

  start() {
    const { map, theme, settings } = this.view;
    // The map's own presses would open tags over the drawing.
    this.view.busy = true;
    map.doubleClickZoom.disable();
    const names = settings.layers.map(({ name }) => name);
    this.areasNear = names.map((name) => `register-${name}:fill`);
    this.neighbours = new Neighbours(map, this.dataset.near, names, this.dataset.own ?? "");
    this.draw = sketchOn(map, theme, (place) => (this.snaps ? this.neighbours.nearest(place) : undefined));
    this.draw.start();
    this.view.addEventListener("map-repainted", () => repaint(this.draw, this.view.theme));
    this.tools();
    bringing(this);
    this.shape = this.field.value.trim() ? readShape(this.field.value, this.kinds[0]) : null;
    if (this.shape) {
      put(this.draw, this.shape);
      this.view.fit(boxOf(this.shape), 18);
      this.enter("select");
    } else this.enter("draw");
    this.draw.on("finish", (id, { action, mode }) => this.finished(id, action, mode));
    this.draw.on("change", () => this.saying(this.drawn()));
    this.field.addEventListener("change", () => this.fromText());
    this.saying(this.shape);
    this.toggleAttribute("data-ready", true);
  }

  // -- tools ---------------------------------------------------------------------------------------

  tools() {
    const bar = Object.assign(document.createElement("div"), { className: "shape-tools" });
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", tell("draw"));
    const sprite = (name, words, act) => tool(this.view, name, words, act);
    this.buttons = {
      draw: sprite(this.kinds[0] === "Point" ? "map-pin" : this.kinds[0] === "LineString" ? "line" : "polygon", tell("draw"), () => this.enter("draw")),
      select: sprite("pointer", tell("change"), () => this.enter("select")),
      ...(this.kinds.includes("Polygon")
        ? {
            hole: sprite("hole", tell("hole"), () => this.enter("hole")),
            split: sprite("scissors", tell("split"), () => this.enter("split")),
            merge: sprite("union", tell("merge"), () => this.enter("merge")),
          }
        : {}),
    };
    this.back = sprite("undo", tell("undo"), () => this.step(this.past, this.future));
    this.again = sprite("redo", tell("redo"), () => this.step(this.future, this.past));
    const snap = sprite("magnet", tell("snap"), () => {
      this.snaps = !this.snaps;
      snap.setAttribute("aria-pressed", String(this.snaps));
    });
    snap.setAttribute("aria-pressed", "true");
    const here = sprite("locate", tell("here"), () => this.here());
    const erase = sprite("trash", tell("erase"), () => this.accept(null));
    const rule = () => document.createElement("hr");
    bar.append(...Object.values(this.buttons), rule(), this.back, this.again, rule(), snap, here, erase);
    this.said = Object.assign(document.createElement("div"), { className: "shape-said" });
    this.said.setAttribute("role", "status");
    this.size = this.said.appendChild(document.createElement("b"));
    this.advice = this.said.appendChild(document.createElement("span"));
    this.cure = Object.assign(document.createElement("button"), { type: "button", textContent: tell("cure"), hidden: true });
    this.cure.addEventListener("click", () => read(this, { value: this.field.value }, tell("took")));
    this.view.before(bar);
    this.view.after(this.said, this.cure);
    this.mend();
  }

  enter(name) {
    this.verb = name;
    for (const [code, button] of Object.entries(this.buttons)) button.setAttribute("aria-pressed", String(code === name));
    const kind = this.kinds[0];
    const mode = { draw: modeOf(kind), select: "select", hole: "polygon", split: "linestring", merge: "select" }[name];
    this.draw.setMode(mode);
    this.merging?.();
    if (name === "merge") {
      const press = (event) => this.merge(event);
      this.view.map.on("click", press);
      this.merging = () => {
        this.view.map.off("click", press);
        this.merging = null;
      };
    }
    const words = { draw: `draw${kind === "LineString" ? "Line" : kind}`, select: kind === "Point" ? "movePoint" : "editing", hole: "drawHole", split: "drawSplit", merge: "drawMerge" };
    this.tellThem(tell(words[name]));
  }

  here() {
    if (this.kinds[0] !== "Point") return locate(this.view);
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        this.accept({ type: "Point", coordinates: [coords.longitude, coords.latitude] });
        this.view.fit(boxOf(this.shape), 18);
      },
      () => this.tellThem(tell("noPlace"), true),
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  }

  // -- what was drawn ------------------------------------------------------------------------------

  drawn(without = null) {
    const kind = partsOf(this.shape)[0]?.type ?? this.kinds[0];
    return shapeOf(this.draw, kind, this.multi, without);
  }

  finished(id, action, mode) {
    if (action !== "draw") return this.accept(this.drawn(), false);
    const given = this.draw.getSnapshotFeature(id)?.geometry;
    const before = this.drawn(id);
    if (this.verb === "hole") return this.areas(before && pierce(before, given.coordinates), "noHole");
    if (this.verb === "split") return this.halves(before && split(before, given.coordinates));
    // One thing to a card, unless the field takes many; areas that touch are one area.
    const touching = this.multi && before && given.type === "Polygon" && !crossings(given).length;
    const parts = touching ? join(before, given) : this.multi && mode !== "point" ? [...partsOf(before), given] : [given];
    this.later(() => {
      this.accept(joined(parts, this.multi));
      this.enter("select");
    });
  }

  // Terra Draw still holds what it has just finished: the store may be changed after it is done.
  later(act) {
    setTimeout(act, 0);
  }

  areas(parts, refusal) {
    this.later(() => {
      if (!parts) {
        put(this.draw, this.shape);
        this.enter("select");
        return this.tellThem(tell(refusal), true);
      }
      const many = parts.length > 1 && !this.multi;
      this.accept(joined(many ? [largest(parts)] : parts, this.multi));
      this.enter("select");
      if (many) this.tellThem(tell("manyParts"), true);
    });
  }

  // Two areas with a common side are not one shape: the smaller side is for a card of its own.
  halves(sides) {
    if (!sides) return this.areas(null, "notSplit");
    const areaOf = (side) => sizeOf(joined(side, true)).area;
    const [more, less] = sides.toSorted((one, other) => areaOf(other) - areaOf(one));
    this.areas(this.multi ? more : [largest(more)], "");
    this.later(() => {
      const rest = JSON.stringify(this.neighbours.exact(rounded(joined(less, this.multi))));
      this.tellThem(tell("halved"));
      if (!this.dataset.new || rest.length > LONGEST_LINK) return;
      const href = `${this.dataset.new}?${new URLSearchParams({ [this.field.name]: rest })}`;
      this.advice.append(" ", Object.assign(document.createElement("a"), { href, target: "_blank", textContent: tell("newCard") }));
    });
  }

  async merge({ point }) {
    const names = this.areasNear.filter((name) => this.view.map.getLayer(name));
    const [feature] = this.view.map.queryRenderedFeatures(point, { layers: names });
    if (!feature || !this.shape) return;
    const address = this.dataset.neighbour.replace("LAYER", feature.source.slice(9)).replace("/0", `/${feature.id}`);
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) return this.tellThem(tell("failed"), true);
    const parts = join(this.shape, await answer.json());
    this.areas(parts.length > 1 && !this.multi ? null : parts, "notMerged");
  }

  // -- keeping -------------------------------------------------------------------------------------

  // `redraw` is spared when the drawing already is what is kept.
  accept(shape, redraw = true) {
    this.past = [...this.past, this.shape].slice(-STEPS);
    this.future = [];
    this.keep(shape, redraw);
  }

  keep(shape, redraw = true) {
    this.shape = shape && this.neighbours.exact(rounded(shape));
    if (redraw) put(this.draw, this.shape);
    this.field.value = this.shape ? this.written() : "";
    const system = this.querySelector("[data-system]");
    if (system) system.value = "";
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.saying(this.shape);
    this.mend();
  }

  written() {
    if (this.shape.type !== "Point") return JSON.stringify(this.shape);
    const [x, y] = this.shape.coordinates;
    return `${y.toFixed(6)}, ${x.toFixed(6)}`;
  }

  step(from, to) {
    if (!from.length) return;
    to.push(this.shape);
    this.keep(from.pop());
  }

  mend() {
    this.back.disabled = !this.past.length;
    this.again.disabled = !this.future.length;
  }

  fromText() {
    const text = this.field.value.trim();
    const shape = text ? readShape(text, this.kinds[0]) : null;
    if (text && !shape) return;
    this.past.push(this.shape);
    this.shape = shape;
    put(this.draw, shape);
    if (shape) this.view.fit(boxOf(shape), 18);
    this.saying(shape);
    this.mend();
  }

  // -- what is said --------------------------------------------------------------------------------

  saying(shape) {
    const { length, area } = sizeOf(shape);
    const parts = partsOf(shape).length;
    const words = area ? tell("size", { area: areaText(area), length: lengthText(length) }) : length ? tell("lineSize", { length: lengthText(length) }) : "";
    this.size.textContent = parts > 1 ? `${words} · ${tell("parts", { n: parts })}` : words;
    const crossed = shape ? crossings(shape) : [];
    const { map, state } = this.view;
    state.measure = { type: "FeatureCollection", features: crossed.map((coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } })) };
    map.getSource("measure")?.setData(state.measure);
    this.toggleAttribute("data-crossed", crossed.length > 0);
    this.cure.hidden = !crossed.length;
    if (crossed.length) this.tellThem(tell("crossed"), true);
  }

  tellThem(words, wrong = false) {
    this.advice.textContent = words;
    this.advice.toggleAttribute("data-tone", wrong);
    if (wrong) this.advice.dataset.tone = "bad";
  }
}

customElements.define("shape-editor", ShapeEditor);
