// The card at a point: what the server tells of it, set where it stands.
import { Popup } from "maplibre-gl";
import { tell } from "./map-words.js";

export class Tag {
  constructor(view) {
    this.view = view;
    this.popup = new Popup({ closeButton: false, closeOnClick: false, maxWidth: "none", offset: 18, focusAfterOpen: false });
    view.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.popup.isOpen()) {
        this.close();
        view.map.getCanvas().focus();
      }
    });
  }

  async open(card, place, properties = {}) {
    const box = Object.assign(document.createElement("div"), { className: "map-tag" });
    const name = document.createElement("b");
    name.textContent = properties.label ?? "";
    box.append(name);
    this.popup.setLngLat(place).setDOMContent(box).addTo(this.view.map);
    if (!this.view.settings.tag) return;
    this.asked?.abort();
    this.asked = new AbortController();
    const address = this.view.settings.tag.replace("{layer}", card.layer).replace("{id}", card.id);
    try {
      const answer = await fetch(address, { credentials: "same-origin", signal: this.asked.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      // Our own server's piece of a page, with everything people typed already escaped.
      box.innerHTML = await answer.text();
      box.querySelector("a")?.focus({ preventScroll: true });
    } catch (refused) {
      if (refused.name === "AbortError") return;
      box.append(Object.assign(document.createElement("p"), { textContent: tell("failed") }));
    }
  }

  close() {
    this.asked?.abort();
    this.popup.remove();
    this.view.choose(null);
  }
}
