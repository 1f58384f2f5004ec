// Shapes from text and files: the server reads them, for it knows every system of coordinates and every kind of file.
import { boxOf, partsOf } from "./map-geometry.js";
import { tell } from "./map-words.js";
import { make } from "./words.js";

const LARGEST = 5 * 1024 * 1024;
const KINDS = { Point: "point", LineString: "line", Polygon: "polygon" };

export function bringing(editor) {
  const details = editor.querySelector("details");
  if (!details) return;
  details.open = false;
  const file = make("input", { type: "file", accept: ".geojson,.json,.wkt,.txt,.csv,.zip,.gpkg,.dxf,.xml", "aria-label": tell("file") });
  const take = make("button", { type: "button" }, tell("take"));
  const several = make("div", { hidden: "" });
  details.querySelector("[data-bring]").append(file, take, several);
  editor.several = several;
  // Kept, so that whoever is asked for the system need not choose the file again.
  file.addEventListener("change", () => bring(editor, file.files[0]));
  take.addEventListener("click", () => (file.files[0] ? bring(editor, file.files[0], file) : read(editor, { value: editor.field.value }, tell("took"))));
  editor.field.addEventListener("input", () => {
    file.value = "";
  });
}

function bring(editor, given) {
  if (!given) return;
  if (given.size > LARGEST) return editor.tellThem(tell("tooLarge"), true);
  read(editor, { file: given }, tell("taken", { name: given.name }));
}

// One of several shapes of a file.
function choosing(editor, { choices, crs }, words) {
  const select = make("select", {}, make("option", { value: "" }, tell("chooseShape", { n: choices.length })), ...choices.map(({ label }, index) => make("option", { value: String(index) }, label)));
  select.addEventListener("change", () => {
    const chosen = choices[Number(select.value)];
    if (select.value && chosen) read(editor, { value: JSON.stringify(chosen.geometry), crs }, words);
  });
  editor.several.replaceChildren(make("label", {}, tell("several"), select));
  editor.several.hidden = false;
  select.focus();
  editor.tellThem(tell("chooseShape", { n: choices.length }));
}

export async function read(editor, given, words) {
  const system = editor.querySelector("[data-system]");
  const token = editor.closest("form")?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const body = new FormData();
  const sent = { crs: system?.value ?? "", kinds: editor.kinds.map((kind) => KINDS[kind]).join(","), multi: editor.multi ? "1" : "0", ...given };
  for (const [name, value] of Object.entries(sent)) body.set(name, value);
  let told;
  try {
    const answer = await fetch(editor.dataset.read, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": token } });
    told = await answer.json();
  } catch {
    return editor.tellThem(tell("failed"), true);
  }
  if (told.choices) return choosing(editor, told, words);
  const shape = told.geometry ?? told.offer;
  const parts = partsOf(shape);
  const one = parts.length > 1 && !editor.multi && told.offer;
  if (shape) {
    if (one) editor.areas(parts, "");
    else editor.accept(shape);
    editor.later(() => {
      editor.view.fit(boxOf(editor.shape), 18);
      editor.enter("select");
      if (one) editor.tellThem(tell("manyParts"), true);
      else say(editor, told, words);
    });
  } else say(editor, told, words);
  // Metres without a name: the choice of the system is what is asked for.
  if (told.code === "crs" && system) {
    editor.querySelector("details").open = true;
    if (told.crs) system.value = told.crs;
    system.focus();
  }
}

function say(editor, told, words) {
  if (told.error) editor.tellThem(told.offer ? `${told.error} ${tell("offered")}` : told.error, true);
  else editor.tellThem([words, ...(told.notes ?? [])].join(" "));
}
