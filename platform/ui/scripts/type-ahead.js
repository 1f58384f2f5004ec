// <type-ahead data-url="…" data-depends="settlement"><select name="street" id="…">…</select></type-ahead>
// The <select> stays what is sent; the field above it only finds its value. In its place may stand a hidden input and a
// text input: then words that were not chosen are sent too, and the server says whether it knows them.
import { createInPlace } from "./create-in-place.js";
import { ask, make, say } from "./words.js";

let number = 0;

class TypeAhead extends HTMLElement {
  connectedCallback() {
    this.kept = this.querySelector("select, input[type=hidden]");
    if (!this.kept || this.field) return;
    const list = `offers-${++number}`;
    this.field = this.querySelector("input[type=text]") ?? this.fieldFor(this.kept);
    const roles = { role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list };
    for (const [name, value] of Object.entries(roles)) this.field.setAttribute(name, value);
    this.list = make("ul", { class: "offers", role: "listbox", id: list, hidden: true, "aria-label": this.dataset.label ?? "" });
    this.said = make("span", { class: "unseen", role: "status" });
    this.cross = make("button", { type: "button", class: "clear plain", "aria-label": say("clear"), hidden: !this.kept.value }, "×");
    this.append(this.field, this.cross, this.list, this.said);
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("click", () => this.list.hidden && this.find());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("blur", () => this.left());
    // A press must not take the focus away before the choice is made.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
    this.cross.addEventListener("click", () => { this.choose("", ""); this.field.focus(); });
    if (this.dataset.depends) {
      this.other()?.form?.addEventListener("change", (event) => {
        if (event.target.name === this.dataset.depends) this.choose("", "");
      });
    }
  }

  other() {
    return this.kept.form?.elements.namedItem(this.dataset.depends);
  }

  // The <select> gives its name among labels and its errors to the field, and steps back.
  fieldFor(select) {
    const field = make("input", { type: "text", id: select.id, required: select.required, disabled: select.disabled, placeholder: this.dataset.placeholder });
    for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
      if (select.hasAttribute(name)) field.setAttribute(name, select.getAttribute(name));
    }
    field.value = select.value ? select.selectedOptions[0]?.text ?? "" : "";
    select.removeAttribute("id");
    select.required = false;
    select.hidden = true;
    select.tabIndex = -1;
    return field;
  }

  typed() {
    if (this.kept.value) this.choose("", this.field.value);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.find(), 160);
  }

  async find() {
    this.asked?.abort();
    this.asked = new AbortController();
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("q", this.kept.value ? "" : this.field.value.trim());
    if (this.dataset.depends) url.searchParams.set(this.dataset.depends, this.other()?.value ?? "");
    try {
      const { results, may_create: mayCreate, create_url: createUrl } = await ask(url, this.asked.signal);
      // Only where the page says that a card may be added from this field.
      this.offer(results, mayCreate && "create" in this.dataset ? createUrl : "");
    } catch (error) {
      if (error.name !== "AbortError") this.offer([], "", say("failed"));
    }
  }

  offer(results, createUrl, trouble) {
    const text = this.field.value.trim();
    const items = results.map(({ id, label, hint }, index) =>
      make("li", { role: "option", id: `${this.list.id}-${index}`, "data-id": id, "data-text": label, "aria-selected": "false" },
        make("span", {}, label), hint ? make("small", {}, hint) : null));
    if (createUrl && text) {
      items.push(make("li", { role: "option", id: `${this.list.id}-new`, "data-create": createUrl, "aria-selected": "false" }, say("create", { text })));
    }
    if (!items.length) items.push(make("li", { "data-quiet": true, role: "option", "aria-disabled": "true" }, trouble ?? say("nothing")));
    this.list.replaceChildren(...items);
    this.said.textContent = trouble ?? (results.length ? say("offers", { n: results.length }) : say("nothing"));
    this.open(true);
  }

  open(shown) {
    this.list.hidden = !shown;
    this.field.setAttribute("aria-expanded", String(shown));
    if (!shown) this.field.removeAttribute("aria-activedescendant");
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]:not([data-quiet])")];
  }

  pressed(event) {
    const options = this.options();
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return void this.find();
      this.mark(options, (at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length);
    } else if (event.key === "Enter" && !this.list.hidden) {
      // Enter takes an offer; the form is sent by the next one.
      event.preventDefault();
      this.take(options[at] ?? (options.length === 1 ? options[0] : null));
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.open(false);
    }
  }

  mark(options, at) {
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (!options[at]) return;
    this.field.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }

  take(option) {
    if (!option || option.hasAttribute("data-quiet")) return;
    if (option.dataset.create) {
      this.open(false);
      this.create(option.dataset.create, option.textContent);
      return;
    }
    this.choose(option.dataset.id, option.dataset.text);
    this.open(false);
  }

  // The words go to what the new card is called by; the field this one depends on goes along.
  async create(address, title) {
    const url = new URL(address, location.href);
    if (this.dataset.main) url.searchParams.set(this.dataset.main, this.field.value.trim());
    if (this.dataset.depends && this.other()?.value) url.searchParams.set(this.dataset.depends, this.other().value);
    const made = await createInPlace(url, title);
    if (made) this.choose(String(made.id), made.label);
    this.field.focus();
  }

  choose(id, text) {
    if (this.kept.tagName === "SELECT") {
      let option = [...this.kept.options].find((one) => one.value === id);
      if (!option) this.kept.add((option = new Option(text, id)));
      option.selected = true;
    } else {
      this.kept.value = id;
    }
    this.field.value = text;
    this.field.setCustomValidity("");
    this.cross.hidden = !id;
    this.kept.dispatchEvent(new Event("change", { bubbles: true }));
  }

  left() {
    this.open(false);
    // Words that will not be sent are not left to look like a value.
    if (!this.kept.value && !this.field.name) this.field.value = "";
  }

  // A draft puts back what was chosen, whether or not the page still offers it.
  get chosen() {
    return [this.kept.value, this.field.value];
  }
}

customElements.define("type-ahead", TypeAhead);
