// <bulk-select> counts chosen rows and shows what may be done to them; <live-list> moves over rows by keys.
import { typing } from "./words.js";

class BulkSelect extends HTMLElement {
  connectedCallback() {
    this.bar = this.querySelector("[data-bulk]");
    this.all = this.querySelector("[data-all]");
    this.addEventListener("click", (event) => {
      if (event.target === this.all) this.set(this.boxes(), this.all.checked);
      else if (event.target.closest("[data-clear]")) this.clear();
      else if (event.target.matches(".check input")) this.range(event);
    });
    this.addEventListener("change", () => this.count());
    this.keys = (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (this.boxes().some((box) => box.checked)) this.clear();
    };
    document.addEventListener("keydown", this.keys);
    this.count();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.keys);
  }

  boxes() {
    return [...this.querySelectorAll(".check input[type=checkbox]:not([data-all])")];
  }

  set(boxes, checked) {
    for (const box of boxes) box.checked = checked;
    this.count();
  }

  range(event) {
    const boxes = this.boxes();
    const at = boxes.indexOf(event.target);
    if (event.shiftKey && this.last >= 0) {
      const [from, to] = [Math.min(at, this.last), Math.max(at, this.last)];
      this.set(boxes.slice(from, to + 1), event.target.checked);
    }
    this.last = at;
  }

  clear() {
    this.set(this.boxes(), false);
    this.last = -1;
  }

  count() {
    const boxes = this.boxes();
    const chosen = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr")?.toggleAttribute("data-chosen", box.checked);
    if (this.all) {
      this.all.checked = boxes.length > 0 && chosen.length === boxes.length;
      this.all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
    for (const place of this.querySelectorAll("[data-count]")) place.textContent = chosen.length;
    for (const offer of this.querySelectorAll("[data-offer-all]")) {
      offer.hidden = !this.all?.checked;
      // Cards that are not seen stay chosen only while the offer to choose them is seen.
      if (offer.hidden) for (const box of offer.querySelectorAll("input")) box.checked = false;
    }
    if (this.bar) this.bar.hidden = chosen.length === 0;
  }
}

class LiveList extends HTMLElement {
  connectedCallback() {
    this.keys = (event) => this.pressed(event);
    document.addEventListener("keydown", this.keys);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.keys);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (typing(event.target) || document.querySelector("dialog:modal")) return;
    const rows = [...this.querySelectorAll("tbody tr[data-url]")];
    const at = rows.findIndex((row) => row.hasAttribute("data-here"));
    const inside = at >= 0 && (this.contains(event.target) || event.target === document.body);
    const step = { j: 1, о: 1, k: -1, л: -1 }[event.key] ?? (inside ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : 0);
    if (event.key === "/") {
      const search = document.querySelector(".filter-bar input[type=search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (step && rows.length) {
      event.preventDefault();
      this.here(rows, Math.max(0, Math.min(rows.length - 1, at + step)));
    } else if (inside && event.key === "Enter" && event.target.tagName === "TR") {
      location.assign(rows[at].dataset.url);
    } else if (inside && (event.key === "x" || event.key === "ч")) {
      rows[at].querySelector(".check input")?.click();
    }
  }

  here(rows, at) {
    for (const row of rows) row.removeAttribute("data-here");
    const row = rows[at];
    row.setAttribute("data-here", "");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("bulk-select", BulkSelect);
customElements.define("live-list", LiveList);
