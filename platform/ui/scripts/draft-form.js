// <draft-form data-key="who"><form>…</form></draft-form>: what was typed stays on this device until the server has it:
// its message of success names the form it came from. A session that ended or a connection that broke loses nothing.
// Nobody's words outlive their sign-out, another person's sign-in, or a week.
import { clock } from "./language.js";
import { make, say } from "./words.js";

const PREFIX = "draft:";
const WEEK = 7 * 24 * 3600 * 1000;

function drafts() {
  return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function wipe(wanted = () => true) {
  for (const name of drafts()) if (wanted(name, read(name))) localStorage.removeItem(name);
}

function arrived() {
  for (const { dataset } of document.querySelectorAll("[data-sent]")) wipe((name) => name.endsWith(`:${dataset.sent}`));
}

class DraftForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form || !this.dataset.key) return;
    this.name = `${PREFIX}${this.dataset.key}:${location.pathname}`;
    wipe((name) => !name.startsWith(`${PREFIX}${this.dataset.key}:`));
    this.state = this.querySelector("[data-draft-state]") ?? make("p", { class: "draft-state", role: "status" });
    if (!this.state.isConnected) this.form.before(this.state);
    this.meet(read(this.name));
    this.form.addEventListener("input", () => this.soon());
    this.form.addEventListener("change", () => this.soon());
    this.form.addEventListener("submit", () => {
      if (this.pause) this.keep();
    });
  }

  meet(draft) {
    if (!draft) return;
    const refused = this.form.querySelector(".error-summary");
    // The server gave the form back with what was typed: it is all here already.
    if (refused || JSON.stringify(draft.values) === JSON.stringify(this.values())) return;
    const offer = make("div", { class: "note", "data-tone": "info", role: "status" });
    const restore = make("button", { type: "button" }, say("restore"));
    const discard = make("button", { type: "button", "data-kind": "quiet" }, say("discard"));
    offer.append(make("div", {}, make("p", {}, say("draft", { when: clock(draft.when) })), make("div", { class: "actions" }, restore, discard)));
    restore.addEventListener("click", () => {
      this.restore(draft.values);
      offer.remove();
      this.state.textContent = say("restored");
      this.form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
    discard.addEventListener("click", () => {
      localStorage.removeItem(this.name);
      offer.remove();
    });
    this.form.before(offer);
  }

  // Never a secret, a file, a service field, or what the server calls private.
  fields() {
    return [...this.form.elements].filter((field) =>
      field.name && !["password", "file", "hidden", "submit", "button"].includes(field.type) && !field.closest("[data-private]"));
  }

  values() {
    const kept = {};
    for (const field of this.fields()) {
      const searcher = field.closest("type-ahead");
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) (kept[field.name] ??= []).push(field.value);
        else kept[field.name] ??= [];
      } else if (searcher?.chosen) kept[field.name] = searcher.chosen;
      else if (field.multiple) kept[field.name] = [...field.selectedOptions].map((option) => option.value);
      else kept[field.name] = field.value;
    }
    return kept;
  }

  restore(values) {
    for (const field of this.fields()) {
      const value = values[field.name];
      if (value === undefined) continue;
      const searcher = field.closest("type-ahead");
      if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
      else if (searcher?.chosen) searcher.choose(...value);
      else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
      else field.value = value;
    }
  }

  soon() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.keep(), 400);
  }

  keep() {
    clearTimeout(this.pause);
    this.pause = 0;
    try {
      const when = Date.now();
      localStorage.setItem(this.name, JSON.stringify({ when, values: this.values() }));
      this.state.textContent = say("kept", { when: clock(when) });
    } catch {
      this.state.textContent = "";
    }
  }
}

try {
  wipe((_name, draft) => !draft || Date.now() - draft.when > WEEK);
  arrived();
  document.addEventListener("page-replaced", arrived);
  document.addEventListener("submit", (event) => {
    if (/\/logout\/?$/.test(new URL(event.target.action, location.href).pathname)) wipe();
  });
  customElements.define("draft-form", DraftForm);
} catch {
  // A browser without storage keeps no drafts; the form works as it is.
}
