// Records leave the device one by one, oldest first, from one tab at a time; each is written once by its key.
import { ask, Away, Stranger } from "./field-ask.js";
import { keepCards, keepRecord, photoOf, recordOf, recordsOf } from "./field-store.js";

const PATIENCE = 180_000;
// Of these the record is not at fault: it waits and goes with the next sending.
const LATER = [408, 423, 425, 429, 500, 502, 503, 504];

export async function sendAll(page) {
  if (!navigator.locks) return run(page);
  return navigator.locks.request("field-send", { ifAvailable: true }, (lock) => (lock ? run(page) : null));
}

async function run(page) {
  const waiting = (await recordsOf(page.person)).filter((record) => record.state === "waiting").reverse();
  if (!waiting.length) return null;
  const { told: state } = await ask(page.settings.state);
  if (state.person !== page.person) throw new Stranger();
  for (const record of waiting) {
    const left = await sendOne(page, record.id, state.csrf);
    page.changed();
    if (left) return left;
  }
  return null;
}

function body(record, photos) {
  const told = {
    person: record.person,
    register: record.register,
    made_at: record.made_at,
    sent_at: new Date().toISOString(),
    values: record.values,
    place: record.place ?? null,
    broken: record.broken ?? [],
    card: record.card ?? null,
    version: record.version ?? null,
    reason: record.reason ?? "",
    confirmed: Boolean(record.confirmed),
    photos: record.photos.map(({ at, place }) => ({ at, place: place ?? null })),
  };
  const form = new FormData();
  form.append("record", JSON.stringify(told));
  for (const photo of photos) form.append("photo", photo.blob, photo.name);
  return form;
}

// Returns words when the sending is to stop here.
async function sendOne(page, id, csrf) {
  const record = await recordOf(id);
  if (record?.state !== "waiting") return null;
  const photos = await Promise.all(record.photos.map(({ id: key }) => photoOf(key)));
  const { status, told } = await ask(`${page.settings.records}${id}/`, {
    method: "POST",
    headers: { "X-CSRFToken": csrf },
    body: body(record, photos),
    patience: PATIENCE,
  });
  if (LATER.includes(status)) return told.detail || "later";
  if (told.code === "another_person") throw new Stranger();
  await settle(page, record, status, told);
  return null;
}

async function settle(page, sent, status, told) {
  const now = await recordOf(sent.id);
  if (!now) return;
  if (status < 300) {
    if (now.rev !== sent.rev) {
      // Changed here while it was on its way: the server has what it was before.
      await keepRecord(Object.assign(now, { state: "otherwise", url: told.url, told: "" }));
      return;
    }
    if (told.card && (await keepsCard(page, now))) await keepCards(now.person, now.register, [told.card]);
    await keepRecord(
      Object.assign(now, {
        state: "sent", url: told.url, label: told.label, advice: told.advice, sent_at: new Date().toISOString(),
        values: {}, place: null, base: null, errors: [], theirs: null, photos: [], told: "",
      }),
      { drop: sent.photos.map((photo) => photo.id) },
    );
    return;
  }
  if (now.rev !== sent.rev) return;
  const answer = { told: told.detail ?? "", errors: told.errors ?? [] };
  if (told.code === "conflict") Object.assign(answer, { state: "conflict", theirs: told.theirs });
  else if (told.code === "otherwise") Object.assign(answer, { state: "otherwise", url: told.url });
  else answer.state = "refused";
  await keepRecord(Object.assign(now, answer));
}

const keepsCard = async (page, record) => record.card != null && Boolean(await page.card(record.register, record.card));

export { Away, Stranger };
