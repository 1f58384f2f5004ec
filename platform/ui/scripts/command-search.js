// <command-search data-url="/search/"><form role="search">…</form></command-search>: Ctrl-K or «/» opens a window.
// What was opened lately comes from the server too: nothing of it stays in the browser.
import { ask, make, say, typing } from "./words.js";

class CommandSearch extends HTMLElement {
  connectedCallback() {
    this.small = this.querySelector("input");
    if (!this.small) return;
    this.small.addEventListener("pointerdown", (event) => { event.preventDefault(); this.open(); });
    this.small.addEventListener("input", () => this.open(this.small.value));
    this.small.addEventListener("keydown", (event) => {
      if (["Enter", "ArrowDown"].includes(event.key)) { event.preventDefault(); this.open(this.small.value); }
    });
    this.keys = (event) => {
      const byName = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.code === "KeyK";
      // A list of rows keeps «/» for its own search.
      const bySlash = event.key === "/" && !typing(event.target) && !document.querySelector("live-list");
      if ((!byName && !bySlash) || event.defaultPrevented) return;
      event.preventDefault();
      this.open();
    };
    document.addEventListener("keydown", this.keys);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.keys);
    this.dialog?.remove();
  }

  build() {
    this.field = make("input", {
      type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "true", "aria-autocomplete": "list",
      "aria-controls": "found", "aria-label": this.small.getAttribute("aria-label") ?? "", placeholder: this.small.placeholder, maxlength: 200,
    });
    this.found = make("div", { class: "found", id: "found", role: "listbox", "aria-label": this.small.getAttribute("aria-label") ?? "" });
    this.said = make("p", { class: "said", role: "status" });
    this.dialog = make("dialog", { class: "find-window", "aria-label": this.small.getAttribute("aria-label") ?? "" }, this.field, this.found, this.said);
    this.field.addEventListener("input", () => { clearTimeout(this.pause); this.pause = setTimeout(() => this.find(), 160); });
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog) this.dialog.close(); });
    this.dialog.addEventListener("close", () => { this.small.value = ""; this.small.blur(); });
    document.body.append(this.dialog);
  }

  open(text = "") {
    if (!this.dialog) this.build();
    if (!this.dialog.open) this.dialog.showModal();
    this.field.value = text;
    this.field.focus();
    this.find();
  }

  async find() {
    this.asked?.abort();
    this.asked = new AbortController();
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("q", this.field.value.trim());
    this.said.textContent = say("seeking");
    try {
      const { groups } = await ask(url, this.asked.signal);
      this.show(groups.filter((group) => group.items.length));
    } catch (error) {
      if (error.name === "AbortError") return;
      this.found.replaceChildren();
      this.said.textContent = say("failed");
    }
  }

  show(groups) {
    let number = 0;
    this.found.replaceChildren(...groups.map((group, index) => {
      const head = make("h3", { id: `found-${index}`, role: "presentation" }, group.title);
      const items = group.items.map((item) => make("a", { role: "option", id: `found-item-${number++}`, href: item.url, tabindex: "-1", "aria-selected": "false" },
        make("span", {}, item.title), item.hint ? make("small", {}, item.hint) : null));
      return make("div", { role: "group", "aria-labelledby": `found-${index}` }, head, ...items);
    }));
    this.said.textContent = number ? say("offers", { n: number }) : this.field.value.trim() ? say("nothing") : "";
    this.mark(0);
  }

  mark(at) {
    const options = [...this.found.querySelectorAll("[role=option]")];
    this.at = options.length ? (at + options.length) % options.length : -1;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.at)));
    const option = options[this.at];
    if (!option) return this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark(this.at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.found.querySelector("[aria-selected=true]")?.click();
    }
  }
}

customElements.define("command-search", CommandSearch);
