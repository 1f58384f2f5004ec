// <map-side> beside the map of everything: which layers, what is here, what was found, a day, a paper, an address to send.
import { show } from "./map-tools.js";
import { tell } from "./map-words.js";
import { ask, make } from "./words.js";

class MapSide extends HTMLElement {
  connectedCallback() {
    this.find = (selector) => this.querySelector(selector);
    this.view = this.parentElement.querySelector("tenant-map");
    this.view.addEventListener("map-ready", () => this.start(), { once: true });
  }

  start() {
    const { state } = this.view;
    for (const box of this.querySelectorAll("[data-layer]")) box.checked = !state.hidden.has(box.dataset.layer);
    for (const range of this.querySelectorAll("[data-opacity]")) range.value = 100 * (state.opacity[range.dataset.opacity] ?? 1);
    const day = this.find("[data-day]");
    if (day && state.on) day.elements.on.value = state.on;
    this.addEventListener("change", ({ target }) => this.changed(target));
    this.view.map.on("click", ({ lngLat }) => this.view.busy || this.here(lngLat));
    day?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.asOn(day.elements.on.value);
    });
    day?.addEventListener("reset", () => this.asOn(""));
    this.find("[data-paper]").addEventListener("submit", () => this.paper());
    this.searching();
    const link = this.find("[data-link]");
    link.hidden = !navigator.clipboard;
    link.addEventListener("click", async () => {
      await navigator.clipboard.writeText(location.href);
      this.view.note(tell("linkCopied"));
    });
  }

  changed(target) {
    const { state } = this.view;
    const { layer, opacity } = target.dataset;
    if (layer) state.hidden[target.checked ? "delete" : "add"](layer);
    if (opacity) state.opacity[opacity] = Number(target.value) / 100;
    if (layer || opacity) this.view.redraw();
  }

  asOn(day) {
    this.view.state.on = day;
    this.view.redraw();
  }

  shown() {
    return this.view.settings.layers.map((layer) => layer.name).filter((name) => !this.view.state.hidden.has(name));
  }

  paper() {
    const { lng, lat } = this.view.map.getCenter();
    const fields = this.find("[data-paper]").elements;
    fields.lon.value = lng.toFixed(6);
    fields.lat.value = lat.toFixed(6);
    if (fields.on) fields.on.value = this.view.state.on;
    fields.layers.value = this.shown().join(",") || "-";
  }

  // -- what is here --------------------------------------------------------------------------------

  async here({ lng, lat }) {
    const place = this.find("[data-here]");
    const query = new URLSearchParams({ lon: lng.toFixed(6), lat: lat.toFixed(6), layers: this.shown().join(",") || "-" });
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const [found, words] = await Promise.all([
        ask(`${this.dataset.at}?${query}`, this.asked.signal),
        ask(`${this.dataset.coordinates}?${query}`, this.asked.signal),
      ]);
      place.replaceChildren(this.coordinates(words), ...this.groups(found.layers));
    } catch (refused) {
      if (refused.name !== "AbortError") place.replaceChildren(make("p", {}, tell("failed")));
    }
  }

  coordinates({ wgs84, ucs2000, zone }) {
    const line = (title, text) => {
      const button = make("button", { type: "button", "data-kind": "quiet" }, make("code", {}, text));
      button.addEventListener("click", async () => {
        await navigator.clipboard?.writeText(text);
        this.view.note(tell("copied", { text }));
      });
      return make("div", {}, make("small", {}, title), button);
    };
    return make("div", { class: "map-where" }, line("WGS 84", wgs84), line(zone, ucs2000));
  }

  groups(groups) {
    if (!groups.length) return [make("p", {}, tell("nothing"))];
    return groups.map(({ title, items }) =>
      make("div", {}, make("small", {}, title), make("ul", { class: "map-found", role: "list" }, ...items.map(({ label, url }) =>
        make("li", {}, url ? make("a", { href: url }, label) : make("span", {}, label))))),
    );
  }

  // -- what was found ------------------------------------------------------------------------------

  searching() {
    const form = this.find("[role=search]");
    if (!form) return;
    const found = this.find("[data-found]");
    const field = form.elements.q;
    let waiting;
    const seek = async () => {
      this.sought?.abort();
      if (!field.value.trim()) return found.replaceChildren();
      this.sought = new AbortController();
      try {
        const { groups } = await ask(`${this.dataset.search}?${new URLSearchParams({ q: field.value })}`, this.sought.signal);
        found.replaceChildren(...this.results(groups));
      } catch (refused) {
        if (refused.name !== "AbortError") found.replaceChildren(make("p", {}, tell("failed")));
      }
    };
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(seek, 200);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(waiting);
      seek().then(() => found.querySelector("button, a")?.focus());
    });
  }

  results(groups) {
    if (!groups.length) return [make("p", {}, tell("nothing"))];
    return groups.map(({ title, key, items }) =>
      make("div", {}, make("small", {}, title), make("ul", { class: "map-found", role: "list" }, ...items.map((item) => make("li", {}, this.result(item, key))))),
    );
  }

  // What has a place is looked at here; what has none has a page.
  result(item, key) {
    const words = [item.title, item.hint ? make("small", {}, item.hint) : null];
    if (item.lon === undefined) return make("a", { href: item.url }, ...words);
    const button = make("button", { type: "button" }, ...words);
    button.addEventListener("click", () => {
      const place = [item.lon, item.lat];
      show(this.view, { type: "Point", coordinates: place });
      if (key && item.id) {
        this.view.choose({ layer: key, id: item.id });
        this.view.tag.open({ layer: key, id: item.id }, place, { label: item.title });
      } else this.here({ lng: item.lon, lat: item.lat });
    });
    return button;
  }
}

customElements.define("map-side", MapSide);
