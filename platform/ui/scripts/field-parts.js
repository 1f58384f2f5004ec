// Pieces of the kit, made where no server can: an icon, a pill, a note, a field with its words.
import { make } from "./words.js";
import { tell } from "./field-words.js";

const SVG = "http://www.w3.org/2000/svg";
const TONES = { draft: "idle", waiting: "info", sent: "ok", refused: "bad", conflict: "warn", otherwise: "warn" };
const SIGNS = { draft: "edit", waiting: "clock", sent: "circle-check", refused: "alert-circle", conflict: "alert-triangle", otherwise: "alert-triangle" };
let icons = "";

export const iconsAre = (address) => (icons = address);

export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${icons}#${name}`);
  drawing.append(use);
  return drawing;
}

export const pill = (tone, sign, words) => make("span", { class: "status", "data-tone": tone }, icon(sign), words);
export const standing = (state) => pill(TONES[state], SIGNS[state], tell(state));

export function note(tone, ...inside) {
  const sign = { info: "info", ok: "circle-check" }[tone] ?? "alert-triangle";
  return make("div", { class: "note", "data-tone": tone }, icon(sign), make("div", {}, ...inside));
}

export function button(words, act, { kind = "", sign = "" } = {}) {
  const made = make("button", { type: "button", "data-kind": kind || null }, sign ? icon(sign) : null, words);
  made.addEventListener("click", act);
  return made;
}

// Pressed twice: what is removed from a device is nowhere else.
export function sureButton(words, act) {
  const made = button(words, () => {
    if (made.dataset.sure) return act();
    made.dataset.sure = "yes";
    made.textContent = tell("removeSure");
  }, { kind: "danger" });
  made.addEventListener("blur", () => {
    delete made.dataset.sure;
    made.textContent = words;
  });
  return made;
}

let numbers = 0;
export const newId = () => `field-${++numbers}`;

export function why(id, messages) {
  const list = make("ul", {}, ...messages.map((message) => make("li", {}, message)));
  return make("div", { class: "why", id }, icon("alert-circle"), list);
}

// A label, the input, a hint and what is wrong with it.
export function field({ label, required, hint, errors = [] }, input, more = null) {
  const id = input.id || (input.id = newId());
  const described = [];
  const tick = input.type === "checkbox";
  const words = [label, required || tick ? null : make("span", { class: "optional" }, tell("optional"))];
  const box = make("div", { class: "field" });
  if (tick) box.append(make("label", { class: "tick", for: id }, input, make("span", {}, label)));
  else box.append(make("label", { for: id }, words[0], " ", ...(words[1] ? [words[1]] : [])), input);
  if (more) box.append(more);
  if (hint) {
    box.append(make("div", { class: "hint", id: `${id}-hint` }, hint));
    described.push(`${id}-hint`);
  }
  if (errors.length) {
    box.append(why(`${id}-why`, errors));
    described.push(`${id}-why`);
    input.setAttribute("aria-invalid", "true");
  }
  if (described.length) input.setAttribute("aria-describedby", described.join(" "));
  return box;
}

export const heading = (words) => make("h1", { tabindex: "-1" }, words);
