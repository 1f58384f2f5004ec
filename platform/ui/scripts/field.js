// <field-work data-settings="{…}">: records made where there is no network. They stand on the device until they are sent.
import { ask, Away, Stranger } from "./field-ask.js";
import { conflict } from "./field-conflict.js";
import { Filling } from "./field-form.js";
import { home, locked } from "./field-list.js";
import { words } from "./field-inputs.js";
import { prepare } from "./field-offline.js";
import { heading, iconsAre, note, pill } from "./field-parts.js";
import { sendAll } from "./field-send.js";
import {
  cardOf, forgetOthers, forgetWho, formsOf, keepForms, recordOf, recordsOf, rememberWho, UNSENT, unsentOfOthers, whoIsHere,
} from "./field-store.js";
import { taking } from "./field-take.js";
import { tell } from "./field-words.js";
import { make } from "./words.js";

const AGAIN = 60_000;
const PATIENCE = 3_000;
const TODAY = "today";

const today = () => {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
};

class FieldWork extends HTMLElement {
  async connectedCallback() {
    this.settings = JSON.parse(this.dataset.settings);
    iconsAre(this.settings.icons);
    this.forms = [];
    this.person = null;
    this.network = make("p", { class: "field-network" });
    this.told = make("div", { class: "field-told", role: "status" });
    this.sheet = make("div", { class: "field-sheet" });
    this.replaceChildren(this.network, this.told, this.sheet);
    this.tabs = "BroadcastChannel" in window ? new BroadcastChannel("field") : null;
    this.tabs?.addEventListener("message", () => this.drawHome());
    addEventListener("hashchange", () => {
      // What was said of one page is not said over another.
      if (!this.justSaid) this.told.replaceChildren();
      this.justSaid = false;
      this.draw();
    });
    for (const change of ["online", "offline"]) addEventListener(change, () => this.showNetwork());
    addEventListener("online", () => this.come());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
    setInterval(() => this.send(), AGAIN);
    this.showNetwork();
    await this.come();
    this.toggleAttribute("data-open", true);
    this.prepare();
  }

  // Who is here: told by the server where there is a network, else whoever it was told of last.
  async come() {
    // A network that is there and does not answer is no network.
    const late = setTimeout(() => this.person ?? this.remembered({ sure: false }), PATIENCE);
    try {
      const { status, told } = await ask(this.settings.forms);
      if (status !== 200) throw new Away();
      const { person, name, forms } = told;
      await keepForms({ person, name, forms });
      await forgetOthers(person);
      await rememberWho(person);
      const same = this.person === person;
      Object.assign(this, { person, forms });
      if (!same) await this.draw();
      await this.send();
    } catch (failed) {
      if (failed instanceof Stranger) await this.stranger();
      else if (!this.person) await this.remembered();
      else if (!(failed instanceof Away)) throw failed;
    } finally {
      clearTimeout(late);
    }
  }

  async stranger() {
    // Signed out on purpose: lists of names go. A session that ran out leaves them for the next sign-in.
    if (!(await whoIsHere())) await forgetOthers(this.person);
    await forgetWho();
    if (this.person) {
      // Somebody is in the middle of a record: it is kept, and goes after the sign-in.
      this.say(tell("signIn"), "warn", make("a", { href: this.settings.login }, tell("signInAction")));
      return;
    }
    await this.lock();
  }

  async remembered({ sure = true } = {}) {
    const who = await whoIsHere();
    const kept = who && (await formsOf(who.person));
    if (!kept) {
      if (sure) await this.lock();
      return;
    }
    if (this.person) return;
    Object.assign(this, { person: kept.person, forms: kept.forms });
    await this.draw();
  }

  async lock() {
    this.show(locked(this, await unsentOfOthers()));
  }

  async prepare() {
    this.ready = null;
    this.showNetwork();
    try {
      this.ready = await prepare(this.settings);
    } catch {
      this.ready = Boolean(navigator.serviceWorker?.controller);
    }
    this.showNetwork();
  }

  showNetwork() {
    const on = navigator.onLine;
    const ready = { null: "preparing", true: "ready", false: "notReady" }[String(this.ready ?? null)];
    this.network.replaceChildren(
      on ? pill("ok", "world", tell("online")) : pill("warn", "wifi-off", tell("offline")), " ",
      make("small", { "data-ready": String(this.ready ?? "") }, tell(ready)),
    );
  }

