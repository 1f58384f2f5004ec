// One record being filled in. Each stroke is written to the device; «saved» is said when it is there.
import { make } from "./words.js";
import { inputOf, mistakes } from "./field-inputs.js";
import { button, field, heading, icon, note, sureButton, why } from "./field-parts.js";
import { photoBlock } from "./field-photo-block.js";
import { placeBlock } from "./field-place-block.js";
import { dropRecord, keepRecord } from "./field-store.js";
import { tell } from "./field-words.js";
import { clock } from "./language.js";

// What the device fills in itself, as the server calls it, and the inputs it has here.
const [PLACE, PHOTOS, BROKEN] = ["@place", "@photos", "@broken"];
const FACES = { [PLACE]: "coordinates", [PHOTOS]: "photos", [BROKEN]: "broken" };

export class Filling {
  constructor(page, record, form) {
    Object.assign(this, { page, record, form });
    this.state = make("p", { class: "draft-state", role: "status" });
    this.queue = Promise.resolve();
  }

  // Writes follow each other; the words stand for the last of them.
  keep(changes = {}, photos = {}) {
    Object.assign(this.record, changes);
    if (this.record.state === "waiting" || this.record.state === "refused") this.record.state = "draft";
    this.state.textContent = tell("keeping");
    this.queue = this.queue.then(() => keepRecord(this.record, photos)).then(
      () => {
        this.state.textContent = tell("kept", { when: clock(Date.now()) });
        // A page opened anew comes back to this record.
        if (this.state.isConnected) history.replaceState(null, "", `#/record/${this.record.id}`);
        return true;
      },
      () => {
        this.state.textContent = "";
        this.page.say(tell("failedKeep"), "bad");
        return false;
      },
    );
    return this.queue;
  }

  put = (values) => {
    for (const [name, value] of Object.entries(values)) {
      // Of a card taken along only what was changed is sent.
      const same = this.record.base && (this.record.base[name] ?? "") === value;
      if (same || (name.endsWith("__text") && value === "")) delete this.record.values[name];
      else this.record.values[name] = value;
    }
    this.mended(Object.keys(values));
    const listed = this.form.checklist?.by in values;
    this.keep(listed ? { broken: [] } : {});
    if (listed || this.form.fields.some((one) => one.depends && one.depends in values)) this.redraw();
  };

  // What was said of a field stands until the field is touched.
  mended(names) {
    if (!this.record.errors?.some((one) => names.includes(one.field))) return;
    this.record.errors = this.record.errors.filter((one) => !names.includes(one.field));
    for (const name of names) {
      const input = this.body.querySelector(`[name="${FACES[name] ?? name}"]`);
      input?.removeAttribute("aria-invalid");
      input?.closest(".field")?.querySelector(".why")?.remove();
    }
  }

  get values() {
    return { ...this.record.base, ...this.record.values };
  }

  errorsOf(name) {
    return (this.record.errors ?? []).filter((one) => one.field === name).map((one) => one.message);
  }

  draw() {
    this.body = make("div", { class: "fields" });
    this.fillBody();
    const title = this.record.card == null ? this.form.title : tell("changing", { label: this.record.label });
    const save = button(tell(navigator.onLine ? "save" : "saveOffline"), () => this.save(), { kind: "primary", sign: "save" });
    return [
      make("p", {}, make("a", { href: "#/" }, tell("back"))),
      heading(title),
      this.body,
      this.state,
      make("div", { class: "actions" }, save, sureButton(tell("remove"), () => this.remove())),
    ];
  }

  redraw() {
    const focused = document.activeElement?.name;
    this.body.replaceChildren();
    this.fillBody();
    if (focused) this.body.querySelector(`[name="${focused}"]`)?.focus();
  }

  fillBody() {
    const parts = [this.summary(), this.lost()];
    for (const told of this.form.fields) parts.push(inputOf(told, this.values, this.errorsOf(told.name), this.put));
    if (this.record.card == null) parts.push(this.checklist());
    parts.push(photoBlock(this), placeBlock(this), this.reason(), this.confirmation());
    this.body.append(...parts.filter(Boolean));
  }

  summary() {
    const whole = this.errorsOf("");
    if (!this.record.errors?.length && !this.record.told) return null;
    const lines = whole.length ? whole : [this.record.told].filter(Boolean);
    const list = make("ul", {}, ...lines.map((line) => make("li", {}, line)));
    return make("div", { class: "error-summary", role: "alert", tabindex: "-1" }, icon("alert-triangle"),
      make("div", {}, make("p", {}, make("b", {}, tell("summary"))), list));
  }

