// A field that was left wrong says so beneath itself, in our words; what the server said stays as it is.
import { make, say } from "./words.js";

function fault(field) {
  const state = field.validity;
  if (state.customError) return field.validationMessage;
  if (state.valueMissing) return say("empty");
  if (state.badInput) return say(["date", "datetime-local"].includes(field.type) ? "date" : "number");
  if (state.typeMismatch) return say(field.type === "email" ? "email" : "wrong");
  if (state.rangeUnderflow) return say("low", { limit: field.min });
  if (state.rangeOverflow) return say("high", { limit: field.max });
  if (state.tooShort) return say("short", { limit: field.minLength });
  if (state.tooLong) return say("long", { limit: field.maxLength });
  if (state.stepMismatch) return say("step", { limit: field.step });
  if (state.patternMismatch) return say("pattern", { hint: field.title });
  return state.valid ? "" : say("wrong");
}

function check(field) {
  const place = field.closest(".field");
  if (!place || !field.willValidate || !field.id || place.querySelector(".why:not([data-here])")) return;
  const id = `${field.id}_here`;
  const words = fault(field);
  let note = document.getElementById(id);
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  if (words) {
    if (!note) place.append((note = make("p", { class: "why", id, "data-here": "" })));
    note.textContent = words;
    field.setAttribute("aria-invalid", "true");
    described.push(id);
  } else {
    note?.remove();
    field.removeAttribute("aria-invalid");
  }
  if (described.length) field.setAttribute("aria-describedby", described.join(" "));
  else field.removeAttribute("aria-describedby");
}

const touched = new WeakSet();
document.addEventListener("input", ({ target }) => {
  touched.add(target);
  if (document.getElementById(`${target.id}_here`)) check(target);
});
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  // Passing by an empty field is no mistake, and neither is going to press a button.
  if (!touched.has(target) || !target.form || target.form.method === "dialog" || relatedTarget?.type === "submit") return;
  if (target.matches("input, select, textarea")) check(target);
});
