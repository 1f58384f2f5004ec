// Photos: kept as they came at once, then made smaller. The picture on the page is drawn, not linked.
import { make } from "./words.js";
import { tell } from "./field-words.js";

const SIDE = 2048;
const SMALL = 1024 * 1024;
const LARGEST = 60 * 1024 * 1024;
const THUMBNAIL = 160;

export class NoPicture extends Error {}

export async function pictureOf(file) {
  if (file.size > LARGEST) throw new NoPicture(tell("photoTooLarge", { limit: LARGEST / 1024 / 1024 }));
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new NoPicture(tell("noPicture", { name: file.name }));
  }
}

// A small JPEG goes as the camera wrote it, with what the camera knew.
export async function smaller(file, picture) {
  if (file.type === "image/jpeg" && file.size <= SMALL) return file;
  const share = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = drawn(picture, share);
  const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
  return made ?? file;
}

function drawn(picture, share) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * share));
  canvas.height = Math.max(1, Math.round(picture.height * share));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

export async function thumbnail(blob, label) {
  try {
    const picture = await createImageBitmap(blob, { imageOrientation: "from-image" });
    const canvas = drawn(picture, Math.min(1, THUMBNAIL / Math.max(picture.width, picture.height)));
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    return canvas;
  } catch {
    return make("span", {}, label);
  }
}