  // The form lost a field since: what was written is shown until the person takes it away.
  lost() {
    const known = new Set(this.form.fields.flatMap(({ name }) => [name, `${name}__text`]));
    const names = Object.keys(this.record.values).filter((name) => !known.has(name) && this.record.values[name]);
    if (!names.length) return null;
    const lines = names.map((name) => make("li", {}, `${this.record.labels?.[name] ?? name}: ${this.record.values[name]}`));
    const drop = button(tell("remove"), async () => {
      for (const name of names) delete this.record.values[name];
      await this.keep({ errors: [], told: "" });
      this.redraw();
    });
    return note("warn", make("p", {}, tell("gone")), make("ul", {}, ...lines), make("div", { class: "actions" }, drop));
  }

  checklist() {
    const told = this.form.checklist;
    if (!told) return null;
    const of = told.by ? String(this.values[told.by] ?? "") : "";
    const points = told.points.filter((point) => !told.by || (of && point.of === of));
    if (!points.length) return null;
    const box = make("fieldset", { class: "field" }, make("legend", {}, told.title));
    const choices = make("div", { class: "choices" });
    for (const point of points) {
      const input = make("input", { type: "checkbox", name: "broken", value: point.key, checked: this.record.broken.includes(point.key) });
      input.addEventListener("change", () => {
        const broken = this.record.broken.filter((key) => key !== point.key);
        this.keep({ broken: input.checked ? [...broken, point.key] : broken });
      });
      choices.append(make("label", {}, input, " ", point.text));
    }
    box.append(choices);
    const errors = this.errorsOf(BROKEN);
    if (errors.length) box.append(why("broken-why", errors));
    return box;
  }

  reason() {
    if (!this.record.reason && !this.record.errors?.some((one) => one.code === "reason_wanted")) return null;
    const input = make("input", { type: "text", name: "reason", maxlength: 500, autocomplete: "off" });
    input.value = this.record.reason ?? "";
    input.addEventListener("input", () => this.keep({ reason: input.value }));
    return field({ label: tell("reason"), required: true, hint: tell("reasonHint") }, input);
  }

  confirmation() {
    if (!this.record.errors?.some((one) => one.code === "double")) return null;
    const input = make("input", { type: "checkbox", name: "confirmed", checked: this.record.confirmed });
    input.addEventListener("change", () => this.keep({ confirmed: input.checked }));
    return field({ label: tell("confirmDouble"), required: true }, input);
  }

  // -- what is done with it ---------------------------------------------------------------------------

  found() {
    const errors = [];
    for (const told of this.form.fields) {
      for (const message of mistakes(told, this.values)) errors.push({ field: told.name, message });
    }
    if (this.record.place_text && !this.record.place) errors.push({ field: PLACE, message: tell("wrongPlace") });
    if (this.record.card == null) {
      if (this.form.photo.required && !this.record.photos.length) errors.push({ field: PHOTOS, message: tell("photoRequired") });
      if (this.form.place.required && !this.record.place && !this.record.photos.length) {
        errors.push({ field: PLACE, message: tell("placeRequired") });
      }
    }
    return errors;
  }

  async save() {
    await this.queue;
    const errors = this.found();
    const reasons = (this.record.errors ?? []).filter((one) => one.code === "reason_wanted" && !this.record.reason);
    if (errors.length || reasons.length) {
      await this.keep({ errors: [...errors, ...reasons], told: errors.length ? "" : this.record.told });
      this.redraw();
      const first = this.body.querySelector("[aria-invalid], .why");
      (first?.matches("input, select, textarea") ? first : this.body.querySelector(".error-summary"))?.focus();
      return;
    }
    const labels = Object.fromEntries(this.form.fields.map((one) => [one.name, one.label]));
    if (!(await this.keep({ errors: [], told: "", labels }))) return;
    this.record.state = "waiting";
    try {
      await keepRecord(this.record);
    } catch {
      this.page.say(tell("failedKeep"), "bad");
      return;
    }
    this.page.say(tell(navigator.onLine ? "savedSending" : "saved"), "ok");
    this.page.go("#/");
    this.page.changed();
    this.page.send();
  }

  async remove() {
    await this.queue;
    await dropRecord(this.record);
    this.page.go("#/");
    this.page.changed();
  }
}
