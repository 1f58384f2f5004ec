// Two people changed one card: field by field the person decides, and only then it is sent.
import { make } from "./words.js";
import { words } from "./field-inputs.js";
import { button, heading } from "./field-parts.js";
import { dropRecord, keepCards, keepRecord } from "./field-store.js";
import { tell } from "./field-words.js";

export function conflict(page, record, form) {
  const { theirs, base } = record;
  const told = Object.fromEntries(form.fields.map((one) => [one.name, one]));
  const mine = Object.keys(record.values).filter((name) => told[name]);
  const differing = mine.filter((name) => String(theirs.values[name] ?? "") !== String(record.values[name]));
  const others = Object.keys(theirs.values).filter(
    (name) => told[name] && !differing.includes(name) && String(theirs.values[name] ?? "") !== String(base?.[name] ?? "") && !mine.includes(name));
  const parts = [
    make("p", {}, make("a", { href: "#/" }, tell("back"))),
    heading(tell("conflictTitle")),
    make("p", {}, make("b", {}, record.label)),
    make("p", {}, tell(differing.length ? "conflictText" : "noDifference")),
  ];
  const box = make("div", { class: "fields" }, ...differing.map((name) => choice(told[name], record, theirs, base)));
  parts.push(box);
  if (others.length) {
    const names = others.map((name) => `${told[name].label} — ${theirs.shown[name] || tell("empty")}`).join("; ");
    parts.push(make("p", {}, tell("theyChanged", { fields: names })));
  }
  const wrong = make("p", { role: "alert" });
  const decide = async () => {
    const open = differing.find((name) => !box.querySelector(`[name="keep-${name}"]:checked`));
    if (open) {
      wrong.textContent = `${told[open].label}: ${tell("required")}`;
      box.querySelector(`[name="keep-${open}"]`).focus();
      return;
    }
    for (const name of differing) {
      if (box.querySelector(`[name="keep-${name}"]:checked`).value === "theirs") {
        delete record.values[name];
        delete record.values[`${name}__text`];
      }
    }
    await keepCards(record.person, record.register, [theirs]);
    if (!Object.keys(record.values).length && !record.photos.length && !record.place?.by_hand) await dropRecord(record);
    else {
      Object.assign(record, { version: theirs.version, base: theirs.values, theirs: null, state: "waiting", told: "", errors: [] });
      await keepRecord(record);
    }
    page.go("#/");
    page.send();
  };
  const giveUp = async () => {
    await keepCards(record.person, record.register, [theirs]);
    await dropRecord(record);
    page.go("#/");
  };
  parts.push(wrong, make("div", { class: "actions" },
    button(tell("decide"), decide, { kind: "primary", sign: "send" }), button(tell("dropMine"), giveUp)));
  return parts;
}

function choice(told, record, theirs, base) {
  const line = (value, title, text) => {
    const input = make("input", { type: "radio", name: `keep-${told.name}`, value });
    return make("label", { class: "tick" }, input, make("span", {}, `${title}: `, make("b", {}, text)));
  };
  const was = make("div", { class: "hint" }, `${tell("was")}: ${words(told, base?.[told.name] ?? "")}`);
  const box = make("fieldset", { class: "field field-choice" }, make("legend", {}, told.label),
    line("mine", tell("mine"), words(told, record.values[told.name])),
    line("theirs", tell("theirs"), theirs.shown[told.name] || tell("empty")), was);
  return box;
}