  // -- pages, by what stands after # ------------------------------------------------------------------

  async draw() {
    if (!this.person) return;
    const [page, ...keys] = decodeURIComponent(location.hash.replace(/^#\/?/, "")).split("/");
    if (page === "new") return this.begin(keys[0]);
    if (page === "edit") return this.change(keys[0], Number(keys[1]));
    if (page === "record" || page === "conflict") return this.one(page, keys[0]);
    if (page === "take" && this.form(keys[0])) return this.show(await taking(this, this.form(keys[0])));
    return this.drawHome(true);
  }

  async drawHome(moved = false) {
    const atHome = /^#?\/?$/.test(location.hash);
    if (!this.person || (!moved && !atHome)) return;
    const records = await recordsOf(this.person);
    for (const record of records) record.summary = this.summary(record);
    this.show(home(this, records, await unsentOfOthers(this.person)), moved);
  }

  // What tells a record from its neighbours: what was written in words, else what was chosen.
  summary(record) {
    const filled = (this.form(record.register)?.fields ?? []).filter(({ name }) => record.values[name]);
    const told = filled.find(({ kind }) => kind === "text" || kind === "long_text") ?? filled[0];
    return record.label || (told ? words(told, record.values[told.name]).slice(0, 80) : "");
  }

  begin(label) {
    const form = this.form(label);
    if (!form) return this.nothing();
    const values = Object.fromEntries(form.fields.filter((one) => one.initial !== "").map((one) => [one.name, one.initial === TODAY ? today() : one.initial]));
    return this.fill(this.fresh(form, { values }), form);
  }

  async change(label, key) {
    const form = this.form(label);
    const card = form && (await this.card(label, key));
    if (!card) return this.nothing();
    const begun = (await recordsOf(this.person)).find((one) => one.card === key && one.register === label && UNSENT.includes(one.state));
    if (begun) return this.go(`#/${begun.state === "conflict" ? "conflict" : "record"}/${begun.id}`, true);
    return this.fill(this.fresh(form, { card: key, version: card.version, label: card.label, base: card.values, values: {} }), form);
  }

  async one(page, id) {
    const record = await recordOf(id);
    if (record?.person !== this.person) return this.go("#/", true);
    const form = this.form(record.register);
    if (!form) return this.nothing(tell("formGone"));
    if (page === "conflict" && record.state === "conflict") return this.show(conflict(this, record, form));
    return this.fill(record, form);
  }

  fresh(form, given) {
    return {
      id: crypto.randomUUID(), person: this.person, register: form.register, title: form.title, state: "draft",
      made_at: new Date().toISOString(), place: null, broken: [], photos: [], reason: "", confirmed: false, errors: [], ...given,
    };
  }

  fill(record, form) {
    this.show(new Filling(this, record, form).draw());
    document.querySelector(".error-summary")?.focus();
  }

  nothing(words = tell("formGone")) {
    this.show([make("p", {}, make("a", { href: "#/" }, tell("back"))), heading(tell("noForms")), note("warn", make("p", {}, words))]);
  }

  show(parts, moved = true) {
    this.sheet.replaceChildren(...parts.filter(Boolean));
    if (moved) this.sheet.querySelector("h1")?.focus({ preventScroll: true });
    if (moved) scrollTo(0, 0);
  }

  go(hash, silently = false) {
    if (location.hash === hash) return this.draw();
    if (silently) {
      history.replaceState(null, "", hash);
      return this.draw();
    }
    location.hash = hash;
  }

  form(label) {
    return this.forms.find((one) => one.register === label);
  }

  card(label, key) {
    return cardOf(this.person, label, key);
  }

  // -- sending ----------------------------------------------------------------------------------------

  async send() {
    if (!this.person || this.busy || !navigator.onLine) return;
    this.busy = true;
    try {
      const left = await sendAll(this);
      if (left) this.say(left, "warn");
    } catch (failed) {
      if (failed instanceof Stranger) await this.stranger();
      else if (!(failed instanceof Away)) throw failed;
    } finally {
      this.busy = false;
    }
  }

  changed() {
    this.tabs?.postMessage("changed");
    this.drawHome();
  }

  say(words, tone = "info", more = null) {
    this.justSaid = tone === "ok";
    this.told.replaceChildren(note(tone, make("p", {}, words, more ? " " : "", more)));
  }
}

customElements.define("field-work", FieldWork);
