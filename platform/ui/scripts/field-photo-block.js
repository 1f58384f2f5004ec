// The photos of a record: first kept, then made smaller, then shown.
import { make } from "./words.js";
import { button, field, newId, why } from "./field-parts.js";
import { NoPicture, pictureOf, smaller, thumbnail } from "./field-photos.js";
import { photoOf } from "./field-store.js";
import { tell } from "./field-words.js";
import { clock } from "./language.js";

export function photoBlock(filling) {
  const { record, form } = filling;
  const strip = make("ul", { class: "photo-strip", role: "list" });
  const input = make("input", { type: "file", name: "photos", accept: "image/*", multiple: true });
  const wrong = make("div", { role: "alert" });
  const words = { label: tell("photos"), required: form.photo.required && record.card == null, errors: filling.errorsOf("@photos") };
  input.addEventListener("change", async () => {
    wrong.replaceChildren();
    filling.mended(["@photos"]);
    for (const file of input.files) {
      try {
        await addPhoto(filling, file);
      } catch (refused) {
        if (!(refused instanceof NoPicture)) throw refused;
        wrong.append(why(newId(), [refused.message]));
      }
    }
    input.value = "";
    draw(filling, strip);
  });
  draw(filling, strip);
  return make("div", { class: "field-photos" }, field(words, input), wrong, strip);
}

async function addPhoto(filling, file) {
  const { record, form } = filling;
  if (record.photos.length >= form.photo.most) throw new NoPicture(tell("photoMost", { n: form.photo.most }));
  const picture = await pictureOf(file);
  const id = crypto.randomUUID();
  const name = `${tell("title")} ${record.photos.length + 1}.jpg`;
  const plain = { id, record: record.id, person: record.person, blob: file, name: file.name };
  const told = { id, at: new Date(file.lastModified || Date.now()).toISOString(), place: record.place ?? null };
  await filling.keep({ photos: [...record.photos, told] }, { add: [plain] });
  const blob = await smaller(file, picture);
  if (blob !== file) await filling.keep({}, { add: [{ ...plain, blob, name }] });
  if (record.place == null && record.card == null) filling.seek?.();
}

function draw(filling, strip) {
  const { record } = filling;
  const lines = record.photos.map((told, place) => {
    const line = make("li", {});
    const label = tell("photoOf", { n: place + 1, when: clock(told.at) });
    const drop = button(tell("remove"), async () => {
      const rest = record.photos.filter((one) => one.id !== told.id);
      await filling.keep({ photos: rest }, { drop: [told.id] });
      draw(filling, strip);
    }, { kind: "quiet" });
    drop.setAttribute("aria-label", tell("removePhoto", { n: place + 1 }));
    photoOf(told.id).then(async (kept) => {
      if (kept) line.prepend(make("figure", {}, await thumbnail(kept.blob, label), make("figcaption", {}, label)));
    });
    line.append(drop);
    return line;
  });
  strip.replaceChildren(...lines);
  strip.hidden = !lines.length;
}
