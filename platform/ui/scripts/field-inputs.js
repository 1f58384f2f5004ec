// The input of a field by its kind; every change goes to `put(values)` at once.
import { make } from "./words.js";
import { field, newId } from "./field-parts.js";
import { tell } from "./field-words.js";

const FEW = 40;
const MODES = { integer: "numeric", decimal: "decimal", money: "decimal", phone: "tel", email: "email" };

export function inputOf(told, values, errors, put) {
  const words = { label: told.label, required: told.required, hint: told.hint, errors };
  if (told.kind === "boolean") return ticked(told, values, words, put);
  if (told.kind === "choice" || (told.choices && told.kind !== "reference")) return chosen(told, values, words, put, told.choices);
  if (told.kind === "reference") return reference(told, values, words, put);
  return typed(told, values, words, put);
}

function ticked(told, values, words, put) {
  const input = make("input", { type: "checkbox", name: told.name, checked: values[told.name] === true });
  input.addEventListener("change", () => put({ [told.name]: input.checked }));
  return field(words, input);
}

function typed(told, values, words, put) {
  const long = told.kind === "long_text";
  const type = told.kind === "date" ? "date" : "text";
  const input = long
    ? make("textarea", { name: told.name, rows: 3 })
    : make("input", { type, name: told.name, inputmode: MODES[told.kind] ?? null, autocomplete: "off" });
  input.value = values[told.name] ?? "";
  input.addEventListener("input", () => put({ [told.name]: input.value }));
  return field(words, input);
}

function chosen(told, values, words, put, choices) {
  const now = String(values[told.name] ?? "");
  const options = choices.map(([value, text]) => make("option", { value, selected: value === now }, text));
  if (!choices.some(([value]) => value === "")) options.unshift(make("option", { value: "" }, tell("choose")));
  const input = make("select", { name: told.name }, ...options);
  input.addEventListener("change", () => put({ [told.name]: input.value }));
  return field(words, input);
}

// Few are chosen from a list, many are found by typing; what is not on the device is named by its text.
function reference(told, values, words, put) {
  const fits = told.depends ? told.choices.filter(([, , of]) => !values[told.depends] || of === values[told.depends]) : told.choices;
  if (!told.more && fits.length <= FEW) return chosen(told, values, words, put, fits);
  const list = make("datalist", { id: newId() }, ...fits.map(([, text]) => make("option", { value: text })));
  const input = make("input", { type: "text", name: told.name, list: list.id, autocomplete: "off" });
  const known = fits.find(([key]) => key === String(values[told.name] ?? ""));
  input.value = known?.[1] ?? values[`${told.name}__text`] ?? "";
  input.addEventListener("input", () => {
    const text = input.value.trim();
    const found = fits.find(([, name]) => name === text);
    put({ [told.name]: found?.[0] ?? "", [`${told.name}__text`]: found ? "" : text });
  });
  return field({ ...words, hint: told.more ? tell("more") : words.hint }, input, list);
}

// What the device can see for itself; the rest is for the server.
export function mistakes(told, values) {
  const value = values[told.name];
  const text = values[`${told.name}__text`];
  if (text && !told.more) return [tell("wrongChoice")];
  if (told.required && (value === undefined || value === "") && !text) return [tell("required")];
  if (told.longest && String(value ?? "").length > told.longest) {
    return [tell("tooLong", { n: String(value).length, limit: told.longest })];
  }
  return [];
}

// How a value reads: a choice by its words, a reference by its name.
export function words(told, value) {
  if (value === true) return tell("yes");
  if (value === false) return tell("no");
  if (value === undefined || value === "") return tell("empty");
  return told.choices?.find(([key]) => key === String(value))?.[1] ?? String(value);
}
