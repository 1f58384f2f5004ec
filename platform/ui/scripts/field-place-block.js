// Where the record was made: found by the device, or typed.
import { make } from "./words.js";
import { button, field, why } from "./field-parts.js";
import { locate, placeText, typedPlace } from "./field-place.js";
import { tell } from "./field-words.js";

export function placeBlock(filling) {
  const { record, form } = filling;
  const said = make("p", { role: "status" });
  const input = make("input", { type: "text", name: "coordinates", autocomplete: "off", inputmode: "text" });
  const wrong = make("div", {});
  const show = () => {
    const { place } = record;
    said.textContent = !place ? "" : place.by_hand ? tell("byHand") : tell("accuracy", { n: place.accuracy ?? "?" });
    if (document.activeElement !== input) input.value = place ? placeText(place) : record.place_text ?? "";
  };
  const find = async ({ unasked = false } = {}) => {
    said.textContent = tell("locating");
    try {
      const place = await locate();
      // A form that was only opened is no record yet.
      if (unasked && !record.rev) record.place = place;
      else await filling.keep({ place, place_text: "" });
      wrong.replaceChildren();
      show();
    } catch {
      if (record.place) show();
      else said.textContent = tell("noPlace");
    }
  };
  input.addEventListener("input", () => {
    filling.mended(["@place"]);
    const place = typedPlace(input.value);
    filling.keep({ place, place_text: input.value });
    wrong.replaceChildren(...(place || !input.value.trim() ? [] : [why("place-wrong", [tell("wrongPlace")])]));
    said.textContent = place ? tell("byHand") : "";
  });
  filling.seek = find;
  show();
  if (!record.place && !record.place_text && record.card == null) find({ unasked: true });
  const required = form.place.required && record.card == null;
  const words = { label: `${form.place.label}: ${tell("coordinates")}`, required, hint: tell("coordinatesHint"), errors: filling.errorsOf("@place") };
  return make("div", { class: "field-place" }, field(words, input), wrong,
    make("div", { class: "actions" }, button(tell("locate"), () => find(), { sign: "locate" })), said);
}
